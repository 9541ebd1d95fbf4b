/**
 * Disconnects a company: first our tokens are deleted, then Intuit is asked to end the grant. Settings and links
 * stay. A revoke that fails never keeps a company connected here.
 */
import type { Config, Env } from "../env.ts";
import { DiscoveryError, discover, revokeToken } from "../quickbooks/oauth.ts";
import type { Connection } from "./connection.ts";
import { gateOf } from "./gate.ts";

/**
 * `revoked`: Intuit has ended the grant. `not_revoked`: we have no token any more, but could not reach Intuit; the person
 * can remove the app in QuickBooks. `detail` is a sentence for people.
 */
export type DisconnectResult = { kind: "revoked" } | { kind: "not_revoked"; detail: string };

/** Disconnects. Does not touch waiting invoices: the caller does (pushes/hold-or-resume.ts). */
export async function disconnect(
  env: Env,
  config: Config,
  connection: Connection,
  now: Date,
): Promise<DisconnectResult> {
  const refreshToken = await gateOf(env, connection.id).retire(connection.id);
  if (refreshToken === null) {
    // A connection whose tokens are dead or gone has nothing left to revoke.
    if (connection.state !== "connected") return { kind: "revoked" };
    return { kind: "not_revoked", detail: "The tokens could not be read, so Intuit was not notified." };
  }
  try {
    const discovery = await discover(fetch, config.intuit.discoveryUrl, now);
    const result = await revokeToken({ fetch, discovery, keys: config.intuit }, refreshToken);
    switch (result.kind) {
      case "revoked":
        return { kind: "revoked" };
      case "refused":
        return {
          kind: "not_revoked",
          detail: `Intuit refused to end the access (${result.error}, HTTP ${result.httpStatus}).`,
        };
      case "unavailable":
        return { kind: "not_revoked", detail: `Intuit could not be asked to end the access: ${result.detail}` };
    }
  } catch (error) {
    if (error instanceof DiscoveryError) return { kind: "not_revoked", detail: error.message };
    throw error;
  }
}
