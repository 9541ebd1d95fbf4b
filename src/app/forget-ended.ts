/**
 * Deletes what has ended: sessions, invitations, links to a new password, answered challenges, counts of failed sign-ins,
 * what strangers tried long ago, authorizations that nobody came back from, old counts of deliveries.
 * The cron runs it. None of it is accepted after its end, so being late only costs space.
 */
import { forgetEndedStates } from "../connections/oauth-state.ts";
import { forgetEndedPending } from "../connections/pending.ts";
import { forgetOldCounts } from "../inbox/delivery-counts.ts";
import { forgetEndedInvitations } from "../people/invitations.ts";
import { forgetEndedSessions } from "../people/sessions.ts";
import { forgetOldTries } from "../people/activity.ts";
import { forgetOldFailures } from "../people/guess-brake.ts";
import { forgetEndedChallenges } from "../people/passkeys.ts";
import { forgetEndedResets, spendFirstSetupToken } from "../people/password-resets.ts";
import { type Db, runBatch } from "../platform/db.ts";
import { sha256Hex } from "../platform/ids.ts";

export async function forgetEnded(db: Db, setupToken: string | undefined, now: Date): Promise<void> {
  await runBatch(db, [
    forgetEndedSessions(db, now),
    forgetEndedInvitations(db, now),
    forgetEndedResets(db, now),
    forgetEndedChallenges(db, now),
    forgetOldFailures(db, now),
    forgetOldTries(db, now),
    forgetEndedStates(db, now),
    forgetEndedPending(db, now),
    forgetOldCounts(db, now),
    ...(setupToken ? [spendFirstSetupToken(db, await sha256Hex(setupToken.trim()), now)] : []),
  ]);
}
