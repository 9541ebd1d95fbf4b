/**
 * The outcomes of a push and their effect on the invoice: one exhaustive switch from outcome to columns. Pure: takes the
 * row as it is now (it may have changed during the push) and returns what to write.
 */
import { dayIn } from "../platform/calendar-date.ts";
import type { InvoiceRow } from "./invoice-row.ts";
import type { InvoiceState, Operation } from "../invoices/status.ts";
import { rememberedWish, transition } from "./states.ts";
import { CHANGED_AFTER_SENDING, CREATED_AFTER_VOID, ORDER_CANCELLED, VOID_WAITS } from "../invoices/warnings.ts";
import { isZero } from "../quickbooks/invoices.ts";
import type { Invoice } from "../quickbooks/wire.ts";
import { latestDeparture, nextLookAt, retryAt } from "./backoff.ts";
import { type PushError, errorText } from "../failures/push-error.ts";
import { type Warning, readWarnings, withWarning, withoutWarnings } from "../failures/warning.ts";
import { readFrozenInvoice } from "./frozen-payload.ts";
import { goneInQuickBooks } from "./events/gone-in-quickbooks.ts";
import { findMark } from "../mapping/mark.ts";
import { minorOrNull, withTotal } from "./total-difference.ts";

export type Outcome =
  /** QuickBooks has it: it answered with an ID, or the invoice was found by our mark. */
  | { kind: "accepted"; invoice: Invoice }
  /** QuickBooks or our own rules refused it; a person has to act. */
  | { kind: "refused"; error: PushError }
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
  /** Somebody voided it in QuickBooks, or deleted it (then `invoice` is null); we leave it that way. */
  | { kind: "gone"; invoice: Invoice | null; /** Set if we learn it only now. */ qboInvoiceId?: string }
  /** During preparation the invoice changed, moved to another connection, or was to be voided: start over. */
  | { kind: "superseded" };

/** What settling needs to know besides the outcome. */
export interface SettleContext {
  /** Whether a changed invoice is pushed as an update automatically. */
  isAutoPushEffective: boolean;
  now: Date;
  /** The company's. */
  timeZone: string;
  /** Content version with which the push began. */
  triedContentVersion?: number;
}

export type Patch = Partial<InvoiceRow>;

/** Whether the frozen bytes were sent before without an answer; then exactly the same bytes are sent again. */
export function isResend(row: Pick<InvoiceRow, "unansweredCount" | "frozenPayload">): boolean {
  return row.unansweredCount > 0 && row.frozenPayload !== null;
}

/** Warnings that come from the order system and outlive a push. */
const LASTING_WARNINGS: readonly string[] = [ORDER_CANCELLED, CREATED_AFTER_VOID];
const UPDATE_REFUSED = "update_refused";
const VOID_REFUSED = "void_refused";

/** The columns that the outcome changes. Throws IllegalTransitionError for an impossible outcome. */
export function settle(row: InvoiceRow, outcome: Outcome, context: SettleContext): Patch {
  const patch = patchOf(row, outcome, context);
  if (patch.state !== undefined) {
    transition(row, { operation: patch.operation ?? row.operation, state: patch.state });
  }
  const isCrash = outcome.kind === "later" && outcome.isCrash === true;
  return { openClaims: 0, crashCount: isCrash ? row.crashCount + 1 : 0, ...patch };
}

function patchOf(row: InvoiceRow, outcome: Outcome, context: SettleContext): Patch {
  const { now } = context;
  switch (outcome.kind) {
    case "accepted":
      return accepted(row, outcome.invoice, context);
    case "refused":
      return refused(row, outcome.error, context);
    case "held":
      return (
        voidInstead(row, now, outcome.error) ?? {
          ...released(row),
          // A lapsed subscription is a definite answer as well if the invoice itself was refused.
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

function gone(row: InvoiceRow, outcome: Extract<Outcome, { kind: "gone" }>, { now }: SettleContext): Patch {
  const { invoice } = outcome;
  const at = now.toISOString();
  const qboInvoiceId = invoice?.id ?? outcome.qboInvoiceId;
  return {
    ...closed(row),
    ...goneInQuickBooks(row, invoice, invoice?.lastUpdatedAt ?? at),
    ...(qboInvoiceId === undefined ? {} : { qboInvoiceId, deliveredAt: row.deliveredAt ?? at }),
  };
}

/**
 * If a void was requested and the push did not reach QuickBooks: a create is voided here and nothing more is sent; an
 * update is replaced by the void of the invoice in QuickBooks. Null if no void was requested.
 */
function voidInstead(row: InvoiceRow, now: Date, waitsFor: PushError | null = null): Patch | null {
  if (row.operation === "void" || row.voidRequestedAt === null) return null;
  return row.operation === "create" ? VOIDED_HERE : { ...beginVoid(waitsFor, now), sentAt: null };
}

/** The columns of a voided invoice that never reached QuickBooks. */
export const VOIDED_HERE = {
  state: "voided",
  dueAt: null,
  error: null,
  sentAt: null,
  frozenPayload: null,
  unansweredCount: 0,
} as const satisfies Patch;

/** The columns that begin the void of an invoice in QuickBooks; `waitsFor`: why it can't be sent now. */
export function beginVoid(waitsFor: PushError | null, now: Date): Patch {
  return {
    ...begin("void", waitsFor ? "held" : "queued"),
    dueAt: waitsFor ? null : now.toISOString(),
    error: waitsFor ? errorText(waitsFor, now) : null,
    frozenPayload: null,
    unansweredCount: 0,
    openClaims: 0,
    retryCount: 0,
  };
}

/**
 * Nothing reached QuickBooks. Bytes that were once sent without an answer are kept, because only the same bytes may be
 * sent again; otherwise the next push makes a new payload.
 */
function released(row: InvoiceRow): Patch {
  return isResend(row) ? { sentAt: null } : { sentAt: null, frozenPayload: null };
}

/** To be looked up, immediately if it was sent long ago. Sent again only according to when it may have left. */
function unanswered(row: InvoiceRow, error: PushError, now: Date): Patch {
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
 * If the content changed while the old one was being refused, the new one is pushed as if it had just arrived.
 */
function refused(row: InvoiceRow, error: PushError, context: SettleContext): Patch {
  const { now } = context;
  if (row.state === "sending" && row.sentAt !== null && isResend(row)) return unanswered(row, error, now);
  const instead = voidInstead(row, now);
  if (instead) return instead;
  const tried = isOut(row) ? row.frozenContentVersion : (context.triedContentVersion ?? null);
  if (context.isAutoPushEffective && tried !== null && tried !== row.contentVersion)
    return { ...closed(row), state: "queued", dueAt: now.toISOString(), error: errorText(error, now) };
  return { ...failed(row, error, now), ...closed(row) };
}

function failed(row: InvoiceRow, error: PushError, now: Date): Patch {
  const base = { state: "failed" as const, dueAt: null, error: errorText(error, now) };
  if (row.operation === "create") return base;
  const warning = {
    code: row.operation === "update" ? UPDATE_REFUSED : VOID_REFUSED,
    message: `${row.operation === "update" ? "The change" : "The void"} was refused. ${error.message} ${error.remedy}`,
  };
  return { ...base, warnings: withWarning(row.warnings, warning) };
}

/** The outcome is known: nothing is frozen any more, and the revision that QuickBooks answered is used up. */
function closed(row: InvoiceRow): Patch {
  return {
    sentAt: null,
    frozenPayload: null,
    unansweredCount: 0,
    retryCount: 0,
    ...(isOut(row) ? { closedRevision: row.revision } : {}),
  };
}

/** Whether the frozen payload was sent to QuickBooks. */
function isOut(row: InvoiceRow): boolean {
  return row.sentAt !== null || isResend(row);
}

function accepted(row: InvoiceRow, invoice: Invoice, context: SettleContext): Patch {
  const { now } = context;
  const at = now.toISOString();
  const base: Patch = {
    // A remembered cancellation ends here; its warning stays, and a person decides about the invoice in QuickBooks.
    ...(rememberedWish(row) === "cancellation" ? { voidRequestedAt: null } : {}),
    sentAt: null,
    dueAt: null,
    error: null,
    refusedHash: null,
    closedRevision: row.revision,
    unansweredCount: 0,
    retryCount: 0,
    qboInvoiceId: invoice.id,
    qboSyncToken: invoice.syncToken,
    qboTotalMinor: minorOrNull(invoice.totalAmount, row.currency),
    qboBalanceMinor: minorOrNull(invoice.balance, row.currency),
    qboLastUpdatedAt: invoice.lastUpdatedAt === null ? null : new Date(invoice.lastUpdatedAt).toISOString(),
    paidOn: paidOn(row, invoice, context),
    deliveredAt: row.deliveredAt ?? at,
  };
  if (row.operation === "void") {
    return { ...base, state: "voided", warnings: withoutWarnings(row.warnings, [VOID_REFUSED, VOID_WAITS]) };
  }
  const isEarlier = isEarlierRevision(row, invoice);
  const frozen = readWarnings(row.frozenWarnings);
  const warnings = [
    ...lastingWarnings(row),
    ...(isEarlier ? frozen : [...withTotal(row, invoice, frozen), ...customerDifference(row, invoice)]),
  ];
  return { ...base, ...next(row, warnings, isEarlier, context) };
}

/** Whether the invoice found has another revision in its mark than the frozen one. */
function isEarlierRevision(row: InvoiceRow, invoice: Invoice): boolean {
  const revision = findMark(invoice.privateNote, row.id)?.revision ?? null;
  return revision !== null && revision !== row.revision;
}

/** An update may raise the total of a paid invoice; a credit may pay a new one immediately. */
function paidOn(row: InvoiceRow, invoice: Invoice, { now, timeZone }: SettleContext): string | null {
  if (!isZero(invoice.balance) || isZero(invoice.totalAmount)) return null;
  return row.paidOn ?? dayIn(timeZone, invoice.lastUpdatedAt ?? now);
}

/** Sent; or, if something changed meanwhile or an earlier payload was found, continues with the void or the update. */
function next(row: InvoiceRow, warnings: readonly Warning[], isEarlier: boolean, context: SettleContext): Patch {
  const at = context.now.toISOString();
  if (rememberedWish(row) === "void") {
    return { ...beginVoid(null, context.now), warnings: JSON.stringify(warnings) };
  }
  const isCurrent = row.frozenContentVersion === null || row.contentVersion === row.frozenContentVersion;
  if (isCurrent && !isEarlier) {
    return { ...begin(row.operation, "sent"), warnings: JSON.stringify(warnings) };
  }
  const changed = {
    code: CHANGED_AFTER_SENDING,
    message: "The order system changed this invoice while it was being sent; QuickBooks has the former version.",
  };
  const state = context.isAutoPushEffective ? "queued" : "not_sent";
  return {
    ...begin("update", state),
    dueAt: state === "queued" ? at : null,
    warnings: JSON.stringify([...warnings, changed]),
  };
}

function begin(operation: Operation, state: InvoiceState): Patch {
  return { operation, state };
}

function customerDifference(row: InvoiceRow, { customer }: Invoice): Warning[] {
  const asked = readFrozenInvoice(row)?.CustomerRef.value ?? null;
  if (asked === null || customer === null || customer.value === asked) return [];
  const name = customer.name ? `'${customer.name}'` : `number ${customer.value}`;
  return [
    {
      code: "customer_differs",
      message: `In QuickBooks this invoice is for the customer ${name}, not for the customer of ${row.customerName} for whom it was sent.`,
    },
  ];
}

function lastingWarnings(row: InvoiceRow): Warning[] {
  return readWarnings(row.warnings).filter((warning) => LASTING_WARNINGS.includes(warning.code));
}
