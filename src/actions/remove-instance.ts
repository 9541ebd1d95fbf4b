/**
 * Removing an instance: its webhook answers 410 from then on. Its orders and invoices stay, and what waits is still sent.
 */
import type { Act } from "../app-context.ts";
import { findInstance, removeInstance as storeRemoval } from "../instances/store.ts";
import { recordActivity } from "../people/activity.ts";
import { notFound, type Result } from "./result.ts";

export async function removeInstance(act: Act, id: string): Promise<Result> {
  const instance = await findInstance(act.db, id);
  if (!instance || !(await storeRemoval(act.db, id, act.now))) return notFound("instance");
  await recordActivity(act.db, act.now, act.actor, {
    action: "instance.removed",
    subject: { kind: "instance", id, name: instance.name },
  });
  return { ok: true };
}
