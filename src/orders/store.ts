/**
 * Reads orders, and gives the statements that keep their columns true. Orders are written in inbox/ only,
 * within the batch that stores their delivery.
 */
import { type InferSelectModel, type SQL, and, count, eq, getTableColumns, gte, lte, sql } from "drizzle-orm";
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
  /** Calendar dates, both included; compared with `shippedOn`. */
  from?: string | undefined;
  to?: string | undefined;
}

const { body: _body, ...listColumns } = getTableColumns(orders);

// Literals instead of parameters, so that SQLite sees that the partial index of what is to be invoiced fits.
const STATUS_CONDITIONS: Readonly<Record<OrderStatus, SQL>> = {
  open: sql`${orders.status} = 'open'`,
  shipped: sql`${orders.status} = 'shipped'`,
  cancelled: sql`${orders.status} = 'cancelled'`,
};
const INVOICED = sql`${orders.isInvoiced} = 1`;
const NOT_INVOICED = sql`${orders.isInvoiced} = 0`;

/** The order, or null. */
export async function findOrder(db: Db, id: string): Promise<OrderRow | null> {
  const [row] = await db.select().from(orders).where(eq(orders.id, id)).limit(1);
  return row ?? null;
}

/** The order that an instance knows by this ID, or null. */
export async function findOrderByExternalId(db: Db, instanceId: string, externalId: string): Promise<OrderRow | null> {
  const [row] = await db
    .select()
    .from(orders)
    .where(and(eq(orders.instanceId, instanceId), eq(orders.externalId, externalId)))
    .limit(1);
  return row ?? null;
}

/** The orders of these IDs, in no order; IDs that are not known are left out. Any number of IDs. */
export async function findOrders(db: Db, ids: readonly string[]): Promise<OrderRow[]> {
  return db
    .select()
    .from(orders)
    .where(sql`${orders.id} in (select value from json_each(${JSON.stringify(ids)}))`);
}

/** A page of orders, newest first. Throws CursorError. */
export async function listOrders(db: Db, filter: OrderFilter, page: PageRequest): Promise<DatePage<OrderListRow>> {
  const query = pageQuery(page, orders.shippedOn, orders.id);
  const found = await db
    .select(listColumns)
    .from(orders)
    .where(and(conditionOf(filter), query.where))
    .orderBy(...query.orderBy)
    .limit(query.limit);
  return toPage(page, found, (row) => ({ date: row.shippedOn, id: row.id }));
}

/** How many orders match. */
export async function countOrders(db: Db, filter: OrderFilter): Promise<number> {
  const [row] = await db.select({ n: count() }).from(orders).where(conditionOf(filter));
  return row?.n ?? 0;
}

/** The IDs of all orders that match, newest first, up to `limit`: for 'select all that match'. */
export async function listOrderIds(db: Db, filter: OrderFilter, limit: number): Promise<string[]> {
  const rows = await db
    .select({ id: orders.id })
    .from(orders)
    .where(conditionOf(filter))
    .orderBy(sql`${orders.shippedOn} desc`, sql`${orders.id} desc`)
    .limit(limit);
  return rows.map((row) => row.id);
}

/**
 * Says anew whether an invoice that is not void exists for the order. Goes into the batch of every write that makes,
 * moves or voids an invoice; `condition` lets a batch make it depend on its first statement.
 */
export function refreshIsInvoiced(db: Db, orderId: string, condition?: SQL): BatchItem {
  const isInvoiced = sql<boolean>`exists (select 1 from invoices where invoices.order_id = ${orderId} and invoices.state <> 'voided')`;
  return db
    .update(orders)
    .set({ isInvoiced: sql`${isInvoiced}`, rowVersion: sql`${orders.rowVersion} + 1` })
    .where(and(eq(orders.id, orderId), sql`${orders.isInvoiced} is not ${isInvoiced}`, condition));
}

function conditionOf(filter: OrderFilter): SQL | undefined {
  return and(
    filter.status === undefined ? undefined : STATUS_CONDITIONS[filter.status],
    filter.isInvoiced === undefined ? undefined : filter.isInvoiced ? INVOICED : NOT_INVOICED,
    filter.instanceId === undefined ? undefined : eq(orders.instanceId, filter.instanceId),
    filter.from === undefined ? undefined : gte(orders.shippedOn, filter.from),
    filter.to === undefined ? undefined : lte(orders.shippedOn, filter.to),
  );
}
