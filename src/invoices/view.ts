/**
 * An invoice as the API shows it (docs/contract.md, section 6). The attempts are added by the route that shows one
 * invoice. Must never show the inner state: an invoice that is in QuickBooks is `sent`, whatever waits.
 */
import { publicError, readError } from "../failures/push-error.ts";
import { formatMinor } from "../platform/money.ts";
import type { invoices } from "./schema.ts";
import { type DeliveryState, publicStatus } from "./status.ts";
import { readWarnings } from "../failures/warning.ts";

/** The address of an invoice in QuickBooks, or null where it is not there. `qboAppUrl` as in `Config`. */
export function qboUrl(qboAppUrl: string, qboInvoiceId: string | null): string | null {
  return qboInvoiceId === null ? null : `${qboAppUrl}/app/invoice?txnId=${encodeURIComponent(qboInvoiceId)}`;
}

type Said = Pick<
  typeof invoices.$inferSelect,
  | "id"
  | "number"
  | "externalId"
  | "orderId"
  | "orderExternalId"
  | "instanceId"
  | "customerName"
  | "date"
  | "currency"
  | "totalMinor"
>;

/** What is shown of an invoice and of its delivery: a row of a list, or a whole row. */
export interface ShownInvoice extends Said, DeliveryState {
  /** JSON, as stored. */
  error: string | null;
  warnings: string;
  dueAt: string | null;
  qboInvoiceId: string | null;
}

/** The API's shape of an invoice. */
export function invoiceView(row: ShownInvoice, qboAppUrl: string) {
  const error = readError(row.error);
  return {
    id: row.id,
    number: row.number,
    external_id: row.externalId,
    order_id: row.orderId,
    order_external_id: row.orderExternalId,
    instance_id: row.instanceId,
    customer_name: row.customerName,
    date: row.date,
    currency: row.currency,
    total: formatMinor(row.totalMinor, row.currency),
    push_status: publicStatus(row),
    error: error && publicError(error),
    warnings: readWarnings(row.warnings),
    next_attempt_at: row.state === "queued" ? row.dueAt : null,
    qbo_invoice_id: row.qboInvoiceId,
    qbo_url: qboUrl(qboAppUrl, row.qboInvoiceId),
  };
}
export type InvoiceView = ReturnType<typeof invoiceView>;
