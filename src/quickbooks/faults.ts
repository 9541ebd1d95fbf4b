/**
 * The named set of ways in which a call to QuickBooks can fail, and the error that carries one of them. Code outside this
 * folder switches on `failure.kind` and on fault codes. Nothing here uses the network, and the error's message contains
 * only codes, never customer data, so that it may be logged.
 */
import type { NotLetInReason } from "./codes.ts";
import type { Letters } from "./letters.ts";

/** One entry of QuickBooks' error body (docs/qbo-api.md, section 9), the same for both dialects and for XML. */
export interface Fault {
  /** Without leading zeros: the gateway's `003200` is `3200`. Empty if the response had none. */
  code: string;
  message: string;
  detail: string;
  /** The property that QuickBooks complains about, if it says so. */
  element: string | null;
  /** As spelled by QuickBooks, except that its misspelling `AuthorizatonFault` is corrected. */
  type: string;
}

export type RefusedFailure = {
  kind: "refused";
  faults: Fault[];
  httpStatus: number;
  intuitTid: string | null;
  /** What the company seems to keep, if it refused characters of the request (2040). */
  letters?: Letters;
};

export type NotLetInFailure = {
  kind: "not_let_in";
  reason: NotLetInReason;
  faults: Fault[];
  httpStatus: number;
  intuitTid: string | null;
};

export type UnansweredFailure = {
  kind: "unanswered";
  reason: "timeout" | "network" | "server_error" | "unreadable";
  httpStatus: number | null;
  intuitTid: string | null;
  detail: string;
  faults: Fault[];
};

export type WaitingFailure = {
  kind: "waiting";
  /** epoch ms */ until: number;
  reason: "pace" | "throttled" | "circuit";
};

export type NotConnectedFailure = {
  kind: "not_connected";
  reason: "reconnect_needed" | "disconnected" | "token_unavailable";
  /** epoch ms; null if only a person can help. */
  retryAt: number | null;
  /** QuickBooks' answer when it refused the token, if that revealed it. */
  refusal?: { code: string | null; httpStatus: number; intuitTid: string | null };
};

/**
 * - `refused`: a Fault that names a rule; nothing was written.
 * - `not_let_in`: 401, 403 or 429 at Intuit's gateway; nothing was written.
 * - `unanswered`: unknown whether it was written: timeout, reset, any 5xx, HTML, a truncated body, 10000, 600.
 * - `waiting`, `not_connected`: our own gate; nothing was sent.
 */
export type Failure = RefusedFailure | NotLetInFailure | UnansweredFailure | WaitingFailure | NotConnectedFailure;

/** Failures that a response from QuickBooks, or its absence, can mean; the other two come from our own gate. */
export type AnswerFailure = RefusedFailure | NotLetInFailure | UnansweredFailure;

export class QuickBooksError extends Error {
  readonly failure: Failure;

  constructor(failure: Failure) {
    super(describe(failure));
    this.name = "QuickBooksError";
    this.failure = failure;
  }
}

/** True if `error` is a refusal by QuickBooks that names one of `codes`. */
export function isRefusedWith(error: unknown, ...codes: string[]): error is QuickBooksError {
  return error instanceof QuickBooksError && isRefusal(error.failure, ...codes);
}

/** True if QuickBooks refused, and named one of `codes`. */
export function isRefusal(failure: Failure, ...codes: string[]): failure is RefusedFailure {
  return failure.kind === "refused" && failure.faults.some((fault) => codes.includes(fault.code));
}

function describe(failure: Failure): string {
  switch (failure.kind) {
    case "refused":
      return `QuickBooks refused the request (${codesOf(failure.faults)})`;
    case "not_let_in":
      return `QuickBooks did not let the request in: ${failure.reason} (HTTP ${failure.httpStatus}, ${codesOf(failure.faults)})`;
    case "unanswered":
      return `QuickBooks gave no usable answer: ${failure.reason} (HTTP ${failure.httpStatus ?? "none"}, ${codesOf(failure.faults)})`;
    case "waiting":
      return `The company's gate is closed until ${new Date(failure.until).toISOString()}: ${failure.reason}`;
    case "not_connected":
      return `The company is not connected: ${failure.reason}`;
  }
}

function codesOf(faults: Fault[]): string {
  return faults.length === 0 ? "no code" : `code ${faults.map((fault) => fault.code || "none").join(", ")}`;
}
