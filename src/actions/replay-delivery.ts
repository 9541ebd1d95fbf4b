/**
 * Two ways for an admin to see a delivery taken in again: replaying a stored one, and sending a test event. Both go the
 * way that a signed delivery goes, and both stand in the activity log.
 */
import type { Act } from "../app-context.ts";
import { findDelivery, isBodyKept } from "../inbox/deliveries.ts";
import type { Receipt } from "../inbox/receive.ts";
import { redeliver, sendTestEvent } from "../inbox/redeliver.ts";
import { findInstance } from "../instances/store.ts";
import { recordActivity } from "../people/activity.ts";
import { HISTORY_KEPT_DAYS } from "../platform/limits.ts";
import { conflict, notFound, type Result } from "./result.ts";

/**
 * Receives a stored delivery of that instance anew; `receipt` is what an order system would be answered. A conflict where
 * its body is no longer kept.
 */
export async function replayDelivery(
  act: Act,
  instanceId: string,
  eventId: string,
): Promise<Result<{ receipt: Receipt }>> {
  const delivery = await findDelivery(act.db, eventId);
  if (!delivery || delivery.instanceId !== instanceId) return notFound("delivery");
  if (!isBodyKept(delivery, act.now)) {
    return conflict(
      `What this delivery said is no longer kept: bodies are thrown away after ${HISTORY_KEPT_DAYS} days. What it did stays. If it has to come again, the order system has to send it again.`,
    );
  }
  const receipt = await redeliver(act.env, act.db, delivery, act.now);
  const subject = { kind: "order_event", id: eventId, name: delivery.webhookId } as const;
  await recordActivity(act.db, act.now, act.actor, { action: "order_event.replayed", subject });
  return { ok: true, receipt };
}

/** Sends a signed test event through the webhook; `httpStatus` is its answer, 202 where all is well. */
export async function requestTestEvent(act: Act, instanceId: string): Promise<Result<{ httpStatus: number }>> {
  const instance = await findInstance(act.db, instanceId);
  if (!instance || instance.removedAt !== null) return notFound("instance");
  const answer = await sendTestEvent(act, instance);
  const subject = { kind: "instance", id: instance.id, name: instance.name } as const;
  await recordActivity(act.db, act.now, act.actor, { action: "instance.tested", subject });
  return { ok: true, httpStatus: answer.status };
}
