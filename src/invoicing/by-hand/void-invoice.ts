/**
 * Voids an invoice: here, and in QuickBooks if it was sent. While its outcome is open the request is remembered and
 * carried out once the outcome is known (docs/contract.md, section 4). `planVoid` is pure and is shared with the inbox.
 */
import { findConnection } from "../../connections/store.ts";
import type { Env } from "../../env.ts";
import { findInstance } from "../../instances/store.ts";
import { type InvoiceRow, findInvoice } from "../invoice-row.ts";
import { isInQuickBooks } from "../../documents/status.ts";
import { ORDER_CANCELLED } from "../../documents/warnings.ts";
import { withoutWarnings } from "../../failures/warning.ts";
import { refreshIsInvoiced } from "../../orders/store.ts";
import { type Db, runBatch, tookHold } from "../../platform/db.ts";
import { manualAdmission } from "../../pushes/admission.ts";
import { armFor, enqueue } from "../../pushes/queue/enqueue.ts";
import { pushes } from "../../pushes/schema.ts";
import type { PushError } from "../../failures/push-error.ts";
import { moveRow } from "../../pushes/ledger.ts";
import { VOIDED_HERE, beginVoid } from "../../pushes/outcome/begin-void.ts";

const MAX_TRIES = 5;

export type VoidPlan =
  | { kind: "void_here" | "void_in_quickbooks" | "remember"; patch: Partial<InvoiceRow> & { warnings: string } }
  | { kind: "nothing" };

/** What a request to void does to an invoice in its present state. `waitsFor`: why it can't be sent to QuickBooks now, if so. */
export function planVoid(row: InvoiceRow, waitsFor: PushError | null, now: Date): VoidPlan {
  const at = now.toISOString();
  if (row.state === "voided") return { kind: "nothing" };
  // A void overrides a cancellation that was remembered or flagged before.
  const warnings = withoutWarnings(row.warnings, [ORDER_CANCELLED]);
  if (row.state === "sending" || row.state === "unknown")
    return { kind: "remember", patch: { voidRequestedAt: row.voidRequestedAt ?? at, warnings } };
  // Bytes sent without an answer and not found may still be resent; there is nothing in QuickBooks to void.
  if (!isInQuickBooks(row)) return { kind: "void_here", patch: { ...VOIDED_HERE, voidRequestedAt: at, warnings } };
  return {
    kind: "void_in_quickbooks",
    patch: { ...beginVoid(waitsFor, now), voidRequestedAt: at, requestedAt: at, warnings },
  };
}

export type VoidAnswer = { ok: true; status: "voided" | "queued" | "remembered" } | { ok: false; error: PushError };

/** Voids the invoice, or says why that can't be done now. */
export async function voidInvoice(env: Env, db: Db, id: string, now: Date): Promise<VoidAnswer> {
  for (let i = 0; i < MAX_TRIES; i += 1) {
    const row = await findInvoice(db, id);
    if (!row) throw new Error(`No invoice ${id}`);
    const admission = await admissionOf(db, row);
    if (admission.state === "refused") return { ok: false, error: admission.error };
    const plan = planVoid(row, admission.error, now);
    if (plan.kind === "nothing") return { ok: true, status: "voided" };
    if (plan.kind === "void_in_quickbooks" && row.connectionId) await armFor(env, [row.connectionId], now);
    if (!(await write(db, row, plan.patch, now))) continue;
    if (plan.kind === "remember") return { ok: true, status: "remembered" };
    if (plan.kind === "void_here") return { ok: true, status: "voided" };
    await enqueue(env, [id]);
    return { ok: true, status: "queued" };
  }
  throw new Error(`Invoice ${id} could not be voided: other writers keep changing it`);
}

/** Switches and connection matter only if QuickBooks has the invoice. */
async function admissionOf(db: Db, row: InvoiceRow): Promise<ReturnType<typeof manualAdmission>> {
  if (!isInQuickBooks(row)) return { state: "queued", error: null };
  const instance = await findInstance(db, row.instanceId);
  if (!instance) throw new Error(`Invoice ${row.id} has no instance`);
  const connection = row.connectionId === null ? null : await findConnection(db, row.connectionId);
  return manualAdmission(connection, instance);
}

async function write(db: Db, row: InvoiceRow, patch: Partial<InvoiceRow>, now: Date): Promise<boolean> {
  const [updated] = await runBatch(db, [
    moveRow(db, row, patch, { now }).returning({ id: pushes.documentId }),
    refreshIsInvoiced(db, row.orderId),
  ]);
  return tookHold(updated);
}
