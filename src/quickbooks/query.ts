/**
 * QuickBooks' query language (qbo-api.md section 4): makes the statements, escapes what goes into them and reads the
 * pages. Values are never joined into a statement anywhere else. Each page is one metered read.
 */
import { z } from "zod";
import { type Answer, type QuickBooks, call } from "./client.ts";
import { MAX_QUERY_ROWS } from "./limits.ts";
import { cleanText } from "./text.ts";
import { readPart, readWith } from "./wire.ts";

/** A longer statement goes into the body: addresses of many thousand characters are cut off or refused on the way. */
const MAX_STATEMENT_IN_URL_CHARS = 1500;

export type Entity = "Account" | "Customer" | "Employee" | "Invoice" | "Item" | "TaxCode" | "Vendor";

export interface Page {
  /** 1-based. */
  startPosition?: number;
  maxResults?: number;
  orderBy?: string;
}

/**
 * A value as QuickBooks wants it: in single quotes, `'` and `\` escaped with a backslash. Whatever ISO-8859-1 lacks, and
 * controls, are lexical errors there (4000). Such a value can't be stored either, so what it is stored as is looked for.
 */
export function quoted(value: string): string {
  const { text } = cleanText(value, Number.POSITIVE_INFINITY, { isLine: true });
  return `'${text.replace(/[\\']/g, "\\$&")}'`;
}

export function equals(property: string, value: string): string {
  return `${property} = ${quoted(value)}`;
}

export function inList(property: string, values: readonly string[]): string {
  return `${property} IN (${values.map(quoted).join(", ")})`;
}

/** `at` carries an offset; without one QuickBooks takes Pacific time. */
export function since(property: string, at: Date): string {
  return `${property} >= ${quoted(at.toISOString())}`;
}

/** Name lists leave out what is inactive unless told otherwise. */
export const ACTIVE_OR_NOT = "Active IN (true, false)";

/** A whole statement. */
export function statement(entity: Entity, clauses: readonly string[], page: Page = {}): string {
  const where = clauses.length === 0 ? "" : ` WHERE ${clauses.join(" AND ")}`;
  const order = page.orderBy === undefined ? "" : ` ORDERBY ${page.orderBy}`;
  return `SELECT * FROM ${entity}${where}${order} STARTPOSITION ${page.startPosition ?? 1} MAXRESULTS ${page.maxResults ?? MAX_QUERY_ROWS}`;
}

/** One page of rows. Throws QuickBooksError. */
export async function select<T>(
  qb: QuickBooks,
  entity: Entity,
  schema: z.ZodType<T>,
  clauses: readonly string[],
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

/** All rows, up to `maxRows`; `isComplete` says whether there were more. */
export async function selectAll<T>(
  qb: QuickBooks,
  entity: Entity,
  schema: z.ZodType<T>,
  clauses: readonly string[],
  maxRows: number,
): Promise<{ rows: T[]; isComplete: boolean }> {
  const rows: T[] = [];
  while (rows.length < maxRows) {
    const maxResults = Math.min(MAX_QUERY_ROWS, maxRows - rows.length);
    const page = await select(qb, entity, schema, clauses, {
      startPosition: rows.length + 1,
      maxResults,
      orderBy: "Id",
    });
    rows.push(...page);
    if (page.length < maxResults) return { rows, isComplete: true };
  }
  return { rows, isComplete: false };
}

/** Rows of a `QueryResponse`; where there are none, QuickBooks leaves the key out. */
export function rowsOf<T>(
  schema: z.ZodType<T>,
  entity: Entity,
  response: Record<string, unknown>,
  answer: Answer,
): T[] {
  return readWith(z.array(schema).default([]), response[entity], answer, entity);
}
