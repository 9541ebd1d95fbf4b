/**
 * When an instance is associated with another connection, its documents move with it, except those that QuickBooks has
 * or whose outcome is unknown: they stay with the company they were sent to (docs/contract.md, section 4). Queued documents
 * are due immediately, because a pause of the former company does not apply to the new one.
 */
import { type SQL, and, eq, inArray, sql } from "drizzle-orm";
import type { Env } from "../env.ts";
import { findInstance } from "../instances/store.ts";
import type { DocumentRow } from "./document-row.ts";
import type { DocumentState } from "../documents/status.ts";
import type { Db } from "../platform/db.ts";
import { armFor, wakeCompany } from "./queue/enqueue.ts";
import { move } from "./ledger.ts";
import { holdOrResume } from "./hold-or-resume.ts";
import { pushes } from "./schema.ts";
import { errorText } from "../failures/push-error.ts";
import { noConnection } from "../failures/own-errors.ts";

/** States of a create in which nothing is under way or queued. */
const AT_REST: DocumentState[] = ["not_sent", "held", "failed"];

/**
 * What failed keeps saying why, but what its error offers is about a record of the former company: the same ID is another
 * record in the new one.
 */
const ERROR_OF_FORMER = sql<string | null>`CASE WHEN ${pushes.state} = 'failed'
  THEN json_set(${pushes.error}, '$.fix', NULL, '$.remedy', ${"That was in the company that the instance had before. Send the invoice again: it goes to the one that it has now."})
  ELSE ${pushes.error} END`;

/** Returns how many now wait because there is no company. Call `holdOrResume` for the instance afterwards. */
export async function movePushes(
  env: Env,
  db: Db,
  { instanceId, connectionId }: { instanceId: string; connectionId: string | null },
  now: Date,
): Promise<number> {
  if (connectionId !== null) await armFor(env, [connectionId], now);
  // While a document is not in QuickBooks yet, its push status equals its state, and has an index.
  const follows = (states: DocumentState[]) =>
    and(
      eq(pushes.instanceId, instanceId),
      eq(pushes.operation, "create"),
      inArray(pushes.pushStatus, states),
      eq(pushes.unansweredCount, 0),
      sql`${pushes.connectionId} IS NOT ${connectionId}`,
    );
  if (connectionId === null) return orphan(db, instanceId, follows, now);
  const whereQueued = (then: unknown, otherwise: unknown) =>
    sql`CASE WHEN ${pushes.state} = 'queued' THEN ${then} ELSE ${otherwise} END`;
  const set = {
    connectionId,
    dueAt: whereQueued(now.toISOString(), pushes.dueAt),
    retryCount: whereQueued(0, pushes.retryCount),
    // What the former company said is no reason to wait for this one.
    error: whereQueued(null, ERROR_OF_FORMER),
  };
  const moved = await move(db, { set, where: follows(["queued", ...AT_REST]) }, now).returning({
    id: pushes.documentId,
  });
  if (moved.length > 0) await wakeCompany(env, connectionId);
  return 0;
}

/** Without a company no run would find queued documents: they are held, with the reason. Returns how many. */
async function orphan(
  db: Db,
  instanceId: string,
  follows: (states: DocumentState[]) => SQL | undefined,
  now: Date,
): Promise<number> {
  const rest = { set: { connectionId: null, error: ERROR_OF_FORMER }, where: follows(AT_REST) };
  const resting = await move(db, rest, now).returning({ state: pushes.state });
  const held = resting.filter(({ state }) => state === "held").length;
  const instance = await findInstance(db, instanceId);
  if (!instance) return held;
  const error = errorText(noConnection(instance), now);
  const set = { connectionId: null, error, retryCount: 0, dueAt: null };
  const waiting = await move(db, { from: ["queued"], to: "held", set, where: follows(["queued"]) }, now).returning({
    id: pushes.documentId,
  });
  return held + waiting.length;
}

/** Moves a document that was being prepared while its instance was associated with another connection. */
export async function followInstance(env: Env, db: Db, row: DocumentRow, now: Date): Promise<void> {
  if (row.operation !== "create" || row.unansweredCount > 0 || (row.state !== "queued" && row.state !== "held")) return;
  const instance = await findInstance(db, row.instanceId);
  if (!instance || instance.connectionId === row.connectionId) return;
  await movePushes(env, db, { instanceId: instance.id, connectionId: instance.connectionId }, now);
  await holdOrResume(env, db, { instanceId: instance.id }, now);
}
