/**
 * Sharing the status page by a link that anybody may open, and taking a link back.
 */
import type { Act } from "../app-context.ts";
import { recordActivity } from "../people/activity.ts";
import { createShare, endShare, shareUrl } from "../people/status-shares.ts";
import { notFound, type Result } from "./result.ts";

const SUBJECT_NAME = "Status page";

/** Makes a link to the status page; it ends by itself. */
export async function shareStatus(act: Act): Promise<Result<{ url: string; expiresAt: Date }>> {
  const share = await createShare(act.db, act.actor.name, act.now);
  await record(act, share.id, "status_share.created");
  return { ok: true, url: await shareUrl(act.config, share), expiresAt: new Date(share.expiresAt) };
}

/** Ends a link at once. */
export async function revokeShare(act: Act, id: string): Promise<Result> {
  if (!(await endShare(act.db, id, act.now))) return notFound("link");
  await record(act, id, "status_share.revoked");
  return { ok: true };
}

async function record(act: Act, id: string, action: string): Promise<void> {
  await recordActivity(act.db, act.now, act.actor, {
    action,
    subject: { kind: "status_share", id, name: SUBJECT_NAME },
  });
}
