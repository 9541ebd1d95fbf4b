/**
 * Deletes what has ended: sessions, invitations, counts of failed sign-ins, authorizations that nobody came back from,
 * old counts of deliveries.
 * The cron runs it. None of it is accepted after its end, so being late only costs space.
 */
import { forgetEndedStates } from "../connections/oauth-state.ts";
import { forgetEndedPending } from "../connections/pending.ts";
import { forgetOldCounts } from "../inbox/delivery-counts.ts";
import { forgetEndedInvitations } from "../people/invitations.ts";
import { forgetEndedSessions } from "../people/sessions.ts";
import { forgetOldFailures } from "../people/sign-in.ts";
import { type Db, runBatch } from "../platform/db.ts";

export async function forgetEnded(db: Db, now: Date): Promise<void> {
  await runBatch(db, [
    forgetEndedSessions(db, now),
    forgetEndedInvitations(db, now),
    forgetOldFailures(db, now),
    forgetEndedStates(db, now),
    forgetEndedPending(db, now),
    forgetOldCounts(db, now),
  ]);
}
