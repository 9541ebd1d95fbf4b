/**
 * Sends a sample order to an instance, and takes it back. Both take the path of a signed delivery, and the activity log
 * records both.
 */
import { z } from "zod";
import type { ActionContext } from "../app-context.ts";
import { findConnection } from "../connections/store.ts";
import { findDelivery } from "../inbox/deliveries.ts";
import { cancelSampleOrder, isSampleOrder, sendSampleOrder } from "../inbox/sample-order.ts";
import type { Instance } from "../instances/instance.ts";
import { findInstance } from "../instances/store.ts";
import { findOrder } from "../orders/store.ts";
import { recordActivity } from "../people/activity.ts";
import { newId } from "../platform/ids.ts";
import { conflict, notFound, type Result } from "./result.ts";

const keyShape = z.uuid();
const acceptedShape = z.object({ event_id: z.string(), duplicate: z.boolean() });
/** What an order without a QuickBooks company is in. */
const DEFAULT_CURRENCY = "USD";

/** A new key for `requestSampleOrder`. */
export function newSampleKey(now: Date): string {
  return newId(now);
}

/**
 * Sends a sample order in the company's home currency. `key` comes from the form, so that a form that is posted twice
 * sends one order; another key is made for an unusable one. A conflict if the delivery was not accepted.
 */
export async function requestSampleOrder(
  context: ActionContext,
  instanceId: string,
  key: string,
): Promise<Result<{ orderId: string; isNew: boolean }>> {
  const instance = await findInUse(context, instanceId);
  if (!instance) return notFound("instance");
  const connection = instance.connectionId === null ? null : await findConnection(context.db, instance.connectionId);
  const response = await sendSampleOrder(context, instance, {
    key: keyShape.safeParse(key).success ? key : newSampleKey(context.now),
    currency: connection?.company.homeCurrency ?? DEFAULT_CURRENCY,
  });
  if (response.status !== 202) return notAccepted(response);
  const accepted = acceptedShape.parse(await response.json());
  const delivery = await findDelivery(context.db, accepted.event_id);
  if (!delivery?.orderId) return notFound("order");
  if (!accepted.duplicate) await record(context, instance, "instance.sample_sent");
  return { ok: true, orderId: delivery.orderId, isNew: !accepted.duplicate };
}

/** Cancels a sample order. */
export async function takeBackSampleOrder(context: ActionContext, orderId: string): Promise<Result> {
  const order = await findOrder(context.db, orderId);
  if (!order || !isSampleOrder(order.externalId)) return notFound("sample order");
  const instance = await findInUse(context, order.instanceId);
  if (!instance) return notFound("instance");
  const response = await cancelSampleOrder(context, instance, order.externalId);
  if (response.status !== 202) return notAccepted(response);
  await record(context, instance, "instance.sample_cancelled");
  return { ok: true };
}

function notAccepted({ status }: Response) {
  return conflict(
    status === 429
      ? "This instance takes no more deliveries today. Try again tomorrow."
      : `The order was not accepted (HTTP ${status}). Try again.`,
  );
}

async function findInUse(context: ActionContext, id: string): Promise<Instance | null> {
  const instance = await findInstance(context.db, id);
  return instance && instance.removedAt === null ? instance : null;
}

async function record(context: ActionContext, { id, name }: Instance, action: string): Promise<void> {
  await recordActivity(context.db, context.now, context.actor, { action, subject: { kind: "instance", id, name } });
}
