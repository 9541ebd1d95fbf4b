/**
 * The key ring of ENCRYPTION_KEYS: the first key seals and signs, all of them open and verify, so that keys can be
 * rotated without an outage. The ring's bytes are never used directly: each purpose derives its own key (HKDF, RFC
 * 5869).
 */
import { fromBase64 } from "./bytes.ts";

const KEY_BYTES = 32;
const KID_PATTERN = /^[A-Za-z0-9_-]{1,32}$/;
const BASE64_PATTERN = /^[A-Za-z0-9+/_-]+={0,2}$/;
const encoder = new TextEncoder();

export interface KeyRing {
  /** The key ID that seals and signs. */
  readonly current: string;
  /** Key ID → 32 bytes. */
  readonly keys: ReadonlyMap<string, Uint8Array>;
}

/**
 * Reads `kid=<base64, 32 bytes>` items joined by commas, newest first (docs/contract.md, section 2).
 * Throws an Error whose message says which item is wrong and never repeats the key.
 */
export function parseKeyRing(text: string): KeyRing {
  const keys = new Map<string, Uint8Array>();
  const items = text.split(",").map((item) => item.trim());
  for (const [index, item] of items.entries()) {
    const at = item.indexOf("=");
    const kid = at < 0 ? "" : item.slice(0, at).trim();
    if (!KID_PATTERN.test(kid))
      throw new Error(`item ${index + 1} must look like kid=<base64>, the kid made of letters, digits, '-' and '_'`);
    if (keys.has(kid)) throw new Error(`the key ID '${kid}' is used twice`);
    keys.set(kid, decodeKey(kid, item.slice(at + 1).trim()));
  }
  const current = keys.keys().next().value;
  if (current === undefined) throw new Error("no key is given");
  return { current, keys };
}

function decodeKey(kid: string, base64: string): Uint8Array {
  const bytes = BASE64_PATTERN.test(base64) ? fromBase64(base64) : null;
  if (bytes?.length !== KEY_BYTES) throw new Error(`the key '${kid}' must be ${KEY_BYTES} bytes in base64`);
  return bytes;
}

/**
 * The 32-byte key for one purpose, e.g. `deriveKey(ring, ring.current, "session")`. Throws UnknownKeyError if the ring
 * does not have `kid` (any longer).
 */
export async function deriveKey(ring: KeyRing, kid: string, purpose: string): Promise<Uint8Array> {
  const bytes = ring.keys.get(kid);
  if (!bytes) throw new UnknownKeyError(kid);
  const base = await crypto.subtle.importKey("raw", bytes, "HKDF", false, ["deriveBits"]);
  const params = {
    name: "HKDF",
    hash: "SHA-256",
    salt: new Uint8Array(0),
    info: encoder.encode(`bookbridge ${purpose}`),
  };
  return new Uint8Array(await crypto.subtle.deriveBits(params, base, KEY_BYTES * 8));
}

export class UnknownKeyError extends Error {
  override readonly name = "UnknownKeyError";
  constructor(kid: string) {
    super(`no key with the ID '${kid}' in ENCRYPTION_KEYS`);
  }
}
