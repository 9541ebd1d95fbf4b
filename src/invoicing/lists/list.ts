/**
 * Lists and counts of invoices for pages and API: keyset pages over (date, ID), newest first, by any mix of filters.
 * Reads only the columns that lists show; every filter uses an index.
 */
import { type SQL, type SQLWrapper, and, sql } from "drizzle-orm";
import { type DatePage, type PageRequest, pageQuery, toPage } from "../../orders/date-page.ts";
import type { Db } from "../../platform/db.ts";
import { invoices } from "../../invoices/schema.ts";
import { planSearch, type Search } from "../../invoices/search.ts";
import type { DocumentState } from "../../documents/status.ts";
import { INVOICE_COLUMNS, type InvoiceRow, IS_ITS_INVOICE } from "../invoice-row.ts";
import { pushes } from "../../pushes/schema.ts";

export interface InvoiceFilter {
  status?: DocumentState | undefined;
  instanceId?: string | undefined;
  /** Calendar dates, both included. */
  from?: string | undefined;
  to?: string | undefined;
  /** Part of a number, an order's number or a customer's name. */
  q?: string | undefined;
}

const SHOWN = [
  "id",
  "instanceId",
  "externalId",
  "orderId",
  "orderExternalId",
  "orderNumber",
  "madeBy",
  "number",
  "date",
  "customerName",
  "currency",
  "totalMinor",
  "operation",
  "state",
  "connectionId",
  "dueAt",
  "error",
  "warnings",
  "qboId",
  "qboBalanceMinor",
  "paidOn",
  "rowVersion",
] as const satisfies (keyof typeof INVOICE_COLUMNS)[];

type ListColumns = Pick<typeof INVOICE_COLUMNS, (typeof SHOWN)[number]>;

const LIST_COLUMNS = Object.fromEntries(SHOWN.map((name) => [name, INVOICE_COLUMNS[name]])) as ListColumns;

/** The columns of a row that lists show. */
export type InvoiceListRow = Pick<InvoiceRow, keyof ListColumns>;

/** A page of invoices, newest first. Throws CursorError. */
export async function listInvoices(
  db: Db,
  filter: InvoiceFilter,
  page: PageRequest,
): Promise<DatePage<InvoiceListRow>> {
  const { where, date, id } = queryOf(filter, await planSearch(db, filter.q));
  const query = pageQuery(page, date, id);
  const found = await db
    .select(LIST_COLUMNS)
    .from(pushes)
    .innerJoin(invoices, IS_ITS_INVOICE)
    .where(and(where, query.where))
    .orderBy(...query.orderBy)
    .limit(query.limit);
  return toPage(page, found, (row) => ({ date: row.date, id: row.id }));
}

/** How many invoices match, counted only up to `limit`. */
export async function countInvoices(db: Db, filter: InvoiceFilter, limit: number): Promise<number> {
  const search = await planSearch(db, filter.q);
  const { where } = queryOf(filter, search);
  // Only a search needs more than the pushes.
  const from = search === null ? sql`${pushes}` : sql`${pushes} join ${invoices} on ${IS_ITS_INVOICE}`;
  const [row] = await db.all<{ n: number }>(
    sql`select count(*) as n from (select 1 from ${from} where ${where} limit ${limit})`,
  );
  return row?.n ?? 0;
}

/** The IDs of all invoices that match, newest first, up to `limit`: for 'all that match'. */
export async function listIds(db: Db, filter: InvoiceFilter, limit: number): Promise<string[]> {
  const { where, date, id } = queryOf(filter, await planSearch(db, filter.q));
  const rows = await db
    .select({ id: invoices.id })
    .from(pushes)
    .innerJoin(invoices, IS_ITS_INVOICE)
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
 * The condition of a filter. A search with few matches starts at the rows found by the text index, whatever else is
 * filtered or sorted by; one with many matches walks the list in its order and keeps matching rows until the page is full.
 * A unary plus keeps SQLite from choosing the other plan (https://www.sqlite.org/optoverview.html).
 */
function queryOf(filter: InvoiceFilter, search: Search | null): Query {
  const column = (one: SQLWrapper): SQL => (search?.isStart ? sql`+${one}` : sql`${one}`);
  const date = column(pushes.documentDate);
  const where = and(
    sql`${pushes.kind} = 'invoice'`,
    search?.condition,
    filter.status === undefined ? undefined : sql`${column(pushes.pushStatus)} = ${filter.status}`,
    filter.instanceId === undefined ? undefined : sql`${column(pushes.instanceId)} = ${filter.instanceId}`,
    filter.from === undefined ? undefined : sql`${date} >= ${filter.from}`,
    filter.to === undefined ? undefined : sql`${date} <= ${filter.to}`,
  );
  return { where, date, id: sql`${pushes.documentId}` };
}
