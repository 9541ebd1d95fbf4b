/**
 * Replays a stored delivery. It takes the path of an order system's event, and can do nothing that a signed delivery
 * could not.
 */
import type { Env } from "../env.ts";
import type { Db } from "../platform/db.ts";
import { newId } from "../platform/ids.ts";
import type { StoredDelivery } from "./deliveries.ts";
import { type Receipt, receiveDelivery } from "./receive.ts";

/**
 * Processes a stored delivery again, under a `webhook-id` of ours; its body must still be kept (`isBodyKept`). It keeps
 * its envelope time, so it changes nothing if we have something newer. If it is accepted now, its refusal is settled.
 */
export async function redeliver(
  env: Env,
  db: Db,
  stored: Pick<StoredDelivery, "id" | "instanceId" | "body" | "outcome">,
  now: Date,
): Promise<Receipt> {
  const { id, instanceId, body } = stored;
  const webhookId = `redelivery-${newId(now)}`;
  // A delivery that was accepted once is not refused later because of its time.
  const receivedAt = stored.outcome === "accepted" ? {} : { receivedAt: now };
  return receiveDelivery(env, db, { instanceId, webhookId, body, replayOf: id, ...receivedAt }, now);
}
