/**
 * Lists and counts of invoices for pages and API: keyset pages over (date, ID), newest first, by any mix of filters.
 * Reads only the columns that lists show; every filter runs over an index.
 */
import { type SQL, type SQLWrapper, and, count, sql } from "drizzle-orm";
import { type DatePage, type PageRequest, pageQuery, toPage } from "../orders/date-page.ts";
import type { Db } from "../platform/db.ts";
import type { InvoiceRow, InvoiceState } from "./invoice.ts";
import { invoices } from "./schema.ts";
import { searchSource } from "./search.ts";

export interface InvoiceFilter {
  status?: InvoiceState | undefined;
  instanceId?: string | undefined;
  /** Calendar dates, both included. */
  from?: string | undefined;
  to?: string | undefined;
  /** Part of a number, an order's number or a customer's name. */
  q?: string | undefined;
}

const LIST_COLUMNS = {
  id: invoices.id,
  instanceId: invoices.instanceId,
  externalId: invoices.externalId,
  orderId: invoices.orderId,
  orderExternalId: invoices.orderExternalId,
  orderNumber: invoices.orderNumber,
  madeBy: invoices.madeBy,
  number: invoices.number,
  date: invoices.date,
  customerName: invoices.customerName,
  currency: invoices.currency,
  totalMinor: invoices.totalMinor,
  operation: invoices.operation,
  state: invoices.state,
  connectionId: invoices.connectionId,
  dueAt: invoices.dueAt,
  error: invoices.error,
  warnings: invoices.warnings,
  qboInvoiceId: invoices.qboInvoiceId,
  qboBalanceMinor: invoices.qboBalanceMinor,
  paidOn: invoices.paidOn,
  rowVersion: invoices.rowVersion,
};

/** The columns of a row that lists show. */
export type InvoiceListRow = Pick<InvoiceRow, keyof typeof LIST_COLUMNS>;

/** A page of invoices, newest first. Throws CursorError. */
export async function listInvoices(db: Db, filter: InvoiceFilter, page: PageRequest): Promise<DatePage<InvoiceListRow>> {
  const { where, date, id } = queryOf(filter);
  const query = pageQuery(page, date, id);
  const found = await db
    .select(LIST_COLUMNS)
    .from(invoices)
    .where(and(where, query.where))
    .orderBy(...query.orderBy)
    .limit(query.limit);
  return toPage(page, found, (row) => ({ date: row.date, id: row.id }));
}

/** How many invoices match. */
export async function countInvoices(db: Db, filter: InvoiceFilter): Promise<number> {
  const [row] = await db.select({ n: count() }).from(invoices).where(queryOf(filter).where);
  return row?.n ?? 0;
}

/** The IDs of all invoices that match, newest first, up to `limit`: for 'all that match'. */
export async function listIds(db: Db, filter: InvoiceFilter, limit: number): Promise<string[]> {
  const { where, date, id } = queryOf(filter);
  const rows = await db
    .select({ id: invoices.id })
    .from(invoices)
    .where(where)
    .orderBy(sql`${date} desc`, sql`${id} desc`)
    .limit(limit);
  return rows.map((row) => row.id);
}

interface Query {
  where: SQL | undefined;
  /** What pages are sorted by. */
  date: SQL;
  id: SQL;
}

/**
 * The condition of a filter. A search is to start at the rows that the text index finds, whatever else is filtered or
 * sorted by: a unary plus keeps SQLite from using an index for those columns (https://www.sqlite.org/optoverview.html).
 */
function queryOf(filter: InvoiceFilter): Query {
  const found = searchSource(filter.q);
  const column = (one: SQLWrapper): SQL => (found ? sql`+${one}` : sql`${one}`);
  const date = column(invoices.date);
  const where = and(
    found ? sql`${invoices}.rowid in ${found}` : undefined,
    filter.status === undefined ? undefined : sql`${column(invoices.pushStatus)} = ${filter.status}`,
    filter.instanceId === undefined ? undefined : sql`${column(invoices.instanceId)} = ${filter.instanceId}`,
    filter.from === undefined ? undefined : sql`${date} >= ${filter.from}`,
    filter.to === undefined ? undefined : sql`${date} <= ${filter.to}`,
  );
  return { where, date, id: sql`${invoices.id}` };
}
