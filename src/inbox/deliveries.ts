/**
 * The record of deliveries: what was rejected, for the people who mend the sender, and the list for the instance's
 * page. Unsigned requests are never recorded, so that strangers can't fill it.
 */
import { and, desc, eq, getTableColumns, sql } from "drizzle-orm";
import { z } from "zod";
import { causeText } from "../platform/cause.ts";
import { type Db, runBatch } from "../platform/db.ts";
import { newId } from "../platform/ids.ts";
import { HISTORY_KEPT_DAYS } from "../platform/limits.ts";
import { log } from "../platform/log.ts";
import type { FieldError } from "../platform/problem.ts";
import type { Refusal } from "./events.ts";
import { HAS_BODY, orderEvents } from "./schema.ts";
import type { Delivery } from "./store-delivery.ts";

/** Rejected deliveries that are kept for each instance, newest first. */
export const MAX_REJECTED_KEPT = 200;
/** Faults that are kept of one delivery; the answer to the sender names all. */
const MAX_FAULTS_KEPT = 100;
/** Bodies that one run of the cron throws away, 360,000 a day: a database of years is through after days. */
const MAX_BODIES_PER_RUN = 250;
const DAY_MS = 24 * 3_600_000;

const faultList = z.array(z.object({ path: z.string(), message: z.string() }));

const { body: _body, ...LIST_COLUMNS } = getTableColumns(orderEvents);
export type DeliveryRow = Omit<typeof orderEvents.$inferSelect, "body">;

/**
 * Records a delivery that was refused after its signature was right, and forgets the oldest of them. Never throws:
 * the answer to a bad input must not hang on our storage.
 */
export async function recordRejected(db: Db, delivery: Delivery, refusal: Refusal, now: Date): Promise<void> {
  const { instanceId, webhookId } = delivery;
  const isRejected = and(eq(orderEvents.instanceId, instanceId), sql`${orderEvents.outcome} = 'rejected'`);
  const lastKept = sql`(select id from order_events where instance_id = ${instanceId} and outcome = 'rejected'
    order by id desc limit 1 offset ${MAX_REJECTED_KEPT - 1})`;
  const row = {
    id: newId(now),
    instanceId,
    webhookId,
    type: refusal.type,
    eventAt: refusal.at,
    receivedAt: now.toISOString(),
    outcome: "rejected" as const,
    httpStatus: refusal.status,
    errors: JSON.stringify(refusal.errors.slice(0, MAX_FAULTS_KEPT)),
    body: delivery.body.replaceAll("\0", "\uFFFD").toWellFormed(),
  };
  try {
    await runBatch(db, [
      db.insert(orderEvents).values(row),
      db.delete(orderEvents).where(and(isRejected, sql`${orderEvents.id} < ${lastKept}`)),
    ]);
  } catch (cause) {
    log("order_event.record_failed", { instanceId, cause: causeText(cause) });
  }
}

/** Deliveries of an instance, newest first; `after` is the ID of the last one on the page before. */
export async function listDeliveries(
  db: Db,
  instanceId: string,
  page: { limit: number; after?: string | undefined },
): Promise<{ rows: DeliveryRow[]; next: string | null }> {
  const found = await db
    .select(LIST_COLUMNS)
    .from(orderEvents)
    .where(and(eq(orderEvents.instanceId, instanceId), page.after === undefined ? undefined : isBehind(page.after)))
    .orderBy(desc(orderEvents.receivedAt), desc(orderEvents.id))
    .limit(page.limit + 1);
  const rows = found.slice(0, page.limit);
  return { rows, next: found.length > page.limit ? (rows.at(-1)?.id ?? null) : null };
}

function isBehind(id: string) {
  return sql`(${orderEvents.receivedAt}, ${orderEvents.id}) < (select received_at, id from order_events where id = ${id})`;
}

/** The delivery with its body, or null. */
export async function findDelivery(db: Db, id: string): Promise<typeof orderEvents.$inferSelect | null> {
  const [row] = await db.select().from(orderEvents).where(eq(orderEvents.id, id)).limit(1);
  return row ?? null;
}

/** The faults that a rejected delivery was answered with. */
export function faultsOf(row: Pick<DeliveryRow, "errors">): FieldError[] {
  return row.errors === null ? [] : faultList.parse(JSON.parse(row.errors));
}

/**
 * Whether the body of a delivery is still kept. Its age alone decides, not whether the cron has come to it: a replay
 * must not depend on that.
 */
export function isBodyKept(row: Pick<DeliveryRow, "receivedAt">, now: Date): boolean {
  return row.receivedAt >= bodiesKeptSince(now);
}

/**
 * Throws away bodies that are no longer kept, some at a time; answers how many. The rows stay: an accepted `webhook-id`
 * is known for ever. Each is written anew rather than changed where it lies: SQLite leaves a row that became shorter in
 * its page, which then stays nearly empty for ever; rows written anew lie close together and give their old pages back.
 */
export async function forgetOldBodies(db: Db, now: Date): Promise<number> {
  const names = Object.values(getTableColumns(orderEvents)).map((column) => column.name);
  const columns = sql.raw(names.join(", "));
  const values = sql.raw(names.map((name) => (name === orderEvents.body.name ? "''" : name)).join(", "));
  const emptied = await db.all(sql`
    INSERT OR REPLACE INTO order_events (${columns})
    SELECT ${values} FROM order_events INDEXED BY order_events_with_body
    WHERE ${HAS_BODY} AND received_at < ${bodiesKeptSince(now)} ORDER BY received_at LIMIT ${MAX_BODIES_PER_RUN}
    RETURNING id`);
  return emptied.length;
}

function bodiesKeptSince(now: Date): string {
  return new Date(now.getTime() - HISTORY_KEPT_DAYS * DAY_MS).toISOString();
}
