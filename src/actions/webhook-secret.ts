/**
 * Shows and rotates the secret that an order system signs with. The activity log records both; the secret itself is
 * never logged.
 */
import type { ActionContext } from "../app-context.ts";
import type { Instance } from "../instances/instance.ts";
import { currentSecret, rotateSigningSecret } from "../instances/signing-secrets.ts";
import { findInstance } from "../instances/store.ts";
import { recordActivity } from "../people/activity.ts";
import { notFound, type Result } from "./result.ts";

/** The current secret. */
export async function revealWebhookSecret(
  context: ActionContext,
  id: string,
): Promise<Result<{ instance: Instance; secret: string }>> {
  const instance = await findInUse(context, id);
  if (!instance) return notFound("instance");
  const secret = await currentSecret(context.db, context.config.keys, id);
  await record(context, instance, "instance.secret_revealed");
  return { ok: true, instance, secret };
}

/** Makes a new secret current; the old one still verifies for another 24 h. */
export async function rotateWebhookSecret(
  context: ActionContext,
  id: string,
): Promise<Result<{ instance: Instance; secret: string }>> {
  const instance = await findInUse(context, id);
  if (!instance) return notFound("instance");
  const secret = await rotateSigningSecret(context.db, context.config.keys, id, context.now);
  await record(context, instance, "instance.secret_rotated");
  return { ok: true, instance, secret };
}

async function findInUse(context: ActionContext, id: string): Promise<Instance | null> {
  const instance = await findInstance(context.db, id);
  return instance && instance.removedAt === null ? instance : null;
}

async function record(context: ActionContext, { id, name }: Instance, action: string): Promise<void> {
  await recordActivity(context.db, context.now, context.actor, { action, subject: { kind: "instance", id, name } });
}
