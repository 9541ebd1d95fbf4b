/**
 * The hash of a password that takes next to no time to check. A real one takes a quarter of a second, and tests of what
 * comes after a wrong password check dozens; how strong real ones are is told by passwords.test.ts alone.
 */
import { scryptSync } from "node:crypto";
import { toBase64 } from "../../src/platform/bytes.ts";

const COST = { N: 2, r: 1, p: 1 };
const HASH_BYTES = 32;

/** As src/people/passwords.ts stores it. */
export function quickHash(password: string): string {
  const salt = new TextEncoder().encode("the salt of tests");
  const hash = new Uint8Array(scryptSync(password, salt, HASH_BYTES, COST));
  return ["scrypt", COST.N, COST.r, COST.p, toBase64(salt), toBase64(hash)].join("$");
}
