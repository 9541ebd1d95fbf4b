/**
 * The cron's part: evaluates the alerts, delivers what is due (in case a queue message was lost), and deletes what
 * finished long ago.
 */
import { type Env, readConfig } from "../env.ts";
import { causeText } from "../platform/cause.ts";
import { openDb, runBatch } from "../platform/db.ts";
import { log } from "../platform/log.ts";
import { deliverNotifications } from "./deliver.ts";
import { evaluateAlerts } from "./evaluate-alerts.ts";
import { forgetOldNotifications } from "./store.ts";

/** Never throws: a failure is retried a minute later. */
export async function sweepNotifications(env: Env, now: Date): Promise<void> {
  try {
    const db = openDb(env.DB);
    await evaluateAlerts(db, readConfig(env).appOrigin, now);
    await deliverNotifications(env);
    await runBatch(db, [forgetOldNotifications(db, now)]);
  } catch (cause) {
    log("cron.notifications_failed", { cause: causeText(cause) });
  }
}
