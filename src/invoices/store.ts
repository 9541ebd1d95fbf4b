/**
 * Reads single invoices, and gives the statements that make one on Fulfillment. Lists are in list.ts; what a push
 * writes is in pushes/store.ts, what a delivery writes in inbox/.
 */
import { and, eq, sql } from "drizzle-orm";
import type { BatchItem, Db } from "../platform/db.ts";
import { insertWhere } from "../platform/insert-where.ts";
import { refreshIsInvoiced } from "../orders/store.ts";
import type { InvoiceRow, NewInvoiceRow } from "./invoice.ts";
import { invoices } from "./schema.ts";

/** The invoice, or null. */
export async function findInvoice(db: Db, id: string): Promise<InvoiceRow | null> {
  const [row] = await db.select().from(invoices).where(eq(invoices.id, id)).limit(1);
  return row ?? null;
}

/** The invoice, which must exist. */
export async function loadInvoice(db: Db, id: string): Promise<InvoiceRow> {
  const row = await findInvoice(db, id);
  if (!row) throw new Error(`No invoice ${id}`);
  return row;
}

/** The invoice that an instance knows by this ID, or null. */
export async function findInvoiceByExternalId(
  db: Db,
  instanceId: string,
  externalId: string,
): Promise<InvoiceRow | null> {
  const [row] = await db
    .select()
    .from(invoices)
    .where(and(eq(invoices.instanceId, instanceId), eq(invoices.externalId, externalId)))
    .limit(1);
  return row ?? null;
}

/** The invoices of an order, oldest first; void ones too. */
export async function listInvoicesOfOrder(db: Db, orderId: string): Promise<InvoiceRow[]> {
  return db.select().from(invoices).where(eq(invoices.orderId, orderId)).orderBy(invoices.id);
}

/**
 * The statements that make an invoice on Fulfillment, to be run as one batch (those of several orders may share it).
 * The invoice is made only while its order is shipped, has this version and has no invoice that is not void:
 * whether it was made shows in `findInvoice(db, row.id)` afterwards. Safe to repeat.
 */
export function fulfillmentStatements(
  db: Db,
  row: NewInvoiceRow,
  order: { id: string; rowVersion: number },
): BatchItem[] {
  const mayBeMade = sql`exists (select 1 from orders where id = ${order.id} and status = 'shipped' and row_version = ${order.rowVersion})
    and not exists (select 1 from invoices where order_id = ${order.id} and state <> 'voided')`;
  return [insertWhere(db, invoices, row, mayBeMade), refreshIsInvoiced(db, order.id)];
}
