/**
 * What people and programs may set on an instance, with the messages for what is wrong (docs/contract.md, section 6).
 */
import { z } from "zod";
import { findConnection } from "../connections/store.ts";
import { type Instance, type InstanceSettings, MAX_INSTANCE_NAME_CHARACTERS } from "../instances/instance.ts";
import type { Db } from "../platform/db.ts";
import type { FieldError } from "../platform/problem.ts";

const name = z
  .string("Enter a name.")
  .trim()
  .min(1, "Enter a name.")
  .max(MAX_INSTANCE_NAME_CHARACTERS, `A name has at most ${MAX_INSTANCE_NAME_CHARACTERS} characters.`);
const connectionId = z
  .string("connection_id is the ID of a connection, or null.")
  .min(1, "Choose a connection, or none.")
  .max(128)
  .nullable();
const isOn = (field: string) => z.boolean(`${field} is true or false.`);

/** What a new instance is created from; it starts enabled, without a connection, and sends nothing automatically. */
export const newInstance = z.strictObject({
  name,
  connection_id: connectionId.default(null),
  enabled: isOn("enabled").default(true),
  auto_invoice: isOn("auto_invoice").default(false),
});

/** What may be changed; what is left out stays as it is. */
export const instancePatch = z.strictObject({
  name: name.optional(),
  connection_id: connectionId.optional(),
  enabled: isOn("enabled").optional(),
  auto_invoice: isOn("auto_invoice").optional(),
});

export type NewInstance = z.infer<typeof newInstance>;
export type InstancePatch = z.infer<typeof instancePatch>;

/** The patch in the table's column names. */
export function toInstanceColumns(patch: InstancePatch): Partial<InstanceSettings> {
  return {
    ...(patch.name === undefined ? {} : { name: patch.name }),
    ...(patch.connection_id === undefined ? {} : { connectionId: patch.connection_id }),
    ...(patch.enabled === undefined ? {} : { enabled: patch.enabled }),
    ...(patch.auto_invoice === undefined ? {} : { autoInvoice: patch.auto_invoice }),
  };
}

/** What is wrong with the connection, if anything: it does not exist. */
export async function findAssociationFault(db: Db, id: string | null | undefined): Promise<FieldError | null> {
  if (id === null || id === undefined || (await findConnection(db, id))) return null;
  return { path: "connection_id", message: "There is no connection with this ID." };
}

/** The settings of an instance as the activity log compares them. */
export function instanceFacts(instance: Instance) {
  return {
    name: instance.name,
    connection_id: instance.connectionId,
    enabled: instance.enabled,
    auto_invoice: instance.autoInvoice,
  };
}
