/**
 * Creates the invoices of many shipped orders with three statements, because D1 limits statements and one click may ask
 * for a thousand invoices. The write itself checks whether an invoice may be created, so a double click or an
 * `invoice.created` event at the same time never creates a second one.
 */
import { getTableColumns, sql } from "drizzle-orm";
import { orders } from "../orders/schema.ts";
import { hasLivingInvoice } from "../orders/store.ts";
import type { BatchItem, Db } from "../platform/db.ts";
import { invoices } from "../invoices/schema.ts";
import { type InvoiceRow, IS_ITS_INVOICE, type NewInvoiceRow } from "./invoice-row.ts";
import { isPushOfAny } from "../pushes/document-row.ts";
import { pushOf } from "./invoice-writes.ts";
import { open } from "../pushes/ledger.ts";
import { pushes } from "../pushes/schema.ts";

export interface FulfillmentRow {
  row: NewInvoiceRow;
  /** The version of the order that the row was made from. */
  orderVersion: number;
}

/**
 * One batch. An invoice is created only if its order is shipped, still has that version and has no invoice other than
 * voided ones; read the invoices afterwards to see which were created. No order may be listed twice. Safe to repeat.
 */
export function fulfillmentBatch(db: Db, rows: readonly FulfillmentRow[], now: Date): BatchItem[] {
  const columns = Object.entries(getTableColumns(invoices)).filter(([, column]) => column.generated === undefined);
  const values = rows.map(({ row, orderVersion }) => {
    const given = new Map<string, unknown>(Object.entries(row));
    return {
      orderVersion,
      ...Object.fromEntries(columns.map(([key, column]) => [key, given.get(key) ?? column.default ?? null])),
    };
  });
  const orderIds = JSON.stringify(rows.map(({ row }) => row.orderId));
  const cells = columns.map(([key]) => sql`json_extract(asked.value, ${sql.raw(`'$.${key}'`)})`);
  const isInvoiced = hasLivingInvoice(sql`orders.id`);
  return [
    db.insert(invoices).select(sql`
      select ${sql.join(cells, sql`, `)}
      from json_each(${JSON.stringify(values)}) as asked join orders on orders.id = json_extract(asked.value, '$.orderId')
      where orders.status = 'shipped' and orders.row_version = json_extract(asked.value, '$.orderVersion')
      and not ${isInvoiced}`),
    open(
      db,
      "invoice",
      rows.map(({ row }) => pushOf(row)),
    ),
    db
      .update(orders)
      .set({ isInvoiced: true, updatedAt: now.toISOString(), rowVersion: sql`${orders.rowVersion} + 1` })
      .where(
        sql`${orders.id} in (select value from json_each(${orderIds})) and ${orders.isInvoiced} = 0
        and ${isInvoiced}`,
      ),
  ];
}

/** Those of the invoices that were created. Without their texts, which are large where many are created at once. */
export async function listCreated(
  db: Db,
  ids: readonly string[],
): Promise<Pick<InvoiceRow, "id" | "orderId" | "operation" | "state">[]> {
  if (ids.length === 0) return [];
  return db
    .select({ id: invoices.id, orderId: invoices.orderId, operation: pushes.operation, state: pushes.state })
    .from(pushes)
    .innerJoin(invoices, IS_ITS_INVOICE)
    .where(isPushOfAny("invoice", ids));
}
