/**
 * Puts off the next look for unanswered pushes. Touches nothing but the time and the count of looks.
 */
import { sql } from "drizzle-orm";
import type { InvoiceRow } from "../invoices/invoice.ts";
import type { Db } from "../platform/db.ts";

/** Sets when the rows (state unknown) are looked for next. */
export async function putLookOff(db: Db, rows: readonly InvoiceRow[], dueAt: string, now: Date): Promise<void> {
  const ids = JSON.stringify(rows.map((row) => row.id));
  await db.run(sql`
    UPDATE invoices SET due_at = ${dueAt}, updated_at = ${now.toISOString()}, row_version = row_version + 1
    WHERE state = 'unknown' AND id IN (SELECT value FROM json_each(${ids}))`);
}

/** Counts a look that QuickBooks could not process. */
export async function countLook(db: Db, row: InvoiceRow): Promise<void> {
  await db.run(sql`UPDATE invoices SET retry_count = retry_count + 1 WHERE state = 'unknown' AND id = ${row.id}`);
}
