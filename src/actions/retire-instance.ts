/**
 * Removing an instance: its webhook answers 410 from then on. Its orders and invoices stay, and what is queued is still
 * sent; what waited for the instance's switch is Not sent again, since nobody can turn the switch on any more.
 */
import type { Act } from "../app-context.ts";
import { findInstance, removeInstance } from "../instances/store.ts";
import { recordActivity } from "../people/activity.ts";
import { holdOrResume } from "../pushes/hold-or-resume.ts";
import { notFound, type Result } from "./result.ts";

export async function retireInstance(act: Act, id: string): Promise<Result> {
  const instance = await findInstance(act.db, id);
  if (!instance || !(await removeInstance(act.db, id, act.now))) return notFound("instance");
  await holdOrResume(act.env, act.db, { instanceId: id }, act.now);
  await recordActivity(act.db, act.now, act.actor, {
    action: "instance.removed",
    subject: { kind: "instance", id, name: instance.name },
  });
  return { ok: true };
}
