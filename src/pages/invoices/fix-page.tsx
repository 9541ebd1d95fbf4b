/**
 * Takes the forms that mend a failed invoice, and goes back to the invoice with what became of it.
 */
import { Hono } from "hono";
import { type Mend, mendInvoice } from "../../actions/mend-invoice.ts";
import type { AppEnv } from "../../app-context.ts";
import { actOf } from "../../people/act.ts";
import { needs } from "../../people/route-access.ts";
import { redirectWith } from "../parts/flash.ts";
import { backWith } from "../parts/refusal.ts";

export const mendPage = new Hono<AppEnv>();

const DONE = {
  link: "The invoice is linked with the one in QuickBooks.",
  number: "The invoice is being sent under the new number.",
  reactivate: "It is active again, and the invoice is being sent.",
} as const;

mendPage.post("/invoices/:id/mend", needs("invoice"), async (c) => {
  const id = c.req.param("id");
  const path = `/invoices/${id}`;
  const form = await c.req.parseBody();
  const mend = readMend(form["mend"], form["number"]);
  if (!mend) return redirectWith(c, path, { tone: "bad", text: "Choose what to do on the invoice's page." });
  const result = await mendInvoice(actOf(c), id, mend);
  if (!result.ok) return backWith(c, path, result);
  return redirectWith(c, path, { tone: "good", text: DONE[mend.kind] });
});

function readMend(kind: unknown, number: unknown): Mend | null {
  if (kind === "link" || kind === "reactivate") return { kind };
  return kind === "number" ? { kind, number: typeof number === "string" ? number : "" } : null;
}
