/**
 * Changes an instance: its name, its connection, its switches. Waiting invoices follow the connection and the switches;
 * what is Not sent stays so (docs/contract.md, section 4).
 */
import type { ActionContext } from "../app-context.ts";
import type { Instance } from "../instances/instance.ts";
import { findInstance, saveInstance } from "../instances/store.ts";
import { changesBetween, recordActivity } from "../people/activity.ts";
import { holdOrResume } from "../pushes/hold-or-resume.ts";
import { movePushes } from "../pushes/move-pushes.ts";
import { findAssociationFault, instanceFacts, type InstancePatch, toInstanceColumns } from "./instance-settings.ts";
import { invalid, notFound, type Result } from "./result.ts";

/** `waiting`: how many invoices were held and how many go on because of the change. */
export type ChangedInstance = Result<{ instance: Instance; waiting: { held: number; resumed: number } }>;

export async function changeInstance(
  context: ActionContext,
  id: string,
  patch: InstancePatch,
): Promise<ChangedInstance> {
  const before = await findInstance(context.db, id);
  if (!before || before.removedAt !== null) return notFound("instance");
  const fault = await findAssociationFault(context.db, patch.connection_id);
  if (fault) return invalid([fault]);
  const instance = await saveInstance(context.db, id, toInstanceColumns(patch), context.now);
  if (!instance) return notFound("instance");
  // Even if nothing seems to differ: a crash after an earlier save may have left this half undone.
  const orphaned =
    patch.connection_id === undefined
      ? 0
      : await movePushes(context.env, context.db, { instanceId: id, connectionId: instance.connectionId }, context.now);
  const { held, resumed } = await holdOrResume(context.env, context.db, { instanceId: id }, context.now);
  const waiting = { held: held + orphaned, resumed };
  await record(context, before, instance);
  return { ok: true, instance, waiting };
}

async function record(context: ActionContext, before: Instance, after: Instance): Promise<void> {
  const changes = changesBetween(instanceFacts(before), instanceFacts(after), [
    "name",
    "connection_id",
    "enabled",
    "auto_invoice",
  ]);
  if (changes.length === 0) return;
  const subject = { kind: "instance", id: after.id, name: after.name } as const;
  await recordActivity(context.db, context.now, context.actor, { action: "instance.settings_saved", subject, changes });
}
