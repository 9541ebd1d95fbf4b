/**
 * Keyset pagination for lists that are sorted by a calendar date and an ID, newest first. A cursor is the position of a
 * row, `2026-11-20_<id>`, and stays valid while rows come and go. Pure; a cursor is checked before it reaches SQL.
 */
import { type SQL, type SQLWrapper, sql } from "drizzle-orm";

/** A list may add what else it sorts by, in base64url. */
const CURSOR_PATTERN = /^(\d{4}-\d{2}-\d{2})_([0-9a-f-]{36})(?:_([\w-]*))?$/;

/** `after`: the rows after that position (older); `before`: those before it (newer). At most one of the two. */
export interface PageRequest {
  limit: number;
  after?: string | undefined;
  before?: string | undefined;
}

export interface DatePage<Row> {
  rows: Row[];
  /** Cursor for `after`, null on the last page. */
  next: string | null;
  /** Cursor for `before`, null on the first page. */
  previous: string | null;
}

/** The cursor in a request is not one of ours. */
export class CursorError extends Error {
  override readonly name = "CursorError";
  constructor() {
    super("Unknown cursor. Start from the first page.");
  }
}

/** Whether the text is a cursor, for validating requests. */
export function isCursor(text: string): boolean {
  return CURSOR_PATTERN.test(text);
}

/** The parts of a cursor; null if the text is none. */
export function readCursor(text: string): { date: string; id: string; more: string | null } | null {
  const [, date, id, more = null] = CURSOR_PATTERN.exec(text) ?? [];
  return date === undefined || id === undefined ? null : { date, id, more };
}

/** The parts of a query that select the page. Throws CursorError. */
export function pageQuery(
  request: PageRequest,
  date: SQLWrapper,
  id: SQLWrapper,
): { where: SQL | undefined; orderBy: SQL[]; limit: number } {
  const cursor = request.after ?? request.before;
  const isBackward = request.after === undefined && request.before !== undefined;
  const orderBy = isBackward ? [sql`${date} asc`, sql`${id} asc`] : [sql`${date} desc`, sql`${id} desc`];
  // One more row than requested shows whether there is another page.
  const limit = request.limit + 1;
  if (cursor === undefined) return { where: undefined, orderBy, limit };
  const read = readCursor(cursor);
  if (!read) throw new CursorError();
  const place = sql`(${read.date}, ${read.id})`;
  const where = isBackward ? sql`(${date}, ${id}) > ${place}` : sql`(${date}, ${id}) < ${place}`;
  return { where, orderBy, limit };
}

/** Turns the rows that the query returned into a page, newest first. `placeOf`: the cursor of a row. */
export function toPage<Row>(request: PageRequest, found: Row[], placeOf: (row: Row) => string): DatePage<Row> {
  const isBackward = request.after === undefined && request.before !== undefined;
  const hasMore = found.length > request.limit;
  const rows = found.slice(0, request.limit);
  if (isBackward) rows.reverse();
  const cursorOf = (row: Row | undefined): string | null => (row === undefined ? null : placeOf(row));
  const hasNext = isBackward ? rows.length > 0 : hasMore;
  const hasPrevious = isBackward ? hasMore : request.after !== undefined;
  return { rows, next: hasNext ? cursorOf(rows.at(-1)) : null, previous: hasPrevious ? cursorOf(rows[0]) : null };
}
