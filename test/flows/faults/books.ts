/**
 * What the fault flows have in common: orders of one buyer (so that a test is about the invoice, not about its buyer),
 * and what the emulator's books and record say of a company. It judges by those only, never by what the app tells.
 */
import { expect } from "vitest";
import { type InvoiceView, listInvoices, lookAgain, type TestCompany } from "../../harness/app.ts";
import type { RecordedCall } from "../../harness/emulator.ts";
import { invoiceEvent, newNumber, type OrderParts } from "../../harness/make-order.ts";

/** The buyer of every order that names none. */
const BUYER = { id: "B-1", name: "Lakeside Delicatessen" };
const LOOK_LIMIT_MS = 90_000;
/** Ways in which what a person reads may show that nobody wrote it. */
const EMPTY_WORDS = /\bundefined\b|\bnull\b|\bNaN\b|\[object|unknown error|^\s*$|:\s*[:.]/i;

/** An error as the API gives it (docs/contract.md, section 4). */
export interface ShownError {
  category: string;
  title: string;
  message: string;
  remedy: string;
  code: string | null;
  retryable: boolean;
  intuit_tid: string | null;
  occurred_at: string;
}

export interface ShownInvoice extends Omit<InvoiceView, "error" | "attempts"> {
  error: ShownError | null;
  attempts?: (NonNullable<InvoiceView["attempts"]>[number] & { error: ShownError | null })[];
  next_attempt_at: string | null;
}

/** Delivers one order, as its order system would, and answers its number. */
export async function deliver(
  company: TestCompany,
  parts: OrderParts = {},
  invoice: Record<string, unknown> = {},
): Promise<string> {
  const number = parts.number ?? newNumber();
  const answer = await company.orders.send(invoiceEvent({ customer: BUYER, ...parts, number }, invoice));
  expect(answer).toMatchObject({ status: 202 });
  return number;
}

/** Delivers `count` orders one after the other, so that they wait in this order. Answers their numbers. */
export async function deliverMany(company: TestCompany, count: number, parts: OrderParts = {}): Promise<string[]> {
  const numbers: string[] = [];
  for (let i = 0; i < count; i += 1) numbers.push(await deliver(company, parts));
  return numbers;
}

/** The invoice of a number as the API shows it, with its attempts. */
export async function readInvoice(company: TestCompany, number: string): Promise<ShownInvoice> {
  return detailsOf(company, await listInvoices(company), number);
}

function detailsOf(company: TestCompany, invoices: readonly InvoiceView[], number: string): Promise<ShownInvoice> {
  const found = invoices.find((invoice) => invoice.number === number);
  if (!found) throw new Error(`There is no invoice ${number}.`);
  return company.api.call("GET", `/invoices/${found.id}`);
}

/** Looks until the invoice of a number is as `isThere` wants it. */
export async function lookUntil(
  company: TestCompany,
  number: string,
  what: string,
  isThere: (invoice: ShownInvoice) => boolean,
  limitMs = LOOK_LIMIT_MS,
): Promise<ShownInvoice> {
  const until = Date.now() + limitMs;
  for (;;) {
    const invoice = await detailsOf(company, await lookAgain(company), number);
    if (isThere(invoice)) return invoice;
    if (Date.now() > until)
      throw new Error(`${number} is not ${what} after ${limitMs} ms: ${JSON.stringify(invoice, null, 1)}`);
  }
}

export function reachesStatus(
  company: TestCompany,
  number: string,
  status: string,
  limitMs = LOOK_LIMIT_MS,
): Promise<ShownInvoice> {
  return lookUntil(company, number, status, (invoice) => invoice.push_status === status, limitMs);
}

/** Looks until the invoices of these numbers all have the status; none may fail on the way. */
export async function everyStatus(
  company: TestCompany,
  numbers: readonly string[],
  status: string,
  limitMs = LOOK_LIMIT_MS,
): Promise<void> {
  const until = Date.now() + limitMs;
  for (;;) {
    const invoices = (await lookAgain(company)).filter((invoice) => numbers.includes(invoice.number));
    expect(invoices.filter((invoice) => invoice.push_status === "failed")).toEqual([]);
    if (invoices.length === numbers.length && invoices.every((invoice) => invoice.push_status === status)) return;
    if (Date.now() > until)
      throw new Error(
        `Not all ${status} after ${limitMs} ms: ${JSON.stringify(invoices.map((one) => [one.number, one.push_status, one.error]))}`,
      );
  }
}

/** The books hold exactly these document numbers, each once. */
export async function expectInBooksOnce(company: TestCompany, numbers: readonly string[]): Promise<void> {
  const held = (await company.emulator.list(company.realmId, "invoice")).map((invoice) => String(invoice["DocNumber"]));
  expect(held.toSorted()).toEqual(numbers.toSorted());
}

/** Calls that tried to create an invoice, in the order of their arrival. */
export function createCalls(company: TestCompany): Promise<RecordedCall[]> {
  return company.emulator.record(company.realmId, "create_invoice");
}

/** Every invoice of the company is Sent, and there are as many as numbers. */
export async function expectAllSent(company: TestCompany, numbers: readonly string[]): Promise<void> {
  const invoices = await listInvoices(company);
  expect(invoices.filter((invoice) => invoice.push_status !== "sent")).toEqual([]);
  expect(invoices.map((invoice) => invoice.number).toSorted()).toEqual(numbers.toSorted());
}

/** A person can read the error: words in every field, and none that a program left behind. */
export function expectReadable(error: ShownError | null): asserts error is ShownError {
  if (error === null) throw new Error("There is no error to read.");
  for (const field of ["category", "title", "message", "remedy"] as const) {
    expect(error[field], `the error's ${field}`).not.toMatch(EMPTY_WORDS);
  }
  for (const text of [error.code, error.intuit_tid]) if (text !== null) expect(text).not.toMatch(EMPTY_WORDS);
  expect(new Date(error.occurred_at).toISOString()).toBe(error.occurred_at);
}

/** The texts of a page of the app, without its tags. */
export async function readPage(company: TestCompany, path: string): Promise<string> {
  const visit = await company.visitor.get(path);
  expect(visit.status).toBe(200);
  const named: Record<string, string> = { "&amp;": "&", "&lt;": "<", "&gt;": ">", "&quot;": '"', "&#39;": "'" };
  return visit.html
    .replace(/<[^>]*>/g, " ")
    .replace(/&(?:amp|lt|gt|quot|#39);/g, (entity) => named[entity] ?? entity)
    .replace(/\s+/g, " ");
}
