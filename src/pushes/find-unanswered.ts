/**
 * Finds out what became of pushes that QuickBooks did not answer (architecture.md 3, rules 6 and 7). New invoices are
 * looked up by their numbers, many in one query, and recognised by our mark only; changes and voids by their ID. What
 * is not there 150 s after it went out may be sent again, the same bytes. A look-up that fails changes nothing.
 */
import { findInstance } from "../instances/store.ts";
import type { InvoiceRow } from "../invoices/invoice.ts";
import { causeText } from "../platform/cause.ts";
import { log } from "../platform/log.ts";
import { toMinor } from "../platform/money.ts";
import { findInvoicesByNumbers, findInvoicesCreatedSince, isVoided, readInvoice } from "../quickbooks/invoices.ts";
import { MAX_NUMBERS_PER_LOOK_UP } from "../quickbooks/limits.ts";
import type { Invoice } from "../quickbooks/wire.ts";
import { isAutoPushEffective, reasonToHold } from "./admission.ts";
import { lookAgainAt, mayResend, nextLookAt } from "./backoff.ts";
import { type PushError, readError } from "./error.ts";
import { frozenDocNumber, readFrozenChange, readFrozenInvoice } from "./frozen-payload.ts";
import type { Outcome } from "./outcome.ts";
import { type PushContext, quickBooksOf } from "./push-context.ts";
import { neverAnsweredError } from "./waiting-errors.ts";
import { putLookOff } from "./look-times.ts";
import { type Report, settleRow } from "./store.ts";
import { markOf } from "./to-qbo-invoice.ts";

/** After this many sends without an answer and nothing there, a person has to look. */
const MAX_UNANSWERED_SENDS = 6;
const DISCONNECTED_LOOK_MS = 60_000;
/** A look that crashed: a fault of ours, or of the database just now. */
const CRASHED_LOOK_MS = 60_000;
/** Clocks differ: an invoice made by our send may carry an earlier time. */
const CLOCK_SKEW_MS = 5 * 60_000;

/** Looks up all given rows (state unknown) and settles those whose fate is known. */
export async function findUnanswered(context: PushContext, rows: readonly InvoiceRow[]): Promise<void> {
  if (rows.length === 0) return;
  if (context.connection.state !== "connected") {
    // Nobody can look now; a Reconnect rings, and then it is time soon.
    await putLookOff(
      context.db,
      rows,
      new Date(context.now().getTime() + DISCONNECTED_LOOK_MS).toISOString(),
      context.now(),
    );
    return;
  }
  const creates = rows.filter((row) => row.operation === "create");
  for (let i = 0; i < creates.length; i += MAX_NUMBERS_PER_LOOK_UP) {
    await lookUpCreates(context, creates.slice(i, i + MAX_NUMBERS_PER_LOOK_UP));
  }
  for (const row of rows.filter((one) => one.operation !== "create")) {
    await alone(context, row, () => lookUpChange(context, row));
  }
}

/** A row that can't be dealt with stays unknown and is looked at again later: the company's others don't wait for it. */
async function alone(context: PushContext, row: InvoiceRow, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (cause) {
    log("push.look_up_crashed", { invoiceId: row.id, connectionId: context.connection.id, cause: causeText(cause) });
    const dueAt = new Date(context.now().getTime() + CRASHED_LOOK_MS).toISOString();
    await putLookOff(context.db, [row], dueAt, context.now());
  }
}

async function lookUpCreates(context: PushContext, rows: readonly InvoiceRow[]): Promise<void> {
  const numbers = rows.map((row) => frozenDocNumber(row) ?? row.number);
  const found = await looked(context, rows, (qb) => findInvoicesByNumbers(qb, numbers));
  if (!found) return;
  for (const row of rows) await alone(context, row, () => settleCreate(context, row, found));
}

async function settleCreate(context: PushContext, row: InvoiceRow, found: readonly Invoice[]): Promise<void> {
  const match = byMark(found, row);
  if (match) return settleFound(context, row, match);
  if (!mayResend(context.now(), row.sentAt ?? "") || context.connection.company.customTxnNumbers)
    return settleAbsent(context, row);
  // Where QuickBooks gives the numbers itself, ours may not be the one that it stands under.
  const customerId = readFrozenInvoice(row)?.CustomerRef.value ?? "";
  const since = new Date(Date.parse(row.sentAt ?? "") - CLOCK_SKEW_MS);
  const others = await looked(context, [row], (qb) => findInvoicesCreatedSince(qb, customerId, since));
  if (!others) return;
  const other = byMark(others, row);
  await (other ? settleFound(context, row, other) : settleAbsent(context, row));
}

/** Only our mark adopts: the number alone may belong to anybody (rule 7). */
function byMark(found: readonly Invoice[], row: InvoiceRow): Invoice | undefined {
  return found.find((invoice) => invoice.privateNote?.includes(markOf(row.id)));
}

async function lookUpChange(context: PushContext, row: InvoiceRow): Promise<void> {
  const frozen = readFrozenChange(row);
  if (!frozen) throw new Error(`Invoice ${row.id} is unknown without frozen bytes`);
  const found = await looked(context, [row], (qb) => readInvoice(qb, frozen.Id));
  if (found === undefined) return;
  if (found === null) return settleLookUp(context, row, { kind: "gone", invoice: null }, "found");
  if (found.syncToken === frozen.SyncToken) return settleAbsent(context, row);
  const isOurs = row.operation === "update" && isWhatWeSent(row, found);
  if (isOurs || isVoided(found)) return settleFound(context, row, found);
  // Somebody else changed it in between, so ours was refused as stale: made anew on top of that.
  const outcome: Outcome = {
    kind: "later",
    dueAt: context.now().toISOString(),
    error: null,
    syncToken: found.syncToken,
  };
  await settleLookUp(context, row, outcome, null);
}

function isWhatWeSent(row: InvoiceRow, found: Invoice): boolean {
  const total = row.frozenTotalMinor ?? row.totalMinor;
  return (found.privateNote?.includes(markOf(row.id)) ?? false) && toMinor(found.totalAmount, row.currency) === total;
}

/** Runs a look-up. Undefined: it failed; the rows stay unknown and are looked for again later. */
async function looked<T>(
  context: PushContext,
  rows: readonly InvoiceRow[],
  lookUp: (qb: ReturnType<typeof quickBooksOf>) => Promise<T>,
): Promise<T | undefined> {
  try {
    return await lookUp(quickBooksOf(context));
  } catch (cause) {
    log("push.look_up_failed", { connectionId: context.connection.id, count: rows.length, cause: causeText(cause) });
    await putLookOff(context.db, rows, lookAgainAt(context.now()), context.now());
    return undefined;
  }
}

async function settleFound(context: PushContext, row: InvoiceRow, invoice: Invoice): Promise<void> {
  const isVoidedByOthers = row.operation !== "void" && isVoided(invoice);
  await settleLookUp(context, row, { kind: isVoidedByOthers ? "gone" : "accepted", invoice }, "found");
}

async function settleAbsent(context: PushContext, row: InvoiceRow): Promise<void> {
  const now = context.now();
  if (!mayResend(now, row.sentAt ?? "")) {
    await putLookOff(context.db, [row], nextLookAt(now, row.sentAt ?? now.toISOString()), now);
    return;
  }
  const last = readError(row.error);
  if (row.unansweredCount >= MAX_UNANSWERED_SENDS) {
    const error = neverAnsweredError(subjectOf(context, row), row.unansweredCount, last, now.toISOString());
    await settleLookUp(context, row, { kind: "refused", error, payloadHash: null }, "failed", error);
    return;
  }
  const instance = await findInstance(context.db, row.instanceId);
  const barrier = instance ? reasonToHold(context.connection, instance, now.toISOString()) : null;
  const error = barrier ?? last;
  if (!error) throw new Error(`Invoice ${row.id} is unknown without an error`);
  await settleLookUp(context, row, { kind: "absent", mayGoOn: barrier === null, error }, null);
}

async function settleLookUp(
  context: PushContext,
  row: InvoiceRow,
  outcome: Outcome,
  recordAs: Report["recordAs"],
  error: PushError | null = null,
): Promise<void> {
  const report: Report = {
    outcome,
    recordAs,
    startedAt: context.now(),
    httpStatus: null,
    intuitTid: null,
    requestId: `${row.id}-${row.revision}`,
    error,
  };
  const settled = await settleRow(context.db, row, report, async (current) => {
    const instance = await findInstance(context.db, current.instanceId);
    return {
      isAutoPushEffective: instance !== null && isAutoPushEffective(context.connection, instance),
      now: context.now(),
    };
  });
  log("push.looked_up", { invoiceId: row.id, outcome: outcome.kind, state: settled?.state ?? "lost" });
}

function subjectOf(context: PushContext, row: InvoiceRow) {
  return {
    connection: { id: context.connection.id, companyName: context.connection.companyName },
    invoiceNumber: row.number,
    date: row.date,
    customerName: row.customerName,
    doing: { kind: "invoice" as const, operation: row.operation },
  };
}
