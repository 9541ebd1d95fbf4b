/**
 * `INSERT … SELECT … WHERE`: an insert that happens only if a condition holds, as one statement of a batch. Needed
 * because D1 has no interactive transactions: a precondition has to be checked within the write itself.
 */
import { type SQL, getTableColumns, sql } from "drizzle-orm";
import type { SQLiteTable } from "drizzle-orm/sqlite-core";
import type { BatchItem, Db } from "./db.ts";

/** Inserts `values` if `condition` holds; columns that are not given get their default, otherwise null. */
export function insertWhere<T extends SQLiteTable>(
  db: Db,
  table: T,
  values: T["$inferInsert"],
  condition: SQL,
): BatchItem {
  const given = new Map<string, unknown>(Object.entries(values));
  const columns = Object.entries(getTableColumns(table)).filter(([, column]) => column.generated === undefined);
  const cells = columns.map(([key, column]) => sql`${sql.param(given.get(key) ?? column.default ?? null, column)}`);
  return db.insert(table).select(sql`select ${sql.join(cells, sql`, `)} where ${condition}`);
}
