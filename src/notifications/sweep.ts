/**
 * The cron's part: tells what began and what is over, delivers what is due (the net beneath the queue's messages), and
 * forgets what has been over for long.
 */
import { type Env, readConfig } from "../env.ts";
import { causeText } from "../platform/cause.ts";
import { openDb, runBatch } from "../platform/db.ts";
import { log } from "../platform/log.ts";
import { deliverNotices } from "./deliver.ts";
import { evaluateAlerts } from "./evaluate-alerts.ts";
import { forgetOldNotices } from "./store.ts";

/** Never throws: what failed is done a minute later. */
export async function sweepNotices(env: Env, now: Date): Promise<void> {
  try {
    const db = openDb(env.DB);
    await evaluateAlerts(db, readConfig(env).appOrigin, now);
    await deliverNotices(env);
    await runBatch(db, [forgetOldNotices(db, now)]);
  } catch (cause) {
    log("cron.notices_failed", { cause: causeText(cause) });
  }
}
