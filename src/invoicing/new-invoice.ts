/**
 * The first row of an invoice, in the state that its admission allows. Pure; it never decides whether an invoice may be
 * created (the writing statements do).
 */
import { errorText } from "../failures/push-error.ts";
import { type InvoiceContent, contentColumns } from "../invoices/invoice.ts";
import type { AutoAdmission } from "../pushes/admission.ts";
import type { NewInvoiceRow } from "./invoice-row.ts";
import { transition } from "../pushes/states.ts";

export interface NewInvoice {
  id: string;
  instanceId: string;
  /** The order system's ID of the invoice; null for one made on Fulfillment. */
  externalId: string | null;
  /** Our ID of the order. */
  orderId: string;
  madeBy: "webhook" | "fulfillment";
  content: InvoiceContent;
  /** Envelope time of the event; for one made on Fulfillment the time of its order. */
  eventAt: string;
}

/** The row of a new invoice, in the state that its admission allows. `connectionId` is its instance's. */
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
    error: admission.error === null ? null : errorText(admission.error, now),
    createdAt: at,
    updatedAt: at,
  };
}
