/**
 * The Worker's table of contents: requests, queue messages, the cron, and the Durable Objects: one for each
 * company, and one for the refused requests of each instance.
 */
import { app } from "./app.ts";
import { forgetEnded } from "./app/forget-ended.ts";
import { thinHistory } from "./app/thin-history.ts";
import type { Env } from "./env.ts";
import { sweepNotifications } from "./notifications/sweep.ts";
import { openDb } from "./platform/db.ts";
import { consumePushes } from "./pushes/queue/consumer.ts";
import { consumeDeadLetters } from "./pushes/queue/dead-letters.ts";
import { sweep } from "./pushes/queue/sweep.ts";

export { RealmGate } from "./connections/realm-gate.ts";
export { RefusedRequests } from "./inbox/refused-requests.ts";

const DEAD_LETTER_QUEUE = "invoice-push-dead";

export default {
  fetch: app.fetch,

  async queue(batch, env, ctx) {
    if (batch.queue === DEAD_LETTER_QUEUE) await consumeDeadLetters(batch, env);
    else await consumePushes(batch, env, (work) => ctx.waitUntil(work));
  },

  async scheduled(_event, env) {
    const now = new Date();
    const db = openDb(env.DB);
    await sweep(env, now);
    await forgetEnded(db, env.SETUP_TOKEN, now);
    await sweepNotifications(env, now);
    await thinHistory(db, now);
  },
} satisfies ExportedHandler<Env>;
