/**
 * The orders in which lists of invoices are shown, and keyset pages through them. Within a day invoices go by their
 * numbers, and numbers sort as people count: shorter ones first. A cursor is the position of a row,
 * `2026-11-20_<id>_<its number>`, and stays valid while rows come and go.
 */
import { type SQL, sql } from "drizzle-orm";
import { CursorError, type PageRequest, readCursor } from "../../orders/date-page.ts";
import { fromBase64, toBase64Url } from "../../platform/bytes.ts";
import { pushes } from "../../pushes/schema.ts";

/** The newest first; a minus means downwards. */
export const INVOICE_SORTS = ["-date", "date", "-number", "number"] as const;
export type InvoiceSort = (typeof INVOICE_SORTS)[number];

/** The columns of a cursor. */
export interface InvoicePlace {
  id: string;
  date: string;
  sortNumber: string;
}

/** A number as lists sort it. The triggers of migrations/0018_lists.sql write the same. */
export function sortNumberOf(number: string): string {
  return `${String([...number].length).padStart(3, "0")}${number}`;
}

/** What the list is sorted by. */
export function sortedBy(sort: InvoiceSort): "date" | "number" {
  return sort.endsWith("date") ? "date" : "number";
}

/** The parts of a query that select the page. Throws CursorError. */
export function pageOf(page: PageRequest, sort: InvoiceSort): { where: SQL | undefined; orderBy: SQL; limit: number } {
  const cursor = page.after ?? page.before;
  const isBackward = page.after === undefined && page.before !== undefined;
  const isDown = sort.startsWith("-") !== isBackward;
  const keys = [
    ...(sortedBy(sort) === "date" ? [sql`${pushes.documentDate}`] : []),
    sql`${pushes.sortNumber}`,
    sql`${pushes.documentId}`,
  ];
  const direction = sql.raw(isDown ? "desc" : "asc");
  const orderBy = sql.join(
    keys.map((key) => sql`${key} ${direction}`),
    sql`, `,
  );
  // One more row than requested shows whether there is another page.
  const limit = page.limit + 1;
  if (cursor === undefined) return { where: undefined, orderBy, limit };
  const place = readPlace(cursor);
  const values = [
    ...(sortedBy(sort) === "date" ? [sql`${place.date}`] : []),
    // A cursor of the former version has no number.
    place.sortNumber === null
      ? sql`coalesce((select sort_number from pushes as at where at.kind = 'invoice' and at.document_id = ${place.id}), '')`
      : sql`${place.sortNumber}`,
    sql`${place.id}`,
  ];
  const where = sql`(${sql.join(keys, sql`, `)}) ${sql.raw(isDown ? "<" : ">")} (${sql.join(values, sql`, `)})`;
  return { where, orderBy, limit };
}

/** The cursor of a row. */
export function cursorOf({ date, id, sortNumber }: InvoicePlace): string {
  return `${date}_${id}_${toBase64Url(new TextEncoder().encode(sortNumber))}`;
}

function readPlace(cursor: string): { date: string; id: string; sortNumber: string | null } {
  const read = readCursor(cursor);
  if (!read) throw new CursorError();
  const { date, id, more } = read;
  const bytes = more === null ? null : fromBase64(more);
  return { date, id, sortNumber: bytes && new TextDecoder().decode(bytes) };
}
