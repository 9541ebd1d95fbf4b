/**
 * An instance: one order system as configured here. Types and limits only; store.ts reads and writes them, and only
 * signing-secrets.ts handles their secrets.
 */
import type { InferSelectModel } from "drizzle-orm";
import type { instances } from "./schema.ts";

/** The longest name of an instance, in characters. */
export const MAX_INSTANCE_NAME_CHARACTERS = 100;

/** A row of `instances`; one with `removedAt` accepts no more deliveries. */
export type Instance = InferSelectModel<typeof instances>;

/** What people set on an instance. */
export type InstanceSettings = Pick<Instance, "name" | "connectionId" | "enabled" | "autoInvoice">;

/** The address that the order system posts its events to. */
export function webhookUrl(appOrigin: string, instanceId: string): string {
  return `${appOrigin}/webhooks/instances/${instanceId}`;
}
