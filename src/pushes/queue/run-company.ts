/**
 * One run of work for one company: settles rows left behind by crashes, looks up unanswered pushes, pushes due documents,
 * six at a time, and notifies the gate when the next work is due. A run is bounded in rows and time, so that companies
 * never wait for each other; if work is left, it wakes the consumer again immediately. D1 alone decides what is due.
 */
import { findConnection } from "../../connections/store.ts";
import { gateOf } from "../../connections/gate.ts";
import { readConfig } from "../../env.ts";
import type { DocumentRow } from "../document-row.ts";
import { MAX_OPEN_CLAIMS } from "../schema.ts";
import { causeText } from "../../platform/cause.ts";
import { type Db, openDb } from "../../platform/db.ts";
import { log } from "../../platform/log.ts";
import { newId } from "../../platform/ids.ts";
import { nextChangeLookAt, readQuickBooksChanges } from "../events/read-quickbooks-changes.ts";
import { wakeCompany } from "./enqueue.ts";
import { findUnanswered } from "../unanswered/find-unanswered.ts";
import { holdOrResume } from "../hold-or-resume.ts";
import type { Share } from "./invocation.ts";
import { type PushContext, newContext } from "../push-context.ts";
import { push } from "../push.ts";
import { kindOf } from "../../kinds/kinds.ts";
import { reportOf } from "../outcome/report.ts";
import { internalError } from "../../failures/own-errors.ts";
import { requestIdOf } from "../revision.ts";
import { changesWait } from "../settle.ts";
import { interruptedError } from "../../failures/waiting-errors.ts";
import {
  listById,
  listDue,
  listExhausted,
  listInterrupted,
  nextDueAt,
  postpone,
  postponeLease,
  requeueExpired,
} from "../due.ts";
import { settleRow } from "../settle-row.ts";
import { refreshCompanyIfDue, nextLapsedRefreshAt } from "./refresh-if-due.ts";

const PUSHES_AT_ONCE = 6;
/** A run begins no new push after this long: 5 s at the company's pace of 8 a second are 40 documents. */
const RUN_MS = 5_000;
const MAX_ROWS_PER_RUN = 40;
/** New documents start now or within this time; the others are scheduled for their turn. */
const FRESH_HORIZON_MS = 1_000;
const MAX_LOOK_UPS_PER_RUN = 80;
/** Settling one document that was looked up takes about this many statements. */
const STATEMENTS_PER_LOOK_UP = 7;
/** The wait before a row that can't be settled is tried again. */
const LEFT_BEHIND_MS = 60_000;

/**
 * Handles the message 'this company has something due'. Pushes and changes in QuickBooks are handled in parallel: neither
 * waits for the other.
 */
export async function runCompany(share: Share, connectionId: string): Promise<void> {
  const { env } = share.invocation;
  const known = await contextOf(share, connectionId);
  // Nothing can be due for a company that does not exist: its gate need not wake us again.
  if (!known) return gateOf(env, connectionId).nextDue(null);
  const { db } = known;
  const startedAt = known.now();
  const context = { ...known, connection: await share.run(() => refreshCompanyIfDue(known)) };
  const { held, resumed } = await holdOrResume(env, db, { connectionId }, context.now());
  await cleanUp(context, share);
  const unknown = await listDue(db, { connectionId, state: "unknown" }, context.now(), maxLookUps(share));
  await share.run(() => findUnanswered(context, unknown));
  const due = await listDue(db, { connectionId, state: "queued" }, context.now(), MAX_ROWS_PER_RUN);
  const isMore = due.length === MAX_ROWS_PER_RUN;
  // The next message can wait its turn in the queue while this run works.
  if (isMore) await wakeCompany(env, connectionId);
  const mayBegin = mayBeginFrom(context, share);
  // Both must finish even if the other one fails: a push under way must not be abandoned.
  const [pushes, changes] = await Promise.allSettled([
    pushAll(context, { rows: due, share, mayBegin }),
    readQuickBooksChanges(context, { share, mayBegin }),
  ]);
  if (pushes.status === "rejected") throw pushes.reason;
  if (changes.status === "rejected") throw changes.reason;
  const pushed = pushes.value;
  await notifyGate(context);
  log("company.run", {
    connectionId,
    held,
    resumed,
    due: due.length,
    pushed,
    statements: share.invocation.statements,
    durationMs: context.now().getTime() - startedAt.getTime(),
  });
}

/** Handles messages that name documents: pushes those whose turn is now, and postpones the others in one statement. */
export async function pushFresh(share: Share, connectionId: string, documentIds: readonly string[]): Promise<void> {
  const { env } = share.invocation;
  const known = await contextOf(share, connectionId);
  if (!known) return;
  const context = { ...known, connection: await share.run(() => refreshCompanyIfDue(known)) };
  const now = context.now();
  const rows = (await listById(context.db, documentIds)).filter((row) => row.state === "queued" && isDue(row, now));
  if (rows.length === 0) return;
  const gate = gateOf(env, connectionId);
  const plan = await gate.plan(rows.length, FRESH_HORIZON_MS);
  const times = rows.slice(plan.go).map((document, index) => {
    return { document, at: new Date(plan.laterAt[index] ?? now.getTime()).toISOString() };
  });
  await postpone(context.db, times, now);
  const firstLater = plan.laterAt[0];
  if (firstLater !== undefined) await gate.arm(connectionId, firstLater);
  await pushAll(context, { rows: rows.slice(0, plan.go), share, mayBegin: mayBeginFrom(context, share) });
  // Unanswered pushes are to be looked up within seconds, not when the alarm set at their arrival goes off.
  await notifyGate(context);
}

async function contextOf({ invocation }: Share, connectionId: string): Promise<PushContext | null> {
  const { env } = invocation;
  const db: Db = openDb(env.DB);
  const connection = await findConnection(db, connectionId);
  if (!connection) return null;
  const context = newContext(env, readConfig(env), db, connection);
  return invocation.callsEndAt === null ? context : { ...context, callsEndAt: invocation.callsEndAt };
}

/** Whether the run may still begin more work; its time starts now. */
function mayBeginFrom(context: PushContext, { invocation }: Share): () => boolean {
  const until = context.now().getTime() + RUN_MS;
  return () => context.now().getTime() < until && invocation.mayBegin();
}

function maxLookUps({ invocation }: Share): number {
  const each = Math.floor(invocation.statementsLeft / invocation.shares / STATEMENTS_PER_LOOK_UP);
  return Math.min(MAX_LOOK_UPS_PER_RUN, each);
}

/**
 * Six at a time, or as many as the invocation has connections for. Each push settles independently, so one bad document
 * does not affect the others. A push begins only when it has a connection, so that nothing makes it wait between freeze
 * and send. Returns how many were pushed; the others stay due, and the gate is notified.
 */
async function pushAll(
  context: PushContext,
  work: { rows: readonly DocumentRow[]; share: Share; mayBegin: () => boolean },
): Promise<number> {
  const waiting = [...work.rows];
  let pushed = 0;
  const pushNext = async (): Promise<boolean> => {
    const row = work.mayBegin() ? waiting.shift() : undefined;
    if (row === undefined) return false;
    try {
      if (await push(context, row, context.now())) pushed += 1;
    } catch (cause) {
      // The claim has no outcome: its lease expires, and the claim counts.
      log("push.lost", { documentId: row.id, connectionId: context.connection.id, cause: causeText(cause) });
    }
    return true;
  };
  const worker = async (): Promise<void> => {
    while (waiting.length > 0 && (await work.share.run(pushNext)));
  };
  await Promise.all(Array.from({ length: Math.min(PUSHES_AT_ONCE, waiting.length) }, worker));
  return pushed;
}

async function cleanUp(context: PushContext, { invocation }: Share): Promise<void> {
  const { db, connection } = context;
  await requeueExpired(db, connection.id, context.now());
  for (const row of await listInterrupted(db, connection.id, context.now())) {
    if (!invocation.mayBegin()) return;
    await settleOrPostpone(context, row, () => settleInterrupted(context, row));
  }
  for (const row of await listExhausted(db, connection.id)) {
    if (!invocation.mayBegin()) return;
    await settleOrPostpone(context, row, () => parkExhausted(context, row));
  }
}

/** If a row can't be settled, whatever the reason, it is postponed: the company's other rows don't wait for it. */
async function settleOrPostpone(context: PushContext, row: DocumentRow, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (cause) {
    log("push.left_behind", { documentId: row.id, connectionId: context.connection.id, cause: causeText(cause) });
    const later = new Date(context.now().getTime() + LEFT_BEHIND_MS).toISOString();
    await postponeLease(context.db, row, later, context.now());
  }
}

async function settleInterrupted(context: PushContext, row: DocumentRow): Promise<void> {
  const report = reportOf(
    { kind: "unanswered", error: interruptedError({ noun: kindOf(row).noun, number: row.number }) },
    new Date(row.sentAt ?? row.updatedAt),
    { recordAs: "unanswered", requestId: requestIdOf(row) },
  );
  await settleRow(context.db, row, report, changesWait(context));
}

/** Five claims without any outcome: something about this document crashes our workers. */
async function parkExhausted(context: PushContext, row: DocumentRow): Promise<void> {
  const reference = newId(context.now()).slice(-12);
  const what = `Bookbridge gave up on ${kindOf(row).noun} ${row.number} after ${MAX_OPEN_CLAIMS} tries that ended without a result.`;
  const error = internalError(reference, what);
  log("push.parked", { reference, documentId: row.id });
  const report = reportOf({ kind: "refused", error }, context.now(), { recordAs: "failed" });
  await settleRow(context.db, row, report, changesWait(context));
}

async function notifyGate(context: PushContext): Promise<void> {
  const { db, env, connection } = context;
  const gate = gateOf(env, connection.id);
  // A worker that stalls between reading and reporting must not put off what others found meanwhile.
  const seen = await gate.dueReports();
  const due = await nextDueAt(db, connection.id);
  const times = [
    due === null ? null : Date.parse(due),
    await nextLapsedRefreshAt(db, connection.id, context.now()),
    await nextChangeLookAt(db, context.connection, context.now()),
  ].filter((time) => time !== null);
  await gate.nextDue(times.length === 0 ? null : Math.min(...times), seen);
}

function isDue(row: DocumentRow, now: Date): boolean {
  return row.dueAt !== null && row.dueAt <= now.toISOString();
}
