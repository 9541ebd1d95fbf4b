/**
 * API keys for programs: shown once, stored as a hash. Each belongs to the person who made it: it can do no more than
 * they may, and ends with them unless it is handed over. A revoked key keeps its row, so that the activity log can name it.
 */
import { and, desc, eq, gt, isNull, lt, or } from "drizzle-orm";
import type { Db } from "../platform/db.ts";
import { newId, randomToken, sha256Hex } from "../platform/ids.ts";
import type { KeyHolder } from "./person.ts";
import { lesserRole, type Role } from "./roles.ts";
import { apiKeys, users } from "./schema.ts";

const KEY_PATTERN = /^bb_[A-Za-z0-9_-]{43}$/;
const ENDING_CHARACTERS = 4;
/** 'Last used' is for people: one write a minute is accurate enough, one per request would be wasteful. */
const LAST_USED_STEP_MS = 60_000;

/** A key as the list shows it; `owner` is the address of whose it is, with their role, or null if it is nobody's. */
export interface ApiKey extends Omit<typeof apiKeys.$inferSelect, "keyHash"> {
  owner: { email: string; role: Role } | null;
}

export interface NewApiKey {
  name: string;
  role: Role;
  /** Whose it is. */
  ownerId?: string | null;
  /** ISO instant; null: it has no end. */
  expiresAt?: string | null;
}

/** Creates a key; `key` is shown to the person once and never again. */
export async function createApiKey(db: Db, input: NewApiKey, now: Date): Promise<{ id: string; key: string }> {
  const id = newId(now);
  const key = `bb_${randomToken()}`;
  const row = {
    id,
    ...input,
    keyHash: await sha256Hex(key),
    ending: key.slice(-ENDING_CHARACTERS),
    createdAt: now.toISOString(),
  };
  await db.insert(apiKeys).values(row);
  return { id, key };
}

/**
 * The holder of a key that is in force, otherwise null: with the role of the key, or that of its owner if it is a lesser
 * one. Records that the key was used.
 */
export async function findKeyHolder(db: Db, key: string, now: Date): Promise<KeyHolder | null> {
  if (!KEY_PATTERN.test(key)) return null;
  const found = await db
    .select({ ...columns, owner: users })
    .from(apiKeys)
    .leftJoin(users, eq(users.id, apiKeys.ownerId))
    .where(and(eq(apiKeys.keyHash, await sha256Hex(key)), inForce(now)))
    .get();
  if (!found || (found.ownerId !== null && found.owner?.removedAt !== null)) return null;
  const { id, name, lastUsedAt, owner } = found;
  const role = owner ? lesserRole(found.role, owner.role) : found.role;
  const noteBefore = new Date(now.getTime() - LAST_USED_STEP_MS).toISOString();
  if (lastUsedAt === null || lastUsedAt < noteBefore) {
    const isStale = or(isNull(apiKeys.lastUsedAt), lt(apiKeys.lastUsedAt, noteBefore));
    await db
      .update(apiKeys)
      .set({ lastUsedAt: now.toISOString() })
      .where(and(eq(apiKeys.id, id), isStale));
  }
  return { id, name, role };
}

/** The key that was ever issued with this text, in force or not. */
export async function findIssuedKey(db: Db, key: string): Promise<{ id: string; name: string } | undefined> {
  if (!KEY_PATTERN.test(key)) return undefined;
  const isThis = eq(apiKeys.keyHash, await sha256Hex(key));
  return db.select({ id: apiKeys.id, name: apiKeys.name }).from(apiKeys).where(isThis).get();
}

/** Keys that are not revoked, newest first; also those that have ended, until somebody revokes them. */
export async function listApiKeys(db: Db): Promise<ApiKey[]> {
  return db
    .select({ ...columns, owner: { email: users.email, role: users.role } })
    .from(apiKeys)
    .leftJoin(users, eq(users.id, apiKeys.ownerId))
    .where(isNull(apiKeys.revokedAt))
    .orderBy(desc(apiKeys.id));
}

const columns = {
  id: apiKeys.id,
  name: apiKeys.name,
  role: apiKeys.role,
  ending: apiKeys.ending,
  createdAt: apiKeys.createdAt,
  lastUsedAt: apiKeys.lastUsedAt,
  revokedAt: apiKeys.revokedAt,
  ownerId: apiKeys.ownerId,
  expiresAt: apiKeys.expiresAt,
};

function inForce(now: Date) {
  return and(isNull(apiKeys.revokedAt), or(isNull(apiKeys.expiresAt), gt(apiKeys.expiresAt, now.toISOString())));
}

/** Revokes a key immediately; returns its name, or null if there is no such key or it was revoked before. */
export async function revokeApiKey(db: Db, id: string, now: Date): Promise<string | null> {
  const revoked = await db
    .update(apiKeys)
    .set({ revokedAt: now.toISOString() })
    .where(and(eq(apiKeys.id, id), isNull(apiKeys.revokedAt)))
    .returning({ name: apiKeys.name });
  return revoked[0]?.name ?? null;
}
