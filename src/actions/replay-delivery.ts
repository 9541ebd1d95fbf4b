/**
 * Two ways for an admin to have a delivery received again: replaying a stored one, and sending a test event. Both take
 * the path of a signed delivery, and the activity log records both.
 */
import type { ActionContext } from "../app-context.ts";
import { findDelivery, isBodyKept } from "../inbox/deliveries.ts";
import type { Receipt } from "../inbox/receive.ts";
import { redeliver, sendTestEvent } from "../inbox/redeliver.ts";
import { findInstance } from "../instances/store.ts";
import { recordActivity } from "../people/activity.ts";
import { HISTORY_KEPT_DAYS } from "../platform/limits.ts";
import { conflict, notFound, type Result } from "./result.ts";

/**
 * Receives a stored delivery of that instance again; `receipt` is what an order system would get. A conflict if its
 * body is no longer kept.
 */
export async function replayDelivery(
  context: ActionContext,
  instanceId: string,
  eventId: string,
): Promise<Result<{ receipt: Receipt }>> {
  const delivery = await findDelivery(context.db, eventId);
  if (!delivery || delivery.instanceId !== instanceId) return notFound("delivery");
  if (!isBodyKept(delivery, context.now)) {
    return conflict(
      `The body of this delivery was deleted after ${HISTORY_KEPT_DAYS} days; what it led to is unchanged. To process it again, have the order system send it again.`,
    );
  }
  const receipt = await redeliver(context.env, context.db, delivery, context.now);
  const subject = { kind: "order_event", id: eventId, name: delivery.webhookId } as const;
  await recordActivity(context.db, context.now, context.actor, { action: "order_event.replayed", subject });
  return { ok: true, receipt };
}

/** Sends a signed test event through the webhook; `httpStatus` is that of the response, 202 if all is well. */
export async function requestTestEvent(
  context: ActionContext,
  instanceId: string,
): Promise<Result<{ httpStatus: number }>> {
  const instance = await findInstance(context.db, instanceId);
  if (!instance || instance.removedAt !== null) return notFound("instance");
  const response = await sendTestEvent(context, instance);
  const subject = { kind: "instance", id: instance.id, name: instance.name } as const;
  await recordActivity(context.db, context.now, context.actor, { action: "instance.tested", subject });
  return { ok: true, httpStatus: response.status };
}
