/**
 * Passkeys of people: added once they are signed in, used to sign in or to prove again who they are. A challenge is
 * signed instead of stored, so that a stranger who asks for many writes nothing; one that was answered rightly is
 * remembered until it ends, and never counts twice.
 */
import { and, asc, eq, lte } from "drizzle-orm";
import type { Config } from "../env.ts";
import type { Db } from "../platform/db.ts";
import { randomToken, sha256Hex } from "../platform/ids.ts";
import { signToken, verifyToken } from "../platform/signed-token.ts";
import { passkeys, spentChallenges } from "./schema.ts";
import { findUser, type User } from "./users.ts";
import { claimedPasskey, type Expected, readNewPasskey, verifyPasskey } from "./webauthn.ts";

const PURPOSE = "passkey challenge";
/** A page stays open for a while before its button is pressed. */
const CHALLENGE_MS = 30 * 60_000;
/** More than anybody has devices. */
const MAX_PASSKEYS = 20;

export type Passkey = typeof passkeys.$inferSelect;

/** What a challenge is for: it is worth nothing for anything else. */
export type ChallengePurpose = "sign in" | `confirm ${string}` | `add ${string}`;

/** What a use of passkeys needs to know. */
export interface PasskeyContext {
  db: Db;
  config: Config;
  now: Date;
}

/** A new challenge, as text; the browser signs its UTF-8 bytes. */
export function passkeyChallenge({ config, now }: PasskeyContext, purpose: ChallengePurpose): Promise<string> {
  const payload = { for: purpose, nonce: randomToken() };
  return signToken(config.keys, PURPOSE, payload, new Date(now.getTime() + CHALLENGE_MS));
}

/** The passkeys of a person, oldest first. */
export async function listPasskeys(db: Db, userId: string): Promise<Passkey[]> {
  return db.select().from(passkeys).where(eq(passkeys.userId, userId)).orderBy(asc(passkeys.createdAt));
}

/** Adds the passkey that the browser made for that person; null if its answer breaks a rule or it is known already. */
export async function addPasskey(
  context: PasskeyContext,
  input: { userId: string; answer: string; name: string },
): Promise<Passkey | null> {
  const { db, now } = context;
  const { userId, answer, name } = input;
  const made = await readNewPasskey(answer, expected(context, `add ${userId}`));
  if (!made || (await listPasskeys(db, userId)).length >= MAX_PASSKEYS) return null;
  const row = { ...made, userId, name, createdAt: now.toISOString(), lastUsedAt: null };
  const added = await db.insert(passkeys).values(row).onConflictDoNothing().returning();
  return added[0] ?? null;
}

/** The person whose passkey answered a challenge of that purpose; null if the answer proves nothing. */
export async function findPasskeyOwner(
  context: PasskeyContext,
  answer: string,
  purpose: ChallengePurpose,
): Promise<User | null> {
  const { db, now } = context;
  const id = claimedPasskey(answer);
  const passkey = id === null ? undefined : await db.select().from(passkeys).where(eq(passkeys.id, id)).get();
  if (!passkey) return null;
  const verified = await verifyPasskey(answer, passkey, expected(context, purpose));
  if (!verified) return null;
  await db
    .update(passkeys)
    .set({ signCount: verified.signCount, lastUsedAt: now.toISOString() })
    .where(eq(passkeys.id, passkey.id));
  return (await findUser(db, passkey.userId)) ?? null;
}

/** Removes one of that person's passkeys; returns its name, or null if there is none. */
export async function removePasskey(db: Db, userId: string, id: string): Promise<string | null> {
  const removed = await db
    .delete(passkeys)
    .where(and(eq(passkeys.id, id), eq(passkeys.userId, userId)))
    .returning({ name: passkeys.name });
  return removed[0]?.name ?? null;
}

/** Statement that forgets challenges that have ended: they are refused anyway. */
export function forgetEndedChallenges(db: Db, now: Date) {
  return db.delete(spentChallenges).where(lte(spentChallenges.expiresAt, now.toISOString()));
}

function expected(context: PasskeyContext, purpose: ChallengePurpose): Expected {
  const { config } = context;
  return { appOrigin: config.appOrigin, isChallenge: (challenge) => spend(context, challenge, purpose) };
}

/** Whether the challenge is ours, for that purpose, and was not answered before; from now on it was. */
async function spend({ db, config, now }: PasskeyContext, challenge: string, purpose: string): Promise<boolean> {
  const payload = await verifyToken(config.keys, PURPOSE, challenge, now);
  if (payload?.["for"] !== purpose) return false;
  const expiresAt = new Date(now.getTime() + CHALLENGE_MS).toISOString();
  const spent = await db
    .insert(spentChallenges)
    .values({ hash: await sha256Hex(challenge), expiresAt })
    .onConflictDoNothing()
    .returning();
  return spent.length > 0;
}
