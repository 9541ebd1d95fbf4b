/**
 * Reads and writes connections. The only place that turns a row into a `Connection`; it
 * never decides what a change means for waiting invoices (pushes/hold-or-resume.ts does).
 */
import { and, asc, eq, inArray, isNull, lte, ne, sql } from "drizzle-orm";
import { type Db, prepared } from "../platform/db.ts";
import { newId } from "../platform/ids.ts";
import { LETTERS, type Letters, isLess } from "../quickbooks/letters.ts";
import {
  type CompanyFacts,
  type Connection,
  type ConnectionState,
  companyFactsSchema,
  statesBefore,
} from "./connection.ts";
import { connections } from "./schema.ts";
import type { ConnectionSettings } from "./settings.ts";

/** The connection, or null. */
export async function findConnection(db: Db, id: string): Promise<Connection | null> {
  const [row] = await prepared(db, byId).all({ id });
  return row ? toConnection(row) : null;
}

const byId = (db: Db) =>
  db
    .select()
    .from(connections)
    .where(eq(connections.id, sql.placeholder("id")))
    .limit(1)
    .prepare();

/** The connection, which must exist. */
export async function loadConnection(db: Db, id: string): Promise<Connection> {
  const connection = await findConnection(db, id);
  if (!connection) throw new Error(`No connection ${id}`);
  return connection;
}

/** The one connection that a realm ID can have, or null. */
export async function findConnectionByRealm(db: Db, realmId: string): Promise<Connection | null> {
  const [row] = await db.select().from(connections).where(eq(connections.realmId, realmId)).limit(1);
  return row ? toConnection(row) : null;
}

/** All connections, oldest first. There are few: one per QuickBooks company. */
export async function listConnections(db: Db): Promise<Connection[]> {
  return (await prepared(db, allConnections).all()).map(toConnection);
}

const allConnections = (db: Db) => db.select().from(connections).orderBy(asc(connections.id)).prepare();

/**
 * Creates the connection of a realm, or returns the existing one (a realm has one connection).
 * It is not connected until tokens are installed.
 */
export async function ensureConnection(
  db: Db,
  company: { realmId: string; companyName: string; facts: CompanyFacts },
  now: Date,
): Promise<{ connection: Connection; isNew: boolean }> {
  const at = now.toISOString();
  const inserted = await db
    .insert(connections)
    .values({
      id: newId(now),
      realmId: company.realmId,
      companyName: company.companyName,
      state: "disconnected",
      stateChangedAt: at,
      company: JSON.stringify(company.facts),
      companyReadAt: at,
      createdAt: at,
      updatedAt: at,
    })
    .onConflictDoNothing({ target: connections.realmId })
    .returning({ id: connections.id });
  if (!inserted[0]) {
    const known = await findConnectionByRealm(db, company.realmId);
    if (!known) throw new Error("A connection vanished while it was being renewed");
    await saveCompany(db, known.id, company, now);
  }
  const connection = await findConnectionByRealm(db, company.realmId);
  if (!connection) throw new Error("A connection vanished while it was being made");
  return { connection, isNew: inserted.length > 0 };
}

/** Saves settings; only the given ones change. */
export async function saveSettings(db: Db, id: string, patch: Partial<ConnectionSettings>, now: Date): Promise<void> {
  if (Object.keys(patch).length === 0) return;
  await db
    .update(connections)
    .set({ ...patch, updatedAt: now.toISOString() })
    .where(eq(connections.id, id));
}

/** Stores the company's own facts. */
export async function saveCompany(
  db: Db,
  id: string,
  { companyName, facts }: { companyName: string; facts: CompanyFacts },
  now: Date,
): Promise<void> {
  const at = now.toISOString();
  await db
    .update(connections)
    .set({ companyName, company: JSON.stringify(facts), companyReadAt: at, updatedAt: at })
    .where(eq(connections.id, id));
}

/** The company's facts have changed in QuickBooks: they are read again as soon as something is sent there. */
export async function markCompanyDue(db: Db, id: string, now: Date): Promise<void> {
  await db
    .update(connections)
    .set({ companyReadAt: new Date(0).toISOString(), updatedAt: now.toISOString() })
    .where(eq(connections.id, id));
}

/** Moves the state, if the transition is legal. Returns whether anything changed. */
export async function markState(db: Db, id: string, state: ConnectionState, now: Date): Promise<boolean> {
  const at = now.toISOString();
  const changed = await db
    .update(connections)
    .set({ state, stateChangedAt: at, updatedAt: at })
    .where(
      and(
        eq(connections.id, id),
        inArray(connections.state, statesBefore(state)),
        sql`${connections.state} <> ${state}`,
      ),
    )
    .returning({ id: connections.id });
  return changed.length > 0;
}

/**
 * Marks that the connection needs a Reconnect, unless a generation newer than the given one is current: a report about
 * older tokens must never end a connection that was renewed meanwhile. Returns whether anything changed.
 */
export async function markReconnectNeeded(db: Db, id: string, generation: number, now: Date): Promise<boolean> {
  const at = now.toISOString();
  const changed = await db
    .update(connections)
    .set({ state: "reconnect_needed", stateChangedAt: at, updatedAt: at })
    .where(
      and(
        eq(connections.id, id),
        lte(connections.generation, generation),
        inArray(connections.state, statesBefore("reconnect_needed")),
        ne(connections.state, "reconnect_needed"),
      ),
    )
    .returning({ id: connections.id });
  return changed.length > 0;
}

/**
 * Records a token generation as current, with the tokens' expiry times. Only a larger generation than the stored one is
 * written, so that a late writer never restores dead tokens. Returns whether it was written.
 */
export async function markGeneration(
  db: Db,
  id: string,
  tokens: { generation: number; refreshExpiresAt: string; refreshHardExpiresAt: string | null },
  now: Date,
): Promise<boolean> {
  const at = now.toISOString();
  const { generation, refreshExpiresAt, refreshHardExpiresAt } = tokens;
  const changed = await db
    .update(connections)
    .set({ generation, refreshExpiresAt, refreshHardExpiresAt, updatedAt: at })
    .where(and(eq(connections.id, id), sql`${connections.generation} < ${generation}`))
    .returning({ id: connections.id });
  return changed.length > 0;
}

/** QuickBooks says that the subscription has lapsed (6190). Keeps the first time. */
export async function markSubscriptionLapsed(db: Db, id: string, now: Date): Promise<void> {
  await db
    .update(connections)
    .set({ subscriptionLapsedAt: now.toISOString(), updatedAt: now.toISOString() })
    .where(and(eq(connections.id, id), isNull(connections.subscriptionLapsedAt)));
}

/** The subscription was renewed. Returns whether it had lapsed. */
export async function clearSubscriptionLapsed(db: Db, id: string, now: Date): Promise<boolean> {
  const changed = await db
    .update(connections)
    .set({ subscriptionLapsedAt: null, updatedAt: now.toISOString() })
    .where(and(eq(connections.id, id), sql`${connections.subscriptionLapsedAt} IS NOT NULL`))
    .returning({ id: connections.id });
  return changed.length > 0;
}

/**
 * The company keeps no more than these letters; what was learned before is never taken back by that. Forgotten only by
 * `forgetLetters`.
 */
export async function recordLetters(db: Db, id: string, letters: Letters, now: Date): Promise<void> {
  const at = now.toISOString();
  const more = LETTERS.filter((known) => isLess(letters, known));
  await db
    .update(connections)
    .set({ letters, lettersLearnedAt: at, updatedAt: at })
    .where(and(eq(connections.id, id), inArray(connections.letters, more)));
}

/** Texts go to the company as they are again, until it shows what it keeps. */
export async function forgetLetters(db: Db, id: string, now: Date): Promise<void> {
  await db
    .update(connections)
    .set({ letters: "all", lettersLearnedAt: null, updatedAt: now.toISOString() })
    .where(eq(connections.id, id));
}

/** Reads a `company` column. */
export function readFacts(text: string): CompanyFacts {
  return companyFactsSchema.parse(JSON.parse(text));
}

function toConnection(row: typeof connections.$inferSelect): Connection {
  return { ...row, company: readFacts(row.company) };
}
