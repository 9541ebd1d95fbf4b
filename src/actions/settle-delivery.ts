/**
 * What people do with a stored delivery: have it received again, or set a refused one aside. The activity log records both.
 */
import type { ActionContext } from "../app-context.ts";
import { findDelivery, isBodyKept, type StoredDelivery } from "../inbox/deliveries.ts";
import type { Receipt } from "../inbox/receive.ts";
import { redeliver } from "../inbox/redeliver.ts";
import { setRefusalAside } from "../inbox/refusals.ts";
import { recordActivity } from "../people/activity.ts";
import { HISTORY_KEPT_DAYS } from "../platform/limits.ts";
import { conflict, notFound, type Result } from "./result.ts";

/**
 * Receives a stored delivery again; `receipt` is what an order system would get. A conflict if its body is no longer kept.
 */
export async function replayDelivery(context: ActionContext, id: string): Promise<Result<{ receipt: Receipt }>> {
  const delivery = await findDelivery(context.db, id);
  if (!delivery) return notFound("delivery");
  if (!isBodyKept(delivery, context.now)) {
    return conflict(
      `The body of this delivery was deleted after ${HISTORY_KEPT_DAYS} days; what it led to is unchanged. To process it again, have the order system send it again.`,
    );
  }
  const receipt = await redeliver(context.env, context.db, delivery, context.now);
  await record(context, delivery, "order_event.replayed");
  return { ok: true, receipt };
}

/** Sets a refused delivery aside: it no longer needs a person. A conflict if nothing is open about it. */
export async function setDeliveryAside(context: ActionContext, id: string): Promise<Result> {
  const delivery = await findDelivery(context.db, id);
  if (!delivery) return notFound("delivery");
  if (!(await setRefusalAside(context.db, id, context.now)))
    return conflict("Only a refused delivery that is still open can be set aside.");
  await record(context, delivery, "order_event.set_aside");
  return { ok: true };
}

async function record(context: ActionContext, { id, webhookId }: StoredDelivery, action: string): Promise<void> {
  const subject = { kind: "order_event", id, name: webhookId } as const;
  await recordActivity(context.db, context.now, context.actor, { action, subject });
}
