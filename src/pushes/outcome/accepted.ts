/**
 * What a document becomes that QuickBooks has. Pure. Differences from what was sent are warnings; what changed or was
 * requested meanwhile is done next.
 */
import { CHANGED_AFTER_SENDING, CREATED_AFTER_VOID, ORDER_CANCELLED, VOID_WAITS } from "../../documents/warnings.ts";
import type { DocumentState, Operation } from "../../documents/status.ts";
import { type Warning, readWarnings, withoutWarnings } from "../../failures/warning.ts";
import type { QboDocument } from "../../kinds/document-kind.ts";
import { kindOf } from "../../kinds/kinds.ts";
import { findMark } from "../../mapping/mark.ts";
import { calendarDate } from "../../platform/calendar-date.ts";
import { formatMinor, toMinor } from "../../platform/money.ts";
import { isZero } from "../../quickbooks/wire.ts";
import type { DocumentRow } from "../document-row.ts";
import { rememberedWish } from "../states.ts";
import { beginVoid } from "./begin-void.ts";
import type { Patch, SettleContext } from "./outcome.ts";

/** Warnings that come from the order system and outlive a push. */
const LASTING_WARNINGS: readonly string[] = [ORDER_CANCELLED, CREATED_AFTER_VOID];
export const VOID_REFUSED = "void_refused";

/** The columns of a document that QuickBooks has: sent or voided, or what it continues with. */
export function accepted(row: DocumentRow, found: QboDocument, context: SettleContext): Patch {
  const { now } = context;
  const at = now.toISOString();
  const base: Patch = {
    // A remembered cancellation ends here; its warning stays, and a person decides about the document in QuickBooks.
    ...(rememberedWish(row) === "cancellation" ? { voidRequestedAt: null } : {}),
    sentAt: null,
    dueAt: null,
    error: null,
    refusedHash: null,
    closedRevision: row.revision,
    unansweredCount: 0,
    retryCount: 0,
    qboId: found.id,
    qboSyncToken: found.syncToken,
    qboTotalMinor: minorOrNull(found.totalAmount, row.currency),
    qboBalanceMinor: minorOrNull(found.balance, row.currency),
    qboLastUpdatedAt: found.lastUpdatedAt === null ? null : new Date(found.lastUpdatedAt).toISOString(),
    paidOn: paidOn(row, found, now),
    deliveredAt: row.deliveredAt ?? at,
  };
  if (row.operation === "void") {
    return { ...base, state: "voided", warnings: withoutWarnings(row.warnings, [VOID_REFUSED, VOID_WAITS]) };
  }
  const isEarlier = isEarlierRevision(row, found);
  const warnings = [
    ...lastingWarnings(row),
    ...readWarnings(row.frozenWarnings),
    ...(isEarlier ? [] : differences(row, found)),
  ];
  return { ...base, ...next(row, warnings, isEarlier, context) };
}

/** Whether the document found has another revision in its mark than the frozen one. */
function isEarlierRevision(row: DocumentRow, found: QboDocument): boolean {
  const revision = findMark(found.privateNote, row.id)?.revision ?? null;
  return revision !== null && revision !== row.revision;
}

/** An update may raise the total of one whose balance was 0; a credit may use up a new one immediately. */
function paidOn(row: DocumentRow, found: QboDocument, now: Date): string | null {
  if (!isZero(found.balance) || isZero(found.totalAmount)) return null;
  return row.paidOn ?? calendarDate(found.lastUpdatedAt ?? now);
}

/** Sent; or, if something changed meanwhile or an earlier payload was found, continues with the void or the update. */
function next(row: DocumentRow, warnings: readonly Warning[], isEarlier: boolean, context: SettleContext): Patch {
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
    message: `The order system changed this ${kindOf(row).noun} while it was being sent; QuickBooks has the former version.`,
  };
  const state = context.isAutoPushEffective ? "queued" : "not_sent";
  return {
    ...begin("update", state),
    dueAt: state === "queued" ? at : null,
    warnings: JSON.stringify([...warnings, changed]),
  };
}

function begin(operation: Operation, state: DocumentState): Patch {
  return { operation, state };
}

/** Differences between the document in QuickBooks and what was sent. */
function differences(row: DocumentRow, found: QboDocument): Warning[] {
  return [...totalDifference(row, found), ...customerDifference(row, found)];
}

function customerDifference(row: DocumentRow, { customer }: QboDocument): Warning[] {
  const kind = kindOf(row);
  const asked = kind.readFrozen(row.frozenPayload)?.customerId ?? null;
  if (asked === null || customer === null || customer.value === asked) return [];
  const name = customer.name ? `'${customer.name}'` : `number ${customer.value}`;
  return [
    {
      code: "customer_differs",
      message: `In QuickBooks this ${kind.noun} is for the customer ${name}, not for the customer of ${row.customerName} for whom it was sent.`,
    },
  ];
}

function totalDifference(row: DocumentRow, found: QboDocument): Warning[] {
  const theirs = minorOrNull(found.totalAmount, row.currency);
  const ours = frozenTotalMinor(row);
  if (theirs === ours) return [];
  const shown = theirs === null ? found.totalAmount : formatMinor(theirs, row.currency);
  return [
    {
      code: "total_differs",
      message: `QuickBooks has a total of ${shown} ${row.currency}, the order system ${formatMinor(ours, row.currency)} ${row.currency}${theirs === null ? "" : ` (a difference of ${formatMinor(theirs - ours, row.currency)})`}.`,
    },
  ];
}

/** The total of the frozen payload; the row's own total may have changed meanwhile. */
function frozenTotalMinor(row: DocumentRow): number {
  return row.frozenTotalMinor ?? row.totalMinor;
}

function lastingWarnings(row: DocumentRow): Warning[] {
  return readWarnings(row.warnings).filter((warning) => LASTING_WARNINGS.includes(warning.code));
}

function minorOrNull(decimal: string, currency: string): number | null {
  try {
    return toMinor(decimal, currency);
  } catch {
    return null;
  }
}
