/**
 * Deletes Intuit's events that were handled long ago. Intuit repeats an event for days at most, so the row is no longer
 * needed to recognize a repeat; an open event is never touched.
 */
import { sql } from "drizzle-orm";
import type { Db } from "../../platform/db.ts";
import { HISTORY_KEPT_DAYS } from "../../platform/limits.ts";

const DAY_MS = 24 * 3_600_000;
const MAX_EVENTS_PER_RUN = 500;

/** Deletes a limited number per run; returns how many. */
export async function forgetDoneEvents(db: Db, now: Date): Promise<number> {
  const before = new Date(now.getTime() - HISTORY_KEPT_DAYS * DAY_MS).toISOString();
  const gone = await db.all(sql`
    DELETE FROM intuit_events WHERE id IN (
      SELECT id FROM intuit_events INDEXED BY intuit_events_done
      WHERE done_at IS NOT NULL AND done_at < ${before} ORDER BY done_at LIMIT ${MAX_EVENTS_PER_RUN})
    RETURNING id`);
  return gone.length;
}
