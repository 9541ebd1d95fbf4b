/**
 * Takes one delivery whose signature was right: read the event, decide, store, ring the bell. Also the way in for a
 * stored delivery that is played again. It answers with what became of it; the HTTP words are order-webhook.ts'.
 */
import type { Env } from "../env.ts";
import type { Db } from "../platform/db.ts";
import { newId } from "../platform/ids.ts";
import { log } from "../platform/log.ts";
import { armFor, enqueue } from "../pushes/queue/enqueue.ts";
import { decideCreated, decideVoided } from "./decide-invoice.ts";
import { decideCancelled, decideShipped } from "./decide-order.ts";
import type { Decision, Effect, Means } from "./decision.ts";
import { recordRejected } from "./deliveries.ts";
import { type OrderEvent, type Refusal, parseEvent } from "./events.ts";
import { type Known, readKnown } from "./known.ts";
import { type Delivery, storeDelivery } from "./store-delivery.ts";

/**
 * How often a decision is made anew because somebody else was faster; then the sender is asked to come back. Of those who
 * write the same rows at once one wins each round, so this is also how many can come at the same moment. A round is about
 * 14 statements; D1 allows 1,000 an invocation.
 */
const MAX_TRIES = 40;
/** Longest pause before the next try; a random one, so that those who met part. */
const MAX_PAUSE_MS = 50;

/** What became of a delivery. */
export type Receipt =
  | { kind: "accepted"; eventId: string; isDuplicate: boolean; effect: Effect | null }
  | { kind: "rejected"; refusal: Refusal }
  | { kind: "not_found" }
  | { kind: "removed" }
  /** Others write the same rows all the time; nothing was stored. */
  | { kind: "busy" };

/** Receives the delivery. Throws only where storage is unavailable. */
export async function receiveDelivery(env: Env, db: Db, delivery: Delivery, now: Date): Promise<Receipt> {
  const parsed = parseEvent(delivery.body, delivery.cameAt ?? null);
  const receipt = parsed.ok
    ? await receiveEvent(env, db, { delivery, event: parsed.event }, now)
    : ({ kind: "rejected", refusal: parsed.refusal } as const);
  if (receipt.kind === "rejected") await recordRejected(db, delivery, receipt.refusal, now);
  log("order_event.received", {
    instanceId: delivery.instanceId,
    type: parsed.ok ? parsed.event.type : parsed.refusal.type,
    outcome: receipt.kind,
    ...(receipt.kind === "accepted"
      ? { eventId: receipt.eventId, isDuplicate: receipt.isDuplicate, effect: receipt.effect }
      : {}),
    ...(receipt.kind === "rejected" ? { status: receipt.refusal.status, faults: receipt.refusal.errors.length } : {}),
  });
  return receipt;
}

async function receiveEvent(
  env: Env,
  db: Db,
  { delivery, event }: { delivery: Delivery; event: OrderEvent },
  now: Date,
): Promise<Receipt> {
  for (let i = 0; i < MAX_TRIES; i += 1) {
    const known = await readKnown(db, delivery.instanceId, delivery.webhookId, event);
    if (!known) return { kind: "not_found" };
    if (known.instance.removedAt !== null) return { kind: "removed" };
    if (known.acceptedEventId !== null) return duplicateOf(known.acceptedEventId);
    const decision = decide(known, event, { now, newId: () => newId(now) });
    const eventId = newId(now);
    // Before the write: should we die after it, the companies' alarms find what is due.
    await armFor(
      env,
      decision.queued.map(({ connectionId }) => connectionId),
      now,
    );
    const acceptedId = await storeDelivery(db, { delivery, event, known, decision, eventId }, now);
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

/** What an event leads to, given what is known. Pure. */
export function decide(known: Known, event: OrderEvent, means: Means): Decision {
  switch (event.type) {
    case "order.shipped":
      return decideShipped(known, event, means);
    case "order.cancelled":
      return decideCancelled(known, event, means);
    case "invoice.created":
      return decideCreated(known, event, means);
    case "invoice.voided":
      return decideVoided(known, event, means);
  }
}
