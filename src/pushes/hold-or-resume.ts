/**
 * Holds documents that can't be sent now and resumes those that can be sent again. Called after every change of a switch,
 * an association or a connection's state, and at the start of each run. Works on sets of rows, so it is safe to repeat
 * at any time; documents resume in the order in which they were waiting.
 */
import { type SQL, and, eq, sql } from "drizzle-orm";
import type { Connection } from "../connections/connection.ts";
import { findConnection } from "../connections/store.ts";
import type { Env } from "../env.ts";
import { findInstance, listInstances } from "../instances/store.ts";
import type { Instance } from "../instances/instance.ts";
import { IS_HELD, IS_UNDER_WAY, pushes } from "./schema.ts";
import type { Db } from "../platform/db.ts";
import { reasonToHold } from "./admission.ts";
import { armFor, wakeCompany } from "./queue/enqueue.ts";
import { move } from "./ledger.ts";
import { errorText } from "../failures/push-error.ts";
import { instancePage } from "../failures/words.ts";

export type Scope = { connectionId: string } | { instanceId: string };

/** Holds or resumes the documents of a connection or an instance according to the present switches and state. */
export async function holdOrResume(
  env: Env,
  db: Db,
  scope: Scope,
  now: Date,
): Promise<{ held: number; resumed: number }> {
  const groups =
    "connectionId" in scope
      ? await ofConnection(db, scope.connectionId, now)
      : await ofInstance(db, scope.instanceId, now);
  let held = 0;
  let resumed = 0;
  for (const { connectionId, error, instanceIds } of groups) {
    // The plus keeps SQLite from scanning all documents of the instances: waiting ones have indexes by connection.
    const isOfGroup = sql`+${pushes.instanceId} IN (SELECT value FROM json_each(${JSON.stringify(instanceIds)}))`;
    const where = and(isOfGroup, connectionId ? eq(pushes.connectionId, connectionId) : sql`connection_id IS NULL`);
    if (error) held += await hold(db, where, error, now);
    else resumed += await resume(env, db, { connectionId, where }, now);
  }
  return { held, resumed };
}

async function hold(db: Db, where: SQL | undefined, error: string, now: Date): Promise<number> {
  const changed = await move(
    db,
    { from: ["queued"], to: "held", set: { dueAt: null, error }, where: and(where, IS_UNDER_WAY) },
    now,
  ).returning({ id: pushes.documentId });
  // Documents already held get the present reason, e.g. when a company that was switched off is disconnected.
  const saysOther = sql`json_extract(${pushes.error}, '$.message') IS NOT json_extract(${error}, '$.message')`;
  await move(db, { from: ["held"], set: { error }, where: and(where, IS_HELD, saysOther) }, now);
  return changed.length;
}

async function resume(
  env: Env,
  db: Db,
  { connectionId, where }: { connectionId: string | null; where: SQL | undefined },
  now: Date,
): Promise<number> {
  const waiting = and(where, IS_HELD);
  const [first] = await db.select({ id: pushes.documentId }).from(pushes).where(waiting).limit(1);
  if (!first) return 0;
  if (connectionId) await armFor(env, [connectionId], now);
  const set = { dueAt: now.toISOString(), error: null, retryCount: 0 };
  const changed = await move(db, { from: ["held"], to: "queued", set, where: waiting }, now).returning({
    id: pushes.documentId,
  });
  if (connectionId && changed.length > 0) await wakeCompany(env, connectionId);
  return changed.length;
}

/** Instances whose documents for a connection wait for the same reason, or may resume (`error` null). */
interface Group {
  connectionId: string | null;
  /** JSON of the reason. */
  error: string | null;
  instanceIds: string[];
}

/**
 * The groups of a connection: every instance that has a reason to be held, and every instance that has held documents. It
 * never scans the queue, because every run calls this and the backlog may be long.
 */
async function ofConnection(db: Db, connectionId: string, now: Date): Promise<Group[]> {
  const connection = await findConnection(db, connectionId);
  if (!connection) return [];
  const all = await listInstances(db, { includeRemoved: true });
  const rows = await db.all<{ instanceId: string }>(
    sql`SELECT DISTINCT instance_id AS instanceId FROM pushes INDEXED BY pushes_held WHERE connection_id = ${connectionId} AND ${IS_HELD}`,
  );
  const withHeld = new Set(rows.map((row) => row.instanceId));
  for (const instance of all) if (withHeld.has(instance.id)) await releaseRemoved(db, instance, connectionId, now);
  const groups = new Map<string | null, Group>();
  for (const instance of all) {
    const error = errorOf(connection, instance, now);
    if (error === null && !withHeld.has(instance.id)) continue;
    const group = groups.get(error) ?? { connectionId, error, instanceIds: [] };
    group.instanceIds.push(instance.id);
    groups.set(error, group);
  }
  return [...groups.values()];
}

/** The connections that an instance's documents wait for: its own, and those to which an unknown outcome ties them. */
async function ofInstance(db: Db, instanceId: string, now: Date): Promise<Group[]> {
  const instance = await findInstance(db, instanceId);
  if (!instance) return [];
  const rows = await db.all<{ connectionId: string | null }>(sql`
    SELECT connection_id AS connectionId FROM pushes INDEXED BY pushes_due WHERE instance_id = ${instanceId} AND ${IS_UNDER_WAY} AND state = 'queued'
    UNION SELECT connection_id FROM pushes INDEXED BY pushes_held WHERE instance_id = ${instanceId} AND ${IS_HELD}`);
  const groups: Group[] = [];
  for (const { connectionId } of rows) {
    await releaseRemoved(db, instance, connectionId, now);
    const connection = connectionId === null ? null : await findConnection(db, connectionId);
    groups.push({ connectionId, error: errorOf(connection, instance, now), instanceIds: [instanceId] });
  }
  return groups;
}

/**
 * Documents that waited for the switch of a removed instance would wait forever, and sending them is what the switch was
 * meant to prevent: they become Not sent again, and a person may send them. A void continues automatically, because the
 * ledger has no way back for it.
 */
async function releaseRemoved(db: Db, instance: Instance, connectionId: string | null, now: Date): Promise<void> {
  if (instance.removedAt === null || instance.enabled) return;
  await move(
    db,
    {
      from: ["held"],
      to: "not_sent",
      set: { error: null },
      where: and(
        sql`${pushes.connectionId} IS ${connectionId}`,
        eq(pushes.instanceId, instance.id),
        IS_HELD,
        sql`unanswered_count = 0`,
        sql`error ->> '$.fix.href' = ${instancePage(instance.id)}`,
      ),
    },
    now,
  );
}

function errorOf(connection: Connection | null, instance: Instance, now: Date): string | null {
  const error = reasonToHold(connection, instance);
  return error && errorText(error, now);
}
