/**
 * Voiding an invoice: here, and in QuickBooks where it was sent. Where its outcome is open the wish is remembered.
 */
import type { Act } from "../app-context.ts";
import type { PushError } from "../failures/push-error.ts";
import { findRow } from "../pushes/store.ts";
import { recordActivity } from "../people/activity.ts";
import { voidInvoice } from "../pushes/by-hand/void-invoice.ts";
import { notFound, type Result } from "./result.ts";

/** `remembered`: done as soon as it is known whether QuickBooks has the invoice. */
export type VoidResult =
  | Result<{ status: "voided" | "queued" | "remembered" }>
  | { ok: false; reason: "refused"; error: PushError };

export async function requestVoid(act: Act, id: string): Promise<VoidResult> {
  const invoice = await findRow(act.db, id);
  if (!invoice) return notFound("invoice");
  const result = await voidInvoice(act.env, act.db, id, act.now);
  if (!result.ok) return { ok: false, reason: "refused", error: result.error };
  const changes = [{ field: "push_status", from: invoice.pushStatus, to: result.status }];
  await recordActivity(act.db, act.now, act.actor, {
    action: "invoice.voided",
    subject: { kind: "invoice", id, name: invoice.number },
    changes,
  });
  return { ok: true, status: result.status };
}
