/**
 * Puts off the next look for unanswered pushes. Touches nothing but the time and the count of looks.
 */
import { eq, sql } from "drizzle-orm";
import type { InvoiceRow } from "../invoices/invoice.ts";
import { invoices } from "../invoices/schema.ts";
import type { Db } from "../platform/db.ts";
import { move } from "./ledger.ts";

/** Sets when the rows (state unknown) are looked for next. */
export async function putLookOff(db: Db, rows: readonly InvoiceRow[], dueAt: string, now: Date): Promise<void> {
  const ids = JSON.stringify(rows.map((row) => row.id));
  const where = sql`${invoices.id} IN (SELECT value FROM json_each(${ids}))`;
  await move(db, { from: ["unknown"], set: { dueAt }, where }, now);
}

/** Counts a look that QuickBooks could not process. */
export async function countLook(db: Db, row: InvoiceRow, now: Date): Promise<void> {
  const set = { retryCount: sql`retry_count + 1` };
  await move(db, { from: ["unknown"], set, where: eq(invoices.id, row.id) }, now);
}
