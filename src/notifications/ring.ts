/**
 * Says that notices are due: a message that names nothing, since D1 knows what is due. One that is lost costs a minute
 * (the cron looks), one too many reads an index; so nothing here may fail a caller.
 */
import { z } from "zod";
import type { Env } from "../env.ts";
import { causeText } from "../platform/cause.ts";
import { type Db, openDb } from "../platform/db.ts";
import { log } from "../platform/log.ts";
import { listReadyEndpoints, nextDueAt } from "./store.ts";

/** What stands in the message. */
export const noticesMessage = z.object({ kind: z.literal("notices") });

const MESSAGE: z.infer<typeof noticesMessage> = { kind: "notices" };
/** What is due later than this is found by the cron, which comes every minute. */
const RING_AHEAD_MS = 90_000;

/** Call after a write that may have made a notice: rings where one is due now. */
export async function ringIfDue(env: Env, now: Date): Promise<void> {
  try {
    const ready = await listReadyEndpoints(openDb(env.DB), now, 1);
    if (ready.length > 0) await env.PUSH_QUEUE.send(MESSAGE);
  } catch (cause) {
    log("notices.ring_failed", { cause: causeText(cause) });
  }
}

/** Call after a delivery: rings at the time of the next try, where that is soon. */
export async function ringNext(env: Env, db: Db, now: Date): Promise<void> {
  try {
    const next = await nextDueAt(db);
    const waitMs = next === null ? Infinity : Math.max(0, Date.parse(next) - now.getTime());
    if (waitMs <= RING_AHEAD_MS) await env.PUSH_QUEUE.send(MESSAGE, { delaySeconds: Math.ceil(waitMs / 1000) });
  } catch (cause) {
    log("notices.ring_failed", { cause: causeText(cause) });
  }
}
