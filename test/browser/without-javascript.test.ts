/**
 * The core with JavaScript off: every form posts and every question has a page of its own. Judged by the API and the
 * emulator's books.
 */
import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { findConnection } from "../../scripts/demo/front-door.ts";
import { reaches, setUpCompany, sharedStack, type TestCompany } from "../harness/app.ts";
import {
  button,
  complaintsOf,
  type OpenBrowser,
  openBrowser,
  seesNotice,
  signIn,
  switchOf,
} from "../harness/browser.ts";
import { approve, arrived, deliver, listPath, numbersInBooks, rowOf, rowSays, ship, tick } from "./steps.ts";

let browser: OpenBrowser;
let page: Page;
let company: TestCompany;

beforeAll(async () => {
  browser = await openBrowser();
  page = await browser.stranger({ javaScriptEnabled: false });
  company = await setUpCompany({ autoInvoice: false });
});

afterAll(async () => {
  await browser.close();
});

test("sign in leads to the page that was asked for; Sign out ends it", async () => {
  await page.goto("/invoices?status=failed");
  await button(page, "Sign in").waitFor();
  await signIn(page, sharedStack().credentials);
  expect(new URL(page.url()).pathname + new URL(page.url()).search).toBe("/invoices?status=failed");
  await button(page, "Sign out").click();
  await button(page, "Sign in").waitFor();
  await signIn(page, sharedStack().credentials);
});

test("settings are saved, switches have a button", async () => {
  await page.goto(`/settings/quickbooks/${company.connectionId}`);
  await page.getByRole("radio", { name: "One QuickBooks customer for all orders", exact: true }).check();
  await page.getByLabel("Customer name", { exact: true }).fill("Counter sales");
  await button(page, "Save settings").click();
  await seesNotice(page, "Settings saved.");
  await switchOf(page, "Auto invoice").uncheck();
  await button(page, "Save Auto invoice").click();
  await seesNotice(page, "Auto invoice is off.");
  expect(await switchOf(page, "Auto invoice").isChecked()).toBe(false);
  await switchOf(page, "Enable integration").uncheck();
  await button(page, "Save Enable integration").click();
  await seesNotice(page, "Integration is off.");
  await switchOf(page, "Enable integration").check();
  await button(page, "Save Enable integration").click();
  await button(page, "Check configuration").click();
  await page
    .getByRole("region", { name: "Configuration", exact: true })
    .getByText("Everything that sending needs is in order.")
    .waitFor();
  expect(await company.api.call("GET", `/connections/${company.connectionId}`)).toMatchObject({
    customer_mode: "single",
    customer_name: "Counter sales",
    auto_invoice: false,
    enabled: true,
  });
});

test("an order becomes an invoice, the invoice is found, sent and voided", async () => {
  const number = await ship(company);
  await page.goto(`/fulfillment?instance=${company.instanceId}`);
  await tick(page, number);
  await button(page, "Create invoice").click();
  await seesNotice(page, "1 invoice was created");
  const { id } = await arrived(company, number);
  const other = await deliver(company);
  await page.goto("/invoices");
  await page.getByRole("searchbox", { name: "Search", exact: true }).fill(number);
  await button(page, "Filter").click();
  await rowOf(page, number).waitFor();
  expect(await rowOf(page, other.number).count()).toBe(0);
  await tick(page, number);
  await button(page, "Send to QuickBooks").click();
  await seesNotice(page, "1 invoice is on its way to QuickBooks.");
  await reaches(company, id, ["sent"]);
  await page.goto(listPath(company));
  await rowSays(page, number, "Sent");
  expect(await numbersInBooks(company)).toEqual([number]);
  await page.goto(`/invoices/${other.id}`);
  await button(page, "Void").click();
  await page.getByRole("heading", { name: `Void invoice ${other.number}?`, exact: true }).waitFor();
  await button(page, "Void").click();
  await reaches(company, other.id, ["voided"]);
});

test("an error badge opens with focus and its text belongs to it", async () => {
  await company.api.call("PATCH", `/connections/${company.connectionId}`, { customer_name: null });
  const { id, number } = await deliver(company);
  await company.api.call("POST", "/invoices/send", { invoice_ids: [id] });
  const { error } = await reaches(company, id, ["failed"]);
  await page.goto(listPath(company));
  const row = rowOf(page, number);
  await button(row, "Failed").focus();
  await row.getByRole("tooltip").waitFor({ state: "visible" });
  expect(await row.getByRole("tooltip").innerText()).toContain(error?.message);
});

test("disconnect asks on a page of its own; reconnect leads through Intuit and back", async () => {
  const { company_name: name } = await findConnection(company.api, company.realmId);
  await page.goto(`/settings/quickbooks/${company.connectionId}`);
  await button(page, "Disconnect").click();
  const question = page.getByRole("dialog", { name: "Disconnect QuickBooks?", exact: true });
  await question.getByRole("link", { name: "Cancel", exact: true }).click();
  await button(page, "Disconnect").click();
  await button(question, "Disconnect").click();
  await seesNotice(page, `${name} is disconnected.`);
  expect(await company.api.call("GET", `/connections/${company.connectionId}`)).toMatchObject({
    state: "disconnected",
  });
  await button(page, "Reconnect to QuickBooks").click();
  await approve(page, name);
  await seesNotice(page, `${name} is connected again`);
});

test("no page that was opened here complained", () => {
  expect(complaintsOf(page)).toEqual([]);
});
