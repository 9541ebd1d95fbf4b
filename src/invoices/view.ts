/**
 * An invoice as the API shows it (docs/contract.md, section 6). The route that shows one invoice adds the attempts.
 * Must never show the internal state: an invoice that is in QuickBooks is `sent`, even while an update or void is
 * pending.
 */
import { publicError, readError } from "../failures/push-error.ts";
import { formatMinor } from "../platform/money.ts";
import type { invoices } from "./schema.ts";
import { attentionKind } from "../documents/attention.ts";
import { type DeliveryState, publicStatus } from "../documents/status.ts";
import { readWarnings } from "../failures/warning.ts";

/** The URL of an invoice in QuickBooks, or null if it is not there. `qboAppUrl` as in `Config`. */
export function qboUrl(qboAppUrl: string, qboId: string | null): string | null {
  return qboId === null ? null : `${qboAppUrl}/app/invoice?txnId=${encodeURIComponent(qboId)}`;
}

/** The URL of a customer in QuickBooks. */
export function customerUrl(qboAppUrl: string, qboId: string): string {
  return `${qboAppUrl}/app/customerdetail?nameId=${encodeURIComponent(qboId)}`;
}

/** QuickBooks has no known address of one item: the list of all opens, which ignores the ID. */
export function itemsUrl(qboAppUrl: string, qboId: string): string {
  return `${qboAppUrl}/app/items?itemId=${encodeURIComponent(qboId)}`;
}

type ContentColumns = Pick<
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

/** The fields of an invoice and its delivery that are shown: a row of a list, or a complete row. */
export interface ShownInvoice extends ContentColumns, DeliveryState {
  /** JSON, as stored. */
  error: string | null;
  warnings: string;
  dueAt: string | null;
  qboId: string | null;
  qboBalanceMinor: number | null;
  /** Calendar date. */
  paidOn: string | null;
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
    qbo_invoice_id: row.qboId,
    qbo_url: qboUrl(qboAppUrl, row.qboId),
    balance: row.qboBalanceMinor === null ? null : formatMinor(row.qboBalanceMinor, row.currency),
    paid_on: row.paidOn,
    needs_attention: attentionKind(row) !== null,
  };
}
