/**
 * One refresh of a connection's tokens, in the order that loses nothing: read the generation again → refresh at
 * Intuit → write the new set into the vault and read it back → put its generation in force. Called by the realm
 * gate only, which lets one refresh run at a time. A network error or a 5xx is never a disconnect;
 * only `invalid_grant` is, and only after another look at the generation (qbo-api.md 1.5 and 1.6).
 */
import type { Config } from "../env.ts";
import type { Db } from "../platform/db.ts";
import { type TokenSet, discover, refreshTokens as askIntuit } from "../quickbooks/oauth.ts";
import { findConnection, markGeneration } from "./store.ts";
import { type Vault, readTokens, storeTokens } from "./token-vault.ts";

export type RefreshResult =
  | { kind: "fresh"; generation: number; tokens: TokenSet }
  | { kind: "reconnect_needed" }
  | { kind: "unavailable"; detail: string };

export interface RefreshTools {
  config: Config;
  db: Db;
  vault: Vault;
  now: () => Date;
}

/** Refreshes the given generation, unless a newer one is already in force: then that one is the answer. */
export async function refreshGeneration(
  tools: RefreshTools,
  connectionId: string,
  generation: number,
): Promise<RefreshResult> {
  const newer = await readNewer(tools, connectionId, generation);
  if (newer) return newer;
  const current = await readTokens(tools.vault, connectionId, generation);
  if (!current) return { kind: "unavailable", detail: "The tokens can't be read from the vault at the moment." };

  const { intuit } = tools.config;
  const discovery = await discover(fetch, intuit.discoveryUrl);
  const answer = await askIntuit(fetch, discovery, intuit, current.refreshToken, tools.now());
  switch (answer.kind) {
    case "ok": {
      const next = generation + 1;
      await storeTokens(tools.vault, connectionId, next, answer.tokens);
      await markGeneration(tools.db, connectionId, next, endsOf(answer.tokens), tools.now());
      return { kind: "fresh", generation: next, tokens: answer.tokens };
    }
    case "invalid_grant":
      return (await readNewer(tools, connectionId, generation)) ?? { kind: "reconnect_needed" };
    case "refused":
      return {
        kind: "unavailable",
        detail: `Intuit refused the refresh: ${answer.error} (HTTP ${answer.httpStatus}).`,
      };
    case "unavailable":
      return { kind: "unavailable", detail: answer.detail };
  }
}

/** The ends that a connection's row shows. */
export function endsOf(tokens: TokenSet): { refreshExpiresAt: string; refreshHardExpiresAt: string | null } {
  return { refreshExpiresAt: tokens.refreshExpiresAt, refreshHardExpiresAt: tokens.refreshHardExpiresAt };
}

async function readNewer(tools: RefreshTools, connectionId: string, generation: number): Promise<RefreshResult | null> {
  const connection = await findConnection(tools.db, connectionId);
  if (!connection || connection.generation <= generation) return null;
  const tokens = await readTokens(tools.vault, connectionId, connection.generation);
  if (!tokens) return { kind: "unavailable", detail: "Newer tokens exist but can't be read from the vault yet." };
  return { kind: "fresh", generation: connection.generation, tokens };
}
