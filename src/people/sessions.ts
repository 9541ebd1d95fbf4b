/**
 * Sessions of people who are signed in: 32 random bytes in a cookie, of which only the hash is stored in D1. A session
 * must end with sign-out, with the next sign-in in its browser, with a change of password and with the removal of its
 * person.
 */
import { and, eq, gt, isNull, lte, ne } from "drizzle-orm";
import type { Context } from "hono";
import { deleteCookie, getCookie, setCookie } from "hono/cookie";
import type { AppEnv } from "../app-context.ts";
import type { Config } from "../env.ts";
import type { Db } from "../platform/db.ts";
import { randomToken, sha256Hex } from "../platform/ids.ts";
import type { Person } from "./person.ts";
import { sessions, users } from "./schema.ts";

const SESSION_DAYS = 14;
const DAY_MS = 86_400_000;

export interface NewSession {
  /** For the cookie only. */
  token: string;
  expiresAt: Date;
}

/** Starts a session of that person. */
export async function startSession(db: Db, userId: string, now: Date): Promise<NewSession> {
  const token = randomToken();
  const expiresAt = new Date(now.getTime() + SESSION_DAYS * DAY_MS);
  const row = {
    tokenHash: await sha256Hex(token),
    userId,
    createdAt: now.toISOString(),
    expiresAt: expiresAt.toISOString(),
  };
  await db.insert(sessions).values(row);
  return { token, expiresAt };
}

/** The person of a session that has not ended, with their current role; otherwise null. */
export async function findSession(
  db: Db,
  token: string,
  now: Date,
): Promise<{ person: Person; sessionHash: string } | null> {
  const sessionHash = await sha256Hex(token);
  const person = await db
    .select({ id: users.id, email: users.email, role: users.role })
    .from(sessions)
    .innerJoin(users, eq(users.id, sessions.userId))
    .where(and(eq(sessions.tokenHash, sessionHash), gt(sessions.expiresAt, now.toISOString()), isNull(users.removedAt)))
    .get();
  return person ? { person, sessionHash } : null;
}

/** Ends one session. */
export async function endSession(db: Db, sessionHash: string): Promise<void> {
  await db.delete(sessions).where(eq(sessions.tokenHash, sessionHash));
}

/** Ends all sessions of a person, except the given one (that of the request); returns how many. */
export async function endSessionsOf(db: Db, userId: string, exceptHash: string | null): Promise<number> {
  const others = exceptHash === null ? undefined : ne(sessions.tokenHash, exceptHash);
  const ended = await db
    .delete(sessions)
    .where(and(eq(sessions.userId, userId), others))
    .returning({ userId: sessions.userId });
  return ended.length;
}

/** Statement that deletes expired sessions; they are useless anyway, so this only saves space. */
export function forgetEndedSessions(db: Db, now: Date) {
  return db.delete(sessions).where(lte(sessions.expiresAt, now.toISOString()));
}

/**
 * Gives the browser a new session, and ends the one that came with the request, since otherwise nobody could end it.
 * SameSite=Lax: the return from Intuit is a GET from another site.
 */
export async function giveSession(c: Context<AppEnv>, session: NewSession): Promise<void> {
  const before = readSessionCookie(c);
  if (before !== undefined) await endSession(c.get("db"), await sha256Hex(before));
  const config = c.get("config");
  setCookie(c, cookieName(config), session.token, { ...cookieOptions(config), expires: session.expiresAt });
}

/** Removes the session cookie from the browser. */
export function clearSessionCookie(c: Context<AppEnv>): void {
  const config = c.get("config");
  deleteCookie(c, cookieName(config), cookieOptions(config));
}

/** The session token that the browser sent, if any. */
export function readSessionCookie(c: Context<AppEnv>): string | undefined {
  return getCookie(c, cookieName(c.get("config")));
}

/** docs/contract.md, section 9: `__Host-` (which requires Secure) only if the app is served over https. */
function cookieName(config: Config): string {
  return config.isSecure ? "__Host-session" : "session";
}

function cookieOptions(config: Config) {
  return { path: "/", httpOnly: true, sameSite: "Lax", secure: config.isSecure } as const;
}
