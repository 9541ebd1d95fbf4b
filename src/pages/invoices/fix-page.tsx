/**
 * Takes the forms that fix a failed invoice, then redirects to the invoice with the result.
 */
import { Hono } from "hono";
import { fixInvoice, type InvoiceFix } from "../../actions/fix-invoice.ts";
import type { AppEnv } from "../../app-context.ts";
import { actionContextOf } from "../../people/action-context.ts";
import { needs } from "../../people/route-access.ts";
import { redirectWith } from "../parts/flash.ts";
import { readForm } from "../parts/form.ts";
import { backWith } from "../parts/refusal.ts";

export const fixPage = new Hono<AppEnv>();

const DONE = {
  link: "The invoice is linked to the one in QuickBooks.",
  number: "The invoice is being sent under the new number.",
  reactivate: "It is active again, and the invoice is being sent.",
} as const;

fixPage.post("/invoices/:id/fix", needs("invoice"), async (c) => {
  const id = c.req.param("id");
  const path = `/invoices/${id}`;
  const fix = readFix((await readForm(c)).values);
  if (!fix) return redirectWith(c, path, { tone: "bad", text: "Choose what to do on the invoice's page." });
  const result = await fixInvoice(actionContextOf(c), id, fix);
  if (!result.ok) return backWith(c, path, result);
  return redirectWith(c, path, { tone: "good", text: DONE[fix.kind] });
});

function readFix({ fix, number = "" }: Record<string, string>): InvoiceFix | null {
  if (fix === "link" || fix === "reactivate") return { kind: fix };
  return fix === "number" ? { kind: fix, number } : null;
}
