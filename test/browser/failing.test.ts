/**
 * A failed invoice from badge to mend: the badge opens on hover, focus and tap, says the whole error to eyes and screen
 * readers, and the fix that it names leads to Sent. Judged by the emulator's books.
 */
import type { Locator, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { findConnection } from "../../scripts/demo/front-door.ts";
import { type InvoiceView, listInvoices, reaches, setUpCompany, type TestCompany } from "../harness/app.ts";
import {
  accessibleDescription,
  button,
  complaintsOf,
  expectAccessible,
  type OpenBrowser,
  openBrowser,
  seesFocusOn,
  seesNotice,
} from "../harness/browser.ts";
import { invoiceEvent, newNumber } from "../harness/make-order.ts";
import { sendAndSettle } from "../harness/push.ts";
import { deliver, listPath, numbersInBooks, PUSH_SHOWS_MS, rowOf } from "./steps.ts";

const POINTER_STEPS = 12;

let browser: OpenBrowser;
let page: Page;
/** One for all tests of this file; each sees to the settings that it needs. */
let company: TestCompany;

beforeAll(async () => {
  browser = await openBrowser();
  page = await browser.signedIn();
  company = await setUpCompany();
  // The books have a customer and an item from here on.
  await reaches(company, (await deliver(company)).id, ["sent"]);
});

afterAll(async () => {
  await browser.close();
});

/** An invoice that failed for want of an income account. */
async function failed(): Promise<InvoiceView> {
  await company.api.call("PATCH", `/connections/${company.connectionId}`, { income_account: null });
  const { id } = await deliver(company);
  return reaches(company, id, ["failed"]);
}

function badgeOf(page: Page, invoice: InvoiceView): { badge: Locator; popup: Locator } {
  const row = rowOf(page, invoice.number);
  return { badge: button(row, "Failed"), popup: row.getByRole("tooltip") };
}

async function moveInto(page: Page, target: Locator): Promise<void> {
  const box = await target.boundingBox();
  if (!box) throw new Error("There is nothing to point at.");
  await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2, { steps: POINTER_STEPS });
}

test("hover and focus open the badge, the pointer can go into it, Escape closes it, a screen reader gets it all", async () => {
  const invoice = await failed();
  await page.goto(listPath(company));
  const { badge, popup } = badgeOf(page, invoice);
  expect(await popup.isVisible()).toBe(false);
  const { error } = invoice;
  if (!error) throw new Error("The invoice has no error.");

  await badge.hover();
  await popup.waitFor({ state: "visible" });
  for (const text of [error.title, error.message, error.remedy]) expect(await popup.innerText()).toContain(text);
  await moveInto(page, popup);
  expect(await popup.isVisible()).toBe(true);
  await page.keyboard.press("Escape");
  await popup.waitFor({ state: "hidden" });
  await page.mouse.move(1, 1);
  await badge.hover();
  await popup.waitFor({ state: "visible" });
  await page.mouse.move(1, 1, { steps: POINTER_STEPS });
  await popup.waitFor({ state: "hidden" });

  await badge.focus();
  await popup.waitFor({ state: "visible" });
  await page.keyboard.press("Escape");
  await popup.waitFor({ state: "hidden" });
  const description = await accessibleDescription(badge);
  for (const text of [error.title, error.message, error.remedy]) expect(description).toContain(text);
  expect(await badge.getAttribute("title")).toBeNull();
  expect(complaintsOf(page)).toEqual([]);
});

test("a tap opens the badge and a tap elsewhere closes it, and it stays inside the window of a phone", async () => {
  const invoice = await failed();
  const phone = await browser.signedIn({ hasTouch: true, isMobile: true, viewport: { width: 375, height: 740 } });
  await phone.goto(listPath(company));
  const { badge, popup } = badgeOf(phone, invoice);
  await badge.tap();
  await popup.waitFor({ state: "visible" });
  const box = await popup.boundingBox();
  expect(box?.x).toBeGreaterThanOrEqual(0);
  expect((box?.x ?? 0) + (box?.width ?? 0)).toBeLessThanOrEqual(375);
  await phone.getByRole("heading", { level: 1 }).tap();
  await popup.waitFor({ state: "hidden" });
  await phone.context().close();
});

test("the fix is one link away: set the account, send, Sent", async () => {
  const invoice = await failed();
  await page.goto(listPath(company));
  await page.getByRole("link", { name: invoice.number, exact: true }).click();
  const error = page.getByRole("region", { name: "Missing configuration", exact: true });
  await error.getByText(invoice.error?.message ?? "no error").waitFor();
  await error.getByRole("link").click();
  await page.getByLabel("Income account", { exact: true }).fill("Sales of Product Income");
  await button(page, "Save settings").click();
  await seesNotice(page, "Settings saved.");
  await page.goto(`/invoices/${invoice.id}`);
  await button(page, "Send to QuickBooks").click();
  await page.getByRole("link", { name: "View in QuickBooks", exact: true }).waitFor({ timeout: PUSH_SHOWS_MS });
  expect(await page.getByRole("region", { name: "Missing configuration", exact: true }).count()).toBe(0);
  expect(await numbersInBooks(company)).toContain(invoice.number);
});

test("needs attention: one cause, its invoices, its fix on the spot, and what came of sending all", async () => {
  await failed();
  const all = await listInvoices(company, "&push_status=failed");
  const one = await failed();
  const count = all.length + 1;
  await page.goto(listPath(company, "&status=needs_attention"));
  await rowOf(page, one.number)
    .getByText(/^Missing configuration: Income account is not set/)
    .waitFor();
  await page.goto(listPath(company));
  await page.getByRole("region", { name: "Needs attention", exact: true }).getByRole("link").first().click();
  const { company_name: name } = await findConnection(company.api, company.realmId);
  const cause = page.locator("section.cause").filter({ hasText: name });
  await cause.getByRole("heading", { name: "Missing configuration: Income account", exact: true }).waitFor();
  await cause.getByText(`${count} invoices`, { exact: true }).waitFor();
  await cause.getByRole("link", { name: one.number, exact: true }).waitFor();
  await cause.getByLabel("Income account", { exact: true }).fill("Sales of Product Income");
  await button(cause, `Fix and send all ${count}`).click();
  await seesNotice(page, `${count} invoices are on their way to QuickBooks.`);
  await page
    .getByRole("region", { name: "What was sent", exact: true })
    .getByText(`Of ${count} invoices: all are in QuickBooks.`)
    .waitFor({ timeout: PUSH_SHOWS_MS });
  for (const { id } of all) await reaches(company, id, ["sent"]);
  expect(await numbersInBooks(company)).toEqual(expect.arrayContaining(all.map(({ number }) => number)));
  expect(complaintsOf(page)).toEqual([]);
});

/** An invoice whose number another invoice of the books has already; answers the ID of that one. */
async function numberTaken(): Promise<{ invoice: InvoiceView; holderId: string }> {
  const number = newNumber("D");
  const customer = await company.emulator.create(company.realmId, "customer", { DisplayName: `Taken by ${number}` });
  const [item] = await company.emulator.list(company.realmId, "item");
  if (!item) throw new Error("The company has no item.");
  const detail = { ItemRef: { value: item.Id }, Qty: 2, UnitPrice: 4.5 };
  const holder = await company.emulator.create(company.realmId, "invoice", {
    DocNumber: number,
    CustomerRef: { value: customer.Id },
    Line: [{ Amount: 9, DetailType: "SalesItemLineDetail", SalesItemLineDetail: detail }],
  });
  const { id } = await deliver(company, { number });
  return { invoice: await reaches(company, id, ["failed"]), holderId: holder.Id };
}

test("a number that is taken: 'Use this number' sends it under another, 'Link that invoice' asks and takes what is there", async () => {
  const first = await numberTaken();
  await page.goto(`/invoices/${first.invoice.id}`);
  await page.getByRole("region", { name: "Already in QuickBooks", exact: true }).waitFor();
  const suggested = await page.getByLabel("Number in QuickBooks", { exact: true }).inputValue();
  expect(suggested).not.toBe(first.invoice.number);
  await button(page, "Use this number").click();
  await seesNotice(page, "The invoice is being sent under the new number.");
  await page.getByRole("link", { name: "View in QuickBooks", exact: true }).waitFor({ timeout: PUSH_SHOWS_MS });
  expect(await numbersInBooks(company)).toContain(suggested);

  const second = await numberTaken();
  const before = (await numbersInBooks(company)).length;
  await page.goto(`/invoices/${second.invoice.id}`);
  await button(page, "Link that invoice").click();
  // Another customer has it: both sides are shown, and Cancel is the default.
  const question = page.getByRole("dialog", { name: "Link that invoice?", exact: true });
  const cancel = question.getByRole("link", { name: "Cancel", exact: true });
  await seesFocusOn(cancel);
  await question.getByRole("row", { name: /Customer Differs .*Taken by/ }).waitFor();
  await expectAccessible(page);
  await page.keyboard.press("Enter");
  expect((await reaches(company, second.invoice.id, ["failed"])).qbo_invoice_id).toBeNull();
  await button(page, "Link that invoice").click();
  await button(question, "Link that invoice").click();
  await seesNotice(page, "The invoice is linked to the one in QuickBooks.");
  const linked = await reaches(company, second.invoice.id, ["sent"]);
  expect(linked.qbo_invoice_id).toBe(second.holderId);
  expect(await numbersInBooks(company)).toHaveLength(before);
  await button(page, "Unlink").click();
  await seesNotice(page, "The invoice is no longer linked. QuickBooks was not changed.");
  await page.getByRole("region", { name: "Already in QuickBooks", exact: true }).waitFor();
  expect(await numbersInBooks(company)).toHaveLength(before);
});

test("a number that another of our invoices has is not offered for linking: its page is one click away", async () => {
  const first = await deliver(company);
  await reaches(company, first.id, ["sent"]);
  const event = invoiceEvent({ id: `O2-${first.number}`, number: first.number }, { id: `I2-${first.number}` });
  const second = await sendAndSettle(company, event);
  await page.goto(`/invoices/${second.id}`);
  await button(page, "Use this number").waitFor();
  expect(await button(page, "Link that invoice").count()).toBe(0);
  await page.getByRole("link", { name: `Open invoice ${first.number}`, exact: true }).click();
  await page.waitForURL(`**/invoices/${first.id}`);
});

test("an item that was made inactive: 'Make active again' brings it back and sends the invoice", async () => {
  const item = (await company.emulator.list(company.realmId, "item")).find((candidate) => candidate["Sku"] === "TEA-1");
  if (!item) throw new Error("No invoice before made an item TEA-1.");
  await company.emulator.change(company.realmId, "item", item.Id, { Active: false });
  const invoice = await reaches(company, (await deliver(company)).id, ["failed"]);
  await page.goto(`/invoices/${invoice.id}`);
  await page.getByRole("region", { name: "Inactive in QuickBooks", exact: true }).waitFor();
  await button(page, "Make active again").click();
  await seesNotice(page, "It is active again, and the invoice is being sent.");
  await page.getByRole("link", { name: "View in QuickBooks", exact: true }).waitFor({ timeout: PUSH_SHOWS_MS });
  expect(await company.emulator.find(company.realmId, "Item", item.Id)).toMatchObject({ Active: true });
  expect(await numbersInBooks(company)).toContain(invoice.number);
});
