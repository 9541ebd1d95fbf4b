/**
 * Showing and rotating the secret with which an order system signs. Both stand in the activity log; the secret never does.
 */
import type { Act } from "../app-context.ts";
import type { Instance } from "../instances/instance.ts";
import { currentSecret, rotateSigningSecret } from "../instances/signing-secrets.ts";
import { findInstance } from "../instances/store.ts";
import { recordActivity } from "../people/activity.ts";
import { notFound, type Result } from "./result.ts";

/** The secret that is in force. */
export async function revealWebhookSecret(
  act: Act,
  id: string,
): Promise<Result<{ instance: Instance; secret: string }>> {
  const instance = await findInUse(act, id);
  if (!instance) return notFound("instance");
  const secret = await currentSecret(act.db, act.config.keys, id);
  await record(act, instance, "instance.secret_revealed");
  return { ok: true, instance, secret };
}

/** Puts a new secret in force; the old one verifies for another 24 h. */
export async function rotateWebhookSecret(
  act: Act,
  id: string,
): Promise<Result<{ instance: Instance; secret: string }>> {
  const instance = await findInUse(act, id);
  if (!instance) return notFound("instance");
  const secret = await rotateSigningSecret(act.db, act.config.keys, id, act.now);
  await record(act, instance, "instance.secret_rotated");
  return { ok: true, instance, secret };
}

async function findInUse(act: Act, id: string): Promise<Instance | null> {
  const instance = await findInstance(act.db, id);
  return instance && instance.removedAt === null ? instance : null;
}

async function record(act: Act, { id, name }: Instance, action: string): Promise<void> {
  await recordActivity(act.db, act.now, act.actor, { action, subject: { kind: "instance", id, name } });
}
