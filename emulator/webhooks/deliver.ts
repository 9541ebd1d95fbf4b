/**
 * Sends what waits in the outbox: signed, a failure after three seconds, later events behind a failed one. Each
 * subscription is served separately, so a dead address never holds up another.
 */
import type { Outbox, Waiting, Webhook } from "./outbox.ts";
import { signBody, webhookBody } from "./payload.ts";

const ANSWER_WITHIN_MS = 3000;

export interface Delivered {
  sent: number;
  failed: number;
}

/** Serves every subscription once; with `all`, includes what is not due yet. */
export async function deliverWaiting(outbox: Outbox, nowMs: () => number, all: boolean): Promise<Delivered> {
  const results = await Promise.all(outbox.list().map((webhook) => serve(outbox, webhook, nowMs, all)));
  return results.reduce((sum, one) => ({ sent: sum.sent + one.sent, failed: sum.failed + one.failed }), {
    sent: 0,
    failed: 0,
  });
}

async function serve(outbox: Outbox, webhook: Webhook, nowMs: () => number, all: boolean): Promise<Delivered> {
  const due = outbox.waiting(webhook.id, nowMs(), all);
  const ordered = webhook.isOutOfOrder ? due.reverse() : due;
  let sent = 0;
  for (const waiting of ordered) {
    const status = await post(webhook, waiting);
    if (!/^2\d\d$/.test(status)) {
      outbox.failed(webhook.id, waiting, status, nowMs());
      return { sent, failed: 1 };
    }
    for (let again = 0; again < webhook.duplicates; again += 1) await post(webhook, waiting);
    outbox.delivered(webhook.id, waiting, status);
    sent += 1;
  }
  return { sent, failed: 0 };
}

/** The status of the response as text, or why there was none. */
async function post(webhook: Webhook, waiting: Waiting): Promise<string> {
  const body = webhookBody(webhook.format, waiting.realmId, waiting.changes, waiting.deliveryId);
  try {
    const response = await fetch(webhook.url, {
      method: "POST",
      headers: { "content-type": "application/json", "intuit-signature": await signBody(body, webhook.verifier) },
      body,
      redirect: "manual",
      signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
    });
    await response.body?.cancel();
    return String(response.status);
  } catch (error) {
    return error instanceof Error ? `no answer: ${error.message}` : "no answer";
  }
}
