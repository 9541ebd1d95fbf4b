/**
 * 'Send to QuickBooks': a person or a program asks for invoices to be pushed. invoicing/by-hand/send-invoices.ts decides
 * whether each may go; this bounds the list and records the request.
 */
import type { ActionContext } from "../app-context.ts";
import { recordActivity } from "../people/activity.ts";
import { MAX_BULK_ITEMS } from "../platform/limits.ts";
import { plural } from "../platform/words.ts";
import { sendInvoices, type SendResult } from "../invoicing/by-hand/send-invoices.ts";
import { invalid, type Result } from "./result.ts";

/** A result for each ID, in the order given; an ID given twice gets two results and is sent once. */
export async function requestSend(context: ActionContext, ids: string[]): Promise<Result<{ results: SendResult[] }>> {
  if (ids.length > MAX_BULK_ITEMS) {
    return invalid([
      {
        path: "invoice_ids",
        message: `At most ${MAX_BULK_ITEMS} invoices can be sent at a time; send the rest afterwards.`,
      },
    ]);
  }
  const found = await sendInvoices(context.env, context.db, [...new Set(ids)], context.now);
  const byId = new Map(found.map((result) => [result.invoice_id, result]));
  const results = ids.flatMap((id) => byId.get(id) ?? []);
  const queued = found.filter((result) => result.status === "queued");
  if (queued.length > 0) await record(context, queued);
  return { ok: true, results };
}

async function record(context: ActionContext, queued: SendResult[]): Promise<void> {
  const id = queued.length === 1 ? (queued[0]?.invoice_id ?? "") : "";
  const name = plural(queued.length, "invoice");
  await recordActivity(context.db, context.now, context.actor, {
    action: "invoice.sent",
    subject: { kind: "invoice", id, name },
  });
}
