/**
 * The people who may sign in. A removed person keeps a row, so that the activity log can name them, but can't sign in.
 * The last admin must never be removed or lose the role, or nobody could invite anyone again.
 */
import { and, asc, eq, isNull, sql } from "drizzle-orm";
import { type Db, runBatch } from "../platform/db.ts";
import { hashPassword } from "./passwords.ts";
import { hasRight, type Role, rolesWith } from "./roles.ts";
import { apiKeys, passkeys, passwordResets, sessions, statusShares, users } from "./schema.ts";

export type User = typeof users.$inferSelect;

/** All people who are not removed, by address. */
export async function listUsers(db: Db): Promise<User[]> {
  return db.select().from(users).where(isNull(users.removedAt)).orderBy(asc(users.email));
}

/** A person who is not removed. */
export async function findUser(db: Db, id: string): Promise<User | undefined> {
  return db
    .select()
    .from(users)
    .where(and(eq(users.id, id), isNull(users.removedAt)))
    .get();
}

/** A person who is not removed, by address in lower case. */
export async function findUserByEmail(db: Db, email: string): Promise<User | undefined> {
  return db
    .select()
    .from(users)
    .where(and(eq(users.email, email), isNull(users.removedAt)))
    .get();
}

/** Changes a person's role; false if that would leave no admin, or if there is no such person. */
export async function changeRole(db: Db, id: string, role: Role): Promise<boolean> {
  const keepsAnAdmin = hasRight(role, "administer") ? undefined : leavesAnAdmin(id);
  const changed = await db
    .update(users)
    .set({ role })
    .where(and(eq(users.id, id), isNull(users.removedAt), keepsAnAdmin))
    .returning({ id: users.id });
  return changed.length > 0;
}

/**
 * Removes a person and ends their sessions, passkeys and open links to a new password; false if that would leave no
 * admin, or if there is no such person. Their keys and shared links end, or go to `heirId`.
 */
export async function removeUser(db: Db, id: string, now: Date, heirId: string | null = null): Promise<boolean> {
  const at = now.toISOString();
  const removed = await db
    .update(users)
    .set({ removedAt: at })
    .where(and(eq(users.id, id), isNull(users.removedAt), leavesAnAdmin(id)))
    .returning({ id: users.id });
  if (removed.length === 0) return false;
  const fate = heirId === null ? { revokedAt: at } : { ownerId: heirId };
  await runBatch(db, [
    db.delete(sessions).where(eq(sessions.userId, id)),
    db.delete(passkeys).where(eq(passkeys.userId, id)),
    db.delete(passwordResets).where(eq(passwordResets.userId, id)),
    db
      .update(apiKeys)
      .set(fate)
      .where(and(eq(apiKeys.ownerId, id), isNull(apiKeys.revokedAt))),
    db
      .update(statusShares)
      .set(fate)
      .where(and(eq(statusShares.ownerId, id), isNull(statusShares.revokedAt))),
  ]);
  return true;
}

/** Refuses the person's Cloudflare Access tokens that were issued up to now. */
export async function endAccess(db: Db, id: string, now: Date): Promise<void> {
  await db.update(users).set({ accessSince: now.toISOString() }).where(eq(users.id, id));
}

/** Sets a new password, already checked by `newPasswordField`, and ends every session of that person. */
export async function changePassword(db: Db, id: string, password: string): Promise<void> {
  const passwordHash = await hashPassword(password);
  await runBatch(db, [
    db
      .update(users)
      .set({ passwordHash })
      .where(and(eq(users.id, id), isNull(users.removedAt))),
    db.delete(sessions).where(eq(sessions.userId, id)),
  ]);
}

/** The person is not an admin, or another admin is left. */
function leavesAnAdmin(id: string) {
  const admins = sql`(SELECT value FROM json_each(${JSON.stringify(rolesWith("administer"))}))`;
  return sql`(${users.role} NOT IN ${admins} OR EXISTS (
    SELECT 1 FROM users AS other WHERE other.role IN ${admins} AND other.removed_at IS NULL AND other.id <> ${id}))`;
}
