/**
 * The tax of many invoices, which only their content has. For exports; lists don't read contents.
 */
import { sql } from "drizzle-orm";
import { invoices } from "../../invoices/schema.ts";
import type { Db } from "../../platform/db.ts";

/** In minor units, by the invoice's ID. */
export async function readTax(db: Db, ids: readonly string[]): Promise<Map<string, number>> {
  const rows = await db.all<{ id: string; tax: number | null }>(sql`
    select ${invoices.id} as id, json_extract(${invoices.body}, '$.order.taxMinor') as tax from ${invoices}
    where ${invoices.id} in (select value from json_each(${JSON.stringify(ids)}))`);
  return new Map(rows.flatMap(({ id, tax }) => (tax === null ? [] : [[id, tax] as const])));
}
