import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, it } from "vitest";
import { hashPassword } from "../../src/people/passwords.ts";
import { sessions, signInFailures, users } from "../../src/people/schema.ts";
import {
  endSession,
  endSessionsOf,
  findSession,
  forgetEndedSessions,
  startSession,
} from "../../src/people/sessions.ts";
import { signIn } from "../../src/people/sign-in.ts";
import { changePassword, removeUser } from "../../src/people/users.ts";
import { openDb } from "../../src/platform/db.ts";

const db = openDb(env.DB);
const now = new Date("2026-11-20T10:00:00.000Z");
const after = (ms: number) => new Date(now.getTime() + ms);
const PASSWORD = "correct horse battery";
const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
const passwordHash = await hashPassword(PASSWORD);

beforeEach(async () => {
  await db.batch([db.delete(users), db.delete(sessions), db.delete(signInFailures)]);
  await db.insert(users).values([
    { id: "u1", email: "ann@example.com", passwordHash, role: "operator", createdAt: now.toISOString() },
    { id: "u2", email: "only-access@example.com", passwordHash: null, role: "viewer", createdAt: now.toISOString() },
    { id: "u3", email: "boss@example.com", passwordHash, role: "admin", createdAt: now.toISOString() },
  ]);
});

const tryPassword = (password: string, email = "ann@example.com", address = "192.0.2.1", at = now) =>
  signIn(db, { email, password, address }, at);

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

  it("throttles after ten failures, even for the right password, until the window is over", async () => {
    for (let i = 0; i < 10; i++) expect(await tryPassword("wrong horse battery")).toMatchObject({ reason: "wrong" });
    expect(await tryPassword(PASSWORD)).toMatchObject({ ok: false, reason: "throttled", retryAfterSeconds: 900 });
    expect(await tryPassword(PASSWORD, "ann@example.com", "198.51.100.9")).toMatchObject({ ok: true });
    expect(await tryPassword(PASSWORD, "ann@example.com", "192.0.2.1", after(16 * MINUTE_MS))).toMatchObject({
      ok: true,
    });
  });

  it("does not let tries at the same time slip past the limit", async () => {
    const answers = await Promise.all(Array.from({ length: 14 }, () => tryPassword("wrong horse battery")));
    expect(answers.filter((answer) => !answer.ok && answer.reason === "wrong")).toHaveLength(10);
  });

  it("counts a success as no failure", async () => {
    for (let i = 0; i < 12; i++) expect(await tryPassword(PASSWORD)).toMatchObject({ ok: true });
  });

  it("stores no address in the clear", async () => {
    await tryPassword("wrong horse battery");
    const rows = await db.select().from(signInFailures);
    expect(rows).toHaveLength(3);
    expect(JSON.stringify(rows)).not.toMatch(/ann|192\.0\.2\.1/);
  });
});

describe("sessions", () => {
  it("keep only the hash of their token", async () => {
    const { token } = await startSession(db, "u1", now);
    expect(atob(token.replaceAll("-", "+").replaceAll("_", "/"))).toHaveLength(32);
    const rows = await db.select().from(sessions);
    expect(JSON.stringify(rows)).not.toContain(token);
  });

  it("end after 14 days", async () => {
    const { token } = await startSession(db, "u1", now);
    expect(await findSession(db, token, after(14 * DAY_MS - 1))).not.toBeNull();
    expect(await findSession(db, token, after(14 * DAY_MS))).toBeNull();
    await forgetEndedSessions(db, after(14 * DAY_MS));
    expect(await db.select().from(sessions)).toHaveLength(0);
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
