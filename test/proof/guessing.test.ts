/**
 * Proof: 10,000 guesses at an administrator's password from 1,000 network addresses get nobody in, cost few looks at the
 * password, and lock nobody out: the owner gets in from a clean address at the first try, while the account is attacked.
 */
import { afterAll, beforeAll, expect, it } from "vitest";
import { figure, seconds } from "./figures.ts";
import { type ProofStack, startProofStack } from "./proof-stack.ts";

const PROOF = "guessing, 10,000 tries from 1,000 addresses";
const ADDRESSES = 1_000;
const TRIES_EACH = 10;
const AT_ONCE = 8;
/** A hundred tries until the account counts as attacked, then two of each address, and what was under way. */
const MOST_LOOKED_AT = 100 + 2 * ADDRESSES + AT_ONCE;

let stack: ProofStack;

beforeAll(async () => {
  stack = await startProofStack();
});
afterAll(() => stack.stop());

const addressOf = (i: number) => `198.51.${i >> 8}.${i & 255}`;

async function signIn(password: string, address: string): Promise<number> {
  const { appOrigin, credentials } = stack.facts;
  const answer = await fetch(`${appOrigin}/login`, {
    method: "POST",
    headers: { origin: appOrigin, "cf-connecting-ip": address },
    body: new URLSearchParams({ email: credentials.email, password }),
    redirect: "manual",
  });
  await answer.arrayBuffer();
  return answer.status;
}

it(
  "10,000 guesses from 1,000 addresses: none gets in, the owner does at the first try",
  { timeout: 3_600_000 },
  async () => {
    const startedAt = Date.now();
    const counts = new Map<number, number>();
    const guesses = Array.from({ length: ADDRESSES * TRIES_EACH }, (_, i) => i);
    const guessOn = async () => {
      for (let i = guesses.shift(); i !== undefined; i = guesses.shift()) {
        const status = await signIn(`guess number ${i}`, addressOf(i % ADDRESSES));
        counts.set(status, (counts.get(status) ?? 0) + 1);
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, guessOn));
    expect(new Set(counts.keys())).toEqual(new Set([422, 429]));
    expect(counts.get(422)).toBeLessThanOrEqual(MOST_LOOKED_AT);
    expect(await signIn(stack.facts.credentials.password, "203.0.113.77")).toBe(303);
    figure(PROOF, "looked at, of 10,000", counts.get(422) ?? 0);
    figure(PROOF, "time", seconds(Date.now() - startedAt));
  },
);
