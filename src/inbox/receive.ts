/**
 * Processes one delivery whose signature is valid: read the event, decide, store, wake the consumer. A replay of a
 * stored delivery comes this way too. It returns the result; order-webhook.ts turns that into HTTP.
 */
import type { Env } from "../env.ts";
import type { Db } from "../platform/db.ts";
import { newId } from "../platform/ids.ts";
import { log } from "../platform/log.ts";
import { armFor, enqueue } from "../pushes/queue/enqueue.ts";
import { decideCreated, decideVoided } from "./decide-invoice.ts";
import { decideCancelled, decideShipped } from "./decide-order.ts";
import type { Decision, Effect, DecisionContext } from "./decision.ts";
import { countRefused } from "./count-refused.ts";
import { MAX_ACCEPTED_PER_DAY, secondsToNextDay } from "./delivery-counts.ts";
import { type OrderEvent, type Refusal, parseEvent } from "./events.ts";
import { isFull, recordRefused } from "./refusals.ts";
import { type Snapshot, readSnapshot } from "./snapshot.ts";
import { type Delivery, storeDelivery } from "./store-delivery.ts";

/**
 * How often a decision is made again because another writer was faster; then the sender is asked to come back. Of those
 * that write the same rows at the same time one wins each round, so this is also how many can arrive at once. A round
 * takes about 17 statements; D1 allows 1,000 per invocation.
 */
const MAX_TRIES = 40;
/** The longest pause before the next try; random, so that competing writers spread out. */
const MAX_PAUSE_MS = 50;
/** When to come back where the instance has too many open refusals: until then people may have settled some. */
const FULL_RETRY_SECONDS = 3_600;

/** The day's accepted deliveries are used up; refused ones come too fast; too many refused ones are open. */
export type DeliveryLimit = "accepted_per_day" | "refused_per_minute" | "refused_open";

/** What became of a delivery. */
export type Receipt =
  | { kind: "accepted"; eventId: string; isDuplicate: boolean; effect: Effect | null }
  | { kind: "rejected"; refusal: Refusal }
  /** Over a limit; nothing was stored. */
  | { kind: "limited"; limit: DeliveryLimit; retryAfterSeconds: number }
  | { kind: "not_found" }
  | { kind: "removed" }
  /** Others keep writing the same rows; nothing was stored. */
  | { kind: "busy" };

/** Processes the delivery. Throws only if storage is unavailable. */
export async function receiveDelivery(env: Env, db: Db, delivery: Delivery, now: Date): Promise<Receipt> {
  const parsed = parseEvent(delivery.body, delivery.receivedAt ?? null);
  const receipt = parsed.ok
    ? await receiveEvent(env, db, { delivery, event: parsed.event }, now)
    : await refuse(env, db, { delivery, refusal: parsed.refusal }, now);
  log("order_event.received", {
    instanceId: delivery.instanceId,
    type: parsed.ok ? parsed.event.type : parsed.refusal.type,
    outcome: receipt.kind,
    ...(receipt.kind === "accepted"
      ? { eventId: receipt.eventId, isDuplicate: receipt.isDuplicate, effect: receipt.effect }
      : {}),
    ...(receipt.kind === "limited" ? { limit: receipt.limit } : {}),
    ...(receipt.kind === "rejected" ? { status: receipt.refusal.status, faults: receipt.refusal.errors.length } : {}),
  });
  return receipt;
}

/** Records the refusal, within the limits. A replay that is refused again is on record already. */
async function refuse(
  env: Env,
  db: Db,
  { delivery, refusal }: { delivery: Delivery; refusal: Refusal },
  now: Date,
): Promise<Receipt> {
  if (delivery.replayOf !== undefined) return { kind: "rejected", refusal };
  const waitSeconds = await countRefused(env, delivery.instanceId, "wrong_content", now);
  if (waitSeconds > 0) return { kind: "limited", limit: "refused_per_minute", retryAfterSeconds: waitSeconds };
  if (await isFull(db, delivery.instanceId))
    return { kind: "limited", limit: "refused_open", retryAfterSeconds: FULL_RETRY_SECONDS };
  await recordRefused(db, delivery, refusal, now);
  return { kind: "rejected", refusal };
}

async function receiveEvent(
  env: Env,
  db: Db,
  { delivery, event }: { delivery: Delivery; event: OrderEvent },
  now: Date,
): Promise<Receipt> {
  for (let i = 0; i < MAX_TRIES; i += 1) {
    const snapshot = await readSnapshot(db, delivery, event, now);
    if (!snapshot) return { kind: "not_found" };
    if (snapshot.instance.removedAt !== null) return { kind: "removed" };
    if (snapshot.acceptedEventId !== null) return duplicateOf(snapshot.acceptedEventId);
    if (snapshot.acceptedToday >= MAX_ACCEPTED_PER_DAY)
      return { kind: "limited", limit: "accepted_per_day", retryAfterSeconds: secondsToNextDay(now) };
    const decision = decide(snapshot, event, { now, newId: () => newId(now) });
    const eventId = newId(now);
    // Before the write: if we die after it, the companies' alarms find what is due.
    await armFor(
      env,
      decision.queued.map(({ connectionId }) => connectionId),
      now,
    );
    const acceptedId = await storeDelivery(db, { delivery, event, snapshot, decision, eventId }, now);
    if (acceptedId === eventId) {
      await enqueue(
        env,
        decision.queued.map(({ invoiceId }) => invoiceId),
      );
      return { kind: "accepted", eventId, isDuplicate: false, effect: decision.effect };
    }
    if (acceptedId !== null) return duplicateOf(acceptedId);
    await new Promise((resolve) => setTimeout(resolve, Math.random() * MAX_PAUSE_MS));
  }
  return { kind: "busy" };
}

function duplicateOf(eventId: string): Receipt {
  return { kind: "accepted", eventId, isDuplicate: true, effect: null };
}

/** What an event leads to, given the snapshot. Pure. */
export function decide(snapshot: Snapshot, event: OrderEvent, context: DecisionContext): Decision {
  switch (event.type) {
    case "order.shipped":
      return decideShipped(snapshot, event, context);
    case "order.cancelled":
      return decideCancelled(snapshot, event, context);
    case "invoice.created":
      return decideCreated(snapshot, event, context);
    case "invoice.voided":
      return decideVoided(snapshot, event, context);
  }
}
