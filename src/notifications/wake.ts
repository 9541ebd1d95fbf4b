/**
 * Wakes the consumer when notifications are due, with a message that names nothing, since D1 knows what is due. A lost
 * message costs a minute (the cron looks), a superfluous one reads an index; so nothing here may fail a caller.
 */
import { z } from "zod";
import type { Env } from "../env.ts";
import { causeText } from "../platform/cause.ts";
import { type Db, openDb } from "../platform/db.ts";
import { log } from "../platform/log.ts";
import { listReadyEndpoints, nextDueAt } from "./store.ts";

/** The queue message. */
export const notificationsMessage = z.object({ kind: z.literal("notices") });

const MESSAGE: z.infer<typeof notificationsMessage> = { kind: "notices" };
/** Anything due later than this is found by the cron, which runs every minute. */
const WAKE_AHEAD_MS = 90_000;

/** Call after a write that may have made a notification: wakes the consumer if one is due now. */
export async function wakeIfDue(env: Env, now: Date): Promise<void> {
  try {
    const ready = await listReadyEndpoints(openDb(env.DB), now, 1);
    if (ready.length > 0) await env.PUSH_QUEUE.send(MESSAGE);
  } catch (cause) {
    log("notifications.wake_failed", { cause: causeText(cause) });
  }
}

/** Call after a delivery: wakes the consumer at the time of the next try, if that is soon. */
export async function wakeForNext(env: Env, db: Db, now: Date): Promise<void> {
  try {
    const next = await nextDueAt(db);
    const waitMs = next === null ? Infinity : Math.max(0, Date.parse(next) - now.getTime());
    if (waitMs <= WAKE_AHEAD_MS) await env.PUSH_QUEUE.send(MESSAGE, { delaySeconds: Math.ceil(waitMs / 1000) });
  } catch (cause) {
    log("notifications.wake_failed", { cause: causeText(cause) });
  }
}
