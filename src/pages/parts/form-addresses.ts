/**
 * Addresses that take a form and respond with a page of their own: a secret shown once, a question, a refusal, a request
 * to confirm who it is. Opened from the address bar or a bookmark, each redirects to the page that has its form. It never repeats what was done.
 */
import { Hono } from "hono";
import type { AppEnv } from "../../app-context.ts";
import { needs } from "../../people/route-access.ts";
import { redirectTo } from "./local-redirect.ts";

const CONNECTION = "/settings/quickbooks/:id";
const INSTANCE = "/settings/instances/:id";
const DELIVERY = "/deliveries/:id";

/** The form's address and the page that has the form. */
const ADDRESSES: readonly (readonly [form: string, page: string])[] = [
  ["/invoices/send", "/invoices"],
  ["/invoices/:id/fix", "/invoices/:id"],
  ["/fulfillment/invoices", "/fulfillment"],
  [`${CONNECTION}/switches`, CONNECTION],
  [`${CONNECTION}/check`, CONNECTION],
  [`${INSTANCE}/switches`, INSTANCE],
  [`${INSTANCE}/reveal-secret`, INSTANCE],
  [`${INSTANCE}/rotate-secret`, INSTANCE],
  [`${INSTANCE}/events/reveal-secret`, INSTANCE],
  [`${INSTANCE}/events/rotate-secret`, INSTANCE],
  [`${DELIVERY}/replay`, DELIVERY],
  ["/settings/users/:id/role", "/settings/users"],
  ["/settings/users/:id/reset-password", "/settings/users"],
  ["/settings/account/passkeys", "/settings/account"],
  ["/settings/account/passkeys/remove", "/settings/account"],
  ["/settings/alerts/reveal-secret", "/settings/alerts"],
  ["/settings/alerts/rotate-secret", "/settings/alerts"],
];

export const formAddresses = new Hono<AppEnv>();

for (const [form, page] of ADDRESSES) {
  formAddresses.get(form, needs("read"), (c) => {
    const id: unknown = c.req.param("id");
    return redirectTo(c, typeof id === "string" ? page.replace(":id", encodeURIComponent(id)) : page);
  });
}
