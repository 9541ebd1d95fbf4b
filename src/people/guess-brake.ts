/**
 * The brake on guessing passwords. It counts failures by network address, so that it stops the guesser and never the
 * owner of the account: whoever comes from a clean address, or with a browser that signed in before, gets in. Once it
 * brakes it only reads: tries that are refused anyway write nothing.
 */
import { eq, inArray, lte, sql } from "drizzle-orm";
import { type Db, runBatch } from "../platform/db.ts";
import { sha256Hex } from "../platform/ids.ts";
import { networksOf } from "./network-address.ts";
import { signInFailures } from "./schema.ts";

const WINDOW_MS = 15 * 60_000;
export const BRAKE_SECONDS = WINDOW_MS / 1000;
/** Failures of one address for one account, and of one browser that signed in to it before. */
const MAX_FAILURES = 10;
/** Failures of one address for all accounts: an office behind one address needs some. */
const MAX_ADDRESS_FAILURES = 50;
/** Failures of one IPv6 site of 65,536 networks. */
const MAX_SITE_FAILURES = 500;
/** An account with so many failures from everywhere is being attacked: then each address has only a few tries. */
const MAX_QUIET_FAILURES = 100;
const MAX_FAILURES_UNDER_ATTACK = 2;

/** Who tries to sign in, and from where. */
export interface Attempt {
  /** In lower case. */
  email: string;
  /** The network address; null if it is unknown. */
  address: string | null;
  /** The ID of a browser that signed in to this account before; null for any other. */
  knownDevice: string | null;
}

/** A counted try; `isLast`: if it fails, the next one is refused. */
export interface CountedTry {
  keys: string[];
  isLast: boolean;
}

/**
 * Counts a try before its password is checked, so that many at the same time can't slip through. Null if there were too
 * many: the password must then not be looked at.
 */
export async function countTry(db: Db, attempt: Attempt, now: Date): Promise<CountedTry | null> {
  const limits = await limitsOf(attempt);
  const { accountKey } = limits;
  const before = await readCounts(db, [...limits.byKey.keys(), accountKey], now);
  const isAttacked = (before.get(accountKey) ?? 0) >= MAX_QUIET_FAILURES;
  if (isAttacked && limits.pairKey !== null) limits.byKey.set(limits.pairKey, MAX_FAILURES_UNDER_ATTACK);
  for (const [key, limit] of limits.byKey) if ((before.get(key) ?? 0) >= limit) return null;
  const keys = [...limits.byKey.keys(), ...(isAttacked ? [] : [accountKey])];
  const counted = (await runBatch(
    db,
    keys.map((key) => countStatement(db, key, now)),
  )) as { count: number }[][];
  const counts = new Map(keys.map((key, i) => [key, counted[i]?.[0]?.count ?? 0]));
  const left = [...limits.byKey].map(([key, limit]) => limit - (counts.get(key) ?? 0));
  return left.some((count) => count < 0) ? null : { keys, isLast: left.includes(0) };
}

/** The right password was no failure: its try is uncounted, and so are those before it of this address and browser. */
export async function forgetTry(db: Db, attempt: Attempt, counted: CountedTry, now: Date): Promise<void> {
  const { pairKey } = await limitsOf(attempt);
  await runBatch(db, [
    ...(pairKey === null ? [] : [db.delete(signInFailures).where(eq(signInFailures.key, pairKey))]),
    db
      .update(signInFailures)
      .set({ count: sql`max(0, ${signInFailures.count} - 1)` })
      .where(inArray(signInFailures.key, counted.keys)),
    forgetOldFailures(db, now),
  ]);
}

/** Statement that deletes counts whose window has ended. */
export function forgetOldFailures(db: Db, now: Date) {
  return db.delete(signInFailures).where(lte(signInFailures.windowStartedAt, windowStart(now)));
}

interface Limits {
  byKey: Map<string, number>;
  /** Counted for what it says about the account, never a limit of its own. */
  accountKey: string;
  /** Of address and account; null for a known browser, which has a budget of its own. */
  pairKey: string | null;
}

/** What a stranger typed, and where from, should not be readable later: all of it is hashed. */
async function limitsOf({ email, address, knownDevice }: Attempt): Promise<Limits> {
  const accountKey = `email:${await sha256Hex(email)}`;
  if (knownDevice !== null)
    return { byKey: new Map([[`device:${await sha256Hex(knownDevice)}`, MAX_FAILURES]]), accountKey, pairKey: null };
  const { network, site } = networksOf(address);
  const pairKey = `pair:${await sha256Hex(`${email} ${network}`)}`;
  const byKey = new Map([
    [pairKey, MAX_FAILURES],
    [`address:${await sha256Hex(network)}`, MAX_ADDRESS_FAILURES],
  ]);
  if (site !== null) byKey.set(`site:${await sha256Hex(site)}`, MAX_SITE_FAILURES);
  return { byKey, accountKey, pairKey };
}

async function readCounts(db: Db, keys: string[], now: Date): Promise<Map<string, number>> {
  const rows = await db.select().from(signInFailures).where(inArray(signInFailures.key, keys));
  const cutoff = windowStart(now);
  return new Map(rows.map((row) => [row.key, row.windowStartedAt <= cutoff ? 0 : row.count]));
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

function windowStart(now: Date): string {
  return new Date(now.getTime() - WINDOW_MS).toISOString();
}
