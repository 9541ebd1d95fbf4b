/**
 * The outcomes of a push and their effect on the document: one exhaustive switch from outcome to columns. Pure: takes the
 * row as it is now (it may have changed during the push) and returns what to write.
 */
import { type PushError, errorText } from "../../failures/push-error.ts";
import { withWarning } from "../../failures/warning.ts";
import type { QboDocument } from "../../kinds/document-kind.ts";
import { latestDeparture, nextLookAt, retryAt } from "../backoff.ts";
import type { Delivery, DocumentRow } from "../document-row.ts";
import { goneInQuickBooks } from "../events/gone-in-quickbooks.ts";
import { transition } from "../states.ts";
import { VOID_REFUSED, accepted } from "./accepted.ts";
import { VOIDED_HERE, beginVoid } from "./begin-void.ts";

export type Outcome =
  /** QuickBooks has it: it answered with an ID, or it was found by our mark. */
  | { kind: "accepted"; document: QboDocument; /** A person says that this is the document. */ isLinked?: boolean }
  /** QuickBooks or our own rules refused it; a person has to act, unless it goes again at once with other texts or records. */
  | { kind: "refused"; error: PushError; goesAgain?: boolean }
  /** Nothing was sent; the connection, the company or a switch has to be fixed first. */
  | { kind: "held"; error: PushError }
  /** Nothing was sent; tried again at `dueAt`, or after the usual wait. */
  | {
      kind: "later";
      dueAt: string | null;
      error: PushError | null;
      /** Our own code threw; too many in a row are not a temporary problem. */
      isCrash?: boolean;
      /** A newer one, read from QuickBooks. */ syncToken?: string;
    }
  /** It was sent, and there was no usable answer. */
  | { kind: "unanswered"; error: PushError }
  /** Looked up long after it was sent and not found: the same bytes may be sent again. */
  | { kind: "absent"; mayGoOn: boolean; error: PushError }
  /** Somebody voided it in QuickBooks, or deleted it (then `document` is null); we leave it that way. */
  | { kind: "gone"; document: QboDocument | null; /** Set if we learn it only now. */ qboId?: string }
  /** During preparation the document changed, moved to another connection, or was to be voided: start over. */
  | { kind: "superseded" };

/** What settling needs to know besides the outcome. */
export interface SettleContext {
  /** Whether a changed document is pushed as an update automatically. */
  isAutoPushEffective: boolean;
  now: Date;
  /** The company's. */
  timeZone: string;
  /** Content version with which the push began. */
  triedContentVersion?: number;
}

export type Patch = Partial<Delivery>;

/** Whether the frozen bytes were sent before without an answer; then exactly the same bytes are sent again. */
export function isResend(row: Pick<DocumentRow, "unansweredCount" | "frozenPayload">): boolean {
  return row.unansweredCount > 0 && row.frozenPayload !== null;
}

const UPDATE_REFUSED = "update_refused";

/** The columns that the outcome changes. Throws IllegalTransitionError for an impossible outcome. */
export function settle(row: DocumentRow, outcome: Outcome, context: SettleContext): Patch {
  const patch = patchOf(row, outcome, context);
  // A failed document that could not be linked stays as it is.
  const staysFailed = row.state === "failed" && patch.state === "failed" && patch.operation === undefined;
  if (patch.state !== undefined && !staysFailed) {
    transition(row, { operation: patch.operation ?? row.operation, state: patch.state });
  }
  const isCrash = outcome.kind === "later" && outcome.isCrash === true;
  return { openClaims: 0, crashCount: isCrash ? row.crashCount + 1 : 0, ...patch };
}

function patchOf(row: DocumentRow, outcome: Outcome, context: SettleContext): Patch {
  const { now } = context;
  switch (outcome.kind) {
    case "accepted":
      // After a write of ours there is no link left that could be taken back.
      return { ...accepted(row, outcome.document, context), errorBeforeLink: outcome.isLinked ? row.error : null };
    case "refused":
      return refused(row, outcome, context);
    case "held":
      return (
        voidInstead(row, now, outcome.error) ?? {
          ...released(row),
          // A lapsed subscription is a definite answer as well if the document itself was refused.
          ...(isOut(row) && !isResend(row) ? { closedRevision: row.revision } : {}),
          state: "held",
          dueAt: null,
          error: errorText(outcome.error, now),
        }
      );
    case "later":
      return {
        ...(voidInstead(row, now) ?? {
          ...released(row),
          state: "queued",
          dueAt: outcome.dueAt ?? retryAt(now, row.retryCount, row.id),
          retryCount: outcome.error || outcome.syncToken ? row.retryCount + 1 : row.retryCount,
          ...(outcome.error ? { error: errorText(outcome.error, now) } : {}),
        }),
        ...(outcome.syncToken
          ? {
              qboSyncToken: outcome.syncToken,
              frozenPayload: null,
              unansweredCount: 0,
              closedRevision: row.revision,
            }
          : {}),
      };
    case "unanswered":
      return unanswered(row, outcome.error, now);
    case "absent":
      return (
        voidInstead(row, now, outcome.mayGoOn ? null : outcome.error) ?? {
          sentAt: null,
          state: outcome.mayGoOn ? "queued" : "held",
          dueAt: outcome.mayGoOn ? now.toISOString() : null,
          error: errorText(outcome.error, now),
        }
      );
    case "gone":
      return gone(row, outcome, context);
    case "superseded":
      return voidInstead(row, now) ?? { ...released(row), state: "queued", dueAt: now.toISOString() };
  }
}

function gone(row: DocumentRow, outcome: Extract<Outcome, { kind: "gone" }>, { now }: SettleContext): Patch {
  const { document } = outcome;
  const at = now.toISOString();
  const qboId = document?.id ?? outcome.qboId;
  return {
    ...closed(row),
    ...goneInQuickBooks(row, document, document?.lastUpdatedAt ?? at),
    ...(qboId === undefined ? {} : { qboId, deliveredAt: row.deliveredAt ?? at }),
  };
}

/**
 * If a void was requested and the push did not reach QuickBooks: a create is voided here and nothing more is sent; an
 * update is replaced by the void of the document in QuickBooks. Null if no void was requested.
 */
function voidInstead(row: DocumentRow, now: Date, waitsFor: PushError | null = null): Patch | null {
  if (row.operation === "void" || row.voidRequestedAt === null) return null;
  return row.operation === "create" ? VOIDED_HERE : { ...beginVoid(waitsFor, now), sentAt: null };
}

/**
 * Nothing reached QuickBooks. Bytes that were once sent without an answer are kept, because only the same bytes may be
 * sent again; otherwise the next push makes a new payload.
 */
function released(row: DocumentRow): Patch {
  return isResend(row) ? { sentAt: null } : { sentAt: null, frozenPayload: null };
}

/** To be looked up, immediately if it was sent long ago. Sent again only according to when it may have left. */
function unanswered(row: DocumentRow, error: PushError, now: Date): Patch {
  const sentAt = row.sentAt ?? now.toISOString();
  return {
    state: "unknown",
    sentAt: latestDeparture(sentAt, now),
    dueAt: nextLookAt(now, sentAt),
    unansweredCount: row.unansweredCount + 1,
    retryCount: 0,
    error: errorText(error, now),
  };
}

/**
 * A refused resend says nothing about the first send (docs/architecture.md, section 3, rule 3), which is looked up again.
 * If the content changed while the old one was being refused, or that taught us what the company keeps or which records are
 * gone, the new one is pushed as if it had just arrived.
 */
function refused(
  row: DocumentRow,
  { error, goesAgain = false }: Extract<Outcome, { kind: "refused" }>,
  context: SettleContext,
): Patch {
  const { now } = context;
  if (row.state === "sending" && row.sentAt !== null && isResend(row)) return unanswered(row, error, now);
  const instead = voidInstead(row, now);
  if (instead) return instead;
  const tried = isOut(row) ? row.frozenContentVersion : (context.triedContentVersion ?? null);
  const hasChanged = context.isAutoPushEffective && tried !== null && tried !== row.contentVersion;
  if (goesAgain || hasChanged)
    return { ...closed(row), state: "queued", dueAt: now.toISOString(), error: errorText(error, now) };
  return { ...failed(row, error, now), ...closed(row) };
}

function failed(row: DocumentRow, error: PushError, now: Date): Patch {
  const base = { state: "failed" as const, dueAt: null, error: errorText(error, now) };
  if (row.operation === "create") return base;
  const warning = {
    code: row.operation === "update" ? UPDATE_REFUSED : VOID_REFUSED,
    message: `${row.operation === "update" ? "The change" : "The void"} was refused. ${error.message} ${error.remedy}`,
  };
  return { ...base, warnings: withWarning(row.warnings, warning) };
}

/** The outcome is known: nothing is frozen any more, and the revision that QuickBooks answered is used up. */
function closed(row: DocumentRow): Patch {
  return {
    sentAt: null,
    frozenPayload: null,
    unansweredCount: 0,
    retryCount: 0,
    ...(isOut(row) ? { closedRevision: row.revision } : {}),
  };
}

/** Whether the frozen payload was sent to QuickBooks. */
function isOut(row: DocumentRow): boolean {
  return row.sentAt !== null || isResend(row);
}
