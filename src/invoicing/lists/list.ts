/**
 * Lists, counts and sums of invoices for pages and API: keyset pages by any mix of filters, by date or by number.
 * Reads only the columns that lists show; every list walks an index (filter.ts).
 */
import { type SQL, and, sql } from "drizzle-orm";
import { invoices } from "../../invoices/schema.ts";
import { planSearch, type Search } from "../../invoices/search.ts";
import { type DatePage, type PageRequest, toPage } from "../../orders/date-page.ts";
import type { Db } from "../../platform/db.ts";
import { isPushOfAny } from "../../pushes/document-row.ts";
import { pushes } from "../../pushes/schema.ts";
import { INVOICE_COLUMNS, type InvoiceRow, IS_ITS_INVOICE } from "../invoice-row.ts";
import { type InvoiceFilter, type Walk, walkOf } from "./filter.ts";
import { cursorOf, type InvoiceSort, pageOf, sortedBy } from "./order.ts";

/** Up to this number, matches are sorted by number; beyond it, the list of all numbers is walked instead. */
const MAX_SORTED = 1_000;
/** Beyond this number nobody counts. */
export const MAX_COUNTED = 10_000;

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
  "dueDate",
  "customerName",
  "currency",
  "totalMinor",
  "operation",
  "state",
  "connectionId",
  "sortNumber",
  "dueAt",
  "error",
  "warnings",
  "qboId",
  "qboBalanceMinor",
  "paidOn",
  "deliveredAt",
  "rowVersion",
] as const satisfies (keyof typeof INVOICE_COLUMNS)[];

type ListColumns = Pick<typeof INVOICE_COLUMNS, (typeof SHOWN)[number]>;

const LIST_COLUMNS = Object.fromEntries(SHOWN.map((name) => [name, INVOICE_COLUMNS[name]])) as ListColumns;

const SHOWN_COLUMNS = sql.join(
  SHOWN.map((name) => sql`${LIST_COLUMNS[name]} as ${sql.identifier(name)}`),
  sql`, `,
);

/** The columns of a row that lists show. */
export type InvoiceListRow = Pick<InvoiceRow, keyof ListColumns>;

/** A page of invoices, the newest first unless asked for otherwise. Throws CursorError. */
export async function listInvoices(
  db: Db,
  filter: InvoiceFilter,
  page: PageRequest,
  sort: InvoiceSort = "-date",
): Promise<DatePage<InvoiceListRow>> {
  const walk = await sortedWalk(db, filter, sort);
  const query = pageOf(page, sort);
  const found = await db.all<InvoiceListRow>(sql`
    select ${SHOWN_COLUMNS} from ${walk.from} where ${and(walk.where, query.where)} order by ${query.orderBy} limit ${query.limit}`);
  return toPage(page, found, cursorOf);
}

/** Rows of the given IDs, in their order: those that a page shows already, whatever has become of them. */
export async function listShown(db: Db, ids: readonly string[]): Promise<InvoiceListRow[]> {
  const found = await db
    .select(LIST_COLUMNS)
    .from(pushes)
    .innerJoin(invoices, IS_ITS_INVOICE)
    .where(isPushOfAny("invoice", ids));
  const rows = new Map(found.map((row) => [row.id, row]));
  return ids.flatMap((id) => rows.get(id) ?? []);
}

/** How many invoices match, counted only up to `limit`. */
export async function countInvoices(db: Db, filter: InvoiceFilter, limit: number): Promise<number> {
  return countUpTo(db, filter, await planSearch(db, filter.q), limit);
}

/** What matches a filter: how many, and what they come to in each currency. Null: more than can be counted. */
export interface Matching {
  count: number;
  sums: { currency: string; minor: number }[];
}

/** Counts and adds up what matches, exactly up to `MAX_COUNTED` invoices. */
export async function sumUp(db: Db, filter: InvoiceFilter): Promise<Matching | null> {
  if ((await countKept(db, filter)) > MAX_COUNTED) return null;
  const search = await planSearch(db, filter.q);
  const { from, where } = walkOf(filter, search, { by: "date", few: true, needsInvoice: true });
  const rows = await db.all<{ currency: string; n: number; minor: number }>(sql`
    select currency, count(*) as n, sum(total_minor) as minor from
      (select ${invoices.currency}, ${invoices.totalMinor} from ${from} where ${where} limit ${MAX_COUNTED + 1})
    group by currency order by n desc`);
  const count = rows.reduce((sum, { n }) => sum + n, 0);
  return count > MAX_COUNTED ? null : { count, sums: rows.map(({ currency, minor }) => ({ currency, minor })) };
}

/** The IDs of all invoices that match, newest first, up to `limit`: for 'all that match'. */
export async function listIds(db: Db, filter: InvoiceFilter, limit: number): Promise<string[]> {
  const search = await planSearch(db, filter.q);
  const { from, where } = walkOf(filter, search, { by: "date", few: true, needsInvoice: false });
  const { orderBy } = pageOf({ limit }, "-date");
  const rows = await db.all<{ id: string }>(
    sql`select ${pushes.documentId} as id from ${from} where ${where} order by ${orderBy} limit ${limit}`,
  );
  return rows.map((row) => row.id);
}

async function sortedWalk(db: Db, filter: InvoiceFilter, sort: InvoiceSort): Promise<Walk> {
  const search = await planSearch(db, filter.q);
  const by = sortedBy(sort);
  const few = by === "number" && (await countUpTo(db, filter, search, MAX_SORTED + 1)) <= MAX_SORTED;
  return walkOf(filter, search, { by, few, needsInvoice: true });
}

async function countUpTo(db: Db, filter: InvoiceFilter, search: Search | null, limit: number): Promise<number> {
  const { from, where } = walkOf(filter, search, { by: "date", few: true, needsInvoice: false });
  const [row] = await db.all<{ n: number }>(
    sql`select count(*) as n from (select 1 from ${from} where ${where} limit ${limit})`,
  );
  return row?.n ?? 0;
}

/** How many match by the counts that triggers keep (migrations/0005_invoice_counts.sql); 0 if those can't tell. */
async function countKept(db: Db, { instanceId, status, ...others }: InvoiceFilter): Promise<number> {
  const isKept = status === undefined || status === "not_sent" || status === "sent" || status === "voided";
  if (!isKept || Object.values(others).some((value) => value !== undefined)) return 0;
  const conditions: SQL[] = [
    ...(status === undefined ? [] : [sql`push_status = ${status}`]),
    ...(instanceId === undefined ? [] : [sql`instance_id = ${instanceId}`]),
  ];
  const where = conditions.length > 0 ? sql`where ${sql.join(conditions, sql` and `)}` : sql``;
  const [row] = await db.all<{ n: number | null }>(sql`select sum(n) as n from invoice_counts ${where}`);
  return row?.n ?? 0;
}
