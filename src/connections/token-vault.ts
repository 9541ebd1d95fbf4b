/**
 * Where token sets lie: sealed in KV, one write-once key a generation. A key is never overwritten, so KV's delay
 * of a minute or more can't hand out an old refresh token; a miss means 'not readable now', never 'disconnected'.
 * Tokens are never logged and never stored anywhere else.
 */
import { z } from "zod";
import type { KeyRing } from "../platform/keys.ts";
import { open, seal } from "../platform/seal.ts";
import type { TokenSet } from "../quickbooks/oauth.ts";

const PURPOSE = "token-vault";
/** A refresh token lives 100 days after its last use (qbo-api.md 1.5); older generations need no room. */
const KEEP_SECONDS = 120 * 24 * 3600;

const tokenSetSchema = z.object({
  accessToken: z.string(),
  refreshToken: z.string(),
  accessExpiresAt: z.string(),
  refreshExpiresAt: z.string(),
  refreshHardExpiresAt: z.string().nullable(),
});

/** What the vault needs to work. */
export interface Vault {
  kv: KVNamespace;
  keys: KeyRing;
}

/** Writes a token set under its own key and reads it back; throws when KV did not keep it. */
export async function storeTokens(
  vault: Vault,
  connectionId: string,
  generation: number,
  tokens: TokenSet,
): Promise<void> {
  const binding = { connectionId, generation: String(generation) };
  const sealed = await seal(vault.keys, PURPOSE, JSON.stringify(tokens), binding);
  const key = keyOf(connectionId, generation);
  await vault.kv.put(key, sealed, { expirationTtl: KEEP_SECONDS });
  if ((await vault.kv.get(key)) === null) throw new Error("KV did not keep the tokens that were written");
}

/** The token set of a generation, or null where KV does not have it (yet). */
export async function readTokens(vault: Vault, connectionId: string, generation: number): Promise<TokenSet | null> {
  const sealed = await vault.kv.get(keyOf(connectionId, generation));
  if (sealed === null) return null;
  const text = await open(vault.keys, PURPOSE, sealed, { connectionId, generation: String(generation) });
  return tokenSetSchema.parse(JSON.parse(text));
}

/** Forgets the tokens of a generation (after a disconnect). */
export async function forgetTokens(vault: Vault, connectionId: string, generation: number): Promise<void> {
  await vault.kv.delete(keyOf(connectionId, generation));
}

function keyOf(connectionId: string, generation: number): string {
  return `token:${connectionId}:${generation}`;
}
