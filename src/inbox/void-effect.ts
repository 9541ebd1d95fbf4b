/**
 * What a void or a cancellation from an order system does to one invoice, depending on its delivery (docs/contract.md,
 * sections 4 and 5). Pure; `planVoid` gives the columns, as for a void that a person asks for. An invoice that may have
 * reached QuickBooks is never voided here without QuickBooks.
 */
import type { InvoiceRow } from "../invoicing/invoice-row.ts";
import { isInQuickBooks } from "../documents/status.ts";
import { ORDER_CANCELLED, VOID_WAITS } from "../documents/warnings.ts";
import { withWarning } from "../failures/warning.ts";
import { reasonToHold } from "../pushes/admission.ts";
import { type VoidPlan, planVoid } from "../invoicing/by-hand/void-invoice.ts";
import { type Effect, connectionOfInvoice } from "./decision.ts";
import type { Snapshot } from "./snapshot.ts";

export interface VoidEffect {
  effect: Effect;
  /** Null if nothing changes. */
  patch: Partial<InvoiceRow> | null;
}

const NO_EFFECT: VoidEffect = { effect: "unchanged", patch: null };
const EFFECTS: Readonly<Record<VoidPlan["kind"], Effect>> = {
  void_here: "voided",
  void_in_quickbooks: "void_queued",
  remember: "void_remembered",
  nothing: "unchanged",
};

/** The order system voided the invoice. */
export function voidEffect(snapshot: Snapshot, row: InvoiceRow, now: Date): VoidEffect {
  if (isVoidUnderWay(row)) return NO_EFFECT;
  const obstacle = reasonToHold(connectionOfInvoice(snapshot, row), snapshot.instance);
  const plan = planVoid(row, obstacle, now);
  if (plan.kind === "nothing") return NO_EFFECT;
  if (plan.kind !== "void_in_quickbooks" || !obstacle) return { effect: EFFECTS[plan.kind], patch: plan.patch };
  const message = `The order system voided this invoice. It is still in QuickBooks, because the void has to wait: ${obstacle.message}`;
  return {
    effect: "void_queued",
    patch: { ...plan.patch, warnings: withWarning(plan.patch.warnings, { code: VOID_WAITS, message }) },
  };
}

function isVoidUnderWay(row: InvoiceRow): boolean {
  return row.operation === "void" && ["queued", "sending", "unknown", "held"].includes(row.state);
}

/** The invoice's order was cancelled on that calendar day. If QuickBooks has the invoice, a person decides. */
export function cancellationEffect(row: InvoiceRow, orderNumber: string, on: string, now: Date): VoidEffect {
  if (row.state === "voided" || row.operation === "void" || row.voidRequestedAt !== null) return NO_EFFECT;
  const message =
    `The order system cancelled order ${orderNumber} on ${on}, after this invoice was sent. ` +
    "Void the invoice here, or credit it in QuickBooks, if nothing is owed on it.";
  const warnings = withWarning(row.warnings, { code: ORDER_CANCELLED, message });
  if (isInQuickBooks(row)) return { effect: "flagged", patch: { warnings } };
  const plan = planVoid(row, null, now);
  if (plan.kind === "nothing") return NO_EFFECT;
  // While we don't know whether QuickBooks has it, the warning stays: it says what to do if QuickBooks does.
  return { effect: EFFECTS[plan.kind], patch: plan.kind === "remember" ? { ...plan.patch, warnings } : plan.patch };
}
