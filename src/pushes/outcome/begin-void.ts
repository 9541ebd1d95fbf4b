/**
 * The columns with which a document is voided: here, if it never reached QuickBooks, or there. Pure.
 */
import { type PushError, errorText } from "../../failures/push-error.ts";
import type { Delivery } from "../document-row.ts";

/** The columns of a voided document that never reached QuickBooks. */
export const VOIDED_HERE = {
  state: "voided",
  dueAt: null,
  error: null,
  sentAt: null,
  frozenPayload: null,
  unansweredCount: 0,
} as const satisfies Partial<Delivery>;

/** The columns that begin the void of a document in QuickBooks; `waitsFor`: why it can't be sent now. */
export function beginVoid(waitsFor: PushError | null, now: Date): Partial<Delivery> {
  return {
    operation: "void",
    state: waitsFor ? "held" : "queued",
    dueAt: waitsFor ? null : now.toISOString(),
    error: waitsFor ? errorText(waitsFor, now) : null,
    frozenPayload: null,
    unansweredCount: 0,
    openClaims: 0,
    retryCount: 0,
  };
}
