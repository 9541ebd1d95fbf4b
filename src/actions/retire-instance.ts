/**
 * Removes an instance: its webhook responds with 410 from then on. Its orders and invoices stay, and what is queued is
 * still sent; what waited for the instance's switch becomes Not sent again, since the switch is gone.
 */
import type { ActionContext } from "../app-context.ts";
import { findInstance, removeInstance } from "../instances/store.ts";
import { recordActivity } from "../people/activity.ts";
import { holdOrResume } from "../pushes/hold-or-resume.ts";
import { notFound, type Result } from "./result.ts";

export async function retireInstance(context: ActionContext, id: string): Promise<Result> {
  const instance = await findInstance(context.db, id);
  if (!instance || !(await removeInstance(context.db, id, context.now))) return notFound("instance");
  await holdOrResume(context.env, context.db, { instanceId: id }, context.now);
  await recordActivity(context.db, context.now, context.actor, {
    action: "instance.removed",
    subject: { kind: "instance", id, name: instance.name },
  });
  return { ok: true };
}
