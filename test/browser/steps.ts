/**
 * Steps that several journeys share, each as a person does it: by role and accessible name, never by class or ID.
 * They judge nothing but that the step was possible.
 */
import type { Locator, Page } from "playwright-core";
import { expect } from "vitest";
import { type InvoiceView, listInvoices, pause, type TestCompany } from "../harness/app.ts";
import { button, switchOf } from "../harness/browser.ts";
import { invoiceEvent, makeOrder, newNumber, type OrderParts } from "../harness/make-order.ts";

const LOOK_EVERY_MS = 200;
const ARRIVAL_LIMIT_MS = 45_000;
/** How long a page may take to show what a push has led to. */
export const PUSH_SHOWS_MS = 45_000;

/** The list of the company's own invoices. */
export function listPath(company: TestCompany, query = ""): string {
  return `/invoices?instance=${company.instanceId}${query}`;
}

/** The row of a number in whatever list the page shows. */
export function rowOf(page: Page, number: string): Locator {
  return page.getByRole("row").filter({ has: page.getByText(number, { exact: true }) });
}

/** Waits until the row of a number says this status, without anybody touching the page. */
export async function rowSays(page: Page, number: string, status: string): Promise<void> {
  await rowOf(page, number).getByText(status, { exact: true }).waitFor({ timeout: PUSH_SHOWS_MS });
}

export async function tick(page: Page, number: string): Promise<void> {
  await page.getByRole("checkbox", { name: `Select ${number}`, exact: true }).check();
}

/** Turns a switch that acts at once, and waits for the word that it did. */
export async function turn(page: Page, name: string, isOn: boolean): Promise<void> {
  await switchOf(page, name).setChecked(isOn);
  const label = name === "Enable integration" ? "Integration" : name;
  await page
    .getByRole("status")
    .filter({ hasText: `${label} is ${isOn ? "on" : "off"}.` })
    .waitFor();
}

/** Chooses a company on the emulator's consent page, as one does at Intuit, and comes back. */
export async function approve(page: Page, companyName: string): Promise<void> {
  await page.getByRole("radio", { name: companyName, exact: true }).check();
  await button(page, "Approve").click();
}

/** Delivers an `invoice.created` and waits until it is in the list; answers it as the API shows it. */
export async function deliver(company: TestCompany, parts: OrderParts = {}): Promise<InvoiceView> {
  const number = parts.number ?? newNumber();
  const answer = await company.orders.send(invoiceEvent({ ...parts, number }));
  expect(answer).toMatchObject({ status: 202 });
  return arrived(company, number);
}

/** Delivers an `order.shipped` and answers the order's number. */
export async function ship(company: TestCompany, parts: OrderParts = {}): Promise<string> {
  const number = parts.number ?? newNumber();
  const answer = await company.orders.send({
    type: "order.shipped",
    timestamp: new Date().toISOString(),
    data: makeOrder({ ...parts, number }),
  });
  expect(answer).toMatchObject({ status: 202 });
  return number;
}

/** The invoice of a number, as soon as there is one. */
export async function arrived(company: TestCompany, number: string): Promise<InvoiceView> {
  const until = Date.now() + ARRIVAL_LIMIT_MS;
  for (;;) {
    const found = (await listInvoices(company, `&q=${encodeURIComponent(number)}`)).find(
      (invoice) => invoice.number === number,
    );
    if (found) return company.api.call("GET", `/invoices/${found.id}`);
    if (Date.now() > until) throw new Error(`There is no invoice ${number} after ${ARRIVAL_LIMIT_MS} ms.`);
    await pause(LOOK_EVERY_MS);
  }
}

/** The document numbers in the emulator's books of the company, sorted. */
export async function numbersInBooks(company: TestCompany): Promise<string[]> {
  const invoices = await company.emulator.list(company.realmId, "invoice");
  return invoices.map((invoice) => String(invoice["DocNumber"])).toSorted();
}

/** How many invoices the emulator's record says were created for good in the company. */
export async function createdInRecord(company: TestCompany): Promise<number> {
  const calls = await company.emulator.record(company.realmId, "create_invoice");
  return calls.filter((call) => call.committed && !call.replayed).length;
}
