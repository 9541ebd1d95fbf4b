/**
 * API keys for programs: shown once, stored as a hash. A revoked key keeps its row, so that the activity log can name
 * it.
 */
import { and, desc, eq, isNull, lt, or } from "drizzle-orm";
import type { Db } from "../platform/db.ts";
import { newId, randomToken, sha256Hex } from "../platform/ids.ts";
import type { KeyHolder } from "./person.ts";
import type { Role } from "./roles.ts";
import { apiKeys } from "./schema.ts";

const KEY_PATTERN = /^bb_[A-Za-z0-9_-]{43}$/;
const ENDING_CHARACTERS = 4;
/** 'Last used' is for people: one write a minute is accurate enough, one per request would be wasteful. */
const LAST_USED_STEP_MS = 60_000;

export type ApiKey = Omit<typeof apiKeys.$inferSelect, "keyHash">;

/** Creates a key; `key` is shown to the person once and never again. */
export async function createApiKey(
  db: Db,
  input: { name: string; role: Role },
  now: Date,
): Promise<{ id: string; key: string }> {
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

/** The holder of a key that is not revoked, otherwise null. Records that the key was used. */
export async function findKeyHolder(db: Db, key: string, now: Date): Promise<KeyHolder | null> {
  if (!KEY_PATTERN.test(key)) return null;
  const found = await db
    .select({ id: apiKeys.id, name: apiKeys.name, role: apiKeys.role, lastUsedAt: apiKeys.lastUsedAt })
    .from(apiKeys)
    .where(and(eq(apiKeys.keyHash, await sha256Hex(key)), isNull(apiKeys.revokedAt)))
    .get();
  if (!found) return null;
  const { lastUsedAt, ...holder } = found;
  const noteBefore = new Date(now.getTime() - LAST_USED_STEP_MS).toISOString();
  if (lastUsedAt === null || lastUsedAt < noteBefore) {
    const isStale = or(isNull(apiKeys.lastUsedAt), lt(apiKeys.lastUsedAt, noteBefore));
    await db
      .update(apiKeys)
      .set({ lastUsedAt: now.toISOString() })
      .where(and(eq(apiKeys.id, found.id), isStale));
  }
  return holder;
}

/** Keys that are not revoked, newest first. */
export async function listApiKeys(db: Db): Promise<ApiKey[]> {
  return db
    .select({
      id: apiKeys.id,
      name: apiKeys.name,
      role: apiKeys.role,
      ending: apiKeys.ending,
      createdAt: apiKeys.createdAt,
      lastUsedAt: apiKeys.lastUsedAt,
      revokedAt: apiKeys.revokedAt,
    })
    .from(apiKeys)
    .where(isNull(apiKeys.revokedAt))
    .orderBy(desc(apiKeys.id));
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
