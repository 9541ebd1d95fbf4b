/**
 * Passkeys: what an authenticator signs is taken for what it was asked for, once, from our own pages, with the person
 * verified, and for nothing else. Each attack changes one thing of a right answer.
 */
import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, it } from "vitest";
import { readConfig } from "../../src/env.ts";
import {
  addPasskey,
  findPasskeyOwner,
  forgetEndedChallenges,
  listPasskeys,
  passkeyChallenge,
  removePasskey,
} from "../../src/people/passkeys.ts";
import { passkeys, spentChallenges, users } from "../../src/people/schema.ts";
import { removeUser } from "../../src/people/users.ts";
import { openDb } from "../../src/platform/db.ts";
import { Authenticator, type Twist } from "./authenticator.ts";

const db = openDb(env.DB);
const now = new Date("2026-11-20T10:00:00.000Z");
const HOUR_MS = 3_600_000;
const context = { db, config: readConfig(env), now };
const later = { ...context, now: new Date(now.getTime() + HOUR_MS) };
const ORIGIN = context.config.appOrigin;

beforeEach(async () => {
  await db.batch([db.delete(users), db.delete(passkeys), db.delete(spentChallenges)]);
  await db.insert(users).values(
    ["u1", "u2"].map((id) => ({
      id,
      email: `${id}@example.com`,
      role: "admin" as const,
      createdAt: now.toISOString(),
    })),
  );
});

async function add(device: Authenticator, twist: Twist = {}, userId = "u1") {
  const challenge = await passkeyChallenge(context, `add ${userId}`);
  return addPasskey(context, { userId, answer: device.create(challenge, twist), name: "Phone" });
}

async function use(device: Authenticator, twist: Twist = {}) {
  return findPasskeyOwner(context, device.get(await passkeyChallenge(context, "sign in"), twist), "sign in");
}

describe("a passkey", () => {
  it.each(["ec", "rsa"] as const)(
    "of the kind %s is added, and signs its person in as often as they like",
    async (kind) => {
      const device = new Authenticator(ORIGIN, kind);
      expect(await add(device)).toMatchObject({ userId: "u1", name: "Phone", lastUsedAt: null });
      for (let i = 0; i < 3; i++) expect(await use(device)).toMatchObject({ id: "u1" });
      expect(await listPasskeys(db, "u1")).toMatchObject([{ lastUsedAt: now.toISOString(), signCount: 4 }]);
    },
  );

  it("signs in each time, whatever the length of its signatures", async () => {
    const device = new Authenticator(ORIGIN);
    await add(device);
    for (let i = 0; i < 300; i++) expect(await use(device)).not.toBeNull();
  });

  it("that does not count its signatures is taken too", async () => {
    const device = new Authenticator(ORIGIN);
    await add(device, { signCount: 0 });
    for (let i = 0; i < 2; i++) expect(await use(device, { signCount: 0 })).toMatchObject({ id: "u1" });
  });

  const TWISTS: [string, Twist][] = [
    ["another site's page", { origin: "https://evil.example" }],
    ["http", { origin: "http://books.example.com" }],
    ["another site's passkey", { rpId: "evil.example" }],
    ["a frame of another site", { crossOrigin: true }],
    ["nobody touching it", { flags: 0x04 }],
    ["nobody verified", { flags: 0x01 }],
  ];

  it.each([...TWISTS, ["the kind of answer of a sign-in", { type: "webauthn.get" }]] as [string, Twist][])(
    "is not added: %s",
    async (_what, twist) => {
      expect(await add(new Authenticator(ORIGIN), twist)).toBeNull();
      expect(await db.select().from(passkeys)).toEqual([]);
    },
  );

  it.each([
    ...TWISTS,
    ["the kind of answer of a new passkey", { type: "webauthn.create" }],
    ["another key", { otherKey: true }],
    ["a count that does not rise, as of a copy", { signCount: 1 }],
  ] as [string, Twist][])("does not sign in: %s", async (_what, twist) => {
    const device = new Authenticator(ORIGIN);
    await add(device);
    expect(await use(device, twist)).toBeNull();
    expect(await use(device, { signCount: 9 })).toMatchObject({ id: "u1" });
  });

  it("answers a challenge once, of ours, for its purpose, in time", async () => {
    const device = new Authenticator(ORIGIN);
    await add(device);
    const sign = async (purpose: "sign in" | "confirm s1") => device.get(await passkeyChallenge(context, purpose));
    const answer = await sign("sign in");
    expect(await findPasskeyOwner(context, answer, "sign in")).not.toBeNull();
    await db.update(passkeys).set({ signCount: 0 });
    expect(await findPasskeyOwner(context, answer, "sign in")).toBeNull();
    expect(await findPasskeyOwner(context, await sign("confirm s1"), "sign in")).toBeNull();
    expect(await findPasskeyOwner(context, await sign("sign in"), "confirm s1")).toBeNull();
    expect(await findPasskeyOwner(context, await sign("confirm s1"), "confirm s2")).toBeNull();
    expect(await findPasskeyOwner(later, await sign("sign in"), "sign in")).toBeNull();
    expect(await findPasskeyOwner(context, device.get("a challenge of my own"), "sign in")).toBeNull();
    await forgetEndedChallenges(db, later.now);
    expect(await db.select().from(spentChallenges)).toEqual([]);
  });

  it("of a stranger costs us no write", async () => {
    const device = new Authenticator(ORIGIN);
    for (let i = 0; i < 5; i++) expect(await use(device)).toBeNull();
    expect(await db.select().from(spentChallenges)).toEqual([]);
  });

  it("is made for the person who asked, and is nobody else's afterwards", async () => {
    const device = new Authenticator(ORIGIN);
    const challenge = await passkeyChallenge(context, "add u1");
    expect(await addPasskey(context, { userId: "u2", answer: device.create(challenge), name: "x" })).toBeNull();
    expect(await add(device)).not.toBeNull();
    expect(await add(device, {}, "u2")).toBeNull();
    expect(await removePasskey(db, "u2", device.idText)).toBeNull();
    expect(await removePasskey(db, "u1", device.idText)).toBe("Phone");
    expect(await use(device)).toBeNull();
  });

  it("ends with its person", async () => {
    const device = new Authenticator(ORIGIN);
    await add(device);
    await removeUser(db, "u1", now);
    expect(await use(device)).toBeNull();
  });

  it.each([
    "",
    "{}",
    "null",
    "[1]",
    '{"id":1}',
    `{"id":"${"x".repeat(10_000)}"}`,
    '{"clientDataJSON":"%%","attestationObject":"a"}',
  ])("that is no answer at all is refused: %j", async (answer) => {
    expect(await findPasskeyOwner(context, answer, "sign in")).toBeNull();
    expect(await addPasskey(context, { userId: "u1", answer, name: "x" })).toBeNull();
  });
});
