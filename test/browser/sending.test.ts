/**
 * How an order becomes an invoice in QuickBooks: by itself, by hand, many at once, and how it is voided; and how the list
 * is filtered and paged. Judged by the emulator's record and books.
 */
import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { reaches, setUpCompany, type TestCompany } from "../harness/app.ts";
import { button, complaintsOf, layoutShift, type OpenBrowser, openBrowser, seesNotice } from "../harness/browser.ts";
import { invoiceEvent, newNumber } from "../harness/make-order.ts";
import {
  createdInRecord,
  deliver,
  listPath,
  numbersInBooks,
  PUSH_SHOWS_MS,
  rowOf,
  rowSays,
  ship,
  tick,
} from "./steps.ts";

/** More than a page of 50, so that there is a second one, and more than 50, so that sending asks first. */
const MANY = 53;
const PAGE_ROWS = 50;

let browser: OpenBrowser;
let page: Page;

beforeAll(async () => {
  browser = await openBrowser();
  page = await browser.signedIn();
});

afterAll(async () => {
  await browser.close();
});

test("a shipped order gets its invoice on Fulfillment and goes to QuickBooks by itself", async () => {
  const company = await setUpCompany();
  const [number, other] = [await ship(company), await ship(company)];
  await page.goto(`/fulfillment?instance=${company.instanceId}`);
  await rowOf(page, other).waitFor();
  await tick(page, number);
  await button(page, "Create invoice").click();
  await seesNotice(page, "1 invoice was created: 1 on the way to QuickBooks.");
  expect(await rowOf(page, number).count()).toBe(0);
  expect(await rowOf(page, other).count()).toBe(1);
  await page.goto(listPath(company));
  await rowSays(page, number, "Sent");
  expect(await numbersInBooks(company)).toEqual([number]);
  expect(await createdInRecord(company)).toBe(1);
  expect(complaintsOf(page)).toEqual([]);
});

test("Invoice date dates the invoices, and stays while the list is filtered", async () => {
  const company = await setUpCompany();
  const number = await ship(company);
  await page.goto(`/fulfillment?instance=${company.instanceId}`);
  await page.getByLabel("Invoice date", { exact: true }).fill("2026-02-28");
  await page.getByLabel("From", { exact: true }).fill("2020-01-01");
  await page.waitForURL(/from=2020-01-01/);
  await rowOf(page, number).waitFor();
  await tick(page, number);
  await button(page, "Create invoice").click();
  await seesNotice(page, "1 invoice was created: 1 on the way to QuickBooks.");
  await page.goto(listPath(company));
  await rowSays(page, number, "Sent");
  const [invoice] = await company.emulator.list(company.realmId, "invoice");
  expect(invoice).toMatchObject({ DocNumber: number, TxnDate: "2026-02-28" });
  expect(complaintsOf(page)).toEqual([]);
});

test("an order that cannot be invoiced says why, the others are", async () => {
  const company = await setUpCompany({ autoInvoice: false });
  const [number, cancelled] = [await ship(company), await ship(company)];
  await page.goto(`/fulfillment?instance=${company.instanceId}`);
  await page.getByRole("checkbox", { name: "Select all", exact: true }).check();
  await company.orders.send({
    type: "order.cancelled",
    timestamp: new Date().toISOString(),
    data: { id: `O-${cancelled}` },
  });
  await button(page, "Create invoice").click();
  const refused = page.getByRole("alert").filter({ hasText: "1 order was not invoiced" });
  await refused.getByText(cancelled, { exact: true }).waitFor();
  await page.goto(listPath(company));
  await rowSays(page, number, "Not sent");
});

test("what is Not sent is selected and sent by hand; the list says Sent by itself and announces it", async () => {
  const company = await setUpCompany({ autoInvoice: false });
  const [first, second, third] = [await deliver(company), await deliver(company), await deliver(company)];
  await page.goto(listPath(company));
  await rowSays(page, first.number, "Not sent");
  await tick(page, first.number);
  await tick(page, second.number);
  await page.getByText("2 selected", { exact: true }).waitFor();
  await button(page, "Send to QuickBooks").click();
  await seesNotice(page, "2 invoices are on their way to QuickBooks.");
  // The element that announces has to stay the same one: a screen reader reads changes of it, not its successors.
  const announced = page.locator("#rows > [aria-live]");
  expect(await announced.innerText()).toMatch(/^[12] on this page (is|are) on the way to QuickBooks/);
  const before = await announced.elementHandle();
  await rowSays(page, first.number, "Sent");
  await rowSays(page, second.number, "Sent");
  await expect
    .poll(() => before?.innerText(), { timeout: PUSH_SHOWS_MS })
    .toBe("None on this page are on the way to QuickBooks, 2 sent, 0 failed.");
  expect(await announced.innerText()).toBe(await before?.innerText());
  expect(await layoutShift(page)).toBeLessThan(0.02);
  expect(await rowOf(page, third.number).getByText("Not sent", { exact: true }).count()).toBe(1);
  expect(await numbersInBooks(company)).toEqual([first.number, second.number].toSorted());
  expect(complaintsOf(page)).toEqual([]);
});

test("an invoice's own page sends it, shows the attempt, and leads to it in QuickBooks", async () => {
  const company = await setUpCompany({ autoInvoice: false });
  const invoice = await deliver(company);
  await page.goto(`/invoices/${invoice.id}`);
  await page.getByText("As a table", { exact: true }).click();
  await button(page, "Send to QuickBooks").click();
  await page.getByRole("link", { name: "View in QuickBooks", exact: true }).waitFor({ timeout: PUSH_SHOWS_MS });
  expect(await button(page, "Send to QuickBooks").count()).toBe(0);
  const attempts = page.getByRole("region", { name: "Attempts", exact: true });
  await attempts.getByText("Accepted", { exact: true }).waitFor();
  const [call] = await company.emulator.record(company.realmId, "create_invoice");
  await attempts.getByText(call?.intuit_tid ?? "no call was recorded").waitFor();
  await page.getByText("As JSON", { exact: true }).click();
  const json = await page.getByRole("region", { name: "JSON", exact: true }).innerText();
  expect(JSON.parse(json)).toEqual(JSON.parse(call?.request_body ?? ""));
  const [window] = await Promise.all([
    page.waitForEvent("popup"),
    page.getByRole("link", { name: "View in QuickBooks", exact: true }).click(),
  ]);
  await window.getByText(invoice.number).first().waitFor();
  await window.close();
});

test("a double click sends once", async () => {
  const company = await setUpCompany({ autoInvoice: false });
  const invoice = await deliver(company);
  await page.goto(`/invoices/${invoice.id}`);
  const posts: string[] = [];
  page.on("request", (request) => {
    if (request.method() === "POST") posts.push(request.url());
  });
  await button(page, "Send to QuickBooks").dblclick();
  await reaches(company, invoice.id, ["sent"]);
  expect(posts).toHaveLength(1);
  expect(await createdInRecord(company)).toBe(1);
});

test("Void asks, Cancel changes nothing, Void voids in QuickBooks too", async () => {
  const company = await setUpCompany();
  const { id } = await deliver(company);
  const invoice = await reaches(company, id, ["sent"]);
  await page.goto(`/invoices/${id}`);
  const dialog = page.getByRole("dialog", { name: `Void invoice ${invoice.number}?`, exact: true });
  await button(page, "Void").click();
  await dialog.getByText("It is also voided in QuickBooks").waitFor();
  await button(dialog, "Cancel").click();
  await dialog.waitFor({ state: "hidden" });
  expect((await reaches(company, id, ["sent"])).push_status).toBe("sent");
  await button(page, "Void").click();
  await button(dialog, "Void").click();
  await page.getByRole("heading", { level: 1 }).waitFor();
  await reaches(company, id, ["voided"]);
  await page.locator("main").getByText("Voided", { exact: true }).first().waitFor({ timeout: PUSH_SHOWS_MS });
  const held = await company.emulator.find(company.realmId, "Invoice", invoice.qbo_invoice_id ?? "");
  expect(held).toMatchObject({ TotalAmt: 0, Balance: 0 });
});

test("filters and search stand in the address, Back takes them back, an empty result says what to do", async () => {
  const company = await setUpCompany({ autoInvoice: false });
  const [wanted, other] = [await deliver(company), await deliver(company)];
  await page.goto(listPath(company));
  await page.getByRole("searchbox", { name: "Search", exact: true }).fill(wanted.number);
  await rowOf(page, other.number).waitFor({ state: "detached" });
  await page.waitForURL(
    (url) => url.searchParams.get("q") === wanted.number && url.searchParams.get("instance") === company.instanceId,
  );
  await page.reload();
  expect(await page.getByRole("checkbox", { name: /^Select [^a]/ }).count()).toBe(1);
  await page.getByRole("combobox", { name: "Status", exact: true }).selectOption({ label: "Sent" });
  await page.getByText("No invoice matches", { exact: true }).waitFor();
  await page.waitForURL((url) => url.searchParams.get("status") === "sent");
  await page.goBack();
  await rowOf(page, wanted.number).waitFor();
  await page.getByLabel("From", { exact: true }).fill("2026-03-04");
  await page.getByText("No invoice matches", { exact: true }).waitFor();
  await page.getByLabel("From", { exact: true }).fill("2026-03-01");
  await page.getByLabel("To", { exact: true }).fill("2026-03-03");
  await rowOf(page, wanted.number).waitFor();
  await page.getByLabel("To", { exact: true }).fill("2026-03-02");
  await page.getByText("No invoice matches", { exact: true }).waitFor();
  await page.getByRole("link", { name: "Show all invoices", exact: true }).click();
  await page.waitForURL((url) => url.search === "");
  expect(complaintsOf(page)).toEqual([]);
});

test("Next and Previous page through, Select all takes the page, all that match are sent after a question", async () => {
  const company = await setUpCompany({ autoInvoice: false });
  await company.orders.sendAll(
    Array.from({ length: MANY }, () => ({
      event: invoiceEvent({ number: newNumber("P"), customer: { id: "one", name: "One Buyer" } }),
    })),
  );
  await page.goto(listPath(company));
  const boxes = page.getByRole("checkbox", { name: /^Select P/ });
  expect(await boxes.count()).toBe(PAGE_ROWS);
  const firstRow = await boxes.first().getAttribute("aria-label");
  await page.getByRole("link", { name: "Next", exact: true }).click();
  await page.waitForURL(/[?&]after=/);
  expect(await boxes.count()).toBe(MANY - PAGE_ROWS);
  expect(await page.getByRole("link", { name: "Next", exact: true }).count()).toBe(0);
  await page.getByRole("link", { name: "Previous", exact: true }).click();
  await page.waitForURL(/[?&]before=/);
  expect(await boxes.first().getAttribute("aria-label")).toBe(firstRow);

  await page.getByRole("checkbox", { name: "Select all", exact: true }).check();
  await page.getByText(`${PAGE_ROWS} selected`, { exact: true }).waitFor();
  await boxes.first().uncheck();
  await page.getByText(`${PAGE_ROWS - 1} selected`, { exact: true }).waitFor();
  await page.getByRole("checkbox", { name: "Select all", exact: true }).check();
  await page.getByRole("checkbox", { name: `All ${MANY} that match, not only this page`, exact: true }).check();
  await sendAllThatMatch(page, company);
});

async function sendAllThatMatch(page: Page, company: TestCompany): Promise<void> {
  await page.getByText(`All ${MANY} selected`, { exact: true }).waitFor();
  const question = page.getByRole("heading", { name: `Send ${MANY} invoices to QuickBooks?`, exact: true });
  await button(page, "Send to QuickBooks").click();
  await question.waitFor();
  // Whoever opens the question's address anew is led to the list.
  expect(new URL((await page.request.get(page.url())).url()).pathname).toBe("/invoices");
  await page.getByRole("link", { name: "Cancel", exact: true }).click();
  await page.waitForURL((url) => url.pathname === "/invoices");
  expect(await createdInRecord(company)).toBe(0);
  await page.getByRole("checkbox", { name: "Select all", exact: true }).check();
  await page.getByRole("checkbox", { name: `All ${MANY} that match, not only this page`, exact: true }).check();
  await button(page, "Send to QuickBooks").click();
  await question.waitFor();
  await button(page, "Send to QuickBooks").click();
  await seesNotice(page, `${MANY} invoices are on their way to QuickBooks.`);
  await expect.poll(() => createdInRecord(company), { timeout: PUSH_SHOWS_MS, interval: 500 }).toBe(MANY);
}
