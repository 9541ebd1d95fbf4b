/**
 * How an action says that it did not do what was asked: one shape for pages and API. Only for what the caller can fix;
 * our own faults are thrown.
 */
import type { FieldError } from "../platform/problem.ts";

export interface Refusal {
  ok: false;
  reason: "not_found" | "conflict" | "invalid" | "unavailable";
  /** A sentence for people. */
  message: string;
  /** By field, if the fault belongs to one. */
  errors: FieldError[];
}

export type Result<T extends object = object> = ({ ok: true } & T) | Refusal;

/** It does not exist (or no longer exists), e.g. `notFound("connection")`. */
export function notFound(what: string): Refusal {
  return { ok: false, reason: "not_found", message: `There is no such ${what}.`, errors: [] };
}

/** The current state does not allow it. */
export function conflict(message: string): Refusal {
  return { ok: false, reason: "conflict", message, errors: [] };
}

/** The input breaks a rule. */
export function invalid(errors: FieldError[], message = errors[0]?.message ?? "Something in it is wrong."): Refusal {
  return { ok: false, reason: "invalid", message, errors };
}
