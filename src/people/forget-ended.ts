/**
 * Deletes what has ended: sessions, invitations and counts of failed sign-ins. Run by the cron.
 * None of it opens anything after its end, so being late only costs space.
 */
import { type Db, runBatch } from "../platform/db.ts";
import { forgetEndedInvitations } from "./invitations.ts";
import { forgetEndedSessions } from "./sessions.ts";
import { forgetOldFailures } from "./sign-in.ts";

export async function forgetEnded(db: Db, now: Date): Promise<void> {
  await runBatch(db, [forgetEndedSessions(db, now), forgetEndedInvitations(db, now), forgetOldFailures(db, now)]);
}
