/**
 * Invoices of a company: creates, changes, voids and finds them. It sends the frozen bytes that it is given; it makes no
 * payload and repeats no request.
 */
import { type Answer, type CallRequest, type CallPermit, type QuickBooks, call } from "./client.ts";
import { OBJECT_NOT_FOUND } from "./codes.ts";
import { isRefusedWith } from "./faults.ts";
import { MAX_NUMBERS_PER_LOOK_UP } from "./limits.ts";
import { isSameName, nameClauses } from "./names.ts";
import { equals, selectAll, since, until } from "./query.ts";
import { isZero, readPart } from "./wire.ts";
import { type Invoice, invoice } from "./wire-invoice.ts";

/** A single customer for all orders gets at most about 480 a minute, and a look-up covers ten minutes. */
const MAX_FOUND_INVOICES = 6000;

/** An invoice as QuickBooks has it now, with the status and trace ID of the response. */
export interface WrittenInvoice {
  invoice: Invoice;
  httpStatus: number;
  intuitTid: string | null;
}

/** Sends the frozen bytes of a new invoice. `permit`: acquired before the freeze. Throws QuickBooksError. */
export async function createInvoice(
  qb: QuickBooks,
  bytes: string,
  requestId: string,
  permit?: CallPermit,
): Promise<WrittenInvoice> {
  return write(qb, { body: bytes, requestId }, permit);
}

/** Sends the frozen bytes of a change, which contain Id and SyncToken. A stale SyncToken is refused with 5010. */
export async function updateInvoice(
  qb: QuickBooks,
  bytes: string,
  requestId: string,
  permit?: CallPermit,
): Promise<WrittenInvoice> {
  return write(qb, { body: bytes, requestId }, permit);
}

/** Voids the invoice given in the frozen bytes by Id and SyncToken: it remains, with amounts of 0. */
export async function voidInvoice(
  qb: QuickBooks,
  bytes: string,
  requestId: string,
  permit?: CallPermit,
): Promise<WrittenInvoice> {
  return write(qb, { body: bytes, requestId, query: { operation: "void" } }, permit);
}

/** The invoice with that ID, or null if it was deleted or never existed (610). One read. */
export async function readInvoice(qb: QuickBooks, id: string): Promise<Invoice | null> {
  try {
    const answer = await call(qb, { kind: "read", method: "GET", path: `/invoice/${encodeURIComponent(id)}` });
    return readPart(invoice, answer, "Invoice");
  } catch (error) {
    if (isRefusedWith(error, OBJECT_NOT_FOUND)) return null;
    throw error;
  }
}

/**
 * All invoices with one of the document numbers, at most 40 numbers. Usually one read. Throws if there are more than can
 * be read, or a number has nothing that a query can hold: 'not there' must never be concluded from an incomplete list.
 */
export async function findInvoicesByNumbers(qb: QuickBooks, numbers: readonly string[]): Promise<Invoice[]> {
  if (numbers.length > MAX_NUMBERS_PER_LOOK_UP)
    throw new RangeError(`At most ${MAX_NUMBERS_PER_LOOK_UP} numbers in one look-up`);
  if (numbers.length === 0) return [];
  const clauses = nameClauses("DocNumber", [...new Set(numbers)]);
  const isAsked = ({ docNumber }: Invoice): boolean => numbers.some((number) => isSameName(docNumber ?? "", number));
  const found: Invoice[] = [];
  for (const { kind, text } of clauses) {
    if (kind === "all") throw new RangeError("No query can hold these numbers");
    const rows = await findAll(qb, [text]);
    found.push(...(kind === "exact" ? rows : rows.filter(isAsked)));
  }
  return found;
}

/** Invoices of a customer created in a period, including both ends: numbers can change or be assigned by QuickBooks. */
export async function findInvoicesCreatedIn(
  qb: QuickBooks,
  customerId: string,
  time: { from: Date; to: Date },
): Promise<Invoice[]> {
  const { from, to } = time;
  return findAll(qb, [
    equals("CustomerRef", customerId),
    since("MetaData.CreateTime", from),
    until("MetaData.CreateTime", to),
  ]);
}

/**
 * QuickBooks puts 'Voided' before the private note of a voided invoice, and all amounts are 0 (docs/qbo-api.md,
 * section 5.8).
 */
export function isVoided(found: Invoice): boolean {
  return /^voided\b/i.test(found.privateNote ?? "") && isZero(found.totalAmount);
}

async function findAll(qb: QuickBooks, clauses: string[]): Promise<Invoice[]> {
  const { rows, isComplete } = await selectAll(qb, { entity: "Invoice", schema: invoice, clauses }, MAX_FOUND_INVOICES);
  if (!isComplete) throw new RangeError(`More than ${MAX_FOUND_INVOICES} invoices match one look-up`);
  return rows;
}

async function write(
  qb: QuickBooks,
  request: Pick<CallRequest, "query"> & { body: string; requestId: string },
  permit?: CallPermit,
): Promise<WrittenInvoice> {
  const answer: Answer = await call(qb, { kind: "write", method: "POST", path: "/invoice", ...request }, permit);
  return { invoice: readPart(invoice, answer, "Invoice"), httpStatus: answer.httpStatus, intuitTid: answer.intuitTid };
}
