/**
 * How a push ends early, whichever step ends it: refused, held, postponed, found. Errors thrown by the steps are judged
 * here, in one place.
 */
import { FailedWhile } from "../failures/failed-while.ts";
import { LocalRefusal } from "../failures/local-refusal.ts";
import type { Step } from "../failures/subject.ts";
import { type Failure, QuickBooksError } from "../quickbooks/faults.ts";
import type { Claimed } from "./claim.ts";
import { crashOutcome } from "./failing/crash-outcome.ts";
import { judgeFailure } from "./failing/judge-failure.ts";
import type { Outcome } from "./outcome/outcome.ts";
import { type Report, type TryFacts, reportOf } from "./outcome/report.ts";
import { subjectOf } from "./subject-of.ts";
import { recordCompanyNews } from "./failing/record-company-news.ts";

export interface Ended {
  kind: "ended";
  report: Report;
}

/** Another worker has the document now; nothing may be written any more. */
export interface Lost {
  kind: "lost";
}

export const LOST: Lost = { kind: "lost" };

export function ended(claimed: Claimed, outcome: Outcome, facts: TryFacts = {}): Ended {
  return { kind: "ended", report: reportOf(outcome, claimed.startedAt, facts) };
}

/** Ends the push because a step threw. */
export async function endedBy(claimed: Claimed, error: unknown): Promise<Ended> {
  const { context, row } = claimed;
  if (error instanceof LocalRefusal)
    return ended(claimed, { kind: "refused", error: error.error }, { recordAs: "failed" });
  if (error instanceof FailedWhile) return endedByFailure(claimed, error.failure, error.doing);
  if (error instanceof QuickBooksError)
    return endedByFailure(claimed, error.failure, { kind: "document", operation: row.operation });
  const outcome = crashOutcome(row, error, { isSent: false, now: context.now() });
  return ended(claimed, outcome, { recordAs: outcome.kind === "refused" ? "failed" : null });
}

async function endedByFailure(claimed: Claimed, failure: Failure, doing: Step): Promise<Ended> {
  const { context, row } = claimed;
  const state = { id: row.id, retryCount: row.retryCount, isSent: false };
  const { outcome, recordAs, company } = judgeFailure(failure, subjectOf(context, row, doing), state, context.now());
  await recordCompanyNews(context, company);
  return ended(claimed, outcome, { recordAs, ...tracesOf(failure) });
}

/** HTTP status and trace ID of the answer behind a failure. */
export function tracesOf(failure: Failure): { httpStatus: number | null; intuitTid: string | null } {
  switch (failure.kind) {
    case "refused":
    case "not_let_in":
    case "unanswered":
      return { httpStatus: failure.httpStatus, intuitTid: failure.intuitTid };
    case "waiting":
      return { httpStatus: null, intuitTid: null };
    case "not_connected":
      return { httpStatus: failure.refusal?.httpStatus ?? null, intuitTid: failure.refusal?.intuitTid ?? null };
  }
}
