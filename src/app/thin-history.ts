/**
 * Keeps the database from growing without end: deletes the parts of closed history that are no longer needed, and
 * measures the size once a day. The cron runs it, a bounded number of rows each minute, each found through an index.
 * docs/storage.md lists what is deleted when; nothing that exactly once depends on is ever deleted.
 */
import { forgetOldBodies } from "../inbox/deliveries.ts";
import { causeText } from "../platform/cause.ts";
import { measureDatabase } from "../platform/database-size.ts";
import type { Db } from "../platform/db.ts";
import { log } from "../platform/log.ts";
import { forgetDoneEvents } from "../pushes/events/forget-done-events.ts";
import { thinAttempts } from "../pushes/thin-attempts.ts";

/** Never throws: what failed is done a minute later, and the rest of the cron's work does not depend on it. */
export async function thinHistory(db: Db, now: Date): Promise<void> {
  try {
    const bodies = await forgetOldBodies(db, now);
    const intuitEvents = await forgetDoneEvents(db, now);
    const attempts = await thinAttempts(db, now);
    if (bodies + intuitEvents + attempts > 0) log("history.thinned", { bodies, intuitEvents, attempts });
    await measureDatabase(db, now);
  } catch (cause) {
    log("cron.history_failed", { cause: causeText(cause) });
  }
}
