/**
 * What a void or a cancellation from an order system does to one invoice, by how far its delivery is (docs/contract.md,
 * sections 4 and 5). Pure; the columns come from `planVoid`, as for a void that a person asks for. Nothing that may
 * have reached QuickBooks is voided here without QuickBooks.
 */
import type { InvoiceRow } from "../pushes/invoice-row.ts";
import { isInQuickBooks } from "../invoices/status.ts";
import { ORDER_CANCELLED, VOID_WAITS } from "../invoices/warnings.ts";
import { withWarning } from "../failures/warning.ts";
import { reasonToHold } from "../pushes/admission.ts";
import { type VoidPlan, planVoid } from "../pushes/by-hand/void-invoice.ts";
import { type Effect, gatewayOfInvoice } from "./decision.ts";
import { calendarDate } from "../platform/calendar-date.ts";
import type { Known } from "./known.ts";

export interface VoidEffect {
  effect: Effect;
  /** Null where nothing changes. */
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
export function voidEffect(known: Known, row: InvoiceRow, now: Date): VoidEffect {
  if (isVoidUnderWay(row)) return NO_EFFECT;
  const barrier = reasonToHold(gatewayOfInvoice(known, row), known.instance);
  const plan = planVoid(row, barrier, now);
  if (plan.kind === "nothing") return NO_EFFECT;
  if (plan.kind !== "void_in_quickbooks" || !barrier) return { effect: EFFECTS[plan.kind], patch: plan.patch };
  const message = `The order system voided this invoice. QuickBooks still has it, since the void has to wait: ${barrier.message}`;
  return {
    effect: "void_queued",
    patch: { ...plan.patch, warnings: withWarning(plan.patch.warnings, { code: VOID_WAITS, message }) },
  };
}

function isVoidUnderWay(row: InvoiceRow): boolean {
  return row.operation === "void" && ["queued", "sending", "unknown", "held"].includes(row.state);
}

/** The order behind the invoice was cancelled. What QuickBooks has is left to a person. */
export function cancellationEffect(row: InvoiceRow, orderNumber: string, at: string, now: Date): VoidEffect {
  if (row.state === "voided" || row.operation === "void" || row.voidRequestedAt !== null) return NO_EFFECT;
  const message =
    `The order system cancelled order ${orderNumber} on ${calendarDate(at)}, after this invoice was sent. ` +
    "Void the invoice here, or credit it in QuickBooks, if nothing of it stays owed.";
  const warnings = withWarning(row.warnings, { code: ORDER_CANCELLED, message });
  if (isInQuickBooks(row)) return { effect: "flagged", patch: { warnings } };
  const plan = planVoid(row, null, now);
  if (plan.kind === "nothing") return NO_EFFECT;
  // While it is open whether QuickBooks has it, the flag stays with the wish: it says what to do should it have got in.
  return { effect: EFFECTS[plan.kind], patch: plan.kind === "remember" ? { ...plan.patch, warnings } : plan.patch };
}
