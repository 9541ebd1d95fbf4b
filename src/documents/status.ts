/**
 * The states of a delivery (docs/architecture.md, section 6; docs/contract.md, section 4), and the status that people
 * see. Which state may follow which is in pushes/states.ts. Pure.
 */

export const OPERATIONS = ["create", "update", "void"] as const;
export const DOCUMENT_STATES = [
  "not_sent",
  "queued",
  "sending",
  "sent",
  "failed",
  "held",
  "unknown",
  "voided",
] as const;

export type Operation = (typeof OPERATIONS)[number];
export type DocumentState = (typeof DOCUMENT_STATES)[number];

/** The current operation and its state. */
export interface DeliveryState {
  operation: Operation;
  state: DocumentState;
}

/** What people and the API see: a document that is in QuickBooks stays sent while its update or void waits. */
export function publicStatus(row: DeliveryState): DocumentState {
  return row.operation === "create" || row.state === "voided" ? row.state : "sent";
}

/** Whether QuickBooks has the document, to our knowledge. */
export function isInQuickBooks(row: DeliveryState): boolean {
  return row.operation !== "create" || row.state === "sent";
}
