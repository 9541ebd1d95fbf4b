/**
 * Fixing a failed invoice from its page: link the invoice that holds the number, use another number, make what is
 * inactive active again. How each is done is in pushes/by-hand/fix.ts; here it is found, carried out and recorded.
 */
import type { Act } from "../app-context.ts";
import type { InvoiceRow } from "../pushes/invoice-row.ts";
import { findRow } from "../pushes/store.ts";
import { recordActivity } from "../people/activity.ts";
import { linkInvoice, makeActiveAgain, useAnotherNumber } from "../pushes/by-hand/fix.ts";
import { conflict, notFound, type Result } from "./result.ts";

export type InvoiceFix = { kind: "link" } | { kind: "number"; number: string } | { kind: "reactivate" };

const ACTIONS = {
  link: "invoice.linked",
  number: "invoice.number_changed",
  reactivate: "invoice.reference_reactivated",
} as const;

/** Carries the fix out; refused with a sentence where it can't be done (any more). */
export async function fixInvoice(act: Act, id: string, fix: InvoiceFix): Promise<Result> {
  const invoice = await findRow(act.db, id);
  if (!invoice) return notFound("invoice");
  const result = await carryOut(act, invoice, fix);
  if (!result.ok) return conflict(result.message);
  const changes =
    fix.kind === "number"
      ? [{ field: "doc_number", from: invoice.docNumber ?? invoice.number, to: fix.number.trim() }]
      : [];
  await recordActivity(act.db, act.now, act.actor, {
    action: ACTIONS[fix.kind],
    subject: { kind: "invoice", id, name: invoice.number },
    changes,
  });
  return { ok: true };
}

function carryOut({ env, config, db, now }: Act, invoice: InvoiceRow, fix: InvoiceFix) {
  const context = { env, config, db, now };
  switch (fix.kind) {
    case "link":
      return linkInvoice(context, invoice);
    case "number":
      return useAnotherNumber(context, invoice, fix.number);
    case "reactivate":
      return makeActiveAgain(context, invoice);
  }
}
