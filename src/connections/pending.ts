/**
 * A Reconnect that came back with another company waits here for the person's choice: a row in D1, its tokens sealed
 * in KV. It must change nothing about any connection, and its tokens must not outlive the choice or half an hour.
 */
import { and, eq, gt, lte } from "drizzle-orm";
import type { Runtime } from "../app-context.ts";
import type { Db } from "../platform/db.ts";
import { newId } from "../platform/ids.ts";
import { open, seal } from "../platform/seal.ts";
import type { TokenSet } from "../quickbooks/oauth.ts";
import type { CompanyReading } from "./company-facts.ts";
import { readFacts } from "./store.ts";
import { pendingConnections } from "./schema.ts";
import { readTokenSet } from "./token-set.ts";

const PENDING_LIFE_MS = 30 * 60_000;
const PURPOSE = "pending-connection";

export interface PendingConnection {
  id: string;
  /** The connection for which Reconnect was clicked. */
  connectionId: string;
  realmId: string;
  companyName: string;
}

export interface TakenPending extends PendingConnection {
  reading: CompanyReading;
  /** Null if KV could not return them. */
  tokens: TokenSet | null;
}

/** Stores the new authorization until the person chooses. */
export async function recordPending(
  { env, config, db, now }: Runtime,
  found: { connectionId: string; realmId: string; sessionHash: string; reading: CompanyReading; tokens: TokenSet },
): Promise<PendingConnection> {
  const { connectionId, realmId, sessionHash, reading, tokens } = found;
  const id = newId(now);
  const sealed = await seal(config.keys, PURPOSE, JSON.stringify(tokens), { pendingId: id, realmId });
  await env.TOKENS.put(keyOf(id), sealed, { expirationTtl: PENDING_LIFE_MS / 1000 });
  await db.insert(pendingConnections).values({
    id,
    sessionHash,
    connectionId,
    realmId,
    companyName: reading.companyName,
    company: JSON.stringify(reading.facts),
    createdAt: now.toISOString(),
    expiresAt: new Date(now.getTime() + PENDING_LIFE_MS).toISOString(),
  });
  return { id, connectionId, realmId, companyName: reading.companyName };
}

/** What waits for this session's choice, for the page that asks; null if it is gone. */
export async function findPending(
  db: Db,
  id: string,
  sessionHash: string,
  now: Date,
): Promise<PendingConnection | null> {
  const [row] = await db
    .select()
    .from(pendingConnections)
    .where(
      and(
        eq(pendingConnections.id, id),
        eq(pendingConnections.sessionHash, sessionHash),
        gt(pendingConnections.expiresAt, now.toISOString()),
      ),
    )
    .limit(1);
  return row === undefined
    ? null
    : { id, connectionId: row.connectionId, realmId: row.realmId, companyName: row.companyName };
}

/** Takes it, deleting row and tokens: of two clicks only one gets it. Null if it is gone. */
export async function takePending(
  { env, config, db, now }: Runtime,
  given: { id: string; sessionHash: string },
): Promise<TakenPending | null> {
  const [row] = await db
    .delete(pendingConnections)
    .where(and(eq(pendingConnections.id, given.id), eq(pendingConnections.sessionHash, given.sessionHash)))
    .returning();
  if (row === undefined || row.expiresAt <= now.toISOString()) return null;
  const sealed = await env.TOKENS.get(keyOf(row.id));
  await env.TOKENS.delete(keyOf(row.id));
  const text =
    sealed === null ? null : await open(config.keys, PURPOSE, sealed, { pendingId: row.id, realmId: row.realmId });
  return {
    id: row.id,
    connectionId: row.connectionId,
    realmId: row.realmId,
    companyName: row.companyName,
    reading: { companyName: row.companyName, facts: readFacts(row.company) },
    tokens: text === null ? null : readTokenSet(text),
  };
}

/** Statement that deletes rows without a choice; their tokens expire in KV. */
export function forgetEndedPending(db: Db, now: Date) {
  return db.delete(pendingConnections).where(lte(pendingConnections.expiresAt, now.toISOString()));
}

function keyOf(id: string): string {
  return `pending:${id}`;
}
