/**
 * The states of a delivery (docs/architecture.md, section 6; docs/contract.md, section 4), and the status that people
 * see. Which state may follow which is in pushes/states.ts. Pure.
 */

export const OPERATIONS = ["create", "update", "void"] as const;
export const INVOICE_STATES = ["not_sent", "queued", "sending", "sent", "failed", "held", "unknown", "voided"] as const;

export type Operation = (typeof OPERATIONS)[number];
export type InvoiceState = (typeof INVOICE_STATES)[number];

/** The current operation and its state. */
export interface DeliveryState {
  operation: Operation;
  state: InvoiceState;
}

/** What people and the API see: an invoice that is in QuickBooks stays sent while its update or void waits. */
export function publicStatus(row: DeliveryState): InvoiceState {
  return row.operation === "create" || row.state === "voided" ? row.state : "sent";
}

/** Whether QuickBooks has the invoice, to our knowledge. */
export function isInQuickBooks(row: DeliveryState): boolean {
  return row.operation !== "create" || row.state === "sent";
}
