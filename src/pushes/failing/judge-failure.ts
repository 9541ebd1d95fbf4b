/**
 * Turns a failure reported by QuickBooks, or by our own gate, into an outcome of the push. Pure. `isSent` says whether
 * the document's own bytes had been sent: only then can it be unknown whether it arrived.
 */
import { SUBSCRIPTION_LAPSED } from "../../quickbooks/codes.ts";
import type { Failure, Fault, NotLetInFailure, WaitingFailure } from "../../quickbooks/faults.ts";
import { retryAt } from "../backoff.ts";
import type { PushError } from "../../failures/push-error.ts";
import type { Outcome } from "../outcome/outcome.ts";
import { refusedError } from "../../failures/remedies.ts";
import type { Subject } from "../../failures/subject.ts";
import {
  circuitError,
  notConnected,
  subscriptionLapsed,
  throttledError,
  tokenRefusedError,
  tokenUnavailableError,
  unansweredError,
} from "../../failures/waiting-errors.ts";
import type { Report } from "../outcome/report.ts";

/** Intuit asks for 60 s after a 429 (docs/qbo-api.md, section 3). */
const THROTTLE_WAIT_MS = 60_000;
/** 140: the company is locked, e.g. while its books are repaired. */
const LOCKED_WAIT_MS = 15 * 60_000;

/** What a document's failure says about its whole company. */
export type CompanyNews = "subscription_lapsed";

export interface Verdict {
  outcome: Outcome;
  /** How the attempt is listed; null if it is not worth a row. */
  recordAs: Report["recordAs"];
  company: CompanyNews | null;
}

/** Judges a failure of one step of a push. */
export function judgeFailure(
  failure: Failure,
  subject: Subject,
  row: { id: string; retryCount: number; isSent: boolean },
  now: Date,
): Verdict {
  const { connection } = subject;
  switch (failure.kind) {
    case "refused": {
      if (failure.faults.some((fault) => fault.code === SUBSCRIPTION_LAPSED)) {
        const error = subscriptionLapsed(connection, failure.intuitTid);
        return { outcome: { kind: "held", error }, recordAs: "refused", company: "subscription_lapsed" };
      }
      const error = refusedError(failure, subject);
      return { outcome: { kind: "refused", error }, recordAs: "refused", company: null };
    }
    case "not_let_in":
      return notLetIn(failure, subject, now);
    case "unanswered": {
      const error = unansweredError(failure, subject);
      if (row.isSent) return { outcome: { kind: "unanswered", error }, recordAs: "unanswered", company: null };
      return { outcome: { kind: "later", dueAt: null, error }, recordAs: "unanswered", company: null };
    }
    case "waiting": {
      const until = new Date(failure.until);
      const error = waitingError(failure.reason, subject, until);
      return { outcome: { kind: "later", dueAt: until.toISOString(), error }, recordAs: null, company: null };
    }
    case "not_connected": {
      if (failure.reason === "token_unavailable") {
        const error = tokenUnavailableError(connection.companyName);
        // Not before the time given by the gate, and less often each time: a backlog asking every few seconds is a load itself.
        const usualAt = Date.parse(retryAt(now, row.retryCount, row.id));
        const dueAt = new Date(Math.max(usualAt, failure.retryAt ?? 0)).toISOString();
        return { outcome: { kind: "later", dueAt, error }, recordAs: null, company: null };
      }
      const { refusal } = failure;
      const error = notConnected({ ...connection, state: failure.reason }, refusal);
      return { outcome: { kind: "held", error }, recordAs: refusal ? "not_let_in" : null, company: null };
    }
  }
}

/** Waiting for one's turn is not an error. */
function waitingError(reason: WaitingFailure["reason"], subject: Subject, until: Date): PushError | null {
  switch (reason) {
    case "pace":
      return null;
    case "throttled":
      return throttledError(subject, until);
    case "circuit":
      return circuitError(subject.connection.companyName, until);
  }
}

function notLetIn(failure: NotLetInFailure, subject: Subject, now: Date): Verdict {
  const after = (waitMs: number) => new Date(now.getTime() + waitMs);
  const verdict = (outcome: Outcome): Verdict => ({ outcome, recordAs: "not_let_in", company: null });
  switch (failure.reason) {
    case "throttled": {
      const until = after(THROTTLE_WAIT_MS);
      const error = throttledError(subject, until, failure.intuitTid);
      return verdict({ kind: "later", dueAt: until.toISOString(), error });
    }
    case "locked": {
      const error = { ...refusedError(failure, subject), retryable: true };
      return verdict({ kind: "later", dueAt: after(LOCKED_WAIT_MS).toISOString(), error });
    }
    case "permission": {
      const error = refusedError(
        failure.faults.length > 0 ? failure : { ...failure, faults: [nameless(failure)] },
        subject,
      );
      return verdict({ kind: "refused", error });
    }
    case "token": {
      // The gate stops handing out this token, renews it, and knows when enough were refused.
      const error = tokenRefusedError(failure, subject);
      return verdict({ kind: "later", dueAt: now.toISOString(), error });
    }
  }
}

/** A request rejected without an explanation (an empty or HTML body). */
function nameless({ httpStatus }: NotLetInFailure): Fault {
  const detail = `HTTP ${httpStatus} without an explanation.`;
  return { code: "", message: "", detail, element: null, type: "AuthorizationFault" };
}
