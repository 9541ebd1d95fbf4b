/**
 * Stores token sets: sealed in KV, one write-once key per generation. A key is never overwritten, so KV's delay
 * of a minute or more can't return an old refresh token; a miss means 'not readable now', never 'disconnected'.
 * Tokens are never logged. The gate's own storage holds the current set sealed the same way (kept-tokens.ts).
 */
import type { KeyRing } from "../platform/keys.ts";
import { log } from "../platform/log.ts";
import { SealError, open, seal } from "../platform/seal.ts";
import type { TokenSet } from "../quickbooks/oauth.ts";
import { readTokenSet } from "./token-set.ts";

const PURPOSE = "token-vault";
/** A refresh token lives 100 days after its last use (docs/qbo-api.md, section 1.5); older generations expire. */
const KEEP_SECONDS = 120 * 24 * 3600;

/** What the vault needs. */
export interface Vault {
  kv: KVNamespace;
  keys: KeyRing;
}

/** A token set as JWE, bound to its connection and generation: under any other it does not open. */
export async function sealTokens(
  keys: KeyRing,
  connectionId: string,
  generation: number,
  tokens: TokenSet,
): Promise<string> {
  return seal(keys, PURPOSE, JSON.stringify(tokens), bindingOf(connectionId, generation));
}

/** Opens the result of `sealTokens`. Null if it does not open (e.g. its key was removed): not readable, which does not mean disconnected. */
export async function openTokens(
  keys: KeyRing,
  connectionId: string,
  generation: number,
  sealed: string,
): Promise<TokenSet | null> {
  try {
    return readTokenSet(await open(keys, PURPOSE, sealed, bindingOf(connectionId, generation)));
  } catch (error) {
    if (!(error instanceof SealError)) throw error;
    log("tokens.unreadable", { connectionId, generation });
    return null;
  }
}

/**
 * Writes a sealed token set under its generation's key. It is not read back: KV does not guarantee that a new value can
 * be read immediately, and a miss would stay cached.
 */
export async function storeSealed(
  vault: Vault,
  connectionId: string,
  generation: number,
  sealed: string,
): Promise<void> {
  await vault.kv.put(keyOf(connectionId, generation), sealed, { expirationTtl: KEEP_SECONDS });
}

/** The token set of a generation, or null if KV does not have it (yet). */
export async function readTokens(vault: Vault, connectionId: string, generation: number): Promise<TokenSet | null> {
  const sealed = await vault.kv.get(keyOf(connectionId, generation));
  return sealed === null ? null : openTokens(vault.keys, connectionId, generation, sealed);
}

/** Deletes the tokens of a generation (after a disconnect). */
export async function forgetTokens(vault: Vault, connectionId: string, generation: number): Promise<void> {
  await vault.kv.delete(keyOf(connectionId, generation));
}

function bindingOf(connectionId: string, generation: number): Record<string, string> {
  return { connectionId, generation: String(generation) };
}

function keyOf(connectionId: string, generation: number): string {
  return `token:${connectionId}:${generation}`;
}
