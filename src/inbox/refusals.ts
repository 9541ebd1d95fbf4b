/**
 * Refused deliveries whose signature was right. Each may be an order that nobody invoices, so it stays open until it is
 * settled: the same order or invoice was accepted since, a person set it aside, or a repeat of it was refused again. Only
 * settled ones are ever deleted.
 */
import { type SQL, and, eq, sql } from "drizzle-orm";
import { type BatchItem, type Db, runBatch } from "../platform/db.ts";
import { causeText } from "../platform/cause.ts";
import { newId } from "../platform/ids.ts";
import { log } from "../platform/log.ts";
import { aboutEvent } from "./about.ts";
import type { OrderEvent, Refusal } from "./events.ts";
import { IS_SETTLED, IS_UNSETTLED, orderEvents } from "./schema.ts";
import type { Delivery } from "./store-delivery.ts";

/** How many settled refusals are kept per instance, newest first. */
export const MAX_SETTLED_KEPT = 200;
/** Beyond these, an instance's refused deliveries get a 429: they may fill the database, but none may vanish. */
export const MAX_UNSETTLED = 5_000;
/** How many faults of one delivery are kept; the response to the sender lists them all. */
const MAX_FAULTS_KEPT = 100;

/**
 * Records a delivery that was refused; it stands for an earlier refusal under the same `webhook-id`. Never throws: the
 * response to bad input must not depend on our storage.
 */
export async function recordRefused(db: Db, delivery: Delivery, refusal: Refusal, now: Date): Promise<void> {
  const { instanceId, webhookId } = delivery;
  const at = now.toISOString();
  const row = {
    id: newId(now),
    instanceId,
    webhookId,
    type: refusal.type,
    eventAt: refusal.at,
    receivedAt: at,
    outcome: "rejected" as const,
    httpStatus: refusal.status,
    errors: JSON.stringify(refusal.errors.slice(0, MAX_FAULTS_KEPT)),
    about: refusal.about,
    number: refusal.number,
    body: delivery.body.replaceAll("\0", "\uFFFD").toWellFormed(),
  };
  try {
    await runBatch(db, [
      db
        .update(orderEvents)
        .set({ settledAt: at, settledAs: "repeated" })
        .where(and(IS_UNSETTLED, eq(orderEvents.instanceId, instanceId), eq(orderEvents.webhookId, webhookId))),
      db.insert(orderEvents).values(row),
      db.delete(orderEvents).where(isBeyondKept(instanceId)),
    ]);
  } catch (cause) {
    log("order_event.record_failed", { instanceId, cause: causeText(cause) });
  }
}

function isBeyondKept(instanceId: string): SQL {
  const settled = sql`${IS_SETTLED} AND instance_id = ${instanceId}`;
  return sql`${settled} AND id < (SELECT id FROM order_events WHERE ${settled}
    ORDER BY id DESC LIMIT 1 OFFSET ${MAX_SETTLED_KEPT - 1})`;
}

/** Whether an instance has so many open refusals that no more can be kept. */
export async function isFull(db: Db, instanceId: string): Promise<boolean> {
  const rows = await db.all(sql`
    SELECT 1 FROM order_events WHERE ${IS_UNSETTLED} AND instance_id = ${instanceId} LIMIT 1 OFFSET ${MAX_UNSETTLED - 1}`);
  return rows.length > 0;
}

/**
 * Statement that settles what an accepted event makes good, if `condition` holds: refusals under its `webhook-id`, the one
 * that it replays, and those of the same order or invoice that are not newer than the event.
 */
export function settleBy(
  db: Db,
  { delivery, event }: { delivery: Delivery; event: OrderEvent },
  condition: SQL,
  now: Date,
): BatchItem {
  const { instanceId, webhookId, replayOf = "" } = delivery;
  const open = sql`SELECT id FROM order_events WHERE ${IS_UNSETTLED} AND instance_id = ${instanceId}`;
  const about = JSON.stringify(aboutEvent(event));
  const made = sql`${open} AND webhook_id = ${webhookId} UNION ALL
    ${open} AND about IN (SELECT value FROM json_each(${about})) AND (event_at IS NULL OR event_at <= ${event.at}) UNION ALL
    SELECT id FROM order_events WHERE ${IS_UNSETTLED} AND id = ${replayOf}`;
  return db
    .update(orderEvents)
    .set({ settledAt: now.toISOString(), settledAs: "accepted" })
    .where(sql`id IN (${made}) AND ${condition}`);
}

/** Sets an open refusal aside. Returns whether it was open. */
export async function setRefusalAside(db: Db, id: string, now: Date): Promise<boolean> {
  const settled = await db
    .update(orderEvents)
    .set({ settledAt: now.toISOString(), settledAs: "set_aside" })
    .where(and(eq(orderEvents.id, id), IS_UNSETTLED))
    .returning({ id: orderEvents.id });
  return settled.length > 0;
}

/**
 * How many refused deliveries wait for a person, by instance: each may be an order that is not invoiced. `listDeliveries`
 * lists them, as `unsettled`.
 */
export async function countUnsettledRefusals(db: Db): Promise<Map<string, number>> {
  const rows = await db.all<{ instanceId: string; count: number }>(sql`
    SELECT instance_id AS instanceId, count(*) AS count FROM order_events INDEXED BY order_events_unsettled
    WHERE ${IS_UNSETTLED} GROUP BY instance_id`);
  return new Map(rows.map(({ instanceId, count }) => [instanceId, count]));
}
