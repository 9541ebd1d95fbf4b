/**
 * A small order system: signs events after the Standard Webhooks specification and delivers them to a webhook URL, with
 * retries as any careful sender has them. Its signing code is its own; it shares none with the app that verifies it.
 */
import { createHmac, createSecretKey } from "node:crypto";
import type { OrderEvent } from "./northwind.ts";

const SECRET_PREFIX = "whsec_";
const DELIVERY_TRIES = 5;
const RETRY_AFTER_MS = 1_000;
const ANSWER_LIMIT_MS = 30_000;
const DELIVERIES_AT_ONCE = 4;

export interface Webhook {
  url: string;
  /** `whsec_<base64>`. */
  secret: string;
}

/** Delivers all events, a few at a time. Throws at the first that is refused. `onDelivered` gets the count so far. */
export async function deliverAll(
  webhook: Webhook,
  deliveries: { id: string; event: OrderEvent }[],
  onDelivered: (count: number) => void = () => undefined,
): Promise<void> {
  const waiting = deliveries.values();
  let delivered = 0;
  const deliverNext = async (): Promise<void> => {
    for (const { id, event } of waiting) {
      await deliver(webhook, id, event);
      delivered += 1;
      onDelivered(delivered);
    }
  };
  await Promise.all(Array.from({ length: DELIVERIES_AT_ONCE }, deliverNext));
}

/** Delivers one event under the delivery ID `id`; repeats it while nothing or a 5xx comes back. */
export async function deliver(webhook: Webhook, id: string, event: OrderEvent): Promise<void> {
  const body = JSON.stringify(event);
  let lastProblem = "";
  for (let attempt = 1; attempt <= DELIVERY_TRIES; attempt += 1) {
    const answer = await post(webhook, id, body);
    if (answer.status === 202) return;
    lastProblem = answer.text;
    if (answer.status !== null && answer.status < 500) break;
    await new Promise((resolve) => setTimeout(resolve, RETRY_AFTER_MS * attempt));
  }
  throw new Error(`The webhook did not accept ${id}: ${lastProblem}`);
}

/** The three headers of the Standard Webhooks specification for `body`. */
export function signedHeaders(secret: string, id: string, body: string, now: Date): Record<string, string> {
  const key = createSecretKey(secret.slice(SECRET_PREFIX.length), "base64");
  const timestamp = Math.floor(now.getTime() / 1_000);
  const signature = createHmac("sha256", key).update(`${id}.${timestamp}.${body}`).digest("base64");
  return { "webhook-id": id, "webhook-timestamp": String(timestamp), "webhook-signature": `v1,${signature}` };
}

async function post(webhook: Webhook, id: string, body: string): Promise<{ status: number | null; text: string }> {
  try {
    const response = await fetch(webhook.url, {
      method: "POST",
      headers: { "content-type": "application/json", ...signedHeaders(webhook.secret, id, body, new Date()) },
      body,
      signal: AbortSignal.timeout(ANSWER_LIMIT_MS),
    });
    return { status: response.status, text: `${response.status} ${await response.text()}` };
  } catch (error) {
    return { status: null, text: String(error) };
  }
}
