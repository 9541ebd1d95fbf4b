/**
 * Shows and rotates the secret that signs our notifications. The activity log records both; the secret itself is never
 * logged.
 */
import type { ActionContext } from "../app-context.ts";
import { findEndpoint } from "../notifications/endpoints.ts";
import { openSecret, rotateEndpointSecret } from "../notifications/secrets.ts";
import { recordActivity } from "../people/activity.ts";
import { SealError } from "../platform/seal.ts";
import { type AlertTarget, findTarget } from "./alert-target.ts";
import { conflict, notFound, type Result } from "./result.ts";

/** The current secret. */
export async function revealAlertSecret(
  context: ActionContext,
  target: AlertTarget,
): Promise<Result<{ secret: string }>> {
  const found = await findTarget(context, target);
  if (!found.ok) return found;
  const endpoint = await findEndpoint(context.db, found.endpointId);
  if (!endpoint) return notFound("secret");
  try {
    const secret = await openSecret(context.config.keys, endpoint);
    await recordActivity(context.db, context.now, context.actor, {
      action: found.action("secret_revealed"),
      subject: found.subject,
    });
    return { ok: true, secret };
  } catch (error) {
    if (error instanceof SealError)
      return conflict("The secret can't be opened: its key is no longer in ENCRYPTION_KEYS. Replace the secret.");
    throw error;
  }
}

/** Makes a new secret current; for another 24 h the old one signs as well. */
export async function rotateAlertSecret(
  context: ActionContext,
  target: AlertTarget,
): Promise<Result<{ secret: string }>> {
  const found = await findTarget(context, target);
  if (!found.ok) return found;
  const endpoint = await rotateEndpointSecret(context.db, context.config.keys, found.endpointId, context.now);
  if (!endpoint) return notFound("secret");
  await recordActivity(context.db, context.now, context.actor, {
    action: found.action("secret_rotated"),
    subject: found.subject,
  });
  return { ok: true, secret: await openSecret(context.config.keys, endpoint) };
}
