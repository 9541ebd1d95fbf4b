import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, it } from "vitest";
import { activity, sessions, signInFailures, users } from "../../src/people/schema.ts";
import {
  endSession,
  endSessionsOf,
  findSession,
  forgetEndedSessions,
  listSessions,
  startSession,
} from "../../src/people/sessions.ts";
import { signIn } from "../../src/people/sign-in.ts";
import { changePassword, removeUser } from "../../src/people/users.ts";
import { openDb } from "../../src/platform/db.ts";
import { quickHash } from "./quick-hash.ts";

const db = openDb(env.DB);
const now = new Date("2026-11-20T10:00:00.000Z");
const after = (ms: number) => new Date(now.getTime() + ms);
const PASSWORD = "correct horse battery";
const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;
const passwordHash = quickHash(PASSWORD);

beforeEach(async () => {
  await db.batch([db.delete(users), db.delete(sessions), db.delete(signInFailures), db.delete(activity)]);
  await db.insert(users).values([
    { id: "u1", email: "ann@example.com", passwordHash, role: "operator", createdAt: now.toISOString() },
    { id: "u2", email: "only-access@example.com", passwordHash: null, role: "viewer", createdAt: now.toISOString() },
    { id: "u3", email: "boss@example.com", passwordHash, role: "admin", createdAt: now.toISOString() },
  ]);
});

const tryPassword = (password: string, email = "ann@example.com", address = "192.0.2.1", at = now) =>
  signIn(db, { email, password, place: { address, agent: null } }, at);

describe("signIn", () => {
  it("starts a session for the right password, whatever the case of the address", async () => {
    const result = await tryPassword(PASSWORD, " Ann@Example.com ");
    if (!result.ok) throw new Error(result.message);
    expect(result.person).toEqual({ id: "u1", email: "ann@example.com", role: "operator" });
    expect(await findSession(db, result.session.token, now)).toMatchObject({ person: { id: "u1" } });
  });

  it("says the same for a wrong password, an unknown address and a person without a password", async () => {
    const answers = await Promise.all([
      tryPassword("wrong horse battery"),
      tryPassword(PASSWORD, "nobody@example.com"),
      tryPassword("", "only-access@example.com"),
    ]);
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
    expect(answers[0]).toMatchObject({ ok: false, reason: "wrong" });
  });

  it("lets nobody in who was removed", async () => {
    await removeUser(db, "u1", now);
    expect(await tryPassword(PASSWORD)).toMatchObject({ ok: false, reason: "wrong" });
  });

  it("records who signed in, and once an hour who tried, with where from", async () => {
    await tryPassword(PASSWORD);
    for (let i = 0; i < 3; i++) await tryPassword("wrong horse battery");
    await tryPassword("wrong horse battery", "my secret typed in the wrong field");
    const rows = await db.select().from(activity);
    expect(
      rows.map(({ action, actorKind, subjectName, address }) => [action, actorKind, subjectName, address]),
    ).toEqual(
      expect.arrayContaining([
        ["sign_in.succeeded", "user", "ann@example.com", "192.0.2.1"],
        ["sign_in.failed", "stranger", "ann@example.com", "192.0.2.1"],
        ["sign_in.failed", "stranger", "an unknown address", "192.0.2.1"],
      ]),
    );
    expect(rows).toHaveLength(3);
    expect(JSON.stringify(rows)).not.toContain("my secret");
  });
});

describe("sessions", () => {
  it("keep only the hash of their token", async () => {
    const { token } = await startSession(db, "u1", now);
    expect(atob(token.replaceAll("-", "+").replaceAll("_", "/"))).toHaveLength(32);
    const rows = await db.select().from(sessions);
    expect(JSON.stringify(rows)).not.toContain(token);
  });

  it("end after 14 days, however much they are used", async () => {
    const { token } = await startSession(db, "u1", now);
    for (let at = 0; at < 14 * DAY_MS; at += 11 * HOUR_MS)
      expect(await findSession(db, token, after(at))).not.toBeNull();
    expect(await findSession(db, token, after(14 * DAY_MS - 1))).not.toBeNull();
    expect(await findSession(db, token, after(14 * DAY_MS))).toBeNull();
    await forgetEndedSessions(db, after(14 * DAY_MS));
    expect(await db.select().from(sessions)).toHaveLength(0);
  });

  it("end after 12 hours without use; a page that reloads itself is no use", async () => {
    const [used, idle] = [await startSession(db, "u1", now), await startSession(db, "u1", now)];
    expect(await findSession(db, used.token, after(11 * HOUR_MS))).not.toBeNull();
    expect(await findSession(db, idle.token, after(11 * HOUR_MS), false)).not.toBeNull();
    expect(await findSession(db, used.token, after(22 * HOUR_MS))).not.toBeNull();
    expect(await findSession(db, idle.token, after(12 * HOUR_MS))).toBeNull();
    await forgetEndedSessions(db, after(22 * HOUR_MS));
    expect(await db.select().from(sessions)).toHaveLength(1);
  });

  it("of the release before, which keeps no last use, count from their beginning", async () => {
    const { token } = await startSession(db, "u1", now);
    await db.update(sessions).set({ lastSeenAt: null, confirmedAt: null });
    expect(await findSession(db, token, after(HOUR_MS))).toMatchObject({ confirmedAt: now.toISOString() });
    await db.update(sessions).set({ lastSeenAt: null });
    expect(await findSession(db, token, after(12 * HOUR_MS))).toBeNull();
  });

  it("are listed with where and when, the one used last first, the ended ones not", async () => {
    const place = { address: "192.0.2.7", agent: "Mozilla/5.0 Firefox/140.0" };
    await startSession(db, "u1", after(-13 * HOUR_MS), place);
    await startSession(db, "u1", after(-HOUR_MS), place);
    await startSession(db, "u1", now);
    await startSession(db, "u3", now);
    const listed = await listSessions(db, "u1", now);
    expect(listed.map(({ createdAt, address, agent }) => [createdAt, address, agent])).toEqual([
      [now.toISOString(), null, null],
      [after(-HOUR_MS).toISOString(), place.address, place.agent],
    ]);
    expect(await endSession(db, listed[1]?.hash ?? "", "u3")).toBe(false);
    expect(await endSession(db, listed[1]?.hash ?? "", "u1")).toBe(true);
  });

  it("end with sign-out, a change of password, removal, and when an admin ends them", async () => {
    const start = () => startSession(db, "u1", now);
    const isOpen = async (session: { token: string }) => (await findSession(db, session.token, now)) !== null;

    const [first, second] = [await start(), await start()];
    await endSession(db, (await findSession(db, first.token, now))?.sessionHash ?? "");
    expect([await isOpen(first), await isOpen(second)]).toEqual([false, true]);

    await changePassword(db, "u1", "another horse battery");
    expect(await isOpen(second)).toBe(false);
    expect(await tryPassword("another horse battery")).toMatchObject({ ok: true });
    expect(await tryPassword(PASSWORD)).toMatchObject({ ok: false });

    const [third, fourth] = [await start(), await start()];
    const own = (await findSession(db, fourth.token, now))?.sessionHash ?? null;
    await endSessionsOf(db, "u1", own);
    expect([await isOpen(third), await isOpen(fourth)]).toEqual([false, true]);

    await removeUser(db, "u1", now);
    expect(await isOpen(fourth)).toBe(false);
  });

  it("follow a change of role at once", async () => {
    const { token } = await startSession(db, "u1", now);
    await db.update(users).set({ role: "viewer" });
    expect((await findSession(db, token, now))?.person.role).toBe("viewer");
  });

  it("open for no other text", async () => {
    for (const token of ["", "x", "'; --"]) expect(await findSession(db, token, now)).toBeNull();
  });
});
