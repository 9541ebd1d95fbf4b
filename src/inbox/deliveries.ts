/**
 * The record of deliveries: those that were rejected, for the people who fix the sender, and the list for the
 * instance's page. Unsigned requests are never recorded, so strangers can't fill it.
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

/** How many rejected deliveries are kept per instance, newest first. */
export const MAX_REJECTED_KEPT = 200;
/** How many faults of one delivery are kept; the response to the sender lists them all. */
const MAX_FAULTS_KEPT = 100;
/** How many bodies one run of the cron deletes: 360,000 a day, so even a database of years is done within days. */
const MAX_BODIES_PER_RUN = 250;
const DAY_MS = 24 * 3_600_000;

const faultList = z.array(z.object({ path: z.string(), message: z.string() }));

const { body: _body, ...LIST_COLUMNS } = getTableColumns(orderEvents);
export type DeliveryRow = Omit<typeof orderEvents.$inferSelect, "body">;

/**
 * Records a delivery that was refused although its signature was right, and deletes the oldest ones. Never throws: the
 * response to bad input must not depend on our storage.
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

/** The faults that the response to a rejected delivery listed. */
export function faultsOf(row: Pick<DeliveryRow, "errors">): FieldError[] {
  return row.errors === null ? [] : faultList.parse(JSON.parse(row.errors));
}

/**
 * Whether the body of a delivery is still kept. This depends on its age alone, not on whether the cron has got to it,
 * so that a replay doesn't depend on the cron.
 */
export function isBodyKept(row: Pick<DeliveryRow, "receivedAt">, now: Date): boolean {
  return row.receivedAt >= bodiesKeptSince(now);
}

/**
 * Deletes bodies that are no longer kept, a limited number per call, and returns how many. The rows stay: an accepted
 * `webhook-id` is remembered for good. Rows are replaced rather than updated: SQLite leaves a row that became shorter
 * in its page, which then stays nearly empty; replaced rows are packed together, and their old pages are freed.
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
