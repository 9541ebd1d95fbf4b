/**
 * Invitations: a one-time link by which a person sets a password and comes in with the role that an admin chose.
 * Only the hash of its token is kept, so a link that was lost can't be shown again, only replaced.
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

/** Invites an address; an older invitation of the same address ends. Null where such a person exists already. */
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

/** The open invitation of that token; undefined where it was used, replaced or is past its end. */
export async function findInvitation(db: Db, token: string, now: Date): Promise<Invitation | undefined> {
  return openInvitation(db, eq(invitations.tokenHash, await sha256Hex(token)), now);
}

/** Invitations that nobody has accepted yet. */
export async function listInvitations(db: Db, now: Date): Promise<Invitation[]> {
  return db
    .select(columns)
    .from(invitations)
    .where(gt(invitations.expiresAt, now.toISOString()))
    .orderBy(asc(invitations.email));
}

/** Takes an invitation back; false where there was none. */
export async function deleteInvitation(db: Db, email: string): Promise<boolean> {
  const gone = await db.delete(invitations).where(eq(invitations.email, email)).returning({ email: invitations.email });
  return gone.length > 0;
}

/** Makes the invited person, with a password that `newPasswordField` has checked; null where the link opens nothing (any more). */
export async function acceptInvitation(db: Db, token: string, password: string, now: Date): Promise<Person | null> {
  const tokenHash = await sha256Hex(token);
  if (!(await openInvitation(db, eq(invitations.tokenHash, tokenHash), now))) return null;
  return admit(db, { column: "token_hash", value: tokenHash }, await hashPassword(password), now);
}

/** Makes the invited person who came through Cloudflare Access with that address: no password; null where none is invited. */
export async function acceptByEmail(db: Db, email: string, now: Date): Promise<Person | null> {
  if (!(await openInvitation(db, eq(invitations.email, email), now))) return null;
  return admit(db, { column: "email", value: email }, null, now);
}

/** Statement that deletes invitations past their end. */
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
 * One transaction makes the person and uses up the invitation: of two clicks only one can do it. Plain statements, since
 * drizzle can't put a raw statement with parameters into a batch.
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
