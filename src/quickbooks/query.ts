/**
 * QuickBooks' query language (docs/qbo-api.md, section 4): builds statements, escapes values and reads the pages. Values
 * must never be put into a statement anywhere else. Each page is one metered read. Rows come in an unspecified order
 * (usually the last changed first) and QuickBooks can't sort them by ID, so they are sorted here: the same books always
 * give the same choice.
 */
import { z } from "zod";
import { type Answer, type QuickBooks, call } from "./client.ts";
import { MAX_QUERY_ROWS } from "./limits.ts";
import { cleanText } from "./text.ts";
import { readPart, readWith } from "./wire.ts";

/** A longer statement goes into the body: URLs of many thousand characters are cut off or refused on the way. */
const MAX_STATEMENT_IN_URL_CHARS = 1500;

export type Entity = "Account" | "Customer" | "Employee" | "Invoice" | "Item" | "TaxCode" | "TaxRate" | "Vendor";

/** What every entity has. */
export interface Identified {
  id: string;
}

/** The only property by which every entity can be sorted and that never changes. */
const CREATE_TIME = "MetaData.CreateTime";

export interface Page {
  /** 1-based. */
  startPosition?: number;
  maxResults?: number;
  orderBy?: string;
}

/**
 * A quoted value: in single quotes, with `'` and `\` escaped with a backslash. Control characters and any outside
 * ISO-8859-1 are lexical errors (4000), so the value is cleaned; a name that loses something by that is looked for by a
 * pattern (names.ts).
 */
export function quoted(value: string): string {
  const { text } = cleanText(value, Number.POSITIVE_INFINITY, "latin1", { isLine: true });
  return `'${text.replace(/[\\']/g, "\\$&")}'`;
}

export function equals(property: string, value: string): string {
  return `${property} = ${quoted(value)}`;
}

export function inList(property: string, values: readonly string[]): string {
  return `${property} IN (${values.map(quoted).join(", ")})`;
}

/** `%` stands for any characters, also none. */
export function like(property: string, pattern: string): string {
  return `${property} LIKE ${quoted(pattern)}`;
}

/** The time is sent with an offset; without one QuickBooks assumes Pacific time. */
export function since(property: string, at: Date): string {
  return `${property} >= ${quoted(at.toISOString())}`;
}

/** See `since`. */
export function until(property: string, at: Date): string {
  return `${property} <= ${quoted(at.toISOString())}`;
}

/** Name lists omit inactive records unless the query asks for them. */
export const ACTIVE_OR_NOT = "Active IN (true, false)";

/** A whole statement. */
export function statement(entity: Entity, clauses: readonly string[], page: Page = {}): string {
  const where = clauses.length === 0 ? "" : ` WHERE ${clauses.join(" AND ")}`;
  const order = page.orderBy === undefined ? "" : ` ORDERBY ${page.orderBy}`;
  return `SELECT * FROM ${entity}${where}${order} STARTPOSITION ${page.startPosition ?? 1} MAXRESULTS ${page.maxResults ?? MAX_QUERY_ROWS}`;
}

/** Which rows to read, and their schema. */
export interface Selection<T> {
  entity: Entity;
  schema: z.ZodType<T>;
  clauses: readonly string[];
}

/** One page of rows, the oldest first. Throws QuickBooksError. */
export async function select<T extends Identified>(
  qb: QuickBooks,
  { entity, schema, clauses }: Selection<T>,
  page: Page = {},
): Promise<T[]> {
  const text = statement(entity, clauses, page);
  const request =
    text.length <= MAX_STATEMENT_IN_URL_CHARS
      ? ({ method: "GET", query: { query: text } } as const)
      : ({ method: "POST", body: text, contentType: "application/text" } as const);
  const answer = await call(qb, { kind: "read", path: "/query", ...request });
  const response = readPart(z.record(z.string(), z.unknown()), answer, "QueryResponse");
  return rowsOf(schema, entity, response, answer);
}

/**
 * All rows, up to `maxRows`, the oldest first; `isComplete` says whether these are all. The first page is read without an
 * order. Only if it is full are the rows read again from the start, page by page in the order of creation: one extra read
 * for companies with more than 1,000, none for all others. Rows created in the same second may then come twice, and
 * another one not at all, so a result with repeats is incomplete.
 */
export async function selectAll<T extends Identified>(
  qb: QuickBooks,
  selection: Selection<T>,
  maxRows: number,
): Promise<{ rows: T[]; isComplete: boolean }> {
  const maxResults = Math.min(MAX_QUERY_ROWS, maxRows);
  const first = await select(qb, selection, { maxResults });
  if (first.length < maxResults) return { rows: first, isComplete: true };
  if (maxRows <= MAX_QUERY_ROWS) return { rows: first, isComplete: false };
  const byId = new Map<string, T>();
  let count = 0;
  let isLast = false;
  while (!isLast && count < maxRows) {
    const wanted = Math.min(MAX_QUERY_ROWS, maxRows - count);
    const position = { startPosition: count + 1, maxResults: wanted, orderBy: CREATE_TIME };
    const page = await select(qb, selection, position);
    for (const row of page) byId.set(row.id, row);
    count += page.length;
    isLast = page.length < wanted;
  }
  return { rows: [...byId.values()].toSorted(byAge), isComplete: isLast && byId.size === count };
}

/** More rows than these are not read for a name. */
const MAX_NAMED_ROWS = 5000;

/** The rows that any of the queries finds, each once. One read per query, more only for more than 1,000 rows. */
export async function selectAny<T extends Identified>(qb: QuickBooks, queries: readonly Selection<T>[]): Promise<T[]> {
  const byId = new Map<string, T>();
  for (const query of queries)
    for (const row of (await selectAll(qb, query, MAX_NAMED_ROWS)).rows) byId.set(row.id, row);
  return [...byId.values()];
}

/** Rows of a `QueryResponse`, the oldest first; QuickBooks omits the key if there are none. */
export function rowsOf<T extends Identified>(
  schema: z.ZodType<T>,
  entity: Entity,
  response: Record<string, unknown>,
  answer: Answer,
): T[] {
  return readWith(z.array(schema).default([]), response[entity], answer, entity).toSorted(byAge);
}

/** IDs are increasing numbers, stored as text of any length. */
function byAge(a: Identified, b: Identified): number {
  return a.id.length - b.id.length || (a.id < b.id ? -1 : Number(a.id > b.id));
}
