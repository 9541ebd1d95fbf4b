/**
 * The hash of a password that takes next to no time to check. A real one takes a quarter of a second, and tests of what
 * comes after a wrong password check dozens; how strong real ones are is told by passwords.test.ts alone.
 */
import { scryptSync } from "node:crypto";

const COST = { N: 2, r: 1, p: 1 };

/** As src/people/passwords.ts stores it. */
export function quickHash(password: string): string {
  const salt = Buffer.from("a salt of a test");
  const hash = scryptSync(password, salt, 32, COST);
  return ["scrypt", COST.N, COST.r, COST.p, salt.toString("base64"), hash.toString("base64")].join("$");
}
