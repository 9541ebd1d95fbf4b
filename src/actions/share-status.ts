/**
 * Shares the status page by a link that anyone may open, and revokes such a link.
 */
import type { ActionContext } from "../app-context.ts";
import { recordActivity } from "../people/activity.ts";
import { createShare, endShare, shareUrl } from "../people/status-shares.ts";
import { notFound, type Result } from "./result.ts";

const SUBJECT_NAME = "Status page";

/** Creates a link to the status page; it expires on its own. */
export async function shareStatus(context: ActionContext): Promise<Result<{ url: string; expiresAt: Date }>> {
  const share = await createShare(context.db, context.actor, context.now);
  await record(context, share.id, "status_share.created");
  return { ok: true, url: await shareUrl(context.config, share), expiresAt: new Date(share.expiresAt) };
}

/** Revokes a link immediately. */
export async function revokeShare(context: ActionContext, id: string): Promise<Result> {
  if (!(await endShare(context.db, id, context.now))) return notFound("link");
  await record(context, id, "status_share.revoked");
  return { ok: true };
}

async function record(context: ActionContext, id: string, action: string): Promise<void> {
  await recordActivity(context.db, context.now, context.actor, {
    action,
    subject: { kind: "status_share", id, name: SUBJECT_NAME },
  });
}
