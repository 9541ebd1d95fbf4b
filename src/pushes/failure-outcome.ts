/**
 * From what QuickBooks (or our own gate) answered to an outcome of the push. Pure. `isSent` says whether the invoice's
 * own bytes had gone out: only then can it be unknown whether it arrived.
 */
import type { AnswerFailure, Failure } from "../quickbooks/faults.ts";
import { retryAt } from "./backoff.ts";
import type { PushError } from "../failures/push-error.ts";
import type { Outcome } from "./outcome.ts";
import { refusedError } from "../failures/remedies.ts";
import type { Subject } from "../failures/subject.ts";
import {
  circuitError,
  notConnected,
  subscriptionLapsed,
  throttledError,
  tokenRefusedError,
  tokenUnavailableError,
  unansweredError,
} from "../failures/waiting-errors.ts";
import type { Attempt } from "./store.ts";

/** After a 429 Intuit wants 60 s (docs/qbo-api.md, section 3). */
const THROTTLE_WAIT_MS = 60_000;
/** 140: the company is locked, e.g. while its books are repaired. */
const LOCKED_WAIT_MS = 15 * 60_000;
/** QuickBooks' code for a subscription that has lapsed (docs/qbo-api.md, section 9.3). */
export const SUBSCRIPTION_LAPSED = "6190";

export interface Judged {
  outcome: Outcome;
  recordAs: Attempt["outcome"] | null;
  error: PushError | null;
  /** What the whole company has to be told. */
  company: "subscription_lapsed" | null;
}

/** Judges a failure of one step of a push. */
export function judge(
  failure: Failure,
  subject: Subject,
  row: { id: string; retryCount: number; isSent: boolean },
  now: Date,
): Judged {
  const nowIso = now.toISOString();
  switch (failure.kind) {
    case "refused": {
      if (failure.faults.some((fault) => fault.code === SUBSCRIPTION_LAPSED)) {
        const error = { ...subscriptionLapsed(subject.connection, nowIso), intuit_tid: failure.intuitTid };
        return { outcome: { kind: "held", error }, recordAs: "refused", error, company: "subscription_lapsed" };
      }
      const error = refusedError(failure.faults, subject, failure.intuitTid, nowIso);
      return {
        outcome: { kind: "refused", error },
        recordAs: "refused",
        error,
        company: null,
      };
    }
    case "not_let_in":
      return notLetIn(failure, subject, now);
    case "unanswered": {
      const error = unansweredError(failure, subject, nowIso);
      if (row.isSent) return { outcome: { kind: "unanswered", error }, recordAs: "unanswered", error, company: null };
      return { outcome: { kind: "later", dueAt: null, error }, recordAs: "unanswered", error, company: null };
    }
    case "waiting": {
      const until = new Date(failure.until).toISOString();
      const error =
        failure.reason === "pace"
          ? null
          : failure.reason === "throttled"
            ? throttledError(subject, until, null, nowIso)
            : circuitError(subject.connection.companyName, until, nowIso);
      return { outcome: { kind: "later", dueAt: until, error }, recordAs: null, error, company: null };
    }
    case "not_connected": {
      if (failure.reason === "token_unavailable") {
        const error = tokenUnavailableError(subject.connection.companyName, nowIso);
        // No sooner than the gate says, and rarer each time: a backlog that asks every few seconds is a load of its own.
        const usualAt = Date.parse(retryAt(now, row.retryCount, row.id));
        const dueAt = new Date(Math.max(usualAt, failure.retryAt ?? 0)).toISOString();
        return { outcome: { kind: "later", dueAt, error }, recordAs: null, error, company: null };
      }
      const { refusal } = failure;
      const base = notConnected({ ...subject.connection, state: failure.reason }, nowIso);
      const error = refusal ? { ...base, code: refusal.code, intuit_tid: refusal.intuitTid } : base;
      return { outcome: { kind: "held", error }, recordAs: refusal ? "not_let_in" : null, error, company: null };
    }
  }
}

function notLetIn(failure: Extract<AnswerFailure, { kind: "not_let_in" }>, subject: Subject, now: Date): Judged {
  const nowIso = now.toISOString();
  const at = (waitMs: number) => new Date(now.getTime() + waitMs).toISOString();
  switch (failure.reason) {
    case "throttled": {
      const error = throttledError(subject, at(THROTTLE_WAIT_MS), failure.intuitTid, nowIso);
      return {
        outcome: { kind: "later", dueAt: at(THROTTLE_WAIT_MS), error },
        recordAs: "not_let_in",
        error,
        company: null,
      };
    }
    case "locked": {
      const error = refusedError(failure.faults, subject, failure.intuitTid, nowIso);
      return {
        outcome: { kind: "later", dueAt: at(LOCKED_WAIT_MS), error: { ...error, retryable: true } },
        recordAs: "not_let_in",
        error,
        company: null,
      };
    }
    case "permission": {
      const error = refusedError(
        failure.faults.length > 0 ? failure.faults : [nameless(failure)],
        subject,
        failure.intuitTid,
        nowIso,
      );
      return {
        outcome: { kind: "refused", error },
        recordAs: "not_let_in",
        error,
        company: null,
      };
    }
    case "token": {
      // The gate hands this token out no more, renews it, and knows when enough were refused.
      const error = tokenRefusedError(subject, failure.faults[0], failure.intuitTid, nowIso);
      return { outcome: { kind: "later", dueAt: nowIso, error }, recordAs: "not_let_in", error, company: null };
    }
  }
}

/** A shut door without a word (an empty or HTML body). */
function nameless(failure: { httpStatus: number }): {
  code: string;
  message: string;
  detail: string;
  element: null;
  type: string;
} {
  return {
    code: "",
    message: "",
    detail: `HTTP ${failure.httpStatus} without an explanation.`,
    element: null,
    type: "AuthorizationFault",
  };
}
