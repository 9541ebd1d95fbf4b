/**
 * Reads and writes notifications: each step of a try is one statement that carries its preconditions in its WHERE. An
 * acknowledged notification is never written again, and so never sent again.
 */
import { and, asc, desc, eq, inArray, lt, lte, ne, sql } from "drizzle-orm";
import type { BatchItem, Db } from "../platform/db.ts";
import { newId } from "../platform/ids.ts";
import { nextTryAt } from "./retry.ts";
import { type Notification, notifications } from "./schema.ts";

/** A try that has not ended by then died with its worker; it takes 10 s at most. */
const TRY_LEASE_MS = 60_000;
/** Finished notifications stay in the log this long. */
const KEPT_DAYS = 30;
const DAY_MS = 86_400_000;

export interface TryResult {
  outcome: NonNullable<Notification["lastOutcome"]>;
  httpStatus: number | null;
}

/** A new notification; `source` is what it is about, and a receiver gets each source once. */
export function newNotification(
  given: { endpointId: string; type: string; source: string; data: unknown },
  now: Date,
): typeof notifications.$inferInsert {
  const at = now.toISOString();
  return {
    ...given,
    id: newId(now),
    data: JSON.stringify(given.data),
    createdAt: at,
    state: "waiting",
    dueAt: at,
    retrySince: at,
  };
}

/** Receivers that something is due for and that no worker is serving now. */
export async function listReadyEndpoints(db: Db, now: Date, limit: number): Promise<string[]> {
  const at = now.toISOString();
  const rows = await db.all<{ id: string }>(sql`
    SELECT e.id FROM notice_endpoints e
    WHERE e.free_at <= ${at} AND EXISTS (SELECT 1 FROM notices n WHERE n.endpoint_id = e.id AND n.state = 'waiting' AND n.due_at <= ${at})
    LIMIT ${limit}`);
  return rows.map((row) => row.id);
}

/** What is due for a receiver, the longest waiting first. */
export async function listDue(db: Db, endpointId: string, now: Date, limit: number): Promise<Notification[]> {
  return db
    .select()
    .from(notifications)
    .where(
      and(
        eq(notifications.endpointId, endpointId),
        eq(notifications.state, "waiting"),
        lte(notifications.dueAt, now.toISOString()),
      ),
    )
    .orderBy(asc(notifications.dueAt))
    .limit(limit);
}

/** Claims a notification for one try, or null if another worker has it, it is not due or it is finished. */
export async function claim(db: Db, id: string, now: Date): Promise<Notification | null> {
  const [row] = await db
    .update(notifications)
    .set({
      tryCount: sql`try_count + 1`,
      lastTriedAt: now.toISOString(),
      lastOutcome: null,
      lastHttpStatus: null,
      dueAt: new Date(now.getTime() + TRY_LEASE_MS).toISOString(),
    })
    .where(
      and(eq(notifications.id, id), eq(notifications.state, "waiting"), lte(notifications.dueAt, now.toISOString())),
    )
    .returning();
  return row ?? null;
}

/**
 * Records how a try ended. An acknowledgement always counts; a failure only if no other try was started in the
 * meantime.
 */
export async function recordTry(db: Db, claimed: Notification, result: TryResult, now: Date): Promise<void> {
  const ended = { lastOutcome: result.outcome, lastHttpStatus: result.httpStatus };
  if (result.outcome === "acknowledged") {
    await db
      .update(notifications)
      .set({ ...ended, state: "delivered", dueAt: null, deliveredAt: now.toISOString() })
      .where(and(eq(notifications.id, claimed.id), ne(notifications.state, "delivered")));
    return;
  }
  const dueAt = nextTryAt(claimed.tryCount, claimed.retrySince, now);
  await db
    .update(notifications)
    .set({ ...ended, state: dueAt === null ? "gave_up" : "waiting", dueAt })
    .where(
      and(
        eq(notifications.id, claimed.id),
        eq(notifications.state, "waiting"),
        eq(notifications.dueAt, claimed.dueAt ?? ""),
      ),
    );
}

/** Starts the tries of a notification again. False if it was acknowledged, is being sent, or does not exist. */
export async function retryNotification(db: Db, endpointId: string, id: string, now: Date): Promise<boolean> {
  const at = now.toISOString();
  const isBeingSent = sql`state = 'waiting' AND last_tried_at IS NOT NULL AND last_outcome IS NULL AND due_at > ${at}`;
  const written = await db
    .update(notifications)
    .set({ state: "waiting", dueAt: at, retrySince: at, tryCount: 0 })
    .where(
      and(
        eq(notifications.id, id),
        eq(notifications.endpointId, endpointId),
        inArray(notifications.state, ["waiting", "gave_up"]),
        sql`NOT (${isBeingSent})`,
      ),
    )
    .returning({ id: notifications.id });
  return written.length > 0;
}

/** The newest notifications to a receiver: its delivery log. */
export async function listNotifications(db: Db, endpointId: string, limit: number): Promise<Notification[]> {
  return db
    .select()
    .from(notifications)
    .where(eq(notifications.endpointId, endpointId))
    .orderBy(desc(notifications.id))
    .limit(limit);
}

/** When the next try to any receiver can be made: an ISO time, or null if nothing waits. */
export async function nextDueAt(db: Db): Promise<string | null> {
  const [row] = await db.all<{ at: string | null }>(sql`
    SELECT min(max(e.free_at, (SELECT min(n.due_at) FROM notices n WHERE n.endpoint_id = e.id AND n.state = 'waiting'))) AS at
    FROM notice_endpoints e`);
  return row?.at ?? null;
}

/** Deletes what finished long ago. IDs begin with the time they were made, so the primary key finds them. */
export function forgetOldNotifications(db: Db, now: Date): BatchItem {
  const before = newId(new Date(now.getTime() - KEPT_DAYS * DAY_MS));
  return db
    .delete(notifications)
    .where(and(lt(notifications.id, before), inArray(notifications.state, ["delivered", "gave_up"])));
}
