/**
 * Invitations: a one-time link for setting a password and joining with the role that an admin chose. Only a hash of its
 * token is stored, so a lost link can't be shown again, only replaced.
 */
import { and, asc, eq, gt, lte } from "drizzle-orm";
import { type Db, runBatch } from "../platform/db.ts";
import { newId, randomToken, sha256Hex } from "../platform/ids.ts";
import { hashPassword } from "./passwords.ts";
import type { Person } from "./person.ts";
import type { Role } from "./roles.ts";
import { invitations, users } from "./schema.ts";
import { findUserByEmail } from "./users.ts";

const INVITATION_DAYS = 7;
const DAY_MS = 86_400_000;

export interface Invitation {
  email: string;
  role: Role;
  expiresAt: string;
}

/** Invites an address and replaces an older invitation for it. Null if the person already exists. */
export async function createInvitation(
  db: Db,
  input: { email: string; role: Role },
  now: Date,
): Promise<{ token: string; expiresAt: Date } | null> {
  if (await findUserByEmail(db, input.email)) return null;
  const token = randomToken();
  const expiresAt = new Date(now.getTime() + INVITATION_DAYS * DAY_MS);
  const tokenHash = await sha256Hex(token);
  await runBatch(db, [
    db.delete(invitations).where(eq(invitations.email, input.email)),
    db
      .insert(invitations)
      .values({ tokenHash, ...input, createdAt: now.toISOString(), expiresAt: expiresAt.toISOString() }),
  ]);
  return { token, expiresAt };
}

/** The open invitation for that token; undefined if it was used, replaced or has expired. */
export async function findInvitation(db: Db, token: string, now: Date): Promise<Invitation | undefined> {
  return openInvitation(db, eq(invitations.tokenHash, await sha256Hex(token)), now);
}

/** Invitations that have not been accepted yet. */
export async function listInvitations(db: Db, now: Date): Promise<Invitation[]> {
  return db
    .select(columns)
    .from(invitations)
    .where(gt(invitations.expiresAt, now.toISOString()))
    .orderBy(asc(invitations.email));
}

/** Withdraws an invitation; false if there was none. */
export async function deleteInvitation(db: Db, email: string): Promise<boolean> {
  const gone = await db.delete(invitations).where(eq(invitations.email, email)).returning({ email: invitations.email });
  return gone.length > 0;
}

/**
 * Creates the invited person, with a password that `newPasswordField` has checked, or none where people don't sign in by
 * one; null if the link is not valid (any longer).
 */
export async function acceptInvitation(
  db: Db,
  token: string,
  password: string | null,
  now: Date,
): Promise<Person | null> {
  const tokenHash = await sha256Hex(token);
  if (!(await openInvitation(db, eq(invitations.tokenHash, tokenHash), now))) return null;
  return admit(
    db,
    { column: "token_hash", value: tokenHash },
    password === null ? null : await hashPassword(password),
    now,
  );
}

/**
 * Creates the invited person who signed in through Cloudflare Access, without a password; null if that address is not
 * invited.
 */
export async function acceptByEmail(db: Db, email: string, now: Date): Promise<Person | null> {
  if (!(await openInvitation(db, eq(invitations.email, email), now))) return null;
  return admit(db, { column: "email", value: email }, null, now);
}

/** Statement that deletes expired invitations. */
export function forgetEndedInvitations(db: Db, now: Date) {
  return db.delete(invitations).where(lte(invitations.expiresAt, now.toISOString()));
}

const columns = { email: invitations.email, role: invitations.role, expiresAt: invitations.expiresAt };

async function openInvitation(db: Db, which: ReturnType<typeof eq>, now: Date): Promise<Invitation | undefined> {
  return db
    .select(columns)
    .from(invitations)
    .where(and(which, gt(invitations.expiresAt, now.toISOString())))
    .get();
}

/**
 * One transaction creates the person and uses up the invitation, so that of two clicks only one succeeds. Plain
 * statements, since drizzle can't put a raw statement with parameters into a batch.
 */
async function admit(
  db: Db,
  which: { column: "token_hash" | "email"; value: string },
  passwordHash: string | null,
  now: Date,
): Promise<Person | null> {
  const id = newId(now);
  const at = now.toISOString();
  await db.$client.batch([
    db.$client
      .prepare(
        `INSERT INTO users (id, email, password_hash, role, created_at)
         SELECT ?1, email, ?2, role, ?3 FROM invitations WHERE ${which.column} = ?4 AND expires_at > ?3
         AND NOT EXISTS (SELECT 1 FROM users WHERE users.email = invitations.email AND removed_at IS NULL)`,
      )
      .bind(id, passwordHash, at, which.value),
    db.$client
      .prepare(`DELETE FROM invitations WHERE ${which.column} = ?1 AND EXISTS (SELECT 1 FROM users WHERE id = ?2)`)
      .bind(which.value, id),
  ]);
  const person = await db
    .select({ id: users.id, email: users.email, role: users.role })
    .from(users)
    .where(eq(users.id, id))
    .get();
  return person ?? null;
}
