/**
 * The brake on guessing passwords: it stops the guesser, not the owner, and writes nothing once it brakes. Judged by how many
 * tries reach the password, and by the rows of the table.
 */
import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, it } from "vitest";
import { type Attempt, countTry, forgetTry } from "../../src/people/guess-brake.ts";
import { signInFailures } from "../../src/people/schema.ts";
import { openDb } from "../../src/platform/db.ts";

const db = openDb(env.DB);
const now = new Date("2026-11-20T10:00:00.000Z");
const MINUTE_MS = 60_000;

beforeEach(() => db.delete(signInFailures));

const attempt = (changes: Partial<Attempt> = {}): Attempt => ({
  email: "ann@example.com",
  address: "192.0.2.1",
  knownDevice: null,
  ...changes,
});

/** How many of so many wrong tries get as far as the password. */
async function tries(count: number, of: (i: number) => Partial<Attempt> = () => ({}), at = now): Promise<number> {
  let reached = 0;
  for (let i = 0; i < count; i++) if (await countTry(db, attempt(of(i)), at)) reached += 1;
  return reached;
}

const rows = async () => (await db.select().from(signInFailures)).length;

describe("the brake", () => {
  it("lets ten failures of one address pass, until the window is over", async () => {
    expect(await tries(14)).toBe(10);
    expect(await tries(1, () => ({ address: "198.51.100.9" }))).toBe(1);
    expect(await tries(14, () => ({}), new Date(now.getTime() + 16 * MINUTE_MS))).toBe(10);
  });

  it("says with which try it stops", async () => {
    const last = [];
    for (let i = 0; i < 10; i++) last.push((await countTry(db, attempt(), now))?.isLast);
    expect(last).toEqual([...Array.from({ length: 9 }, () => false), true]);
  });

  it("is not slipped through by many tries at the same time", async () => {
    const answers = await Promise.all(Array.from({ length: 14 }, () => countTry(db, attempt(), now)));
    expect(answers.filter((counted) => counted !== null)).toHaveLength(10);
  });

  it("counts a success as no failure", async () => {
    for (let i = 0; i < 60; i++) {
      const counted = await countTry(db, attempt(), now);
      expect(counted).not.toBeNull();
      if (counted) await forgetTry(db, attempt(), counted, now);
    }
  });

  it("takes the IPv6 network of one customer (/64) for one guesser, in whatever spelling, and has a limit for a site (/48)", async () => {
    expect(await tries(24, (i) => ({ address: `2001:db8:1:2::${(i + 1).toString(16)}` }))).toBe(10);
    expect(await tries(3, () => ({ address: "2001:0DB8:0001:0002:ffff:1:2:3" }))).toBe(0);
    expect(await tries(1, () => ({ address: "2001:db8:1:3::1" }))).toBe(1);
    expect(await tries(1, () => ({ address: "::ffff:192.0.2.99" }))).toBe(1);
    const site = (i: number) => ({ address: `2001:db8:9:${i.toString(16)}::1`, email: `p${i}@example.com` });
    expect(await tries(520, site)).toBe(500);
  });

  it("stops an address that tries many accounts", async () => {
    expect(await tries(60, (i) => ({ email: `person-${i}@example.com` }))).toBe(50);
  });

  it("writes nothing once it brakes, whatever is tried", async () => {
    await tries(50, (i) => ({ email: `person-${i}@example.com` }));
    const before = await rows();
    expect(await tries(41, (i) => ({ email: `random-${i}@example.com` }))).toBe(0);
    expect(await rows()).toBe(before);
  });

  it("does not lock the owner out: a clean address and a browser that signed in before get in while others guess", async () => {
    expect(await tries(300, (i) => ({ address: `198.51.${Math.floor(i / 100)}.${i % 100}` }))).toBe(300);
    expect(await tries(1, () => ({ address: "203.0.113.5" }))).toBe(1);
    // The guesser sits behind the owner's own address.
    await tries(60, (i) => ({ address: "203.0.113.6", email: i % 2 ? "ann@example.com" : `p${i}@example.com` }));
    expect(await tries(1, () => ({ address: "203.0.113.6" }))).toBe(0);
    expect(await tries(14, () => ({ address: "203.0.113.6", knownDevice: "d1" }))).toBe(10);
  });

  it("gives each address two tries only for an account that is being attacked", async () => {
    await tries(100, (i) => ({ address: `198.51.100.${i}` }));
    expect(await tries(10, () => ({ address: "203.0.113.5" }))).toBe(2);
    expect(await tries(10, () => ({ address: "203.0.113.5", email: "bob@example.com" }))).toBe(10);
  });

  it("keeps no address in the clear", async () => {
    await tries(1);
    expect(JSON.stringify(await db.select().from(signInFailures))).not.toMatch(/ann|192\.0\.2\.1/);
  });
});
