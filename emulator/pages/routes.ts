/**
 * All pages of the emulator, with the headers that they share. Forms are accepted only from the emulator's own pages;
 * no script may run on any of them.
 */
import { Hono } from "hono";
import type { Env } from "../env.ts";
import { callsRoutes } from "./calls-page.tsx";
import { customersRoutes } from "./customers-page.tsx";
import { deepLinkRoutes } from "./deep-links.tsx";
import { homeRoutes } from "./home-page.tsx";
import { invoiceRoutes } from "./invoice-page.tsx";
import { invoicesRoutes } from "./invoices-page.tsx";
import { namesRoutes } from "./names-page.tsx";
import { recordRoutes } from "./record-page.tsx";
import { scenariosRoutes } from "./scenarios-page.tsx";
import { settingsRoutes } from "./settings-page.tsx";
import { STYLE } from "./style.ts";

const POLICY =
  "default-src 'none'; style-src 'self'; img-src 'self' data:; base-uri 'none'; frame-ancestors 'none'; form-action *";

export const pageRoutes = new Hono<{ Bindings: Env }>();

pageRoutes.use(async (c, next) => {
  const origin = c.req.header("origin");
  if (c.req.method === "POST" && origin !== undefined && origin !== new URL(c.req.url).origin) {
    return c.text("This form was not sent from the emulator's own page.", 403);
  }
  await next();
  if (!c.res.headers.has("content-security-policy")) c.res.headers.set("content-security-policy", POLICY);
  c.res.headers.set("x-content-type-options", "nosniff");
  return undefined;
});

pageRoutes.get("/emulator.css", (c) =>
  c.body(STYLE, 200, { "content-type": "text/css; charset=utf-8", "cache-control": "no-cache" }),
);
pageRoutes.route("/", homeRoutes);
pageRoutes.route("/", invoicesRoutes);
pageRoutes.route("/", invoiceRoutes);
pageRoutes.route("/", customersRoutes);
pageRoutes.route("/", namesRoutes);
pageRoutes.route("/", recordRoutes);
pageRoutes.route("/", settingsRoutes);
pageRoutes.route("/", callsRoutes);
pageRoutes.route("/", scenariosRoutes);
pageRoutes.route("/", deepLinkRoutes);
