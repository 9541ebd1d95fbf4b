/**
 * Wakes the consumer: arms the company's alarm before the D1 write, and puts messages on the queue after it. Nothing here
 * may throw: the row in D1 is the truth; the alarm finds it within 10 s, the cron within a minute.
 */
import { gateOf } from "../../connections/gate.ts";
import type { Env } from "../../env.ts";
import { causeText } from "../../platform/cause.ts";
import { log } from "../../platform/log.ts";
import { type PushMessage, messageOf } from "./message.ts";

/** Cloudflare takes at most 100 messages a call. */
const MAX_MESSAGES_PER_CALL = 100;
/** The alarm that finds the work of a lost message. */
const ALARM_AHEAD_MS = 10_000;

/** Call before the D1 batch that queues something: the companies' alarms then outlive a crash between the two. */
export async function armFor(env: Env, connectionIds: Iterable<string>, now: Date): Promise<void> {
  const at = now.getTime() + ALARM_AHEAD_MS;
  for (const connectionId of new Set(connectionIds)) {
    try {
      await gateOf(env, connectionId).arm(connectionId, at);
    } catch (cause) {
      log("push.arm_failed", { connectionId, cause: causeText(cause) });
    }
  }
}

/** Call after the D1 batch that queued them. */
export async function enqueue(env: Env, documentIds: readonly string[]): Promise<void> {
  await send(env, documentIds.map(messageOf));
}

/** Wakes the consumer for a company that has something due (a switch was changed, Intuit sent an event). */
export async function wakeCompany(env: Env, connectionId: string): Promise<void> {
  await send(env, [{ kind: "due", connectionId }]);
}

/** Puts messages at the end of the queue again, for another invocation. Returns whether all were accepted. */
export async function passOn(env: Env, bodies: readonly unknown[]): Promise<boolean> {
  try {
    for (let i = 0; i < bodies.length; i += MAX_MESSAGES_PER_CALL)
      await env.PUSH_QUEUE.sendBatch(bodies.slice(i, i + MAX_MESSAGES_PER_CALL).map((body) => ({ body })));
    return true;
  } catch (cause) {
    log("push.pass_on_failed", { count: bodies.length, cause: causeText(cause) });
    return false;
  }
}

async function send(env: Env, messages: PushMessage[]): Promise<void> {
  for (let i = 0; i < messages.length; i += MAX_MESSAGES_PER_CALL) {
    const slice = messages.slice(i, i + MAX_MESSAGES_PER_CALL);
    try {
      await env.PUSH_QUEUE.sendBatch(slice.map((body) => ({ body })));
    } catch (cause) {
      log("push.enqueue_failed", { count: slice.length, cause: causeText(cause) });
    }
  }
}
