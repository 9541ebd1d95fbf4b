/**
 * Finds out what happened to pushes that QuickBooks did not answer (docs/architecture.md, section 3, rules 6 and 7). New
 * documents are looked up by their numbers, many in one query, and recognized only by our mark; changes and voids are
 * looked up by their ID. If a push is not there 150 s after it was sent, the same bytes may be sent again. A look-up that
 * fails changes nothing.
 */
import type { DocumentKind, QboDocument } from "../../kinds/document-kind.ts";
import { kindOf } from "../../kinds/kinds.ts";
import { findInstance } from "../../instances/store.ts";
import type { DocumentRow } from "../document-row.ts";
import { causeText } from "../../platform/cause.ts";
import { log } from "../../platform/log.ts";
import { ILLEGAL_CHARACTERS } from "../../quickbooks/codes.ts";
import { QuickBooksError } from "../../quickbooks/faults.ts";
import { lettersAfterRefusal } from "../../quickbooks/letters.ts";
import { MAX_NUMBERS_PER_LOOK_UP } from "../../quickbooks/limits.ts";
import { reasonToHold } from "../admission.ts";
import { lookAgainAt, mayResend, nextLookAt, timesOfCreates } from "../backoff.ts";
import { emptyLookBelievedAt, isAboutTheQuestion } from "./find-earlier-send.ts";
import { type PushError, readError } from "../../failures/push-error.ts";
import { readFrozenChange } from "../frozen-change.ts";
import type { Outcome } from "../outcome/outcome.ts";
import { type PushContext, quickBooksOf } from "../push-context.ts";
import { countLookUp, postponeLookUp } from "./look-up-times.ts";
import { findMark } from "../../mapping/mark.ts";
import { requestIdOf } from "../revision.ts";
import { learnFromDocument } from "../failing/learn-letters.ts";
import { outcomeOfFound } from "./outcome-of-found.ts";
import { type Report, reportOf } from "../outcome/report.ts";
import { changesGoOn } from "../settle.ts";
import { listOpenSends } from "../attempts.ts";
import { settleRow } from "../settle-row.ts";
import { subjectOf } from "../subject-of.ts";
import { lookRefusedError, neverAnsweredError } from "../../failures/waiting-errors.ts";
import { isWhatWeSent } from "./is-what-we-sent.ts";

/** After this many sends without an answer and without a result in QuickBooks, a person has to look. */
const MAX_UNANSWERED_SENDS = 6;
/** While the company is disconnected: look again after half the time it has been unknown, within these bounds. */
const MIN_DISCONNECTED_LOOK_MS = 60_000;
const MAX_DISCONNECTED_LOOK_MS = 15 * 60_000;
/** Look-ups in a row that QuickBooks could not process. */
const MAX_REFUSED_LOOKS = 5;
/** After a look-up that crashed: a fault in our code, or a temporary one of the database. */
const CRASHED_LOOK_MS = 60_000;

/** Looks up all given rows (state unknown) and settles those whose outcome is known. */
export async function findUnanswered(context: PushContext, rows: readonly DocumentRow[]): Promise<void> {
  if (rows.length === 0) return;
  if (context.connection.state !== "connected") {
    // A look-up is impossible now; after a Reconnect the company is woken, and the rows are due soon.
    await postponeLookUp(context.db, rows, disconnectedLookAt(rows, context.now()), context.now());
    return;
  }
  const creates = Map.groupBy(
    rows.filter((row) => row.operation === "create"),
    (row) => kindOf(row),
  );
  for (const [kind, ofKind] of creates) {
    for (let i = 0; i < ofKind.length; i += MAX_NUMBERS_PER_LOOK_UP)
      await lookUpCreates(context, kind, ofKind.slice(i, i + MAX_NUMBERS_PER_LOOK_UP));
  }
  for (const row of rows.filter((one) => one.operation !== "create")) {
    await lookUpOrPostpone(context, row, () => lookUpChange(context, row));
  }
}

function disconnectedLookAt(rows: readonly DocumentRow[], now: Date): string {
  const newestMs = Math.max(...rows.map((row) => Date.parse(row.sentAt ?? row.updatedAt)));
  const halfMs = (now.getTime() - newestMs) / 2;
  const waitMs = Math.min(MAX_DISCONNECTED_LOOK_MS, Math.max(MIN_DISCONNECTED_LOOK_MS, halfMs));
  return new Date(now.getTime() + waitMs).toISOString();
}

/** A row whose look-up crashes stays unknown and is looked up again later: the company's other rows don't wait for it. */
async function lookUpOrPostpone(context: PushContext, row: DocumentRow, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (cause) {
    log("push.look_up_crashed", { documentId: row.id, connectionId: context.connection.id, cause: causeText(cause) });
    const dueAt = new Date(context.now().getTime() + CRASHED_LOOK_MS).toISOString();
    await postponeLookUp(context.db, [row], dueAt, context.now());
  }
}

/**
 * One query for all. If QuickBooks can't process it, because of one number or one bad record, it is split in halves, so
 * that one document does not block the others; the last one left is looked up only by its customer.
 */
async function lookUpCreates(context: PushContext, kind: DocumentKind, rows: readonly DocumentRow[]): Promise<void> {
  const askedAt = context.now();
  const numbers = rows.map((row) => kind.readFrozen(row.frozenPayload)?.number ?? row.number);
  const found = await tryLookUp(context, rows, (qb) => kind.findByNumbers(qb, numbers));
  if (found === "failed") return;
  if (found === "refused" && rows.length > 1) {
    const middle = Math.ceil(rows.length / 2);
    await lookUpCreates(context, kind, rows.slice(0, middle));
    return lookUpCreates(context, kind, rows.slice(middle));
  }
  for (const row of rows)
    await lookUpOrPostpone(context, row, () =>
      resolveCreate(context, row, { askedAt, byNumber: found === "refused" ? null : found }),
    );
}

/** The result of a look-up by numbers, and when it was sent: it says nothing about later times. */
interface Look {
  askedAt: Date;
  /** Null if QuickBooks can't process the number. */
  byNumber: readonly QboDocument[] | null;
}

/**
 * Before a resend the document is also looked up by customer and the times of all sends so far: its number may have been
 * changed, or assigned by QuickBooks.
 */
async function resolveCreate(context: PushContext, row: DocumentRow, { askedAt, byNumber }: Look): Promise<void> {
  const match = byMark(byNumber ?? [], row);
  if (match) return recordFound(context, row, match);
  if (byNumber !== null && !mayResend(askedAt, row.sentAt ?? "")) return resolveAbsent(context, row, askedAt);
  const kind = kindOf(row);
  const customerId = kind.readFrozen(row.frozenPayload)?.customerId ?? "";
  const sends = [...(await listOpenSends(context.db, row.id)), { startedAt: row.sentAt ?? "", durationMs: 0 }];
  for (const time of timesOfCreates(sends)) {
    const ofCustomer = await tryLookUp(context, [row], (qb) => kind.findCreatedIn(qb, customerId, time));
    if (ofCustomer === "failed") return;
    if (ofCustomer === "refused") return countRefusedLookUp(context, row);
    const other = byMark(ofCustomer, row);
    if (other) return recordFound(context, row, other);
  }
  await resolveAbsent(context, row, askedAt);
}

/** Only a document with our mark is adopted: the number alone proves nothing (docs/architecture.md, section 3, rule 7). */
function byMark(found: readonly QboDocument[], row: DocumentRow): QboDocument | undefined {
  return found.find(({ privateNote }) => findMark(privateNote, row.id) !== null);
}

async function lookUpChange(context: PushContext, row: DocumentRow): Promise<void> {
  const frozen = readFrozenChange(row);
  if (!frozen) throw new Error(`${row.kind} ${row.id} is in state unknown without frozen bytes`);
  const askedAt = context.now();
  const found = await tryLookUp(context, [row], (qb) => kindOf(row).read(qb, frozen.Id));
  if (found === "failed") return;
  if (found === "refused") return countRefusedLookUp(context, row);
  if (found === null) return recordLookUp(context, row, { kind: "gone", document: null }, "found");
  if (found.syncToken === frozen.SyncToken) return resolveAbsent(context, row, askedAt);
  const isOurs = row.operation === "update" && isWhatWeSent(row, found);
  if (isOurs || kindOf(row).isVoided(found)) return recordFound(context, row, found);
  // Somebody changed it in between, so our change was refused as stale: make it again on top of theirs.
  const outcome: Outcome = {
    kind: "later",
    dueAt: context.now().toISOString(),
    error: null,
    syncToken: found.syncToken,
  };
  await recordLookUp(context, row, outcome, null);
}

/** QuickBooks repeatedly can't process the look-up of this record: a person has to look (nothing is sent meanwhile). */
async function countRefusedLookUp(context: PushContext, row: DocumentRow): Promise<void> {
  const now = context.now();
  if (row.retryCount + 1 < MAX_REFUSED_LOOKS) {
    await postponeLookUp(context.db, [row], lookAgainAt(now), now);
    await countLookUp(context.db, row, now);
    return;
  }
  const error = lookRefusedError(subjectOf(context, row));
  await recordLookUp(context, row, { kind: "refused", error }, "failed");
}

/**
 * Runs a look-up. `refused`: QuickBooks can't process it, and repeating it would not help. `failed`: QuickBooks could not
 * be queried now; the rows stay unknown and are looked up again later.
 */
async function tryLookUp<T>(
  context: PushContext,
  rows: readonly DocumentRow[],
  lookUp: (qb: ReturnType<typeof quickBooksOf>) => Promise<T>,
): Promise<T | "refused" | "failed"> {
  try {
    return await lookUp(quickBooksOf(context));
  } catch (cause) {
    log("push.look_up_failed", { connectionId: context.connection.id, count: rows.length, cause: causeText(cause) });
    if (isAboutTheQuestion(cause)) return "refused";
    await postponeLookUp(context.db, rows, lookAgainAt(context.now(), closedUntil(cause)), context.now());
    return "failed";
  }
}

async function recordFound(context: PushContext, row: DocumentRow, document: QboDocument): Promise<void> {
  await learnFromDocument(context, row, document);
  await recordLookUp(context, row, outcomeOfFound(row, document), "found");
}

/** When the company's gate opens again (epoch ms), or 0 if unknown: an earlier try is pointless. */
function closedUntil(cause: unknown): number {
  if (!(cause instanceof QuickBooksError)) return 0;
  if (cause.failure.kind === "waiting") return cause.failure.until;
  return cause.failure.kind === "not_connected" ? (cause.failure.retryAt ?? 0) : 0;
}

async function resolveAbsent(context: PushContext, row: DocumentRow, askedAt: Date): Promise<void> {
  const now = context.now();
  if (!mayResend(askedAt, row.sentAt ?? "")) {
    await postponeLookUp(context.db, [row], nextLookAt(now, row.sentAt ?? now.toISOString()), now);
    return;
  }
  const last = readError(row.error);
  if (last && wasRefused(last)) return resolveRefusedResend(context, row, { askedAt, error: last });
  if (row.unansweredCount >= MAX_UNANSWERED_SENDS) {
    const error = neverAnsweredError(subjectOf(context, row), row.unansweredCount, last);
    await recordLookUp(context, row, { kind: "refused", error }, "failed");
    return;
  }
  const instance = await findInstance(context.db, row.instanceId);
  const problem = instance ? reasonToHold(context.connection, instance) : null;
  const error = problem ?? last;
  if (!error) throw new Error(`${row.kind} ${row.id} is in state unknown without an error`);
  await recordLookUp(context, row, { kind: "absent", mayGoOn: problem === null, error }, null);
}

/** Missing answers and our own interruptions are temporary; the reason for which a resend was refused is not. */
function wasRefused(error: PushError): boolean {
  return !error.retryable && error.category !== "internal";
}

/**
 * The refusal of a resend counts as soon as no document of the sends before it can appear any more (docs/architecture.md,
 * section 3, rule 3).
 */
async function resolveRefusedResend(
  context: PushContext,
  row: DocumentRow,
  { askedAt, error }: { askedAt: Date; error: PushError },
): Promise<void> {
  const sends = await listOpenSends(context.db, row.id, row.operation);
  const believedAt = sends.length === 0 ? askedAt : emptyLookBelievedAt(sends);
  if (askedAt < believedAt) return postponeLookUp(context.db, [row], believedAt.toISOString(), context.now());
  const goesAgain = error.code === ILLEGAL_CHARACTERS && lettersAfterRefusal(row.frozenPayload ?? "") !== null;
  await recordLookUp(context, row, { kind: "refused", error, goesAgain }, "failed");
}

async function recordLookUp(
  context: PushContext,
  row: DocumentRow,
  outcome: Outcome,
  recordAs: Report["recordAs"],
): Promise<void> {
  const report = reportOf(outcome, context.now(), { recordAs, requestId: requestIdOf(row) });
  const settled = await settleRow(context.db, row, report, changesGoOn(context));
  log("push.looked_up", { documentId: row.id, outcome: outcome.kind, state: settled?.state ?? "lost" });
}
