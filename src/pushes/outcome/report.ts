/**
 * How a push or a look-up ended, as it is recorded: its outcome and what is known about the attempt. Pure.
 */
import type { PushError } from "../../failures/push-error.ts";
import type { Outcome } from "./outcome.ts";
import type { pushAttempts } from "../schema.ts";

type RecordAs = (typeof pushAttempts.$inferSelect)["outcome"];

export interface Report {
  outcome: Outcome;
  /** How it is listed among the attempts; null if it is not worth a row. */
  recordAs: RecordAs | null;
  startedAt: Date;
  /** Of the call that decided the outcome; null if none did. */
  httpStatus: number | null;
  intuitTid: string | null;
  /** Null if nothing of the document itself was sent. */
  requestId: string | null;
  error: PushError | null;
}

/** What is known about the attempt besides its outcome and start; absent: nothing. */
export type TryFacts = Partial<Pick<Report, "recordAs" | "httpStatus" | "intuitTid" | "requestId">>;

export function reportOf(outcome: Outcome, startedAt: Date, facts: TryFacts = {}): Report {
  return {
    outcome,
    startedAt,
    recordAs: facts.recordAs ?? null,
    httpStatus: facts.httpStatus ?? null,
    intuitTid: facts.intuitTid ?? null,
    requestId: facts.requestId ?? null,
    error: errorOf(outcome),
  };
}

/** What went wrong, or null. */
export function errorOf(outcome: Outcome): PushError | null {
  return "error" in outcome ? outcome.error : null;
}
