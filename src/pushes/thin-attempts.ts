/**
 * Deletes repetitive attempts of documents that were settled long ago. Attempts with an answer from QuickBooks are kept, as
 * are the first and the last one; of those that only waited, one of each kind is kept. Numbers do not change. The request
 * ID is part of the kind: that a document was sent under one without an answer is never forgotten (find-earlier-send.ts
 * needs it).
 *
 * It goes through all attempts once, in the order of their IDs, which is the order of time. A document is thinned when its
 * last attempt is reached. If it is not settled by then, it gets another attempt before it is, which is reached later.
 * Only a document voided without a call after its last attempt was reached keeps all attempts.
 */
import { sql } from "drizzle-orm";
import type { Db } from "../platform/db.ts";
import { newId } from "../platform/ids.ts";
import { HISTORY_KEPT_DAYS } from "../platform/limits.ts";
import { pruneMarks } from "../platform/schema.ts";

const DAY_MS = 24 * 3_600_000;
/** Attempts that one run examines, and the most that it deletes. */
const MAX_ATTEMPTS_PER_RUN = 500;
/** Its name in `prune_marks`. */
const MARK = "push_attempts";

/** Continues where the previous run stopped; returns how many attempts were deleted. */
export async function thinAttempts(db: Db, now: Date): Promise<number> {
  const stretch = await nextStretch(db, newId(new Date(now.getTime() - HISTORY_KEPT_DAYS * DAY_MS)));
  if (!stretch) return 0;
  const gone = await deleteRepeats(db, stretch);
  // If there were more, the next run examines the same range again, so nothing is skipped.
  if (gone < MAX_ATTEMPTS_PER_RUN) await markDone(db, stretch.to);
  return gone;
}

interface Stretch {
  /** ID before the first one. */
  after: string;
  /** ID of the last one. */
  to: string;
}

async function nextStretch(db: Db, before: string): Promise<Stretch | null> {
  const [stretch] = await db.all<{ after: string; to: string | null }>(sql`
    WITH mark AS (SELECT coalesce((SELECT done_to FROM prune_marks WHERE what = ${MARK}), '') AS id)
    SELECT mark.id AS "after", (SELECT max(id) FROM (
      SELECT id FROM push_attempts WHERE id > mark.id AND id < ${before} ORDER BY id LIMIT ${MAX_ATTEMPTS_PER_RUN})) AS "to"
    FROM mark`);
  return stretch?.to ? { after: stretch.after, to: stretch.to } : null;
}

/** Attempts are of one kind if they tell people the same, though a time in their messages may differ. */
async function deleteRepeats(db: Db, { after, to }: Stretch): Promise<number> {
  const gone = await db.all(sql`
    WITH settled AS (
      SELECT pushes.document_id AS id, pushes.attempt_count FROM push_attempts CROSS JOIN pushes ON pushes.document_id = push_attempts.invoice_id
      WHERE push_attempts.id > ${after} AND push_attempts.id <= ${to}
        AND push_attempts.number > 2 AND push_attempts.number = pushes.attempt_count AND pushes.state IN ('sent', 'voided')),
    listed AS (
      SELECT push_attempts.id, number, attempt_count, outcome, row_number() OVER (
        PARTITION BY invoice_id, operation, outcome, request_id, http_status, error ->> 'category', error ->> 'code'
        ORDER BY number) AS place
      FROM settled CROSS JOIN push_attempts ON push_attempts.invoice_id = settled.id)
    DELETE FROM push_attempts WHERE id IN (
      SELECT id FROM listed
      WHERE outcome IN ('not_let_in', 'unanswered', 'held') AND place > 1 AND number < attempt_count
      LIMIT ${MAX_ATTEMPTS_PER_RUN})
    RETURNING id`);
  return gone.length;
}

async function markDone(db: Db, to: string): Promise<void> {
  await db
    .insert(pruneMarks)
    .values({ what: MARK, doneTo: to })
    .onConflictDoUpdate({ target: pruneMarks.what, set: { doneTo: sql`max(${pruneMarks.doneTo}, excluded.done_to)` } });
}
