/**
 * Holds what can't be sent now and lets go on what can again: called after every change of a switch, of an
 * association or of a connection's state, and at the beginning of each run. Set-based, so safe to repeat at any time;
 * invoices go on in the order in which they were waiting.
 */
import { type SQL, and, eq, inArray, sql } from "drizzle-orm";
import type { Connection } from "../connections/connection.ts";
import { findConnection } from "../connections/store.ts";
import type { Env } from "../env.ts";
import { findInstance, listInstances } from "../instances/store.ts";
import type { Instance } from "../instances/instance.ts";
import { invoices } from "../invoices/schema.ts";
import type { Db } from "../platform/db.ts";
import { reasonToHold } from "./admission.ts";
import { armFor, ringCompany } from "./enqueue.ts";

export type Scope = { connectionId: string } | { instanceId: string };

/** Holds or resumes the invoices of a connection or an instance by its switches and state as they are now. */
export async function settleWaiting(env: Env, db: Db, scope: Scope, now: Date): Promise<{ held: number; resumed: number }> {
  const pairs = "connectionId" in scope ? await ofConnection(db, scope.connectionId) : await ofInstance(db, scope.instanceId);
  let held = 0;
  let resumed = 0;
  for (const { connection, instance } of pairs) {
    const error = reasonToHold(connection, instance, now.toISOString());
    const where = and(eq(invoices.instanceId, instance.id), connection ? eq(invoices.connectionId, connection.id) : sql`connection_id IS NULL`);
    if (error) held += await hold(db, where, JSON.stringify(error), now);
    else resumed += await resume(env, db, connection?.id ?? null, where, now);
  }
  return { held, resumed };
}

async function hold(db: Db, where: SQL | undefined, error: string, now: Date): Promise<number> {
  const changed = await db
    .update(invoices)
    .set({ state: "held", dueAt: null, error, updatedAt: now.toISOString(), rowVersion: sql`row_version + 1` })
    .where(and(where, eq(invoices.state, "queued")))
    .returning({ id: invoices.id });
  // Those that are held already say why as it is now: a disconnected company that was switched off before.
  await db
    .update(invoices)
    .set({ error, rowVersion: sql`row_version + 1` })
    .where(and(where, eq(invoices.state, "held"), sql`json_extract(${invoices.error}, '$.message') IS NOT json_extract(${error}, '$.message')`));
  return changed.length;
}

async function resume(env: Env, db: Db, connectionId: string | null, where: SQL | undefined, now: Date): Promise<number> {
  const waiting = and(where, eq(invoices.state, "held"));
  const [first] = await db.select({ id: invoices.id }).from(invoices).where(waiting).limit(1);
  if (!first) return 0;
  if (connectionId) await armFor(env, [connectionId], now);
  const changed = await db
    .update(invoices)
    .set({ state: "queued", dueAt: now.toISOString(), error: null, retryCount: 0, updatedAt: now.toISOString(), rowVersion: sql`row_version + 1` })
    .where(waiting)
    .returning({ id: invoices.id });
  if (connectionId && changed.length > 0) await ringCompany(env, connectionId);
  return changed.length;
}

interface Pair {
  connection: Connection | null;
  instance: Instance;
}

/** Every instance whose invoices go (or went) to the connection. */
async function ofConnection(db: Db, connectionId: string): Promise<Pair[]> {
  const connection = await findConnection(db, connectionId);
  if (!connection) return [];
  const rows = await db
    .selectDistinct({ instanceId: invoices.instanceId })
    .from(invoices)
    .where(and(eq(invoices.connectionId, connectionId), inArray(invoices.state, ["queued", "held"])));
  const ids = new Set(rows.map((row) => row.instanceId));
  const all = await listInstances(db, { includeRemoved: true });
  return all.filter((instance) => ids.has(instance.id)).map((instance) => ({ connection, instance }));
}

/** The connections that an instance's invoices wait for: its own, and those that an open outcome binds them to. */
async function ofInstance(db: Db, instanceId: string): Promise<Pair[]> {
  const instance = await findInstance(db, instanceId);
  if (!instance) return [];
  const rows = await db
    .selectDistinct({ connectionId: invoices.connectionId })
    .from(invoices)
    .where(and(eq(invoices.instanceId, instanceId), inArray(invoices.state, ["queued", "held"])));
  const pairs: Pair[] = [];
  for (const { connectionId } of rows) {
    pairs.push({ connection: connectionId === null ? null : await findConnection(db, connectionId), instance });
  }
  return pairs;
}
