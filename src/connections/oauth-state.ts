/**
 * The state of an authorization under way: random, single-use, bound to the session that began it, valid for ten minutes.
 * D1 holds only its hash, so that reading the table does not allow anybody to finish another person's authorization. It must
 * never be accepted twice: consuming it is one DELETE.
 */
import { and, eq, lte } from "drizzle-orm";
import type { Db } from "../platform/db.ts";
import { randomToken, sha256Hex } from "../platform/ids.ts";
import { oauthStates } from "./schema.ts";

const STATE_LIFE_MS = 10 * 60_000;

/** Records a new state and returns it; `connectionId` is the connection for which Reconnect was clicked. */
export async function beginState(
  db: Db,
  owner: { sessionHash: string; connectionId: string | null },
  now: Date,
): Promise<string> {
  const state = randomToken();
  await db.insert(oauthStates).values({
    stateHash: await sha256Hex(state),
    sessionHash: owner.sessionHash,
    connectionId: owner.connectionId,
    createdAt: now.toISOString(),
    expiresAt: new Date(now.getTime() + STATE_LIFE_MS).toISOString(),
  });
  return state;
}

/** Uses up a state. Null if it is unknown, used, expired, or belongs to another session, without saying which. */
export async function consumeState(
  db: Db,
  given: { state: string; sessionHash: string },
  now: Date,
): Promise<{ connectionId: string | null } | null> {
  const stateHash = await sha256Hex(given.state);
  const [used] = await db
    .delete(oauthStates)
    .where(and(eq(oauthStates.stateHash, stateHash), eq(oauthStates.sessionHash, given.sessionHash)))
    .returning({ connectionId: oauthStates.connectionId, expiresAt: oauthStates.expiresAt });
  if (used === undefined || used.expiresAt <= now.toISOString()) return null;
  return { connectionId: used.connectionId };
}

/** Statement that deletes states that were never used. */
export function forgetEndedStates(db: Db, now: Date) {
  return db.delete(oauthStates).where(lte(oauthStates.expiresAt, now.toISOString()));
}
