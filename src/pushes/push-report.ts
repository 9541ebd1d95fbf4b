/**
 * How a push ended, as the report that is written down: QuickBooks' refusals and silences judged, our own refusals, and
 * bugs of ours. One push under way is described here, too, since every report tells of one.
 */
import { markSubscriptionLapsed } from "../connections/store.ts";
import type { Instance } from "../instances/instance.ts";
import type { InvoiceRow } from "./invoice-row.ts";
import { causeText, framesOf } from "../platform/cause.ts";
import { newId } from "../platform/ids.ts";
import { log } from "../platform/log.ts";
import type { QuickBooks } from "../quickbooks/client.ts";
import type { QuickBooksError } from "../quickbooks/faults.ts";
import { isVoided } from "../quickbooks/invoices.ts";
import type { Invoice } from "../quickbooks/wire.ts";
import { outcomeOfChange } from "./changed-meanwhile.ts";
import type { Outcome } from "./outcome.ts";
import type { PushError } from "../failures/push-error.ts";
import { explainDuplicate } from "./explain-duplicate.ts";
import { explainInactive } from "./explain-inactive.ts";
import { type Judged, judge } from "./failure-outcome.ts";
import { internalError } from "../failures/own-errors.ts";
import type { PushContext } from "./push-context.ts";
import type { Report } from "./store.ts";
import type { Doing, Subject } from "../failures/subject.ts";
import { unansweredError } from "../failures/waiting-errors.ts";

/** What was thrown before anything was sent is tried again this often: mostly it passes. */
const MAX_CRASH_RETRIES = 5;

/** One push under way. */
export interface Push {
  context: PushContext;
  row: InvoiceRow;
  instance: Instance;
  qb: QuickBooks;
  startedAt: Date;
  doing: Doing;
  requestId: string | null;
  isSent: boolean;
}

/**
 * A call failed: what becomes of the invoice, and whether the company has to know. Where that can't be found out, for a
 * fault of ours or of storage, the answer itself still counts: a refusal must not become a silence.
 */
export async function judged(push: Push, error: QuickBooksError): Promise<Report> {
  try {
    return await explained(push, error);
  } catch (cause) {
    log("push.explain_crashed", { invoiceId: push.row.id, cause: causeText(cause) });
    return plainReport(push, verdictOf(push, error), null);
  }
}

async function explained(push: Push, error: QuickBooksError): Promise<Report> {
  const { context, row } = push;
  // The call that failed, before others ask why.
  const callCount = push.qb.calls.length;
  const instead = push.isSent ? await outcomeOfChange(push.qb, row, error, context.now) : null;
  if (instead) return { ...reportBase(push), outcome: instead, recordAs: null, error: null };
  const subject = subjectOf(push);
  const verdict = verdictOf(push, error);
  await tellCompany(push, verdict.company);
  const duplicate = await explainDuplicate(context, push.qb, row, error, subject);
  if (duplicate?.kind === "ours") return foundThere(push, duplicate.invoice);
  const reason = duplicate?.error ?? (await explainInactive(context, push.qb, row, error, subject));
  return plainReport(push, verdict, reason, callCount);
}

function verdictOf(push: Push, error: QuickBooksError): Judged {
  const { context, row } = push;
  const state = { id: row.id, retryCount: row.retryCount, isSent: push.isSent };
  return judge(error.failure, subjectOf(push), state, context.now());
}

/** `callCount`: how many calls there were when it failed; the last of them is the one that did. */
function plainReport(push: Push, verdict: Judged, reason: PushError | null, callCount = push.qb.calls.length): Report {
  const call = push.qb.calls[callCount - 1];
  const { outcome } = verdict;
  return {
    ...reportBase(push),
    outcome: reason && outcome.kind === "refused" ? { ...outcome, error: reason } : outcome,
    recordAs: verdict.recordAs,
    httpStatus: call?.httpStatus ?? null,
    intuitTid: call?.intuitTid ?? null,
    error: reason ?? verdict.error,
  };
}

async function tellCompany(push: Push, news: "subscription_lapsed" | null): Promise<void> {
  const { context } = push;
  if (news === "subscription_lapsed") await markSubscriptionLapsed(context.db, context.connection.id, context.now());
}

/** The company or a switch has to be mended first. */
export function heldHere(push: Push, error: PushError): Report {
  return { ...reportBase(push), outcome: { kind: "held", error }, recordAs: null, error };
}

/** A rule of ours says no; nothing was sent. */
export function refusedHere(push: Push, error: PushError): Report {
  return { ...reportBase(push), outcome: { kind: "refused", error }, recordAs: "failed", error };
}

/** Nothing was sent; goes on then. */
export function later(push: Push, dueAt: Date): Report {
  return {
    ...reportBase(push),
    outcome: { kind: "later", dueAt: dueAt.toISOString(), error: null },
    recordAs: null,
    error: null,
  };
}

/** QuickBooks took the resend, perhaps from memory, and what became of the invoice can't be read: it is looked up. */
export function unconfirmed(push: Push): Report {
  const nothing = { reason: "unconfirmed", httpStatus: null, intuitTid: null, detail: "", faults: [] };
  const error = unansweredError(nothing, subjectOf(push), push.context.now().toISOString());
  return { ...reportBase(push), outcome: { kind: "unanswered", error }, recordAs: "unanswered", error };
}

/** Our mark was met in QuickBooks where it was not looked for: it is this invoice. */
export function foundThere(push: Push, invoice: Invoice): Report {
  const isGone = push.row.operation !== "void" && isVoided(invoice);
  const outcome: Outcome = isGone ? { kind: "gone", invoice } : { kind: "accepted", invoice };
  return { ...reportBase(push), outcome, recordAs: "found", error: null };
}

/**
 * A fault of ours, or of storage, the gate or the platform, which word theirs in too many ways to tell them apart. What had
 * gone out is to be found out; what had not is tried again, and after some tries parked.
 */
export function crashed(push: Push, cause: unknown): Report {
  const reference = newId(push.context.now()).slice(-12);
  const nowIso = push.context.now().toISOString();
  log("push.crashed", { reference, invoiceId: push.row.id, cause: causeText(cause), frames: framesOf(cause) });
  const error = internalError(reference, `Bookbridge failed while working on invoice ${push.row.number}.`, nowIso);
  if (push.isSent)
    return { ...reportBase(push), outcome: { kind: "unanswered", error }, recordAs: "unanswered", error };
  if (push.row.crashCount < MAX_CRASH_RETRIES) {
    return {
      ...reportBase(push),
      outcome: { kind: "later", dueAt: null, isCrash: true, error: { ...error, retryable: true } },
      recordAs: null,
      error,
    };
  }
  return { ...reportBase(push), outcome: { kind: "refused", error }, recordAs: "failed", error };
}

/** What every report of this push says. */
export function reportBase(push: Push): Pick<Report, "startedAt" | "requestId" | "httpStatus" | "intuitTid"> {
  return { startedAt: push.startedAt, requestId: push.requestId, httpStatus: null, intuitTid: null };
}

/** What messages about this push are about. */
export function subjectOf(push: Push): Subject {
  const { context, row } = push;
  return {
    connection: { id: context.connection.id, companyName: context.connection.companyName },
    invoiceNumber: row.number,
    date: row.date,
    customerName: row.customerName,
    inventoryStartDate: context.connection.inventoryStartDate,
    doing: push.doing,
  };
}

/** The one log line of a push. */
export function logPush(push: Push, report: Report, settled: InvoiceRow | null): void {
  log("push.settled", {
    invoiceId: push.row.id,
    connectionId: push.context.connection.id,
    operation: push.row.operation,
    outcome: report.outcome.kind,
    state: settled?.state ?? "lost",
    category: report.error?.category ?? null,
    code: report.error?.code ?? null,
    calls: push.qb.calls.length,
    reads: push.qb.calls.filter((call) => call.kind !== "write").length,
    intuitTid: report.intuitTid,
    durationMs: push.context.now().getTime() - push.startedAt.getTime(),
  });
}
