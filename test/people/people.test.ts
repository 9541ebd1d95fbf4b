import { env } from "cloudflare:workers";
import { generateKeyPair, SignJWT } from "jose";
import { beforeEach, describe, expect, it } from "vitest";
import { readConfig } from "../../src/env.ts";
import { findAccessPerson } from "../../src/people/cloudflare-access.ts";
import { listActivity, recordActivity, changesBetween } from "../../src/people/activity.ts";
import { createApiKey, findKeyHolder, listApiKeys, revokeApiKey } from "../../src/people/api-keys.ts";
import {
  acceptInvitation,
  createInvitation,
  findInvitation,
  listInvitations,
  deleteInvitation,
} from "../../src/people/invitations.ts";
import { activity, apiKeys, invitations, users } from "../../src/people/schema.ts";
import { createShare, listShares } from "../../src/people/status-shares.ts";
import { createFirstAdmin, isSetupOpen } from "../../src/people/setup.ts";
import { changeRole, endAccess, findUserByEmail, listUsers, removeUser } from "../../src/people/users.ts";
import { openDb } from "../../src/platform/db.ts";

const db = openDb(env.DB);
const config = readConfig(env);
const now = new Date("2026-11-20T10:00:00.000Z");
const after = (ms: number) => new Date(now.getTime() + ms);
const PASSWORD = "correct horse battery";
const DAY_MS = 86_400_000;

beforeEach(() => db.batch([db.delete(users), db.delete(invitations), db.delete(apiKeys), db.delete(activity)]));

const makeAdmin = async (email = "boss@example.com") => {
  const person = await createFirstAdmin(db, { email, password: PASSWORD, setupToken: "t" }, now);
  if (!person) throw new Error("there was an administrator already");
  return person;
};

describe("set-up", () => {
  it("opens for the right token only, and never again once an administrator exists", async () => {
    expect(await isSetupOpen(db, config, "test-setup-token")).toBe(true);
    for (const token of [undefined, "", "test-setup-toke", "test-setup-token "])
      expect(await isSetupOpen(db, config, token)).toBe(false);
    await makeAdmin();
    expect(await isSetupOpen(db, config, "test-setup-token")).toBe(false);
  });

  it("makes one administrator, also when two ask at the same time", async () => {
    const made = await Promise.all(
      ["a@example.com", "b@example.com"].map((email) =>
        createFirstAdmin(db, { email, password: PASSWORD, setupToken: "t" }, now),
      ),
    );
    expect(made.filter((person) => person !== null)).toHaveLength(1);
    expect(await listUsers(db)).toHaveLength(1);
  });
});

describe("people", () => {
  it("always keep an admin", async () => {
    const boss = await makeAdmin();
    expect(await changeRole(db, boss.id, "viewer")).toBe(false);
    expect(await removeUser(db, boss.id, now)).toBe(false);
    await db
      .insert(users)
      .values({ id: "u2", email: "second@example.com", role: "admin", createdAt: now.toISOString() });
    expect(await changeRole(db, boss.id, "viewer")).toBe(true);
    expect(await removeUser(db, "u2", now)).toBe(false);
    expect(await removeUser(db, boss.id, now)).toBe(true);
    expect((await listUsers(db)).map((user) => user.id)).toEqual(["u2"]);
  });

  it("can come back under the address of a removed person", async () => {
    const boss = await makeAdmin();
    await db
      .insert(users)
      .values({ id: "u2", email: "back@example.com", role: "viewer", createdAt: now.toISOString() });
    await removeUser(db, "u2", now);
    const invitation = await createInvitation(db, { email: "back@example.com", role: "operator" }, now);
    const person = await acceptInvitation(db, invitation?.token ?? "", PASSWORD, now);
    expect(person).toMatchObject({ email: "back@example.com", role: "operator" });
    expect(person?.id).not.toBe("u2");
    expect((await listUsers(db)).map((user) => user.id).toSorted()).toEqual([boss.id, person?.id ?? ""].toSorted());
  });
});

describe("invitations", () => {
  const invite = async (email = "new@example.com") =>
    (await createInvitation(db, { email, role: "viewer" }, now))?.token ?? "";

  it("are accepted once", async () => {
    const token = await invite();
    expect(await findInvitation(db, token, now)).toMatchObject({ email: "new@example.com", role: "viewer" });
    const accepted = await Promise.all([
      acceptInvitation(db, token, PASSWORD, now),
      acceptInvitation(db, token, PASSWORD, now),
    ]);
    expect(accepted.filter((person) => person !== null)).toHaveLength(1);
    expect(await findInvitation(db, token, now)).toBeUndefined();
    expect(await acceptInvitation(db, token, PASSWORD, now)).toBeNull();
    expect(await listUsers(db)).toHaveLength(1);
  });

  it("end after seven days, when withdrawn, and when replaced", async () => {
    const first = await invite();
    expect(await acceptInvitation(db, first, PASSWORD, after(7 * DAY_MS))).toBeNull();
    const second = await invite();
    expect(await findInvitation(db, first, now)).toBeUndefined();
    expect(await listInvitations(db, now)).toHaveLength(1);
    expect(await deleteInvitation(db, "new@example.com")).toBe(true);
    expect(await deleteInvitation(db, "new@example.com")).toBe(false);
    expect(await acceptInvitation(db, second, PASSWORD, now)).toBeNull();
  });

  it("keep only the hash of their token", async () => {
    const token = await invite();
    expect(JSON.stringify(await db.select().from(invitations))).not.toContain(token);
  });

  it("are refused for a person who already exists", async () => {
    await makeAdmin("new@example.com");
    expect(await createInvitation(db, { email: "new@example.com", role: "viewer" }, now)).toBeNull();
  });
});

describe("API keys", () => {
  it("are shown once, found by their text, and worthless when revoked", async () => {
    const { id, key } = await createApiKey(db, { name: "Shop", role: "operator" }, now);
    expect(key).toMatch(/^bb_[A-Za-z0-9_-]{43}$/);
    expect(JSON.stringify(await db.select().from(apiKeys))).not.toContain(key);
    expect(await findKeyHolder(db, key, now)).toEqual({ id, name: "Shop", role: "operator" });
    for (const text of ["", "bb_", key.slice(0, -1), `${key}x`, key.replace("bb_", "bc_")])
      expect(await findKeyHolder(db, text, now)).toBeNull();
    expect(await listApiKeys(db)).toMatchObject([{ name: "Shop", ending: key.slice(-4) }]);
    expect(await revokeApiKey(db, id, now)).toBe("Shop");
    expect(await revokeApiKey(db, id, now)).toBeNull();
    expect(await findKeyHolder(db, key, now)).toBeNull();
    expect(await listApiKeys(db)).toEqual([]);
  });

  it("end when they were made to, and do no more than the person may whose they are", async () => {
    const boss = await makeAdmin();
    await db.insert(users).values({ id: "u2", email: "b@example.com", role: "admin", createdAt: now.toISOString() });
    const make = (more: { expiresAt?: string; ownerId?: string }) =>
      createApiKey(db, { name: "Shop", role: "admin", ...more }, now);
    const [short, theirs, nobodys] = [
      await make({ expiresAt: after(1000).toISOString() }),
      await make({ ownerId: "u2" }),
      await make({}),
    ];
    const roleAt = async ({ key }: { key: string }, ms = 0) => (await findKeyHolder(db, key, after(ms)))?.role ?? null;
    expect([await roleAt(short, 999), await roleAt(short, 1000)]).toEqual(["admin", null]);
    expect(await roleAt(theirs)).toBe("admin");
    await changeRole(db, "u2", "viewer");
    expect(await roleAt(theirs)).toBe("viewer");
    expect(await roleAt(nobodys)).toBe("admin");
    await removeUser(db, "u2", now);
    expect([await roleAt(theirs), await roleAt(nobodys)]).toEqual([null, "admin"]);
    expect((await listApiKeys(db)).map((key) => key.id).toSorted()).toEqual([short.id, nobodys.id].toSorted());
    expect(boss.role).toBe("admin");
  });

  it("go to somebody else where they are handed over", async () => {
    const boss = await makeAdmin();
    await db.insert(users).values({ id: "u2", email: "b@example.com", role: "admin", createdAt: now.toISOString() });
    const { key } = await createApiKey(db, { name: "Shop", role: "operator", ownerId: "u2" }, now);
    const share = await createShare(db, { id: "u2", name: "b@example.com" }, now);
    await removeUser(db, "u2", now, boss.id);
    expect(await findKeyHolder(db, key, now)).toMatchObject({ role: "operator" });
    expect(await listApiKeys(db)).toMatchObject([{ owner: { email: boss.email } }]);
    expect((await listShares(db, now)).map(({ id, ownerId }) => [id, ownerId])).toEqual([[share.id, boss.id]]);
    await db.insert(users).values({ id: "u3", email: "c@example.com", role: "admin", createdAt: now.toISOString() });
    await removeUser(db, boss.id, now);
    expect(await findKeyHolder(db, key, now)).toBeNull();
    expect(await listShares(db, now)).toEqual([]);
  });

  it("note their last use at most once a minute", async () => {
    const { key } = await createApiKey(db, { name: "Shop", role: "viewer" }, now);
    const usedAt = async (at: Date) => {
      await findKeyHolder(db, key, at);
      return (await listApiKeys(db))[0]?.lastUsedAt;
    };
    expect(await usedAt(now)).toBe(now.toISOString());
    expect(await usedAt(after(59_000))).toBe(now.toISOString());
    expect(await usedAt(after(61_000))).toBe(after(61_000).toISOString());
  });
});

describe("Cloudflare Access", () => {
  const access = { teamDomain: "https://team.example.com", aud: "the-app" };

  async function tokenOf(
    claims: Record<string, unknown>,
    changes: { issuer?: string; audience?: string; expires?: Date; issued?: Date } = {},
  ) {
    const { publicKey, privateKey } = await generateKeyPair("RS256");
    const token = await new SignJWT(claims)
      .setProtectedHeader({ alg: "RS256" })
      .setIssuer(changes.issuer ?? access.teamDomain)
      .setAudience(changes.audience ?? access.aud)
      .setIssuedAt(changes.issued ?? after(-1000))
      .setExpirationTime(changes.expires ?? after(60_000))
      .sign(privateKey);
    return { token, keys: async () => publicKey };
  }
  const sign = async (...given: Parameters<typeof tokenOf>) => {
    const { token, keys } = await tokenOf(...given);
    return findAccessPerson(db, { access, token, keys }, now);
  };

  it("signs in who is here or was invited, by address, and nobody else", async () => {
    const boss = await makeAdmin();
    expect(await sign({ email: "Boss@Example.com" })).toEqual({
      person: boss,
      confirmedAt: after(-1000).toISOString(),
    });
    expect(await sign({ email: "stranger@example.com" })).toBeNull();
    await createInvitation(db, { email: "guest@example.com", role: "viewer" }, now);
    expect(await sign({ email: "guest@example.com" })).toMatchObject({ person: { role: "viewer" } });
    expect(await findUserByEmail(db, "guest@example.com")).toMatchObject({ passwordHash: null });
    expect(await listInvitations(db, now)).toEqual([]);
  });

  it("refuses tokens of before an admin ended the person's sessions, and takes the next one", async () => {
    const { id, email } = await makeAdmin();
    await endAccess(db, id, now);
    expect(await sign({ email })).toBeNull();
    expect(await sign({ email }, { issued: after(1000) })).toMatchObject({ person: { id } });
  });

  it("refuses another issuer, audience, key, an old token and one without an address", async () => {
    await makeAdmin();
    const email = "boss@example.com";
    expect(await sign({ email }, { issuer: "https://other.example.com" })).toBeNull();
    expect(await sign({ email }, { audience: "another-app" })).toBeNull();
    expect(await sign({ email }, { expires: after(-1000) })).toBeNull();
    expect(await sign({})).toBeNull();
    const [one, other] = await Promise.all([tokenOf({ email }), tokenOf({ email })]);
    expect(await findAccessPerson(db, { access, token: one.token, keys: other.keys }, now)).toBeNull();
    expect(await findAccessPerson(db, { access, token: "x", keys: one.keys }, now)).toBeNull();
  });
});

describe("activity", () => {
  const actor = { kind: "user", id: "u1", name: "ann@example.com", role: "admin" } as const;
  const subject = { kind: "instance", id: "i1", name: "Shop" } as const;

  it("names who changed what, when, from which to which value", async () => {
    const changes = changesBetween(
      { enabled: true, name: "Shop", connection_id: null },
      { enabled: false, name: "Shop", connection_id: "c1" },
      ["enabled", "name", "connection_id"],
    );
    await recordActivity(db, now, actor, { action: "instance.settings_saved", subject, changes });
    const { rows } = await listActivity(db, { limit: 10 });
    expect(rows).toMatchObject([
      {
        at: now.toISOString(),
        actor: { kind: "user", id: "u1", name: "ann@example.com" },
        action: "instance.settings_saved",
        subject,
        changes: [
          { field: "enabled", from: "on", to: "off" },
          { field: "connection_id", from: null, to: "c1" },
        ],
      },
    ]);
  });

  it("pages through all rows once, newest first, also those of one instant", async () => {
    for (let i = 0; i < 7; i++)
      await recordActivity(db, after(Math.floor(i / 3)), actor, { action: `act.${i}`, subject });
    const seen: string[] = [];
    let next: string | null | undefined;
    do {
      const page = await listActivity(db, { limit: 2, after: next ?? undefined });
      seen.push(...page.rows.map((row) => row.action));
      next = page.next;
    } while (next !== null);
    expect(seen).toHaveLength(7);
    expect(new Set(seen).size).toBe(7);
    expect(seen[0]).toBe("act.6");
    expect(await listActivity(db, { limit: 5, after: "nonsense" })).toMatchObject({ rows: { length: 5 } });
    expect((await listActivity(db, { limit: 5, subject: { kind: "instance", id: "other" } })).rows).toEqual([]);
  });
});
