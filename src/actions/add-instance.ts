/**
 * Adds an instance: an order system that may send us its orders. The signing secret is returned once, here.
 */
import type { ActionContext } from "../app-context.ts";
import type { Instance } from "../instances/instance.ts";
import { createInstance } from "../instances/store.ts";
import { recordActivity } from "../people/activity.ts";
import { findAssociationFault, type NewInstance } from "./instance-settings.ts";
import { invalid, type Result } from "./result.ts";

/** Adds the instance; `secret` is `whsec_…`, to be shown once. */
export async function addInstance(
  context: ActionContext,
  given: NewInstance,
): Promise<Result<{ instance: Instance; secret: string }>> {
  const fault = await findAssociationFault(context.db, given.connection_id);
  if (fault) return invalid([fault]);
  const settings = {
    name: given.name,
    connectionId: given.connection_id,
    enabled: given.enabled,
    autoInvoice: given.auto_invoice,
  };
  const created = await createInstance(context.db, context.config.keys, settings, context.now);
  const { id, name } = created.instance;
  await recordActivity(context.db, context.now, context.actor, {
    action: "instance.created",
    subject: { kind: "instance", id, name },
  });
  return { ok: true, ...created };
}
