/**
 * Postpones the next look-up of unanswered pushes. Changes only the time and the count of look-ups.
 */
import { sql } from "drizzle-orm";
import { type DocumentRow, isPushOf, isPushOfAny } from "../document-row.ts";
import type { Db } from "../../platform/db.ts";
import { move } from "../ledger.ts";

/** Sets the time of the next look-up of rows in state unknown. */
export async function postponeLookUp(db: Db, rows: readonly DocumentRow[], dueAt: string, now: Date): Promise<void> {
  for (const [kind, ofKind] of Map.groupBy(rows, (row) => row.kind)) {
    const ids = ofKind.map((row) => row.id);
    await move(db, { from: ["unknown"], set: { dueAt }, where: isPushOfAny(kind, ids) }, now);
  }
}

/** Counts a look-up that QuickBooks could not process. */
export async function countLookUp(db: Db, row: DocumentRow, now: Date): Promise<void> {
  const set = { retryCount: sql`retry_count + 1` };
  await move(db, { from: ["unknown"], set, where: isPushOf(row) }, now);
}
