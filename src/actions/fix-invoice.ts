/**
 * Fixes a failed invoice from its page: use another number, or make an inactive record active again (link-invoice.ts links
 * the invoice that holds the number). invoicing/by-hand/ does each; this finds the invoice, calls it and records it.
 */
import type { ActionContext } from "../app-context.ts";
import { type InvoiceRow, findInvoice } from "../invoicing/invoice-row.ts";
import { recordActivity } from "../people/activity.ts";
import { makeActiveAgain, useAnotherNumber } from "../invoicing/by-hand/fix.ts";
import { conflict, notFound, type Result } from "./result.ts";

export type InvoiceFix = { kind: "number"; number: string } | { kind: "reactivate" };

const ACTIONS = {
  number: "invoice.number_changed",
  reactivate: "invoice.reference_reactivated",
} as const;

/** Carries out the fix, or refuses with a sentence if that is not (or no longer) possible. */
export async function fixInvoice(context: ActionContext, id: string, fix: InvoiceFix): Promise<Result> {
  const invoice = await findInvoice(context.db, id);
  if (!invoice) return notFound("invoice");
  const result = await carryOut(context, invoice, fix);
  if (!result.ok) return conflict(result.message);
  const changes =
    fix.kind === "number"
      ? [{ field: "doc_number", from: invoice.docNumber ?? invoice.number, to: fix.number.trim() }]
      : [];
  await recordActivity(context.db, context.now, context.actor, {
    action: ACTIONS[fix.kind],
    subject: { kind: "invoice", id, name: invoice.number },
    changes,
  });
  return { ok: true };
}

function carryOut(context: ActionContext, invoice: InvoiceRow, fix: InvoiceFix) {
  switch (fix.kind) {
    case "number":
      return useAnotherNumber(context, invoice, fix.number);
    case "reactivate":
      return makeActiveAgain(context, invoice);
  }
}
