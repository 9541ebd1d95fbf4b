/**
 * Showing and rotating the secret with which we sign what we tell. Both stand in the activity log; the secret never does.
 */
import type { Act } from "../app-context.ts";
import { findEndpoint } from "../notifications/endpoints.ts";
import { openSecret, rotateEndpointSecret } from "../notifications/secrets.ts";
import { recordActivity } from "../people/activity.ts";
import { SealError } from "../platform/seal.ts";
import { type AlertTarget, findTarget } from "./alert-target.ts";
import { conflict, notFound, type Result } from "./result.ts";

/** The secret in force. */
export async function revealAlertSecret(act: Act, target: AlertTarget): Promise<Result<{ secret: string }>> {
  const found = await findTarget(act, target);
  if (!found.ok) return found;
  const endpoint = await findEndpoint(act.db, found.endpointId);
  if (!endpoint) return notFound("secret");
  try {
    const secret = await openSecret(act.config.keys, endpoint);
    await recordActivity(act.db, act.now, act.actor, {
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

/** Puts a new secret in force; the old one signs beside it for another 24 h. */
export async function rotateAlertSecret(act: Act, target: AlertTarget): Promise<Result<{ secret: string }>> {
  const found = await findTarget(act, target);
  if (!found.ok) return found;
  const endpoint = await rotateEndpointSecret(act.db, act.config.keys, found.endpointId, act.now);
  if (!endpoint) return notFound("secret");
  await recordActivity(act.db, act.now, act.actor, { action: found.action("secret_rotated"), subject: found.subject });
  return { ok: true, secret: await openSecret(act.config.keys, endpoint) };
}
