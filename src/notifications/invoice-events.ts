/**
 * `invoice.sent`, `invoice.failed` and `invoice.paid`: statements for the same batch that settles an invoice, or that
 * records its payment, so that a crash neither loses nor duplicates one. They write only if that settlement took effect and the instance's receiver wants the event.
 */
import { sql } from "drizzle-orm";
import { z } from "zod";
import { type DeliveryState, publicStatus } from "../documents/status.ts";
import { type ShownInvoice, invoiceView, qboUrl } from "../invoices/view.ts";
import type { BatchItem, Db } from "../platform/db.ts";
import { insertWhere } from "../platform/insert-where.ts";
import { ALERTS_ENDPOINT, type InvoiceEvent } from "./event.ts";
import { type Notification, freshFailures, notifications } from "./schema.ts";
import { newNotification } from "./store.ts";

/** A row as the settlement writes it. */
export interface SettledInvoice extends ShownInvoice {
  rowVersion: number;
  attemptCount: number;
}

const invoiceData = z.looseObject({ qbo_invoice_id: z.string().nullable() });

/**
 * The notifications for a settlement: none, unless people see the invoice change to Sent or Failed, or it is paid now and
 * was not before. `after` is the row as the batch writes it, with its new version and attempt count, which no other writer
 * raises; the statements go after that write.
 */
export function invoiceNotifications(
  db: Db,
  before: DeliveryState & { paidOn: string | null },
  after: SettledInvoice,
  now: Date,
): BatchItem[] {
  const status = publicStatus(after);
  const isPaid = before.paidOn === null && after.paidOn !== null && after.state !== "voided";
  const paid = isPaid ? [eventStatement(db, "invoice.paid", after, now)] : [];
  if (status === publicStatus(before) || (status !== "sent" && status !== "failed")) return paid;
  const event = status === "sent" ? "invoice.sent" : "invoice.failed";
  const statements = [eventStatement(db, event, after, now)];
  if (status === "failed") statements.push(freshFailureStatement(db, after, now));
  return [...statements, ...paid];
}

/**
 * The `data` of a stored notification as it is sent. The URL in QuickBooks depends on our configuration, so it is added
 * here.
 */
export function notificationData(notification: Pick<Notification, "type" | "data">, qboAppUrl: string): unknown {
  const data: unknown = JSON.parse(notification.data);
  const parsed = invoiceData.safeParse(data);
  if (!notification.type.startsWith("invoice.") || !parsed.success) return data;
  return { ...parsed.data, qbo_url: qboUrl(qboAppUrl, parsed.data.qbo_invoice_id) };
}

function eventStatement(db: Db, event: InvoiceEvent, after: SettledInvoice, now: Date): BatchItem {
  // One settlement may both send an invoice and find it paid.
  const source = `invoice:${after.id}:${after.rowVersion}${event === "invoice.paid" ? ":paid" : ""}`;
  const notification = newNotification(
    { endpointId: after.instanceId, type: event, source, data: eventData(after) },
    now,
  );
  return insertWhere(
    db,
    notifications,
    notification,
    sql`EXISTS (
      SELECT 1 FROM pushes v JOIN notice_endpoints e ON e.id = v.instance_id JOIN instances i ON i.id = v.instance_id
      WHERE v.kind = 'invoice' AND v.document_id = ${after.id} AND v.row_version = ${after.rowVersion} AND v.attempt_count = ${after.attemptCount} AND i.removed_at IS NULL AND e.url IS NOT NULL
        AND EXISTS (SELECT 1 FROM json_each(e.events) WHERE value = ${event}))
      AND NOT EXISTS (SELECT 1 FROM notices WHERE endpoint_id = ${after.instanceId} AND source = ${source})`,
  );
}

/** The order system knows its buyers; the event is about the delivery, in the API's words. */
function eventData(after: SettledInvoice): Record<string, unknown> {
  const view = invoiceView(after, "");
  return {
    id: view.id,
    external_id: view.external_id,
    number: view.number,
    order_external_id: view.order_external_id,
    push_status: view.push_status,
    error: view.error,
    qbo_invoice_id: view.qbo_invoice_id,
    total: view.total,
    currency: view.currency,
    balance: view.balance,
    paid_on: view.paid_on,
  };
}

/** Only while someone is notified of failures, so that the table doesn't grow for nothing. */
function freshFailureStatement(db: Db, after: SettledInvoice, now: Date): BatchItem {
  const at = now.toISOString();
  const isMine = sql`
    SELECT v.document_id, ${at} FROM pushes v JOIN notice_endpoints e ON e.id = ${ALERTS_ENDPOINT}
    WHERE v.kind = 'invoice' AND v.document_id = ${after.id} AND v.row_version = ${after.rowVersion} AND v.attempt_count = ${after.attemptCount} AND e.url IS NOT NULL
      AND EXISTS (SELECT 1 FROM json_each(e.events) WHERE value = 'invoices.failed')`;
  return db.insert(freshFailures).select(isMine).onConflictDoUpdate({ target: freshFailures.invoiceId, set: { at } });
}
