/**
 * Ways back in for a person who can't sign in: a one-time link that an admin makes and hands over, and for the last admin
 * a new value of SETUP_TOKEN, which only the operator of the Worker can set. Whoever comes back chooses a new password;
 * everything that let somebody in before ends, passkeys too, since it may be in other hands.
 */
import { and, eq, gt, lte, sql } from "drizzle-orm";
import type { Config } from "../env.ts";
import { type Db, runBatch } from "../platform/db.ts";
import { randomToken, sha256Hex } from "../platform/ids.ts";
import { isSameSecret } from "../platform/same-secret.ts";
import { hashPassword } from "./passwords.ts";
import { rolesWith } from "./roles.ts";
import { passkeys, passwordResets, sessions, spentSetupTokens, users } from "./schema.ts";
import { findUser, type User } from "./users.ts";

const RESET_HOURS = 24;
const HOUR_MS = 3_600_000;

/** Makes the link's token; an older one of the same person no longer works. */
export async function createReset(db: Db, userId: string, now: Date): Promise<{ token: string; expiresAt: Date }> {
  const token = randomToken();
  const expiresAt = new Date(now.getTime() + RESET_HOURS * HOUR_MS);
  const row = { tokenHash: await sha256Hex(token), createdAt: now.toISOString(), expiresAt: expiresAt.toISOString() };
  await db
    .insert(passwordResets)
    .values({ userId, ...row })
    .onConflictDoUpdate({ target: passwordResets.userId, set: row });
  return { token, expiresAt };
}

/** The person of an open link; null if it was used, replaced or has ended. */
export async function findReset(db: Db, token: string, now: Date): Promise<User | null> {
  const found = await db
    .select()
    .from(passwordResets)
    .where(await isOpen(token, now))
    .get();
  return found ? ((await findUser(db, found.userId)) ?? null) : null;
}

/** Uses the link up and gives the person a new password, or none where people don't sign in by one. Null if it is not open. */
export async function useReset(db: Db, token: string, password: string | null, now: Date): Promise<User | null> {
  const used = await db
    .delete(passwordResets)
    .where(await isOpen(token, now))
    .returning({ userId: passwordResets.userId });
  const user = used[0] && (await findUser(db, used[0].userId));
  if (!user) return null;
  await renewAccess(db, user.id, password, now);
  return user;
}

/** Statement that deletes links that have ended. */
export function forgetEndedResets(db: Db, now: Date) {
  return db.delete(passwordResets).where(lte(passwordResets.expiresAt, now.toISOString()));
}

/** Whether this is the current SETUP_TOKEN, and one that has not done its work yet. */
export async function mayRecover(db: Db, config: Config, token: string): Promise<boolean> {
  if (!(await isSameSecret(token, config.setupToken))) return false;
  const hash = await sha256Hex(token);
  return !(await db.select().from(spentSetupTokens).where(eq(spentSetupTokens.hash, hash)).get());
}

/** Lets the admin with that address back in by SETUP_TOKEN, which is then spent. Null if there is no such admin. */
export async function recoverAdmin(
  db: Db,
  config: Config,
  input: { email: string; password: string | null },
  now: Date,
): Promise<User | null> {
  const admins = rolesWith("administer");
  const user = await db
    .select()
    .from(users)
    .where(and(eq(users.email, input.email), sql`removed_at IS NULL`))
    .get();
  if (!user || !admins.includes(user.role)) return null;
  const spent = await db
    .insert(spentSetupTokens)
    .values({ hash: await sha256Hex(config.setupToken), spentAt: now.toISOString() })
    .onConflictDoNothing()
    .returning();
  if (spent.length === 0) return null;
  await renewAccess(db, user.id, input.password, now);
  return user;
}

/**
 * Statement that marks the current SETUP_TOKEN as spent where an administrator exists and none was ever marked: that of
 * an app which was set up before this was kept.
 */
export function spendFirstSetupToken(db: Db, tokenHash: string, now: Date) {
  const admins = JSON.stringify(rolesWith("administer"));
  return db.insert(spentSetupTokens).select(sql`
    SELECT ${tokenHash}, ${now.toISOString()}
    WHERE NOT EXISTS (SELECT 1 FROM spent_setup_tokens)
    AND EXISTS (SELECT 1 FROM users WHERE removed_at IS NULL AND role IN (SELECT value FROM json_each(${admins})))`);
}

async function isOpen(token: string, now: Date) {
  return and(eq(passwordResets.tokenHash, await sha256Hex(token)), gt(passwordResets.expiresAt, now.toISOString()));
}

async function renewAccess(db: Db, userId: string, password: string | null, now: Date): Promise<void> {
  const passwordHash = password === null ? null : await hashPassword(password);
  await runBatch(db, [
    db.update(users).set({ passwordHash, accessSince: now.toISOString() }).where(eq(users.id, userId)),
    db.delete(sessions).where(eq(sessions.userId, userId)),
    db.delete(passkeys).where(eq(passkeys.userId, userId)),
    db.delete(passwordResets).where(eq(passwordResets.userId, userId)),
  ]);
}
