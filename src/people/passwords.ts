/**
 * Hashes and checks passwords with scrypt (RFC 7914). The password itself must never be stored, logged or sent back.
 */
import { scrypt } from "node:crypto";
import { fromBase64, toBase64 } from "../platform/bytes.ts";
import { isSameSecret } from "../platform/same-secret.ts";

/**
 * One of the settings that OWASP's Password Storage Cheat Sheet lists as equally strong. It takes 16 MiB, since a
 * Worker has 128 MiB for all of its requests together.
 */
const COST = { N: 2 ** 14, r: 8, p: 5 } as const;
const SALT_BYTES = 16;
const HASH_BYTES = 32;
const MAX_MEMORY_BYTES = 64 * 1024 * 1024;
/** The most that a person may choose, in code points. */
export const MAX_PASSWORD_CHARACTERS = 200;

/** `scrypt$N$r$p$salt$hash` of the password, salt and hash in base64. */
export async function hashPassword(password: string): Promise<string> {
  const salt = crypto.getRandomValues(new Uint8Array(SALT_BYTES));
  const hash = await derive(password, salt, COST, HASH_BYTES);
  return ["scrypt", COST.N, COST.r, COST.p, toBase64(salt), toBase64(hash)].join("$");
}

/**
 * Whether the password is the hashed one. For a person without a hash (unknown, or one who only signs in through
 * Cloudflare Access) the same work is done, so that the time does not reveal who has an account.
 */
export async function verifyPassword(passwordHash: string | null, password: string): Promise<boolean> {
  const stored = (passwordHash === null ? null : readHash(passwordHash)) ?? NOBODY;
  const isTooLong = password.length > MAX_PASSWORD_CHARACTERS * 4;
  const hash = await derive(isTooLong ? "" : password, stored.salt, stored.cost, stored.hash.length);
  return (await isSameSecret(hash, stored.hash)) && stored !== NOBODY && !isTooLong;
}

interface StoredHash {
  cost: { N: number; r: number; p: number };
  salt: Uint8Array;
  hash: Uint8Array;
}

const NOBODY: StoredHash = { cost: COST, salt: new Uint8Array(SALT_BYTES), hash: new Uint8Array(HASH_BYTES) };

function readHash(text: string): StoredHash | null {
  const [kind, N, r, p, ...rest] = text.split("$");
  const [salt, hash] = rest.map(fromBase64);
  if (kind !== "scrypt" || !salt?.length || !hash?.length) return null;
  return { cost: { N: Number(N), r: Number(r), p: Number(p) }, salt, hash };
}

function derive(password: string, salt: Uint8Array, cost: StoredHash["cost"], byteCount: number): Promise<Uint8Array> {
  const options = { ...cost, maxmem: MAX_MEMORY_BYTES };
  return new Promise((resolve, reject) => {
    scrypt(password.normalize("NFKC"), salt, byteCount, options, (error, key) => {
      if (error) reject(error);
      else resolve(new Uint8Array(key));
    });
  });
}
