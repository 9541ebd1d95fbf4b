/**
 * The words for how far a delivery has come (docs/architecture.md, section 6; docs/contract.md, section 4), and what people are shown
 * of them. Which state may follow which is in pushes/states.ts. Pure.
 */

export const OPERATIONS = ["create", "update", "void"] as const;
export const INVOICE_STATES = ["not_sent", "queued", "sending", "sent", "failed", "held", "unknown", "voided"] as const;

export type Operation = (typeof OPERATIONS)[number];
export type InvoiceState = (typeof INVOICE_STATES)[number];

/** The operation under way and how far it is. */
export interface DeliveryState {
  operation: Operation;
  state: InvoiceState;
}

/** What people and the API see: an invoice that is in QuickBooks stays sent while its update or void waits. */
export function publicStatus(row: DeliveryState): InvoiceState {
  return row.operation === "create" || row.state === "voided" ? row.state : "sent";
}

/** Whether QuickBooks has the invoice, as far as we know. */
export function isInQuickBooks(row: DeliveryState): boolean {
  return row.operation !== "create" || row.state === "sent";
}
