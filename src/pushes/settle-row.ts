/**
 * Writes how a push or a look-up ended: the row, its attempt, and whatever its kind writes besides, in one batch. Only
 * the worker that has the row writes (docs/architecture.md, section 3, rule 2).
 */
import { and, eq, sql } from "drizzle-orm";
import { heldElsewhere } from "../failures/own-errors.ts";
import { errorText } from "../failures/push-error.ts";
import { type DocumentRef, kindOf } from "../kinds/kinds.ts";
import type { BatchItem, Db } from "../platform/db.ts";
import { newId } from "../platform/ids.ts";
import type { Attempt } from "./attempts.ts";
import { DELIVERY_COLUMNS, type DocumentRow, findDocument, isPushOf } from "./document-row.ts";
import { moveRow } from "./ledger.ts";
import { type Outcome, type SettleContext, settle } from "./outcome/outcome.ts";
import type { Report } from "./outcome/report.ts";
import { pushAttempts, pushes } from "./schema.ts";

/** How often to read again if another writer interferes. */
const MAX_SETTLE_TRIES = 5;

/**
 * Writes an outcome and its attempt in one batch, against the row as it is at that moment. Returns the row afterwards, or
 * null if the claim was lost: another worker then settles it.
 */
export async function settleRow(
  db: Db,
  claimed: DocumentRow,
  report: Report,
  settleContext: (row: DocumentRow) => Promise<SettleContext>,
): Promise<DocumentRow | null> {
  for (let i = 0; i < MAX_SETTLE_TRIES; i += 1) {
    const row = await findDocument(db, claimed);
    if (!row || row.fence !== claimed.fence || row.state !== claimed.state) return null;
    const next = await settleContext(row);
    const outcome = await heldByAnother(db, row, report.outcome);
    const patch = settle(row, outcome, { triedContentVersion: claimed.contentVersion, ...next });
    const rowVersion = row.rowVersion + 1;
    const attemptCount = row.attemptCount + (report.recordAs ? 1 : 0);
    const after = { ...row, ...patch, attemptCount, rowVersion };
    const update = moveRow(db, row, { ...patch, attemptCount }, { now: next.now }).returning(DELIVERY_COLUMNS);
    const attempt = report.recordAs ? [attemptStatement(db, after, report, { row, now: next.now })] : [];
    const also = kindOf(row).alsoWrite(db, row, after, next.now);
    const [[updated]] = await db.batch([update, ...attempt, ...also]);
    // Written on the version that was read, so the document still says the same.
    if (updated) return { ...row, ...updated };
  }
  throw new Error(`${claimed.kind} ${claimed.id} could not be settled: other writers keep changing it`);
}

/** A document in QuickBooks that is linked to another one of ours is never linked to this one as well; a person has to look (docs/architecture.md, section 3, rule 7). */
async function heldByAnother(db: Db, row: DocumentRow, outcome: Outcome): Promise<Outcome> {
  const found = outcome.kind === "accepted" || outcome.kind === "gone" ? outcome.document : null;
  if (!found || found.id === row.qboId || row.connectionId === null) return outcome;
  const holderId = await findHolderOf(db, row, found.id);
  if (holderId === null || holderId === row.id) return outcome;
  const holder = await findDocument(db, { kind: row.kind, id: holderId });
  return { kind: "refused", error: heldElsewhere({ noun: kindOf(row).noun, number: row.number }, found.id, holder) };
}

/** ID of our document of that kind and company that is linked to this one in QuickBooks, or null. */
export async function findHolderOf(
  db: Db,
  { kind, connectionId }: Pick<DocumentRef, "kind"> & { connectionId: string | null },
  qboId: string,
): Promise<string | null> {
  if (connectionId === null) return null;
  const [row] = await db
    .select({ id: pushes.documentId })
    .from(pushes)
    .where(and(eq(pushes.kind, kind), eq(pushes.connectionId, connectionId), eq(pushes.qboId, qboId)))
    .limit(1);
  return row?.id ?? null;
}

/**
 * Inserts only if the update before it in the batch succeeded: the row then has the new version and this attempt count.
 * The version alone would not prove it, because another writer may just have raised it to the same number.
 */
function attemptStatement(
  db: Db,
  { kind, id, rowVersion, attemptCount }: DocumentRow,
  report: Report,
  { row, now }: { row: DocumentRow; now: Date },
): BatchItem {
  const values = db
    .select({
      id: sql<string>`${newId(now)}`.as("id"),
      documentId: pushes.documentId,
      connectionId: pushes.connectionId,
      number: sql<number>`${attemptCount}`.as("number"),
      operation: sql<Attempt["operation"]>`${row.operation}`.as("operation"),
      requestId: sql<string | null>`${report.requestId}`.as("request_id"),
      startedAt: sql<string>`${report.startedAt.toISOString()}`.as("started_at"),
      durationMs: sql<number>`${Math.max(0, now.getTime() - report.startedAt.getTime())}`.as("duration_ms"),
      outcome: sql<Attempt["outcome"]>`${report.recordAs}`.as("outcome"),
      httpStatus: sql<number | null>`${report.httpStatus}`.as("http_status"),
      intuitTid: sql<string | null>`${report.intuitTid}`.as("intuit_tid"),
      error: sql<string | null>`${report.error ? errorText(report.error, now) : null}`.as("error"),
    })
    .from(pushes)
    .where(and(isPushOf({ kind, id }), eq(pushes.rowVersion, rowVersion), eq(pushes.attemptCount, attemptCount)));
  return db.insert(pushAttempts).select(values).onConflictDoNothing();
}
