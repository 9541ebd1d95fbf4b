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
import { dayIn } from "../../platform/calendar-date.ts";
import { isZero } from "../../quickbooks/wire.ts";
import type { DocumentRow } from "../document-row.ts";
import { rememberedWish } from "../states.ts";
import { lettersKept } from "../kept-letters.ts";
import { beginVoid } from "./begin-void.ts";
import type { Patch, SettleContext } from "./outcome.ts";
import { minorOrNull, withTotal } from "./total-difference.ts";

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
    paidOn: paidOn(row, found, context),
    deliveredAt: row.deliveredAt ?? at,
  };
  if (row.operation === "void") {
    return { ...base, state: "voided", warnings: withoutWarnings(row.warnings, [VOID_REFUSED, VOID_WAITS]) };
  }
  const isEarlier = isEarlierRevision(row, found);
  const frozen = readWarnings(row.frozenWarnings);
  const warnings = [
    ...lastingWarnings(row),
    ...(isEarlier ? frozen : [...withTotal(row, found, frozen), ...differences(row, found)]),
  ];
  const hasLostLetters = lettersKept(row.frozenPayload, found) !== null;
  return { ...base, ...next(row, warnings, { isEarlier, hasLostLetters }, context) };
}

/** Whether the document found has another revision in its mark than the frozen one. */
function isEarlierRevision(row: DocumentRow, found: QboDocument): boolean {
  const revision = findMark(found.privateNote, row.id)?.revision ?? null;
  return revision !== null && revision !== row.revision;
}

/** An update may raise the total of one whose balance was 0; a credit may use up a new one immediately. */
function paidOn(row: DocumentRow, found: QboDocument, { now, timeZone }: SettleContext): string | null {
  if (!isZero(found.balance) || isZero(found.totalAmount)) return null;
  return row.paidOn ?? dayIn(timeZone, found.lastUpdatedAt ?? now);
}

/**
 * Sent; or, if something changed meanwhile, an earlier payload was found, or QuickBooks has other letters than were sent,
 * continues with the void or the update.
 */
function next(
  row: DocumentRow,
  warnings: readonly Warning[],
  { isEarlier, hasLostLetters }: { isEarlier: boolean; hasLostLetters: boolean },
  context: SettleContext,
): Patch {
  const at = context.now.toISOString();
  if (rememberedWish(row) === "void") {
    return { ...beginVoid(null, context.now), warnings: JSON.stringify(warnings) };
  }
  const isCurrent = row.frozenContentVersion === null || row.contentVersion === row.frozenContentVersion;
  if (isCurrent && !isEarlier) {
    if (!hasLostLetters) return { ...begin(row.operation, "sent"), warnings: JSON.stringify(warnings) };
    return { ...begin("update", "queued"), dueAt: at, warnings: JSON.stringify([...warnings, lostLetters(row)]) };
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

function lostLetters(row: DocumentRow): Warning {
  const message = `QuickBooks has other letters in this ${kindOf(row).noun} than were sent; it is sent again with letters that it keeps.`;
  return { code: "lost_letters", message };
}

function begin(operation: Operation, state: DocumentState): Patch {
  return { operation, state };
}

/** Differences between the document in QuickBooks and what was sent. */
function differences(row: DocumentRow, found: QboDocument): Warning[] {
  return [...customerDifference(row, found), ...addedAddress(row, found)];
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

/** QuickBooks fills in the customer's own address where a document has none. */
function addedAddress(row: DocumentRow, { shippingAddress, billingAddress }: QboDocument): Warning[] {
  const sent = kindOf(row).readFrozen(row.frozenPayload);
  if (sent === null || sent.hasShippingAddress || shippingAddress === null || shippingAddress === billingAddress)
    return [];
  const message = `The order has no shipping address, and QuickBooks shows the one of the customer: '${shippingAddress}'.`;
  return [{ code: "shipping_address_added", message }];
}

function lastingWarnings(row: DocumentRow): Warning[] {
  return readWarnings(row.warnings).filter((warning) => LASTING_WARNINGS.includes(warning.code));
}
