/**
 * Reads and writes notices: each step of a try is one statement that carries in its WHERE what it relies on. A notice
 * that was acknowledged is never written again, and so never sent again.
 */
import { and, asc, desc, eq, inArray, lt, lte, ne, sql } from "drizzle-orm";
import type { BatchItem, Db } from "../platform/db.ts";
import { newId } from "../platform/ids.ts";
import { nextTryAt } from "./retry.ts";
import { type Notice, notices } from "./schema.ts";

/** A try that has not ended by then ended with its worker; it takes 10 s at most. */
const TRY_LEASE_MS = 60_000;
/** Notices that are over stay this long in the log. */
const KEPT_DAYS = 30;
const DAY_MS = 86_400_000;

export interface TryResult {
  outcome: NonNullable<Notice["lastOutcome"]>;
  httpStatus: number | null;
}

/** A new notice; `source` is what it tells of, and the same source is told to a receiver once. */
export function newNotice(
  given: { endpointId: string; type: string; source: string; data: unknown },
  now: Date,
): typeof notices.$inferInsert {
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

/** Receivers that something is due for and nobody delivers to now. */
export async function listReadyEndpoints(db: Db, now: Date, limit: number): Promise<string[]> {
  const at = now.toISOString();
  const rows = await db.all<{ id: string }>(sql`
    SELECT e.id FROM notice_endpoints e
    WHERE e.free_at <= ${at} AND EXISTS (SELECT 1 FROM notices n WHERE n.endpoint_id = e.id AND n.state = 'waiting' AND n.due_at <= ${at})
    LIMIT ${limit}`);
  return rows.map((row) => row.id);
}

/** What is due for a receiver, the longest waiting first. */
export async function listDue(db: Db, endpointId: string, now: Date, limit: number): Promise<Notice[]> {
  return db
    .select()
    .from(notices)
    .where(and(eq(notices.endpointId, endpointId), eq(notices.state, "waiting"), lte(notices.dueAt, now.toISOString())))
    .orderBy(asc(notices.dueAt))
    .limit(limit);
}

/** Takes a notice for one try, or null where another worker has it, it is not due or it is over. */
export async function claim(db: Db, id: string, now: Date): Promise<Notice | null> {
  const [row] = await db
    .update(notices)
    .set({
      tryCount: sql`try_count + 1`,
      lastTriedAt: now.toISOString(),
      lastOutcome: null,
      lastHttpStatus: null,
      dueAt: new Date(now.getTime() + TRY_LEASE_MS).toISOString(),
    })
    .where(and(eq(notices.id, id), eq(notices.state, "waiting"), lte(notices.dueAt, now.toISOString())))
    .returning();
  return row ?? null;
}

/**
 * Writes down how a try ended. An acknowledgement counts whatever happened meanwhile; a failure only where no other try
 * was begun since.
 */
export async function settleTry(db: Db, claimed: Notice, result: TryResult, now: Date): Promise<void> {
  const ended = { lastOutcome: result.outcome, lastHttpStatus: result.httpStatus };
  if (result.outcome === "acknowledged") {
    await db
      .update(notices)
      .set({ ...ended, state: "delivered", dueAt: null, deliveredAt: now.toISOString() })
      .where(and(eq(notices.id, claimed.id), ne(notices.state, "delivered")));
    return;
  }
  const dueAt = nextTryAt(claimed.tryCount, claimed.retrySince, now);
  await db
    .update(notices)
    .set({ ...ended, state: dueAt === null ? "gave_up" : "waiting", dueAt })
    .where(and(eq(notices.id, claimed.id), eq(notices.state, "waiting"), eq(notices.dueAt, claimed.dueAt ?? "")));
}

/** Begins the tries of a notice anew. False where it was acknowledged, is being sent, or is not there. */
export async function retryNotice(db: Db, endpointId: string, id: string, now: Date): Promise<boolean> {
  const at = now.toISOString();
  const isOnItsWay = sql`state = 'waiting' AND last_tried_at IS NOT NULL AND last_outcome IS NULL AND due_at > ${at}`;
  const written = await db
    .update(notices)
    .set({ state: "waiting", dueAt: at, retrySince: at, tryCount: 0 })
    .where(
      and(
        eq(notices.id, id),
        eq(notices.endpointId, endpointId),
        inArray(notices.state, ["waiting", "gave_up"]),
        sql`NOT (${isOnItsWay})`,
      ),
    )
    .returning({ id: notices.id });
  return written.length > 0;
}

/** The newest notices to a receiver: its delivery log. */
export async function listNotices(db: Db, endpointId: string, limit: number): Promise<Notice[]> {
  return db.select().from(notices).where(eq(notices.endpointId, endpointId)).orderBy(desc(notices.id)).limit(limit);
}

/** When something can be tried next, to whomever: an ISO time, or null where nothing waits. */
export async function nextDueAt(db: Db): Promise<string | null> {
  const [row] = await db.all<{ at: string | null }>(sql`
    SELECT min(max(e.free_at, (SELECT min(n.due_at) FROM notices n WHERE n.endpoint_id = e.id AND n.state = 'waiting'))) AS at
    FROM notice_endpoints e`);
  return row?.at ?? null;
}

/** Deletes what has been over for long. Their IDs begin with the time of their making, so the key finds them. */
export function forgetOldNotices(db: Db, now: Date): BatchItem {
  const before = newId(new Date(now.getTime() - KEPT_DAYS * DAY_MS));
  return db.delete(notices).where(and(lt(notices.id, before), inArray(notices.state, ["delivered", "gave_up"])));
}
