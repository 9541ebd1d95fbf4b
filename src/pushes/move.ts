/**
 * After an instance was associated with another connection: its invoices follow, but for those that QuickBooks has or
 * whose outcome is open; they stay where they were sent (contract.md section 4).
 */
import { and, eq, inArray, sql } from "drizzle-orm";
import { invoices } from "../invoices/schema.ts";
import type { Db } from "../platform/db.ts";

/** Answers how many moved. Call `settleWaiting` for the instance afterwards. */
export async function moveInvoices(db: Db, instanceId: string, connectionId: string | null, now: Date): Promise<number> {
  const moved = await db
    .update(invoices)
    .set({ connectionId, refusedHash: null, updatedAt: now.toISOString(), rowVersion: sql`row_version + 1` })
    .where(
      and(
        eq(invoices.instanceId, instanceId),
        eq(invoices.operation, "create"),
        // The push status of one that is yet to be created is its state, and has an index.
        inArray(invoices.pushStatus, ["not_sent", "queued", "held", "failed"]),
        eq(invoices.unansweredCount, 0),
        sql`${invoices.connectionId} IS NOT ${connectionId}`,
      ),
    )
    .returning({ id: invoices.id });
  return moved.length;
}
