/**
 * Finds the realm gate of a connection: the one Durable Object through which all calls to that company go.
 */
import type { Env } from "../env.ts";
import type { RealmGate } from "./realm-gate.ts";

/** The gate of a connection. One per connection, created at the first call. */
export function gateOf(env: Pick<Env, "REALM_GATE">, connectionId: string): DurableObjectStub<RealmGate> {
  return env.REALM_GATE.get(env.REALM_GATE.idFromName(connectionId));
}
