/**
 * The statements on Intuit's events: a worker takes a page of due events for a limited time, and writes their results in
 * one statement. Two workers never have the same event. What an event means is decided in
 * read-quickbooks-changes.ts.
 */
import { and, asc, eq, isNull, lte, sql } from "drizzle-orm";
import { z } from "zod";
import type { Db } from "../../platform/db.ts";
import type { Payments } from "../../kinds/document-kind.ts";
import { IS_UNDER_WAY, intuitEvents } from "../schema.ts";

/** How long a worker has the events that it took: one read may take 120 s. */
const TAKEN_FOR_MS = 180_000;
/** Clocks differ between workers: a create may carry a later time than the event that it caused. */
const CLOCK_SKEW_MS = 5 * 60_000;

export type IntuitEventRow = typeof intuitEvents.$inferSelect;
export type Paid = NonNullable<Awaited<ReturnType<Payments["read"]>>>;

/**
 * What a run did with an event: `done`; to be handled again at that time (epoch ms); or `parked` until the creates that
 * are open now have an outcome.
 */
export type EventResult = { kind: "done" } | { kind: "later"; at: number } | { kind: "parked" };

/** Takes due events of the company, the longest waiting first. No other worker gets them for 180 s. */
export async function takeDueEvents(db: Db, realmId: string, limit: number, now: Date): Promise<IntuitEventRow[]> {
  const page = db
    .select({ id: intuitEvents.id })
    .from(intuitEvents)
    .where(isDue(realmId, now))
    .orderBy(asc(intuitEvents.dueAt))
    .limit(limit);
  return db
    .update(intuitEvents)
    .set({ dueAt: new Date(now.getTime() + TAKEN_FOR_MS).toISOString() })
    .where(sql`${intuitEvents.id} IN ${page}`)
    .returning();
}

/** Writes the results of taken events and the payments that were read. Skips events that another worker has now. */
export async function writeEventResults(
  db: Db,
  results: ReadonlyMap<IntuitEventRow, EventResult>,
  now: Date,
): Promise<void> {
  if (results.size === 0) return;
  const plan = [...results].map(([event, result]) => ({
    id: event.id,
    taken: event.dueAt,
    done: result.kind === "done" ? now.toISOString() : null,
    due: result.kind === "later" ? new Date(result.at).toISOString() : now.toISOString(),
    parked: result.kind === "parked" ? 1 : 0,
    payment: event.payment,
  }));
  await db.run(sql`
    UPDATE intuit_events SET done_at = plan.done, due_at = plan.due, is_parked = plan.parked, payment = plan.payment
    FROM (SELECT value ->> 'id' AS id, value ->> 'taken' AS taken, value ->> 'done' AS done, value ->> 'due' AS due,
      value ->> 'parked' AS parked, value ->> 'payment' AS payment FROM json_each(${JSON.stringify(plan)})) AS plan
    WHERE intuit_events.id = plan.id AND intuit_events.due_at = plan.taken AND intuit_events.done_at IS NULL`);
}

/** Postpones every due event of the company that no worker has taken, because QuickBooks can't be read now. */
export async function postponeDueEvents(db: Db, realmId: string, at: number, now: Date): Promise<void> {
  await db
    .update(intuitEvents)
    .set({ dueAt: new Date(at).toISOString() })
    .where(isDue(realmId, now));
}

/**
 * The time of the earliest create of the company whose outcome is still unknown (epoch ms): such a create may turn out to
 * have an ID that an event already names. Null if there are none; 0 if one of them was sent several times, so it is
 * unknown when the document was created. Call it before looking for the documents by ID, never afterwards.
 */
export async function openCreatesSince(db: Db, connectionId: string): Promise<number | null> {
  const [row] = await db.all<{ since: string | null }>(sql`
    SELECT min(CASE WHEN unanswered_count > 0 THEN '' ELSE sent_at END) AS since FROM pushes
    WHERE connection_id = ${connectionId} AND ${IS_UNDER_WAY} AND state IN ('sending', 'unknown') AND operation = 'create'`);
  if (!row || row.since === null) return null;
  return row.since === "" ? 0 : Date.parse(row.since);
}

/** Whether an event may be about a document created by one of the open creates: only those sent before it. */
export function mayBeOfOpenCreate(event: Pick<IntuitEventRow, "receivedAt">, since: number | null): boolean {
  return since !== null && since <= Date.parse(event.receivedAt) + CLOCK_SKEW_MS;
}

/** Makes parked events due whose creates have an outcome now. */
export async function releaseParkedEvents(
  db: Db,
  connection: { id: string; realmId: string },
  now: Date,
): Promise<void> {
  const isParked = and(
    eq(intuitEvents.realmId, connection.realmId),
    isNull(intuitEvents.doneAt),
    eq(intuitEvents.isParked, true),
  );
  const [parked] = await db.select({ id: intuitEvents.id }).from(intuitEvents).where(isParked).limit(1);
  if (!parked) return;
  const since = await openCreatesSince(db, connection.id);
  const isFree =
    since === null ? sql`1` : sql`received_at < ${new Date(Math.max(0, since - CLOCK_SKEW_MS)).toISOString()}`;
  await db.update(intuitEvents).set({ isParked: false, dueAt: now.toISOString() }).where(and(isParked, isFree));
}

/** When the next event of the company is due (epoch ms), apart from parked ones; null if there is none. */
export async function nextEventDueAt(db: Db, realmId: string): Promise<number | null> {
  const [row] = await db.all<{ dueAt: string | null }>(sql`
    SELECT min(due_at) AS dueAt FROM intuit_events WHERE realm_id = ${realmId} AND done_at IS NULL AND is_parked = 0`);
  if (!row || row.dueAt === null) return null;
  return row.dueAt === "" ? 0 : Date.parse(row.dueAt);
}

/** `invoiceIds`: as the former version reads it, whatever kind is paid. */
const storedPaid = z.object({ date: z.string().nullable(), invoiceIds: z.array(z.string()) });

/** The event's payment as read by an earlier run; null if it was not read yet. */
export function readPaid(event: Pick<IntuitEventRow, "payment">): Paid | null {
  if (event.payment === null) return null;
  const { date, invoiceIds } = storedPaid.parse(JSON.parse(event.payment));
  return { date, documentIds: invoiceIds };
}

/** The text of a `payment` column; null: the payment was deleted. */
export function paidText(paid: Paid | null): string {
  return JSON.stringify({ date: paid?.date ?? null, invoiceIds: paid?.documentIds ?? [] });
}

/** The IDs that no longer exist after a merge. */
export function readDeletedIds(event: Pick<IntuitEventRow, "deletedIds">): string[] {
  return event.deletedIds === null ? [] : z.array(z.string()).parse(JSON.parse(event.deletedIds));
}

function isDue(realmId: string, now: Date) {
  return and(
    eq(intuitEvents.realmId, realmId),
    isNull(intuitEvents.doneAt),
    eq(intuitEvents.isParked, false),
    lte(intuitEvents.dueAt, now.toISOString()),
  );
}
