/**
 * The first administrator. Protected by SETUP_TOKEN; must close for good once an administrator exists, also for two
 * browsers at the same time. The token is then spent: it can't be used for recovery (password-resets.ts) either.
 */
import { and, inArray, isNull, sql } from "drizzle-orm";
import type { Config } from "../env.ts";
import type { Db } from "../platform/db.ts";
import { newId, sha256Hex } from "../platform/ids.ts";
import { isSameSecret } from "../platform/same-secret.ts";
import { hashPassword } from "./passwords.ts";
import type { Person } from "./person.ts";
import { leastRoleWith, rolesWith } from "./roles.ts";
import { spentSetupTokens, users } from "./schema.ts";

/** Whether an administrator exists. */
export async function isSetUp(db: Db): Promise<boolean> {
  const admin = await db
    .select({ id: users.id })
    .from(users)
    .where(and(inArray(users.role, rolesWith("administer")), isNull(users.removedAt)))
    .limit(1)
    .get();
  return admin !== undefined;
}

/** Whether the setup page may be shown: the token is right and no administrator exists. Otherwise it is a 404. */
export async function isSetupOpen(db: Db, config: Config, token: string | undefined): Promise<boolean> {
  if (token === undefined || !(await isSameSecret(token, config.setupToken))) return false;
  return !(await isSetUp(db));
}

/**
 * Creates the first administrator; null if another request was faster. `email` and `password` are already checked
 * (`emailField`, `newPasswordField`); no password where people don't sign in by one.
 */
export async function createFirstAdmin(
  db: Db,
  input: { email: string; password: string | null; setupToken: string },
  now: Date,
): Promise<Person | null> {
  const id = newId(now);
  const role = leastRoleWith("administer");
  const passwordHash = input.password === null ? null : await hashPassword(input.password);
  const created = await db.run(sql`
    INSERT INTO users (id, email, password_hash, role, created_at)
    SELECT ${id}, ${input.email}, ${passwordHash}, ${role}, ${now.toISOString()}
    WHERE NOT EXISTS (SELECT 1 FROM users WHERE removed_at IS NULL AND (role IN (SELECT value FROM json_each(${JSON.stringify(rolesWith("administer"))})) OR email = ${input.email}))`);
  if (created.meta.changes === 0) return null;
  const hash = await sha256Hex(input.setupToken);
  await db.insert(spentSetupTokens).values({ hash, spentAt: now.toISOString() }).onConflictDoNothing();
  return { id, email: input.email, role };
}
