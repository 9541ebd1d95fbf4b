/**
 * `invoice.sent` and `invoice.failed`: statements for the very batch that settles an invoice, so that a crash loses none
 * and doubles none. They write only where that settlement took hold and where the instance's receiver wants them.
 */
import { sql } from "drizzle-orm";
import { z } from "zod";
import { type DeliveryState, publicStatus } from "../invoices/status.ts";
import { type ShownInvoice, invoiceView, qboUrl } from "../invoices/view.ts";
import type { BatchItem, Db } from "../platform/db.ts";
import { insertWhere } from "../platform/insert-where.ts";
import { ALERTS_ENDPOINT, type InvoiceEvent } from "./event.ts";
import { type Notice, freshFailures, notices } from "./schema.ts";
import { newNotice } from "./store.ts";

/** A row as a settlement writes it. */
export interface SettledInvoice extends ShownInvoice {
  rowVersion: number;
  attemptCount: number;
}

const invoiceData = z.looseObject({ qbo_invoice_id: z.string().nullable() });

/**
 * What a settlement leads to: nothing, unless people see the invoice as Sent or Failed from now on. `after` is the row as
 * the batch writes it, with its new version and its count of attempts, which nobody else raises; the statements go
 * behind that write.
 */
export function invoiceNotices(db: Db, before: DeliveryState, after: SettledInvoice, now: Date): BatchItem[] {
  const status = publicStatus(after);
  if (status === publicStatus(before) || (status !== "sent" && status !== "failed")) return [];
  const event = status === "sent" ? "invoice.sent" : "invoice.failed";
  const statements = [eventStatement(db, event, after, now)];
  if (status === "failed") statements.push(freshFailureStatement(db, after, now));
  return statements;
}

/** The `data` of a stored notice as it goes out. The address in QuickBooks is ours to configure, so it is added here. */
export function dataOf(notice: Pick<Notice, "type" | "data">, qboAppUrl: string): unknown {
  const data: unknown = JSON.parse(notice.data);
  const parsed = invoiceData.safeParse(data);
  if (!notice.type.startsWith("invoice.") || !parsed.success) return data;
  return { ...parsed.data, qbo_url: qboUrl(qboAppUrl, parsed.data.qbo_invoice_id) };
}

function eventStatement(db: Db, event: InvoiceEvent, after: SettledInvoice, now: Date): BatchItem {
  const source = `invoice:${after.id}:${after.rowVersion}`;
  const notice = newNotice({ endpointId: after.instanceId, type: event, source, data: eventData(after) }, now);
  return insertWhere(
    db,
    notices,
    notice,
    sql`EXISTS (
      SELECT 1 FROM pushes v JOIN notice_endpoints e ON e.id = v.instance_id JOIN instances i ON i.id = v.instance_id
      WHERE v.kind = 'invoice' AND v.document_id = ${after.id} AND v.row_version = ${after.rowVersion} AND v.attempt_count = ${after.attemptCount} AND i.removed_at IS NULL AND e.url IS NOT NULL
        AND EXISTS (SELECT 1 FROM json_each(e.events) WHERE value = ${event}))
      AND NOT EXISTS (SELECT 1 FROM notices WHERE endpoint_id = ${after.instanceId} AND source = ${source})`,
  );
}

/** The order system knows its buyers; what it is told is about the delivery, in the API's words. */
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
  };
}

/** Only while somebody wants to be told of failures, so that the table never grows for nobody. */
function freshFailureStatement(db: Db, after: SettledInvoice, now: Date): BatchItem {
  const at = now.toISOString();
  const isMine = sql`
    SELECT v.document_id, ${at} FROM pushes v JOIN notice_endpoints e ON e.id = ${ALERTS_ENDPOINT}
    WHERE v.kind = 'invoice' AND v.document_id = ${after.id} AND v.row_version = ${after.rowVersion} AND v.attempt_count = ${after.attemptCount} AND e.url IS NOT NULL
      AND EXISTS (SELECT 1 FROM json_each(e.events) WHERE value = 'invoices.failed')`;
  return db.insert(freshFailures).select(isMine).onConflictDoUpdate({ target: freshFailures.invoiceId, set: { at } });
}
