/**
 * `INSERT … SELECT … WHERE`: an insert that happens only while a condition holds, as one statement of a batch.
 * It exists because D1 has no interactive transactions: what must be true has to be asked within the write itself.
 */
import { type SQL, getTableColumns, sql } from "drizzle-orm";
import type { SQLiteTable } from "drizzle-orm/sqlite-core";
import type { BatchItem, Db } from "./db.ts";

/** Inserts `values` where `condition` holds; columns that are not given take their default, else null. */
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
