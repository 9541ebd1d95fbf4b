/**
 * Reads orders, and makes the statements that keep their derived columns up to date. Only inbox/ writes orders, in the
 * batch that stores their delivery.
 */
import { type InferSelectModel, type SQL, type SQLWrapper, and, count, eq, getTableColumns, sql } from "drizzle-orm";
import type { BatchItem, Db } from "../platform/db.ts";
import { type DatePage, type PageRequest, pageQuery, toPage } from "./date-page.ts";
import { orders } from "./schema.ts";

export type OrderRow = InferSelectModel<typeof orders>;
export type OrderStatus = OrderRow["status"];

/** An order without its body: what lists show. */
export type OrderListRow = Omit<OrderRow, "body">;

export interface OrderFilter {
  status?: OrderStatus | undefined;
  isInvoiced?: boolean | undefined;
  instanceId?: string | undefined;
  /** Calendar dates, inclusive; compared with `shippedOn`. */
  from?: string | undefined;
  to?: string | undefined;
}

const { body: _body, ...listColumns } = getTableColumns(orders);

/**
 * The orders that wait for an invoice, through the index that has only those. It has to be named: SQLite would choose
 * the index of all shipped orders, which is nearly all orders.
 */
const TO_BE_INVOICED = sql`(select rowid from orders indexed by orders_to_invoice where status = 'shipped' and is_invoiced = 0)`;

/** The order, or null. */
export async function findOrder(db: Db, id: string): Promise<OrderRow | null> {
  const [row] = await db.select().from(orders).where(eq(orders.id, id)).limit(1);
  return row ?? null;
}

/** The orders with these IDs, in no particular order; unknown IDs are left out. Any number of IDs. */
export async function findOrders(db: Db, ids: readonly string[]): Promise<OrderRow[]> {
  return db
    .select()
    .from(orders)
    .where(sql`${orders.id} in (select value from json_each(${JSON.stringify(ids)}))`);
}

/** The numbers of orders by their IDs; unknown IDs are left out. */
export async function numbersOf(db: Db, ids: readonly string[]): Promise<Map<string, string>> {
  const rows = await db
    .select({ id: orders.id, number: orders.number })
    .from(orders)
    .where(sql`${orders.id} in (select value from json_each(${JSON.stringify(ids)}))`);
  return new Map(rows.map(({ id, number }) => [id, number]));
}

/** A page of orders, newest first. Throws CursorError. */
export async function listOrders(db: Db, filter: OrderFilter, page: PageRequest): Promise<DatePage<OrderListRow>> {
  const { where, date, id } = queryOf(filter);
  const query = pageQuery(page, date, id);
  const found = await db
    .select(listColumns)
    .from(orders)
    .where(and(where, query.where))
    .orderBy(...query.orderBy)
    .limit(query.limit);
  return toPage(page, found, (row) => `${row.shippedOn}_${row.id}`);
}

/** How many orders match. */
export async function countOrders(db: Db, filter: OrderFilter): Promise<number> {
  const [row] = await db.select({ n: count() }).from(orders).where(queryOf(filter).where);
  return row?.n ?? 0;
}

/** The IDs of all orders that match, newest first, up to `limit`: for 'select all that match'. */
export async function listOrderIds(db: Db, filter: OrderFilter, limit: number): Promise<string[]> {
  const { where, date, id } = queryOf(filter);
  const rows = await db
    .select({ id: orders.id })
    .from(orders)
    .where(where)
    .orderBy(sql`${date} desc`, sql`${id} desc`)
    .limit(limit);
  return rows.map((row) => row.id);
}

/**
 * Updates whether the order has an invoice that is not void. Goes into the batch of every write that creates, moves or
 * voids an invoice; `condition` lets a batch make it depend on its first statement.
 */
export function refreshIsInvoiced(db: Db, orderId: string, condition?: SQL): BatchItem {
  const isInvoiced = hasLivingInvoice(sql`${orderId}`);
  return db
    .update(orders)
    .set({ isInvoiced: sql`${isInvoiced}`, rowVersion: sql`${orders.rowVersion} + 1` })
    .where(and(eq(orders.id, orderId), sql`${orders.isInvoiced} is not ${isInvoiced}`, condition));
}

/** Whether an order has an invoice that is not void, in SQL. `orderId`: its ID, or the column that holds it. */
export function hasLivingInvoice(orderId: SQLWrapper): SQL<boolean> {
  return sql`exists (
    select 1 from invoices as known join pushes on pushes.kind = 'invoice' and pushes.document_id = known.id
    where known.order_id = ${orderId} and pushes.state <> 'voided')`;
}

interface Query {
  where: SQL | undefined;
  /** What pages are sorted by. */
  date: SQL;
  id: SQL;
}

/** The condition of a filter. A unary plus keeps SQLite from using an index for a column (see invoicing/lists/list.ts). */
function queryOf(filter: OrderFilter): Query {
  const isToBeInvoiced = filter.status === "shipped" && filter.isInvoiced === false;
  const column = (one: SQLWrapper): SQL => (isToBeInvoiced ? sql`+${one}` : sql`${one}`);
  const date = column(orders.shippedOn);
  const where = and(
    isToBeInvoiced ? sql`${orders}.rowid in ${TO_BE_INVOICED}` : undefined,
    filter.status === undefined ? undefined : sql`${column(orders.status)} = ${filter.status}`,
    filter.isInvoiced === undefined ? undefined : eq(orders.isInvoiced, filter.isInvoiced),
    filter.instanceId === undefined ? undefined : eq(orders.instanceId, filter.instanceId),
    filter.from === undefined ? undefined : sql`${date} >= ${filter.from}`,
    filter.to === undefined ? undefined : sql`${date} <= ${filter.to}`,
  );
  return { where, date, id: sql`${orders.id}` };
}
