/**
 * May this document be sent now? Decided from the switches of the connection and of the instance, both for those that
 * arrive and for those that a person sends (docs/contract.md, section 4). Pure. Checked again at every claim.
 */
import type { Connection } from "../connections/connection.ts";
import type { PushError } from "../failures/push-error.ts";
import { noConnection } from "../failures/own-errors.ts";
import { integrationOff, notConnected, subscriptionLapsed } from "../failures/waiting-errors.ts";

/** The switches of a connection, as admission needs them. */
export type ConnectionSwitches = Pick<
  Connection,
  "id" | "companyName" | "state" | "enabled" | "autoInvoice" | "subscriptionLapsedAt"
>;
interface InstanceSwitches {
  id: string;
  name: string;
  enabled: boolean;
  autoInvoice: boolean;
  /** The switches of a removed instance can't be changed any more, so they hold nothing; nothing is sent automatically. */
  removedAt?: string | null;
}

export type Admission = { state: "queued"; error: null } | { state: "held"; error: PushError };
/** May it be sent automatically now? `error` says why it has to wait. */
export type AutoAdmission = Admission | { state: "not_sent"; error: null };

/** Connection enabled and auto on, and instance enabled and auto on. */
export function isAutoPushEffective(connection: ConnectionSwitches | null, instance: InstanceSwitches): boolean {
  return (
    connection !== null &&
    connection.enabled &&
    connection.autoInvoice &&
    instance.enabled &&
    instance.autoInvoice &&
    !isRemoved(instance)
  );
}

/** The first state of a document that has just arrived. */
export function autoAdmission(connection: ConnectionSwitches | null, instance: InstanceSwitches): AutoAdmission {
  if (!connection || !isAutoPushEffective(connection, instance)) return { state: "not_sent", error: null };
  const problem = connectionProblem(connection);
  return problem ? { state: "held", error: problem } : { state: "queued", error: null };
}

/** For a person's 'Send to QuickBooks': both Enable switches must be on; Auto invoice does not matter. */
export function manualAdmission(
  connection: ConnectionSwitches | null,
  instance: InstanceSwitches,
): Admission | { state: "refused"; error: PushError } {
  if (!connection) return { state: "refused", error: noConnection(instance) };
  const off = switchedOff(connection, instance);
  if (off) return { state: "refused", error: off };
  const problem = connectionProblem(connection);
  return problem ? { state: "held", error: problem } : { state: "queued", error: null };
}

/** Why a document that was already queued has to wait, or null if it may continue. */
export function reasonToHold(connection: ConnectionSwitches | null, instance: InstanceSwitches): PushError | null {
  if (!connection) return noConnection(instance);
  return switchedOff(connection, instance) ?? connectionProblem(connection);
}

function switchedOff(connection: ConnectionSwitches, instance: InstanceSwitches): PushError | null {
  if (!connection.enabled)
    return integrationOff({ kind: "connection", id: connection.id, name: connection.companyName });
  if (!instance.enabled && !isRemoved(instance))
    return integrationOff({ kind: "instance", id: instance.id, name: instance.name });
  return null;
}

function isRemoved(instance: InstanceSwitches): boolean {
  return (instance.removedAt ?? null) !== null;
}

function connectionProblem(connection: ConnectionSwitches): PushError | null {
  if (connection.state !== "connected") return notConnected(connection);
  if (connection.subscriptionLapsedAt !== null) return subscriptionLapsed(connection);
  return null;
}
