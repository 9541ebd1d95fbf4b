/**
 * After an instance was associated with another connection: its invoices follow, but for those that QuickBooks has or
 * whose outcome is open; they stay where they were sent (docs/contract.md, section 4). What is queued is due at once:
 * the pause that the one company asked for is not the other's.
 */
import { and, eq, inArray, sql } from "drizzle-orm";
import type { Env } from "../env.ts";
import { findInstance } from "../instances/store.ts";
import type { InvoiceRow } from "../invoices/invoice.ts";
import { invoices } from "../invoices/schema.ts";
import type { Db } from "../platform/db.ts";
import { armFor, ringCompany } from "./enqueue.ts";
import { settleWaiting } from "./hold.ts";
import { errorText } from "../failures/push-error.ts";
import { noConnection } from "../failures/own-errors.ts";

/** Answers how many wait now because there is no company. Call `settleWaiting` for the instance afterwards. */
export async function moveInvoices(
  env: Env,
  db: Db,
  instanceId: string,
  connectionId: string | null,
  now: Date,
): Promise<number> {
  const at = now.toISOString();
  const whereQueued = (then: unknown, otherwise: unknown) =>
    sql`CASE WHEN ${invoices.state} = 'queued' THEN ${then} ELSE ${otherwise} END`;
  if (connectionId !== null) await armFor(env, [connectionId], now);
  // Without a company nobody would find what is queued: it waits, and says for what.
  const orphaned = connectionId === null ? await findInstance(db, instanceId) : null;
  const waitsFor = orphaned && errorText(noConnection(orphaned), now);
  const moved = await db
    .update(invoices)
    .set({
      connectionId,
      dueAt: whereQueued(waitsFor === null ? at : null, invoices.dueAt),
      error: whereQueued(waitsFor, invoices.error),
      ...(waitsFor === null ? {} : { state: whereQueued("held", invoices.state) }),
      retryCount: whereQueued(0, invoices.retryCount),
      updatedAt: at,
      rowVersion: sql`row_version + 1`,
    })
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
    .returning({ state: invoices.state });
  if (connectionId !== null && moved.length > 0) await ringCompany(env, connectionId);
  return waitsFor === null ? 0 : moved.filter(({ state }) => state === "held").length;
}

/** One that was being prepared when its instance was associated with another connection: now it follows, too. */
export async function followInstance(env: Env, db: Db, row: InvoiceRow, now: Date): Promise<void> {
  if (row.operation !== "create" || row.unansweredCount > 0 || (row.state !== "queued" && row.state !== "held")) return;
  const instance = await findInstance(db, row.instanceId);
  if (!instance || instance.connectionId === row.connectionId) return;
  await moveInvoices(env, db, instance.id, instance.connectionId, now);
  await settleWaiting(env, db, { instanceId: instance.id }, now);
}
