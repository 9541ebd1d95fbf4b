/**
 * Voids an invoice: here, and in QuickBooks if it was sent. If its outcome is not known yet, the request is remembered.
 */
import type { ActionContext } from "../app-context.ts";
import type { PushError } from "../failures/push-error.ts";
import { findInvoice } from "../invoicing/invoice-row.ts";
import { recordActivity } from "../people/activity.ts";
import { voidInvoice } from "../invoicing/by-hand/void-invoice.ts";
import { notFound, type Result } from "./result.ts";

/** `remembered`: done as soon as we know whether QuickBooks has the invoice. */
export type VoidResult =
  | Result<{ status: "voided" | "queued" | "remembered" }>
  | { ok: false; reason: "refused"; error: PushError };

export async function requestVoid(context: ActionContext, id: string): Promise<VoidResult> {
  const invoice = await findInvoice(context.db, id);
  if (!invoice) return notFound("invoice");
  const result = await voidInvoice(context.env, context.db, id, context.now);
  if (!result.ok) return { ok: false, reason: "refused", error: result.error };
  const changes = [{ field: "push_status", from: invoice.pushStatus, to: result.status }];
  await recordActivity(context.db, context.now, context.actor, {
    action: "invoice.voided",
    subject: { kind: "invoice", id, name: invoice.number },
    changes,
  });
  return { ok: true, status: result.status };
}
