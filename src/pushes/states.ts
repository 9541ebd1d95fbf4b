/**
 * Which state of a delivery may follow which (docs/architecture.md, section 6), one table per operation; and what was
 * requested while an outcome was open. Pure. The ledger checks every write against it.
 */
import {
  DOCUMENT_STATES,
  type DocumentState,
  type Operation,
  type DeliveryState,
  isInQuickBooks,
} from "../documents/status.ts";
import { readWarnings } from "../failures/warning.ts";
import { ORDER_CANCELLED } from "../documents/warnings.ts";
import type { DocumentRow } from "./document-row.ts";

const FIRST_STATES: readonly DocumentState[] = ["not_sent", "queued", "held", "voided"];

/** What may follow within one operation. */
const TRANSITIONS: Readonly<Record<Operation, Readonly<Record<DocumentState, readonly DocumentState[]>>>> = {
  create: {
    not_sent: ["queued", "held", "voided"],
    queued: ["sending", "held", "failed", "voided"],
    // To not sent: it was held by the switch of an instance that was removed.
    held: ["queued", "not_sent", "failed", "voided"],
    // To sent: a person linked the document that uses the number.
    failed: ["queued", "held", "sent", "voided"],
    sending: ["sent", "queued", "failed", "held", "unknown", "voided"],
    unknown: ["sent", "queued", "failed", "held", "voided"],
    sent: ["voided"],
    voided: [],
  },
  update: {
    not_sent: ["queued", "held", "sent", "voided"],
    queued: ["sending", "held", "failed", "sent", "voided"],
    held: ["queued", "not_sent", "failed", "sent", "voided"],
    failed: ["queued", "held", "not_sent", "sent", "voided"],
    sending: ["sent", "queued", "failed", "held", "not_sent", "unknown", "voided"],
    unknown: ["sent", "queued", "failed", "held", "not_sent", "voided"],
    sent: ["queued", "held", "not_sent", "failed", "voided"],
    voided: [],
  },
  void: {
    not_sent: ["queued", "held", "sent", "voided"],
    queued: ["sending", "held", "failed", "sent", "voided"],
    held: ["queued", "failed", "sent", "voided"],
    failed: ["queued", "held", "not_sent", "sent", "voided"],
    sending: ["sent", "queued", "failed", "held", "unknown", "voided"],
    unknown: ["sent", "queued", "failed", "held", "voided"],
    sent: ["queued", "held", "not_sent", "failed", "voided"],
    voided: [],
  },
};

/** The states of the same operation from which `to` may follow. */
export function statesBefore(to: DeliveryState): DocumentState[] {
  return DOCUMENT_STATES.filter((state) => TRANSITIONS[to.operation][state].includes(to.state));
}

/** States in which nothing is under way, so that another operation may take its place. */
const RESTING: readonly DocumentState[] = ["not_sent", "queued", "held", "failed", "sent"];
/** States in which an outcome is awaited. */
const OPEN: readonly DocumentState[] = ["sending", "unknown"];
/** States in which an update or a void of a sent document begins. */
const BEGINNINGS: readonly DocumentState[] = ["not_sent", "queued", "held", "failed"];

export class IllegalTransitionError extends Error {
  override readonly name = "IllegalTransitionError";
  constructor(from: DeliveryState | null, to: DeliveryState) {
    super(
      `A document can't go from ${from ? `${from.operation}/${from.state}` : "nothing"} to ${to.operation}/${to.state}`,
    );
  }
}

/** Answers `to` where it may follow `from` (null: a new document); throws IllegalTransitionError where it may not. */
export function transition(from: DeliveryState | null, to: DeliveryState): DeliveryState {
  if (!isLegal(from, to)) throw new IllegalTransitionError(from, to);
  return to;
}

function isLegal(from: DeliveryState | null, to: DeliveryState): boolean {
  if (from === null) return to.operation === "create" && FIRST_STATES.includes(to.state);
  if (from.operation === to.operation) return TRANSITIONS[from.operation][from.state].includes(to.state);
  if (from.state === "voided") return false;
  // After an update or a void has ended, the document is simply sent.
  if (to.operation === "create") return to.state === "sent" && from.state !== "sent";
  // An update or a void begins on a document in QuickBooks, or with the outcome that shows it is there.
  return (
    BEGINNINGS.includes(to.state) &&
    (OPEN.includes(from.state) || (RESTING.includes(from.state) && isInQuickBooks(from)))
  );
}

/**
 * What a document becomes whose link a person takes back: QuickBooks never had it. No push may do that. Throws
 * IllegalTransitionError while an outcome is open.
 */
export function unlinked(from: DeliveryState): DeliveryState {
  const to: DeliveryState = { operation: "create", state: "failed" };
  if (!RESTING.includes(from.state) || !isInQuickBooks(from)) throw new IllegalTransitionError(from, to);
  return to;
}

/** Whether a request may be on its way: what QuickBooks made of it is not known yet. */
export function isOutcomeOpen(row: DeliveryState & { sentAt?: string | null }): boolean {
  return OPEN.includes(row.state) || (row.sentAt ?? null) !== null;
}

/**
 * What was requested while the outcome was open, to be done once it is known. A cancellation voids a document that did
 * not reach QuickBooks; one that did stays sent, flagged for a person by its `order_cancelled` warning. A void is then
 * sent to QuickBooks.
 */
export function rememberedWish(row: Pick<DocumentRow, "voidRequestedAt" | "warnings">): "void" | "cancellation" | null {
  if (row.voidRequestedAt === null) return null;
  return readWarnings(row.warnings).some(({ code }) => code === ORDER_CANCELLED) ? "cancellation" : "void";
}
