/**
 * One way to provoke an error, and what a person has to find on the invoice then: in the API and on its page, in words,
 * with QuickBooks' own code and `intuit_tid`. Keeps a table of all errors seen, to be printed at the end of a file.
 */
import { expect } from "vitest";
import type { TestCompany } from "../../harness/app.ts";
import type { ScenarioRequest } from "../../harness/emulator.ts";
import type { OrderParts } from "../../harness/make-order.ts";
import { deliver, expectReadable, lookUntil, readPage, type ShownError } from "./books.ts";

export interface Case {
  /** What is wrong, for the table. */
  name: string;
  /** Before the order arrives. */
  provoke: (company: TestCompany) => Promise<void>;
  /** Where the invoice stands then. */
  status: "failed" | "held" | "queued" | "unknown";
  category: string;
  title: string;
  code: string | null;
  /** Whether QuickBooks' answer decided, so that there is a trace ID. */
  hasTrace: boolean;
  /** QuickBooks' code for the first attempt, if the error is that of our own look-up after it. */
  refusedBefore?: string;
  /** What the message has to name. NUMBER stands for the invoice's number. */
  names: string[];
  /** What the remedy has to say. */
  remedy: RegExp;
}

/** Bends the next call of these kinds. */
export function bend(request: Omit<ScenarioRequest, "realm_id">): Case["provoke"] {
  return async (company) => {
    await company.emulator.bend({ times: 1, ...request, realm_id: company.realmId });
  };
}

/** Saves settings of the connection. */
export function save(settings: Record<string, unknown>): Case["provoke"] {
  return async (company) => {
    await company.api.call("PATCH", `/connections/${company.connectionId}`, settings);
  };
}

/** Provokes it, delivers an order and checks what stands on its invoice. */
export async function expectError(company: TestCompany, one: Case, parts: OrderParts = {}): Promise<void> {
  await one.provoke(company);
  const number = await deliver(company, parts);
  const isThere = ({ push_status, error }: { push_status: string; error: unknown }) =>
    push_status === one.status && error !== null;
  const invoice = await lookUntil(company, number, `${one.status} with an error`, isThere);
  note(one.name, one.status, invoice.error);
  expectReadable(invoice.error);
  expect(invoice.error).toMatchObject({ category: one.category, title: one.title, code: one.code });
  for (const name of one.names) expect(invoice.error.message).toContain(name.replace("NUMBER", number));
  expect(invoice.error.remedy).toMatch(new RegExp(one.remedy.source.replace("NUMBER", number)));
  if (one.hasTrace) expect(invoice.error.intuit_tid).toMatch(/\S{8,}/);
  else expect(invoice.error.intuit_tid).toBeNull();
  if (one.refusedBefore) {
    const first = invoice.attempts?.find((attempt) => attempt.number === 1);
    expect(first).toMatchObject({
      intuit_tid: expect.stringMatching(/\S{8,}/),
      error: { category: one.category, code: one.refusedBefore, intuit_tid: first?.intuit_tid },
    });
  }
  await expectOnPage(company, invoice.id, invoice.error);
}

/** The invoice's page says all of it. */
export async function expectOnPage(company: TestCompany, id: string, error: ShownError): Promise<void> {
  const page = await readPage(company, `/invoices/${id}`);
  const texts = [error.title, error.message, error.remedy, error.code, error.intuit_tid].filter(
    (text) => text !== null,
  );
  for (const text of texts) expect(page).toContain(text.replace(/\s+/g, " "));
  expect(page).not.toMatch(/\bundefined\b|\[object|unknown error/i);
}

const table: string[][] = [];

/** Puts an error into the table. */
export function note(name: string, status: string, error: ShownError | null): void {
  if (error === null) return;
  table.push([
    name,
    status,
    error.category,
    error.title,
    error.message,
    error.remedy,
    error.code ?? "–",
    error.intuit_tid ?? "–",
  ]);
}

/** Prints the table, by category. */
export function printTable(): void {
  const head = ["provoked by", "status", "category", "title", "message", "remedy", "code", "intuit_tid"];
  const lines = table
    .toSorted((a, b) => `${a[2]}${a[0]}`.localeCompare(`${b[2]}${b[0]}`))
    .map((row) => `| ${row.join(" | ")} |`);
  console.log([`| ${head.join(" | ")} |`, `|${head.map(() => "---|").join("")}`, ...lines].join("\n"));
}
