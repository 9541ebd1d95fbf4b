/**
 * A sample order, for people who have no order system at hand yet: a real order, signed and sent through the front door,
 * so that it takes the way of every other one to the end.
 */
import type { Runtime } from "../app-context.ts";
import { type Instance, webhookUrl } from "../instances/instance.ts";
import { currentSecret } from "../instances/signing-secrets.ts";
import { calendarDate } from "../platform/calendar-date.ts";
import { signDelivery } from "../platform/standard-signature.ts";
import { receiveOrderWebhook } from "./order-webhook.ts";

const ID_PREFIX = "sample-order-";
const NUMBER_CHARACTERS = 8;

/** Whether an order, by the order system's ID, is one of these. */
export function isSampleOrder(externalId: string): boolean {
  return externalId.startsWith(ID_PREFIX);
}

/** Sends one as `order.shipped`. The same `key`, a UUID, sends the same order again, which does nothing twice. */
export async function sendSampleOrder(
  runtime: Runtime,
  instance: Instance,
  { key, currency }: { key: string; currency: string },
): Promise<Response> {
  return send(runtime, instance, `sample-${key}`, {
    type: "order.shipped",
    data: {
      id: `${ID_PREFIX}${key}`,
      number: `SAMPLE-${key.slice(-NUMBER_CHARACTERS).toUpperCase()}`,
      currency,
      placed_at: calendarDate(runtime.now),
      shipped_at: runtime.now.toISOString(),
      customer: { id: "sample-buyer", name: "Sample Buyer" },
      lines: [
        { sku: "SAMPLE-1", name: "Sample product", quantity: "2", unit_price: "12.50" },
        { sku: "SAMPLE-2", name: "Another sample product", quantity: "1", unit_price: "7.25" },
      ],
      shipping: "4.00",
      total: "36.25",
      memo: "A sample order, sent from the instance's page.",
    },
  });
}

/** Cancels it as the order system would: it leaves Fulfillment, and an invoice that was not sent yet is voided. */
export async function cancelSampleOrder(runtime: Runtime, instance: Instance, externalId: string): Promise<Response> {
  return send(runtime, instance, `cancel-${externalId}`, { type: "order.cancelled", data: { id: externalId } });
}

async function send(
  runtime: Runtime,
  instance: Instance,
  webhookId: string,
  event: { type: string; data: Record<string, unknown> },
): Promise<Response> {
  const { config, db, now } = runtime;
  const body = JSON.stringify({ ...event, timestamp: now.toISOString() });
  const headers = await signDelivery(await currentSecret(db, config.keys, instance.id), webhookId, body, now);
  const url = webhookUrl(config.appOrigin, instance.id);
  const request = new Request(url, {
    method: "POST",
    headers: { ...headers, "content-type": "application/json" },
    body,
  });
  return receiveOrderWebhook(runtime, request, instance.id);
}
