/**
 * Postpones the next look-up of unanswered pushes. Changes only the time and the count of look-ups.
 */
import { sql } from "drizzle-orm";
import { type InvoiceRow, isPushOf, isPushOfAny } from "../invoice-row.ts";
import type { Db } from "../../platform/db.ts";
import { move } from "../ledger.ts";

/** Sets the time of the next look-up of rows in state unknown. */
export async function postponeLookUp(db: Db, rows: readonly InvoiceRow[], dueAt: string, now: Date): Promise<void> {
  const where = isPushOfAny(rows.map((row) => row.id));
  await move(db, { from: ["unknown"], set: { dueAt }, where }, now);
}

/** Counts a look-up that QuickBooks could not process. */
export async function countLookUp(db: Db, row: InvoiceRow, now: Date): Promise<void> {
  const set = { retryCount: sql`retry_count + 1` };
  await move(db, { from: ["unknown"], set, where: isPushOf(row.id) }, now);
}
