/** The journeys of the contract in a browser: sending by hand, reading an error, disconnecting, searching, without a mouse. */
import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { listInvoices, reaches, setUpCompany, sharedStack, type TestCompany } from "../harness/app.ts";
import { complaintsOf, openBrowser, type OpenBrowser } from "../harness/browser.ts";
import { invoiceEvent, newNumber } from "../harness/make-order.ts";

let browser: OpenBrowser;

beforeAll(async () => {
  browser = await openBrowser();
});

afterAll(async () => {
  await browser.close();
});

/** Invoices that nobody asked to send yet. */
async function notSent(company: TestCompany, count: number) {
  await company.orders.sendAll(Array.from({ length: count }, () => ({ event: invoiceEvent() })));
  const invoices = await listInvoices(company);
  expect(invoices.map(({ push_status }) => push_status)).toEqual(Array.from({ length: count }, () => "not_sent"));
  return invoices;
}

function badgeOf(page: Page, number: string, name: string) {
  return page.getByRole("row").filter({ hasText: number }).getByText(name, { exact: true });
}

test("invoices are selected and sent by hand, and the list says Sent by itself", async () => {
  const company = await setUpCompany({ autoInvoice: false });
  const [first, second, third] = await notSent(company, 3);
  const page = await browser.signedIn();
  await page.goto(`/invoices?instance=${company.instanceId}`);
  await page.getByRole("checkbox", { name: `Select ${first?.number}`, exact: true }).check();
  await page.getByRole("checkbox", { name: `Select ${second?.number}`, exact: true }).check();
  await page.getByRole("button", { name: "Send to QuickBooks" }).click();
  await badgeOf(page, first?.number ?? "", "Sent").waitFor();
  await badgeOf(page, second?.number ?? "", "Sent").waitFor();
  expect(await badgeOf(page, third?.number ?? "", "Not sent").count()).toBe(1);
  expect(await company.emulator.list(company.realmId, "invoice")).toHaveLength(2);
  expect(complaintsOf(page)).toEqual([]);
});

test("without JavaScript: sign in, select all, send, open the invoice, sign out", async () => {
  const company = await setUpCompany({ autoInvoice: false });
  const [invoice] = await notSent(company, 1);
  const page = await browser.signedIn({ javaScriptEnabled: false });
  await page.goto(`/invoices?instance=${company.instanceId}`);
  await page.getByRole("checkbox", { name: `Select ${invoice?.number}`, exact: true }).check();
  await page.getByRole("button", { name: "Send to QuickBooks" }).click();
  await reaches(company, invoice?.id ?? "", ["sent"]);
  await page.goto(`/invoices/${invoice?.id}`);
  await page.getByRole("link", { name: "View in QuickBooks" }).waitFor();
  await page.getByRole("button", { name: "Sign out" }).click();
  await page.getByRole("button", { name: "Sign in" }).waitFor();
});

test("a failed invoice shows its whole error on focus and hover, closes with Escape, and belongs to the badge for a screen reader", async () => {
  const company = await setUpCompany();
  await company.orders.send(invoiceEvent({ currency: "EUR" }));
  const invoice = await reaches(company, (await listInvoices(company))[0]?.id ?? "", ["failed"]);
  const page = await browser.signedIn();
  await page.goto(`/invoices?instance=${company.instanceId}`);
  const badge = page.getByRole("row").filter({ hasText: invoice.number }).getByRole("button", { name: "Failed", exact: true });
  await badge.focus();
  const popup = page.getByRole("tooltip").filter({ hasText: "Rejected by QuickBooks" });
  await popup.waitFor({ state: "visible" });
  const text = await popup.innerText();
  expect(text).toContain(invoice.error?.message);
  expect(text).toContain(invoice.error?.remedy);
  const describedBy = await badge.getAttribute("aria-describedby");
  expect(await popup.getAttribute("id")).toBe(describedBy);
  await page.keyboard.press("Escape");
  await popup.waitFor({ state: "hidden" });
  await page.mouse.move(0, 0);
  await badge.hover();
  await popup.waitFor({ state: "visible" });
  await popup.hover();
  expect(await popup.isVisible()).toBe(true);
  expect(complaintsOf(page)).toEqual([]);
});

test("Disconnect asks, Cancel changes nothing, Disconnect puts a banner on every page that says what waits", async () => {
  const company = await setUpCompany();
  const page = await browser.signedIn();
  await page.goto(`/settings/quickbooks/${company.connectionId}`);
  const dialog = page.getByRole("dialog", { name: "Disconnect QuickBooks?" });
  await page.getByRole("button", { name: "Disconnect", exact: true }).click();
  await dialog.getByRole("button", { name: "Cancel" }).click();
  await dialog.waitFor({ state: "hidden" });
  expect((await company.api.call<{ state: string }>("GET", `/connections/${company.connectionId}`)).state).toBe("connected");
  await page.getByRole("button", { name: "Disconnect", exact: true }).click();
  await dialog.getByRole("button", { name: "Disconnect", exact: true }).click();
  await page.getByRole("button", { name: "Reconnect to QuickBooks" }).first().waitFor();
  expect((await company.api.call<{ state: string }>("GET", `/connections/${company.connectionId}`)).state).toBe("disconnected");
  await company.orders.send(invoiceEvent());
  await reaches(company, (await listInvoices(company))[0]?.id ?? "", ["held"]);
  await page.goto("/activity");
  const banner = page.getByRole("alert").filter({ has: page.getByRole("link", { name: /Reconnect to QuickBooks/ }) });
  await banner.first().waitFor();
  expect(await banner.first().innerText()).toMatch(/1 invoice/);
  expect(complaintsOf(page)).toEqual([]);
});

test("a switch acts at once on what is saved and keeps what is typed and not saved", async () => {
  const company = await setUpCompany();
  const page = await browser.signedIn();
  await page.goto(`/settings/quickbooks/${company.connectionId}`);
  await page.getByLabel("Default inventory quantity").fill("777");
  const answered = page.waitForResponse((response) => response.request().method() === "POST");
  await page.getByRole("switch", { name: "Auto invoice" }).click();
  await answered;
  const settings = await company.api.call<{ auto_invoice: boolean; default_inventory_quantity: unknown }>("GET", `/connections/${company.connectionId}`);
  expect(settings.auto_invoice).toBe(false);
  expect(String(settings.default_inventory_quantity)).toBe("100");
  expect(await page.getByLabel("Default inventory quantity").inputValue()).toBe("777");
});

test("status, search and pages of the list stand in the address", async () => {
  const company = await setUpCompany({ autoInvoice: false });
  const invoices = await notSent(company, 2);
  const wanted = invoices[0];
  const page = await browser.signedIn();
  await page.goto(`/invoices?instance=${company.instanceId}`);
  await page.getByLabel("Search").fill(wanted?.number ?? "");
  await page.getByLabel("Search").press("Enter");
  await page.waitForURL((url) => url.search.includes(wanted?.number ?? "-"));
  await page.reload();
  expect(await page.getByRole("checkbox", { name: /^Select T/ }).count()).toBe(1);
  await page.goto(`/invoices?instance=${company.instanceId}&status=sent`);
  expect(await page.getByRole("checkbox", { name: /^Select T/ }).count()).toBe(0);
});

test("by keyboard alone: the skip link, the search, a selection and the send button are reached and work", async () => {
  const company = await setUpCompany({ autoInvoice: false });
  const [invoice] = await notSent(company, 1);
  const page = await browser.signedIn();
  await page.goto(`/invoices?instance=${company.instanceId}`);
  await page.keyboard.press("Tab");
  expect(await page.evaluate<string>("document.activeElement.textContent")).toMatch(/skip/i);
  const box = page.getByRole("checkbox", { name: `Select ${invoice?.number}`, exact: true });
  await tabTo(page, `Select ${invoice?.number}`);
  await page.keyboard.press("Space");
  expect(await box.isChecked()).toBe(true);
  const send = page.getByRole("button", { name: "Send to QuickBooks" });
  await send.focus();
  await page.keyboard.press("Enter");
  await reaches(company, invoice?.id ?? "", ["sent"]);
});

const MAX_TABS = 80;

async function tabTo(page: Page, name: string): Promise<void> {
  for (let step = 0; step < MAX_TABS; step += 1) {
    await page.keyboard.press("Tab");
    if ((await page.evaluate<string | null>("document.activeElement.getAttribute('aria-label')")) === name) return;
  }
  throw new Error(`${MAX_TABS} tabs did not reach '${name}'.`);
}

test("an API key is shown once, and the key that the page shows works", async () => {
  const page = await browser.signedIn();
  await page.goto("/settings/api-keys");
  const name = newNumber("Key ");
  await page.getByLabel("Name").fill(name);
  await page.getByLabel("Role").selectOption({ label: "Viewer" });
  await page.getByRole("button", { name: "Create API key" }).click();
  const key = (await page.locator("text=/bb_[A-Za-z0-9_-]{43}/").first().innerText()).match(/bb_[\w-]{43}/)?.[0] ?? "";
  const headers = { authorization: `Bearer ${key}` };
  expect((await fetch(`${sharedStack().appOrigin}/api/v1/invoices`, { headers })).status).toBe(200);
  await page.goto("/settings/api-keys");
  expect(await page.content()).not.toContain(key);
  await page.getByRole("row").filter({ hasText: name }).getByRole("button", { name: /Revoke/ }).click();
  await page.waitForLoadState();
  await expect.poll(async () => (await fetch(`${sharedStack().appOrigin}/api/v1/invoices`, { headers })).status).toBe(401);
});
