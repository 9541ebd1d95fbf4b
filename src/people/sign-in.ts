/**
 * Sign-in with e-mail and password, and the limit on guessing. A response must never reveal whether an address has an
 * account: the words and the work are the same.
 */
import { eq, lte, sql } from "drizzle-orm";
import { type Db, runBatch } from "../platform/db.ts";
import { sha256Hex } from "../platform/ids.ts";
import { verifyPassword } from "./passwords.ts";
import type { Person } from "./person.ts";
import { signInFailures } from "./schema.ts";
import { type NewSession, startSession } from "./sessions.ts";
import { findUserByEmail } from "./users.ts";

const WINDOW_MS = 15 * 60_000;
/**
 * Failures allowed per window. The limit per e-mail address could be abused to lock its owner out for a while, so it is
 * set high; without it, a guesser with many network addresses would have no limit at all.
 */
const MAX_FAILURES = { pair: 10, address: 50, email: 100 } as const;

export type SignInResult =
  | { ok: true; person: Person; session: NewSession }
  | { ok: false; reason: "wrong" | "throttled"; message: string; retryAfterSeconds: number | null };

/** Signs a person in. `address` is the network address of the browser, or null if it is unknown. */
export async function signIn(
  db: Db,
  input: { email: string; password: string; address: string | null },
  now: Date,
): Promise<SignInResult> {
  const email = input.email.trim().toLowerCase();
  const keys = await throttleKeys(email, input.address);
  const isThrottled = await countTry(db, keys, now);
  if (isThrottled) {
    const message = "Too many failed sign-ins. Wait 15 minutes, then try again.";
    return { ok: false, reason: "throttled", message, retryAfterSeconds: WINDOW_MS / 1000 };
  }
  const user = await findUserByEmail(db, email);
  const isRight = await verifyPassword(user?.passwordHash ?? null, input.password);
  if (!user || !isRight) {
    return {
      ok: false,
      reason: "wrong",
      message: "The e-mail address or the password is wrong.",
      retryAfterSeconds: null,
    };
  }
  await forgetTry(db, keys, now);
  const session = await startSession(db, user.id, now);
  return { ok: true, person: { id: user.id, email: user.email, role: user.role }, session };
}

type ThrottleKeys = Record<keyof typeof MAX_FAILURES, string>;

/** Addresses are hashed: what a stranger typed into the form should not be readable later. */
async function throttleKeys(email: string, address: string | null): Promise<ThrottleKeys> {
  const from = address ?? "unknown";
  const [emailHash, addressHash] = await Promise.all([sha256Hex(email), sha256Hex(from)]);
  return { pair: `pair:${emailHash}:${addressHash}`, address: `address:${addressHash}`, email: `email:${emailHash}` };
}

/**
 * Counts the try before checking the password, so that many tries at the same time can't slip through; true if over a
 * limit.
 */
async function countTry(db: Db, keys: ThrottleKeys, now: Date): Promise<boolean> {
  const [pair, address, email] = await db.batch([
    countStatement(db, keys.pair, now),
    countStatement(db, keys.address, now),
    countStatement(db, keys.email, now),
  ]);
  const isOver = (rows: { count: number }[], limit: number) => (rows[0]?.count ?? 0) > limit;
  return isOver(pair, MAX_FAILURES.pair) || isOver(address, MAX_FAILURES.address) || isOver(email, MAX_FAILURES.email);
}

function countStatement(db: Db, key: string, now: Date) {
  const cutoff = windowStart(now);
  return db
    .insert(signInFailures)
    .values({ key, windowStartedAt: now.toISOString(), count: 1 })
    .onConflictDoUpdate({
      target: signInFailures.key,
      set: {
        count: sql`CASE WHEN ${signInFailures.windowStartedAt} <= ${cutoff} THEN 1 ELSE ${signInFailures.count} + 1 END`,
        windowStartedAt: sql`CASE WHEN ${signInFailures.windowStartedAt} <= ${cutoff} THEN ${now.toISOString()} ELSE ${signInFailures.windowStartedAt} END`,
      },
    })
    .returning({ count: signInFailures.count });
}

/** The right password was not a failure: uncounts the try; the address's failures for other accounts stay counted. */
async function forgetTry(db: Db, keys: ThrottleKeys, now: Date): Promise<void> {
  await runBatch(db, [
    db.delete(signInFailures).where(eq(signInFailures.key, keys.pair)),
    db.delete(signInFailures).where(eq(signInFailures.key, keys.email)),
    db
      .update(signInFailures)
      .set({ count: sql`max(0, ${signInFailures.count} - 1)` })
      .where(eq(signInFailures.key, keys.address)),
    forgetOldFailures(db, now),
  ]);
}

/** Statement that deletes counts whose window has ended. */
export function forgetOldFailures(db: Db, now: Date) {
  return db.delete(signInFailures).where(lte(signInFailures.windowStartedAt, windowStart(now)));
}

function windowStart(now: Date): string {
  return new Date(now.getTime() - WINDOW_MS).toISOString();
}
