/**
 * Sessions of people who are signed in: 32 random bytes in a cookie, of which only the hash is stored in D1. A session
 * must end with sign-out, with the next sign-in in its browser, when it is not used for half a day, after two weeks,
 * with a change of password and with the removal of its person.
 */
import { and, desc, eq, gt, isNull, lte, ne, or, sql } from "drizzle-orm";
import type { Context } from "hono";
import { deleteCookie, getCookie, setCookie } from "hono/cookie";
import type { AppEnv } from "../app-context.ts";
import type { Config } from "../env.ts";
import type { Db } from "../platform/db.ts";
import { randomToken, sha256Hex } from "../platform/ids.ts";
import type { Person, Place } from "./person.ts";
import { sessions, users } from "./schema.ts";

/**
 * A working day ends with a new sign-in in the morning, and a stolen cookie ends with the fortnight. NIST SP 800-63B-4
 * (Reauthentication) allows a day and an hour's idleness for what people do here; a person who only looks would be asked all
 * the time, so what matters asks for a recent sign-in of its own instead (confirm-identity.ts).
 */
const SESSION_DAYS = 14;
const IDLE_HOURS = 12;
/** 'Last used' is written in steps: exact enough for the end of a session and for people. */
const SEEN_STEP_MS = 5 * 60_000;
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const MAX_AGENT_CHARACTERS = 200;

const NOWHERE: Place = { address: null, agent: null };
const seenAt = sql<string>`coalesce(${sessions.lastSeenAt}, ${sessions.createdAt})`;
const confirmedAt = sql<string>`coalesce(${sessions.confirmedAt}, ${sessions.createdAt})`;

export interface NewSession {
  /** For the cookie only. */
  token: string;
  expiresAt: Date;
}

export interface Session {
  person: Person;
  sessionHash: string;
  /** When the person last proved who they are. */
  confirmedAt: string;
}

/** A session as its person's list shows it. */
export interface SessionEntry extends Place {
  hash: string;
  createdAt: string;
  seenAt: string;
}

/** Starts a session of that person, who has just proved who they are. */
export async function startSession(
  db: Db,
  userId: string,
  now: Date,
  { address, agent }: Place = NOWHERE,
): Promise<NewSession> {
  const token = randomToken();
  const at = now.toISOString();
  const expiresAt = new Date(now.getTime() + SESSION_DAYS * DAY_MS);
  await db.insert(sessions).values({
    tokenHash: await sha256Hex(token),
    userId,
    createdAt: at,
    expiresAt: expiresAt.toISOString(),
    lastSeenAt: at,
    confirmedAt: at,
    address,
    agent,
  });
  return { token, expiresAt };
}

/**
 * The person of a session that has not ended, with their current role; otherwise null. `isUse`: somebody is there, so
 * the session does not become idle; a page that reloads itself is none.
 */
export async function findSession(db: Db, token: string, now: Date, isUse = true): Promise<Session | null> {
  const sessionHash = await sha256Hex(token);
  const isHere = and(eq(sessions.tokenHash, sessionHash), isOpen(now), isNull(users.removedAt));
  const found = await db
    .select({ id: users.id, email: users.email, role: users.role, seenAt, confirmedAt })
    .from(sessions)
    .innerJoin(users, eq(users.id, sessions.userId))
    .where(isHere)
    .get();
  if (!found) return null;
  const { id, email, role } = found;
  const noteBefore = new Date(now.getTime() - SEEN_STEP_MS).toISOString();
  if (isUse && found.seenAt < noteBefore)
    await db.update(sessions).set({ lastSeenAt: now.toISOString() }).where(eq(sessions.tokenHash, sessionHash));
  return { person: { id, email, role }, sessionHash, confirmedAt: found.confirmedAt };
}

/** Notes that the person of the session has proved again who they are. */
export async function confirmSession(db: Db, sessionHash: string, now: Date): Promise<void> {
  await db.update(sessions).set({ confirmedAt: now.toISOString() }).where(eq(sessions.tokenHash, sessionHash));
}

/** The open sessions of a person, the one used last first. */
export async function listSessions(db: Db, userId: string, now: Date): Promise<SessionEntry[]> {
  return db
    .select({
      hash: sessions.tokenHash,
      createdAt: sessions.createdAt,
      seenAt,
      address: sessions.address,
      agent: sessions.agent,
    })
    .from(sessions)
    .where(and(eq(sessions.userId, userId), isOpen(now)))
    .orderBy(desc(seenAt));
}

/** Ends one session; of a certain person, if one is named. False if there is no such session. */
export async function endSession(db: Db, sessionHash: string, userId?: string): Promise<boolean> {
  const theirs = userId === undefined ? undefined : eq(sessions.userId, userId);
  const ended = await db
    .delete(sessions)
    .where(and(eq(sessions.tokenHash, sessionHash), theirs))
    .returning({ userId: sessions.userId });
  return ended.length > 0;
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

/** Statement that deletes ended sessions; they are useless anyway, so this only saves space. */
export function forgetEndedSessions(db: Db, now: Date) {
  return db.delete(sessions).where(or(lte(sessions.expiresAt, now.toISOString()), lte(seenAt, idleSince(now))));
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

/** Where the request comes from, as far as it can be known. Cloudflare sets the header itself, whoever else sent it. */
export function placeOf(c: Context<AppEnv>): Place {
  const agent = c.req.header("user-agent")?.slice(0, MAX_AGENT_CHARACTERS) ?? null;
  return { address: c.req.header("cf-connecting-ip") ?? null, agent };
}

function isOpen(now: Date) {
  return and(gt(sessions.expiresAt, now.toISOString()), gt(seenAt, idleSince(now)));
}

function idleSince(now: Date): string {
  return new Date(now.getTime() - IDLE_HOURS * HOUR_MS).toISOString();
}

/** docs/contract.md, section 9: `__Host-` (which requires Secure) only if the app is served over https. */
function cookieName(config: Config): string {
  return config.isSecure ? "__Host-session" : "session";
}

function cookieOptions(config: Config) {
  return { path: "/", httpOnly: true, sameSite: "Lax", secure: config.isSecure } as const;
}
