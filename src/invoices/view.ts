/**
 * An invoice as the API shows it (docs/contract.md, section 6). The attempts are added by the route that shows one
 * invoice. Must never show the inner state: an invoice that is in QuickBooks is `sent`, whatever waits.
 */
import { publicError, readError } from "../failures/push-error.ts";
import { formatMinor } from "../platform/money.ts";
import { publicStatus } from "./invoice.ts";
import type { InvoiceListRow } from "./list.ts";
import { readWarnings } from "../failures/warning.ts";

/** The address of an invoice in QuickBooks, or null where it is not there. `qboAppUrl` as in `Config`. */
export function qboUrl(qboAppUrl: string, qboInvoiceId: string | null): string | null {
  return qboInvoiceId === null ? null : `${qboAppUrl}/app/invoice?txnId=${encodeURIComponent(qboInvoiceId)}`;
}

/** The API's shape of an invoice. Takes a row of a list, or a whole row. */
export function invoiceView(row: InvoiceListRow, qboAppUrl: string) {
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
