/**
 * Replays a stored delivery, and makes the test event of the instance's page. Both take the same path as an order
 * system's event; neither can do anything that a signed delivery could not.
 */
import type { Runtime } from "../app-context.ts";
import type { Config, Env } from "../env.ts";
import { type Instance, webhookUrl } from "../instances/instance.ts";
import { currentSecret } from "../instances/signing-secrets.ts";
import type { Db } from "../platform/db.ts";
import { newId } from "../platform/ids.ts";
import { TEST_INVOICE_ID } from "./decide-invoice.ts";
import { receiveOrderWebhook } from "./order-webhook.ts";
import { type Receipt, receiveDelivery } from "./receive.ts";
import type { orderEvents } from "./schema.ts";
import { signDelivery } from "../platform/standard-signature.ts";

/**
 * Processes a stored delivery again, under a `webhook-id` of ours; its body must still be kept (`isBodyKept`). It keeps
 * its envelope time, so it changes nothing if we have something newer.
 */
export async function redeliver(
  env: Env,
  db: Db,
  stored: Pick<typeof orderEvents.$inferSelect, "instanceId" | "body" | "outcome">,
  now: Date,
): Promise<Receipt> {
  const { instanceId, body } = stored;
  const webhookId = `redelivery-${newId(now)}`;
  // A delivery that was accepted once is not refused later because of its time.
  const receivedAt = stored.outcome === "accepted" ? {} : { receivedAt: now };
  return receiveDelivery(env, db, { instanceId, webhookId, body, ...receivedAt }, now);
}

/**
 * A signed test delivery: `invoice.voided` for an invoice that never existed, the least that any of the four events
 * (docs/contract.md, section 5) can do. It is recorded with the effect `test` and changes nothing else.
 */
export async function makeTestEvent(config: Config, db: Db, instance: Instance, now: Date): Promise<Request> {
  const body = JSON.stringify({ type: "invoice.voided", timestamp: now.toISOString(), data: { id: TEST_INVOICE_ID } });
  const secret = await currentSecret(db, config.keys, instance.id);
  const headers = await signDelivery(secret, `test-${newId(now)}`, body, now);
  const url = webhookUrl(config.appOrigin, instance.id);
  return new Request(url, { method: "POST", headers: { ...headers, "content-type": "application/json" }, body });
}

/** Sends the test event through the real endpoint and returns its response: 202 if all is well. */
export async function sendTestEvent(runtime: Runtime, instance: Instance): Promise<Response> {
  const { config, db, now } = runtime;
  return receiveOrderWebhook(runtime, await makeTestEvent(config, db, instance, now), instance.id);
}
