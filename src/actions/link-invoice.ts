/**
 * Links a failed invoice to the one in QuickBooks that uses its number, and takes such a link back. invoicing/by-hand/ does
 * both; this finds the invoice, calls it and records it.
 */
import type { ActionContext } from "../app-context.ts";
import type { LinkQuestion } from "../invoicing/by-hand/compare-to-link.ts";
import { linkInvoice } from "../invoicing/by-hand/fix.ts";
import { unlinkInvoice } from "../invoicing/by-hand/unlink.ts";
import { findInvoice, loadInvoice } from "../invoicing/invoice-row.ts";
import { recordActivity } from "../people/activity.ts";
import { conflict, notFound, type Result } from "./result.ts";

/** `asks`: the two sides differ, so nothing was done; `confirmed` of the next call answers with the question's `seen`. */
export type LinkAnswer = Result | { ok: false; reason: "asks"; message: string; question: LinkQuestion };

/** Links the invoice that uses the number, or asks, or refuses with a sentence. */
export async function linkDuplicate(context: ActionContext, id: string, confirmed?: string): Promise<LinkAnswer> {
  const invoice = await findInvoice(context.db, id);
  if (!invoice) return notFound("invoice");
  const result = await linkInvoice(context, invoice, confirmed);
  if (!result.ok) {
    const { message, question } = result;
    return question ? { ok: false, reason: "asks", message, question } : conflict(message);
  }
  const { qboId } = await loadInvoice(context.db, id);
  await record(context, "invoice.linked", { id, number: invoice.number, from: null, to: qboId });
  return { ok: true };
}

/** Takes back a link that a person made. QuickBooks is not touched. */
export async function unlink(context: ActionContext, id: string): Promise<Result> {
  const invoice = await findInvoice(context.db, id);
  if (!invoice) return notFound("invoice");
  const result = await unlinkInvoice(context.db, id, context.now);
  if (!result.ok) return conflict(result.message);
  await record(context, "invoice.unlinked", { id, number: invoice.number, from: result.qboId, to: null });
  return { ok: true };
}

function record(
  { db, now, actor }: ActionContext,
  action: string,
  { id, number, from, to }: { id: string; number: string; from: string | null; to: string | null },
): Promise<void> {
  return recordActivity(db, now, actor, {
    action,
    subject: { kind: "invoice", id, name: number },
    changes: [{ field: "qbo_invoice_id", from, to }],
  });
}
