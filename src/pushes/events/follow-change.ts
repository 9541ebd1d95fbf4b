/**
 * Updates our row after people changed, voided, deleted or paid its document in QuickBooks (docs/contract.md, section 7).
 * All of a run's events about one document are handled together, with one read at most, and none for what we know already.
 * Never writes to QuickBooks.
 */
import { dayIn } from "../../platform/calendar-date.ts";
import type { Connection } from "../../connections/connection.ts";
import { timeZoneOf } from "../../connections/time-zone.ts";
import type { QboDocument } from "../../kinds/document-kind.ts";
import { type KindName, kindOf } from "../../kinds/kinds.ts";
import { type Delivery, type DocumentRow, findLinked } from "../document-row.ts";
import { pushes } from "../schema.ts";
import { type Db, runBatch, tookHold } from "../../platform/db.ts";
import { formatMinor } from "../../platform/money.ts";
import { isZero } from "../../quickbooks/wire.ts";
import { moveRow } from "../ledger.ts";
import { CHANGED_IN_QUICKBOOKS } from "../../documents/attention.ts";
import { withWarning } from "../../failures/warning.ts";
import { minorOrNull } from "../outcome/total-difference.ts";
import { goneInQuickBooks, isoOrNull, minute } from "./gone-in-quickbooks.ts";

/** What a run's events report about one document. */
export interface ReportedChange {
  kind: KindName;
  qboId: string;
  /** When, by QuickBooks' clock, ISO; of several events the latest. */
  eventAt: string;
  isVoid: boolean;
  /** Whether one of the events is a payment's. */
  isPayment: boolean;
  /** Calendar date of the payment. */
  paidOn: string | null;
}

/** `read` returns null if the document is gone. */
export interface ChangeContext {
  db: Db;
  connection: Connection;
  now: () => Date;
  read: (qboId: string) => Promise<QboDocument | null>;
}

/**
 * Brings our row up to date. `done`; `busy`: a push of it is under way, whose answer will say more than the event;
 * `raced`: the row changed meanwhile; `unknown`: no row has that ID. In the last three cases the events stay open, unless
 * the document is known not to be ours. Throws QuickBooksError.
 */
export async function followChange(
  context: ChangeContext,
  reported: ReportedChange,
): Promise<"done" | "busy" | "raced" | "unknown"> {
  const { db, connection, now } = context;
  const row = await findLinked(db, reported.kind, { connectionId: connection.id, qboId: reported.qboId });
  if (!row) return "unknown";
  if (row.state === "voided") return "done";
  if (row.state === "sending" || row.state === "unknown") return "busy";
  if (isKnown(row, reported)) {
    if (reported.paidOn === null || row.qboBalanceMinor !== 0 || reported.paidOn === row.paidOn) return "done";
    return write(context, row, { paidOn: reported.paidOn });
  }
  const found = await context.read(reported.qboId);
  const isGone = found === null || kindOf(row).isVoided(found) || (reported.isVoid && isZero(found.totalAmount));
  const patch = isGone
    ? goneInQuickBooks(row, found, reported.eventAt)
    : changed(row, found, reported, timeZoneOf(connection));
  return write({ db, connection, now }, row, patch);
}

/**
 * Whether our last answer or read is at least as new as the events: then they echo our own write, or were read already.
 * We make no payments, so a payment is never an echo: it is known only if the balance shows it.
 */
function isKnown(row: DocumentRow, reported: ReportedChange): boolean {
  if (row.qboLastUpdatedAt === null || Date.parse(reported.eventAt) > Date.parse(row.qboLastUpdatedAt)) return false;
  return !reported.isPayment || (row.qboBalanceMinor ?? 0) < (row.qboTotalMinor ?? row.totalMinor);
}

/** Writes it, unless the row changed meanwhile. */
async function write(
  { db, now }: Pick<ChangeContext, "db" | "connection" | "now">,
  row: DocumentRow,
  patch: Partial<Delivery>,
): Promise<"done" | "raced"> {
  const at = now();
  const after = { ...row, ...patch, rowVersion: row.rowVersion + 1 };
  const [updated] = await runBatch(db, [
    moveRow(db, row, patch, { now: at }).returning({ id: pushes.documentId }),
    ...kindOf(row).alsoWrite(db, row, after, at),
  ]);
  return tookHold(updated) ? "done" : "raced";
}

function changed(row: DocumentRow, found: QboDocument, reported: ReportedChange, timeZone: string): Partial<Delivery> {
  const at = minute(reported.eventAt);
  const version = { qboSyncToken: found.syncToken, qboLastUpdatedAt: isoOrNull(found.lastUpdatedAt) };
  const total = minorOrNull(found.totalAmount, row.currency);
  const balance = minorOrNull(found.balance, row.currency);
  if (total === null || balance === null) {
    // Reading it again would not help, so a person has to look; the amounts that we know stay.
    const what = `${found.totalAmount} with a balance of ${found.balance}`;
    const message = `The ${kindOf(row).noun} was changed in QuickBooks on ${at}. Its total there, ${what}, is not a valid amount in ${row.currency}: check it in QuickBooks.`;
    return { ...version, warnings: warningsWith(row, message) };
  }
  const before = row.qboTotalMinor ?? row.totalMinor;
  const money = (minor: number) => `${formatMinor(minor, row.currency)} ${row.currency}`;
  const isPaid = total > 0 && balance === 0;
  const paidOn = reported.paidOn ?? row.paidOn ?? dayIn(timeZone, found.lastUpdatedAt ?? reported.eventAt);
  const message = `The total was changed in QuickBooks from ${money(before)} to ${money(total)} on ${at}.`;
  return {
    ...version,
    qboTotalMinor: total,
    qboBalanceMinor: balance,
    paidOn: isPaid ? paidOn : null,
    ...(total === before ? {} : { warnings: warningsWith(row, message) }),
  };
}

function warningsWith(row: DocumentRow, message: string): string {
  return withWarning(row.warnings, { code: CHANGED_IN_QUICKBOOKS, message });
}
