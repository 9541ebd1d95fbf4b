/**
 * What a push led to, and what that makes of the invoice: one exhaustive switch from outcome to columns. Pure: reads
 * the row as it is now (it may have changed while the push was under way) and answers with what is to be written.
 */
import { calendarDate } from "../platform/calendar-date.ts";
import type { InvoiceRow } from "./invoice-row.ts";
import type { InvoiceState, Operation } from "../invoices/status.ts";
import { rememberedWish, transition } from "./states.ts";
import { CHANGED_AFTER_SENDING, CREATED_AFTER_VOID, ORDER_CANCELLED, VOID_WAITS } from "../invoices/warnings.ts";
import { formatMinor, toMinor } from "../platform/money.ts";
import { isZero } from "../quickbooks/invoices.ts";
import type { Invoice } from "../quickbooks/wire.ts";
import { latestDeparture, nextLookAt, retryAt } from "./backoff.ts";
import { type PushError, errorText } from "../failures/push-error.ts";
import { type Warning, readWarnings, withWarning, withoutWarnings } from "../failures/warning.ts";
import { readFrozenInvoice } from "./frozen-payload.ts";
import { goneInQuickBooks } from "./events/gone-in-quickbooks.ts";
import { findMark } from "../mapping/mark.ts";

export type Outcome =
  /** QuickBooks has it: an answer with an ID, or found by our mark. */
  | { kind: "accepted"; invoice: Invoice }
  /** QuickBooks or our own rules said no; a person has to act. */
  | { kind: "refused"; error: PushError }
  /** Nothing of the invoice was sent; the company or a switch has to be mended first. */
  | { kind: "held"; error: PushError }
  /** Nothing of the invoice was sent; goes on at `dueAt`, or after the usual wait. */
  | {
      kind: "later";
      dueAt: string | null;
      error: PushError | null;
      /** Something of ours threw; too often in a row is no passing thing. */
      isCrash?: boolean;
      /** A newer one that was read in QuickBooks. */ syncToken?: string;
    }
  /** It went out and no usable answer came back. */
  | { kind: "unanswered"; error: PushError }
  /** Looked up long after it went out, and it is not there: it may be sent again, the same bytes. */
  | { kind: "absent"; mayGoOn: boolean; error: PushError }
  /** Somebody voided it in QuickBooks, or deleted it (then `invoice` is null): it stays so. */
  | { kind: "gone"; invoice: Invoice | null; /** Where only now we learn it. */ qboInvoiceId?: string }
  /** While it was prepared the invoice changed, moved to another connection, or was to be voided: begin anew. */
  | { kind: "superseded" };

/** What may still be asked of the row after its outcome. */
export interface SettleContext {
  /** Whether a changed invoice is pushed as an update by itself. */
  isAutoPushEffective: boolean;
  now: Date;
  /** Content version that the push began with. */
  triedContentVersion?: number;
}

export type Patch = Partial<InvoiceRow>;

/** Whether the frozen bytes went out before without an answer: then the very same are sent again. */
export function isResend(row: Pick<InvoiceRow, "unansweredCount" | "frozenPayload">): boolean {
  return row.unansweredCount > 0 && row.frozenPayload !== null;
}

/** Warnings that come from the order system and outlive a push. */
const LASTING_WARNINGS: readonly string[] = [ORDER_CANCELLED, CREATED_AFTER_VOID];
const UPDATE_REFUSED = "update_refused";
const VOID_REFUSED = "void_refused";

/** The columns that the outcome changes. Throws IllegalTransitionError for an outcome that can't be. */
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
          // A lapsed subscription is a definite answer, too, where it was the invoice itself that was refused.
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
 * What was to be pushed did not get into QuickBooks and is to be voided: a create is voided here and nothing more is
 * sent, an update gives way to the void of what QuickBooks has. Null where no void was asked for.
 */
function voidInstead(row: InvoiceRow, now: Date, waitsFor: PushError | null = null): Patch | null {
  if (row.operation === "void" || row.voidRequestedAt === null) return null;
  return row.operation === "create" ? VOIDED_HERE : { ...beginVoid(waitsFor, now), sentAt: null };
}

/** The columns of an invoice that never got into QuickBooks and is voided. */
export const VOIDED_HERE = {
  state: "voided",
  dueAt: null,
  error: null,
  sentAt: null,
  frozenPayload: null,
  unansweredCount: 0,
} as const satisfies Patch;

/** The columns with which the void of what QuickBooks has begins; `waitsFor`: why QuickBooks can't be told now. */
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
 * Nothing of it got in. Bytes that once went out unanswered are kept, since only the very same may be sent again;
 * others are made anew from the content of that time.
 */
function released(row: InvoiceRow): Patch {
  return isResend(row) ? { sentAt: null } : { sentAt: null, frozenPayload: null };
}

/** To be looked up, at once where it has been out for long; sent again only by what is known of when it left. */
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
 * A refused resend says nothing of the first send (docs/architecture.md, section 3, rule 3): that one is looked up
 * again. Where the content changed while the old one was being refused, the new one is tried as it would be if it came
 * now.
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

/** The outcome is known: nothing is frozen any more, and what QuickBooks answered has used its revision up. */
function closed(row: InvoiceRow): Patch {
  return {
    sentAt: null,
    frozenPayload: null,
    unansweredCount: 0,
    retryCount: 0,
    ...(isOut(row) ? { closedRevision: row.revision } : {}),
  };
}

/** Whether QuickBooks was given what is frozen. */
function isOut(row: InvoiceRow): boolean {
  return row.sentAt !== null || isResend(row);
}

function accepted(row: InvoiceRow, invoice: Invoice, context: SettleContext): Patch {
  const { now } = context;
  const at = now.toISOString();
  const base: Patch = {
    // A remembered cancellation is done with its flag: what QuickBooks has is left to a person.
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
    paidOn: paidOn(row, invoice, now),
    deliveredAt: row.deliveredAt ?? at,
  };
  if (row.operation === "void") {
    return { ...base, state: "voided", warnings: withoutWarnings(row.warnings, [VOID_REFUSED, VOID_WAITS]) };
  }
  const isEarlier = isEarlierRevision(row, invoice);
  const warnings = [
    ...lastingWarnings(row),
    ...readWarnings(row.frozenWarnings),
    ...(isEarlier ? [] : differences(row, invoice)),
  ];
  return { ...base, ...next(row, warnings, isEarlier, context) };
}

/** Whether what was found is another payload of this invoice than the one that is frozen: its mark says so. */
function isEarlierRevision(row: InvoiceRow, invoice: Invoice): boolean {
  const revision = findMark(invoice.privateNote, row.id)?.revision ?? null;
  return revision !== null && revision !== row.revision;
}

/** An update may raise what was paid in full; a credit may pay what was just made. */
function paidOn(row: InvoiceRow, invoice: Invoice, now: Date): string | null {
  if (!isZero(invoice.balance) || isZero(invoice.totalAmount)) return null;
  return row.paidOn ?? calendarDate(invoice.lastUpdatedAt ?? now);
}

/** Sent; or, where something came in meanwhile or an earlier payload was found, on to the void or the update. */
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
    message: "The order system changed this invoice while it was being sent; QuickBooks has what it was before.",
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

/** What QuickBooks made of it, next to what was asked for. */
function differences(row: InvoiceRow, invoice: Invoice): Warning[] {
  return [...totalDifference(row, invoice), ...customerDifference(row, invoice)];
}

function customerDifference(row: InvoiceRow, { customer }: Invoice): Warning[] {
  const asked = readFrozenInvoice(row)?.CustomerRef.value ?? null;
  if (asked === null || customer === null || customer.value === asked) return [];
  const name = customer.name ? `'${customer.name}'` : `number ${customer.value}`;
  return [
    {
      code: "customer_differs",
      message: `QuickBooks has this invoice for the customer ${name}, not for the one of ${row.customerName} that it was sent for.`,
    },
  ];
}

function totalDifference(row: InvoiceRow, invoice: Invoice): Warning[] {
  const theirs = minorOrNull(invoice.totalAmount, row.currency);
  const ours = frozenTotalMinor(row);
  if (theirs === ours) return [];
  const shown = theirs === null ? invoice.totalAmount : formatMinor(theirs, row.currency);
  return [
    {
      code: "total_differs",
      message: `QuickBooks has a total of ${shown} ${row.currency}, the order system ${formatMinor(ours, row.currency)} ${row.currency}${theirs === null ? "" : ` (a difference of ${formatMinor(theirs - ours, row.currency)})`}.`,
    },
  ];
}

/** The total of what was frozen: the row's own, unless its content changed meanwhile. */
function frozenTotalMinor(row: InvoiceRow): number {
  return row.frozenTotalMinor ?? row.totalMinor;
}

function lastingWarnings(row: InvoiceRow): Warning[] {
  return readWarnings(row.warnings).filter((warning) => LASTING_WARNINGS.includes(warning.code));
}

function minorOrNull(decimal: string, currency: string): number | null {
  try {
    return toMinor(decimal, currency);
  } catch {
    return null;
  }
}
