/**
 * Makes new invoices: the content of one made on Fulfillment, and the first row of any. Pure; it never decides
 * whether an invoice may be made (the statements in store.ts do, within the write).
 */
import type { Order } from "../orders/order.ts";
import type { AutoAdmission } from "./content-change.ts";
import { type InvoiceContent, type NewInvoiceRow, contentColumns, transition } from "./invoice.ts";

/** The invoice of a shipped order: it takes the order's number, and the date that is given (a calendar date). */
export function invoiceFromOrder(order: Order, date: string): InvoiceContent {
  return { number: order.number, date, dueDate: null, order };
}

export interface NewInvoice {
  id: string;
  instanceId: string;
  /** The order system's ID of the invoice; null for one made on Fulfillment. */
  externalId: string | null;
  /** Our ID of the order. */
  orderId: string;
  madeBy: "webhook" | "fulfillment";
  content: InvoiceContent;
  /** Envelope time of the telling; for one made on Fulfillment that of its order. */
  eventAt: string;
}

/** The row of a new invoice, in the state that its admission says. `connectionId` is its instance's. */
export function newInvoiceRow(
  invoice: NewInvoice,
  admission: AutoAdmission,
  connectionId: string | null,
  now: Date,
): NewInvoiceRow {
  const at = now.toISOString();
  const { content, ...identity } = invoice;
  const isQueued = admission.state === "queued";
  return {
    ...identity,
    ...contentColumns(content),
    ...transition(null, { operation: "create", state: admission.state }),
    connectionId,
    dueAt: isQueued ? at : null,
    requestedAt: admission.state === "not_sent" ? null : at,
    error: admission.error === null ? null : JSON.stringify(admission.error),
    createdAt: at,
    updatedAt: at,
  };
}
