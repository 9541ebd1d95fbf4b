/**
 * The core without a mouse: every control is reached with Tab, in an order that ends, and works with Enter, Space and
 * Escape. Nothing here clicks. Judged by the emulator's books.
 */
import type { Locator, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { findConnection } from "../../scripts/demo/front-door.ts";
import { reaches, setUpCompany, sharedStack, type TestCompany } from "../harness/app.ts";
import {
  button,
  isFocused,
  type OpenBrowser,
  openBrowser,
  seesFocusOn,
  seesNotice,
  switchOf,
} from "../harness/browser.ts";
import { arrived, deliver, listPath, numbersInBooks, rowOf, rowSays, ship } from "./steps.ts";

/** More stops than any of these pages has before the control that is wanted. */
const MAX_TABS = 90;

let browser: OpenBrowser;
let page: Page;
let company: TestCompany;

beforeAll(async () => {
  browser = await openBrowser();
  page = await browser.stranger();
  company = await setUpCompany({ autoInvoice: false });
});

afterAll(async () => {
  await browser.close();
});

async function tabTo(control: Locator): Promise<void> {
  await control.waitFor();
  for (let tabs = 0; tabs < MAX_TABS; tabs += 1) {
    if (await isFocused(control)) return;
    await control.page().keyboard.press("Tab");
  }
  throw new Error(`${MAX_TABS} tabs did not reach ${control.toString()}.`);
}

async function press(control: Locator, key: string): Promise<void> {
  await tabTo(control);
  await page.keyboard.press(key);
}

async function type(control: Locator, text: string): Promise<void> {
  await tabTo(control);
  await page.keyboard.press("ControlOrMeta+a");
  await page.keyboard.type(text);
}

test("sign in, skip the navigation, walk by its links", async () => {
  const { email, password } = sharedStack().credentials;
  await page.goto("/login");
  await type(page.getByLabel("Email", { exact: true }), email);
  await type(page.getByLabel("Password", { exact: true }), password);
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { level: 1, name: "Dashboard", exact: true }).waitFor();
  await page.keyboard.press("Tab");
  const skip = page.getByRole("link", { name: "Skip to main content", exact: true });
  await seesFocusOn(skip);
  await page.keyboard.press("Enter");
  await seesFocusOn(page.getByRole("main"));
  await page.goto("/");
  await press(
    page
      .getByRole("navigation", { name: "Main", exact: true })
      .getByRole("link", { name: "QuickBooks Online", exact: true }),
    "Enter",
  );
  await page.getByRole("heading", { level: 1, name: "QuickBooks Online", exact: true }).waitFor();
  expect(await page.getByRole("link", { name: "QuickBooks Online", exact: true }).getAttribute("aria-current")).toBe(
    "page",
  );
});

test("settings and switches", async () => {
  await page.goto(`/settings/quickbooks/${company.connectionId}`);
  await press(switchOf(page, "Auto invoice"), "Space");
  await page.getByRole("status").filter({ hasText: "Auto invoice is off." }).waitFor();
  await press(switchOf(page, "Auto invoice"), "Space");
  await page.getByRole("status").filter({ hasText: "Auto invoice is on." }).waitFor();
  await tabTo(page.getByRole("radio", { name: "One QuickBooks customer per buyer", exact: true }));
  await page.keyboard.press("ArrowUp");
  expect(
    await page.getByRole("radio", { name: "One QuickBooks customer for all orders", exact: true }).isChecked(),
  ).toBe(true);
  await type(page.getByLabel("Customer name", { exact: true }), "Counter sales");
  await type(page.getByLabel("Default inventory quantity", { exact: true }), "60");
  await press(button(page, "Save settings"), "Enter");
  await seesNotice(page, "Settings saved.");
  expect(await company.api.call("GET", `/connections/${company.connectionId}`)).toMatchObject({
    customer_mode: "single",
    customer_name: "Counter sales",
    default_inventory_quantity: 60,
    auto_invoice: true,
  });
});

test("create an invoice, send it, read it", async () => {
  const number = await ship(company);
  await page.goto(`/fulfillment?instance=${company.instanceId}`);
  await press(page.getByRole("checkbox", { name: `Select ${number}`, exact: true }), "Space");
  await page.keyboard.press("Enter");
  await seesNotice(page, "1 invoice was created");
  await page.goto(listPath(company));
  await press(page.getByRole("checkbox", { name: "Select all", exact: true }), "Space");
  expect(await page.getByRole("checkbox", { name: `Select ${number}`, exact: true }).isChecked()).toBe(true);
  await press(button(page, "Send to QuickBooks"), "Enter");
  await rowSays(page, number, "Sent");
  expect(await numbersInBooks(company)).toEqual([number]);
  await press(page.getByRole("link", { name: number, exact: true }), "Enter");
  await page.getByRole("heading", { level: 1, name: `Invoice ${number}`, exact: true }).waitFor();
  await press(page.getByText("As JSON", { exact: true }), "Enter");
  await page.getByRole("region", { name: "JSON", exact: true }).waitFor();
});

test("a failed one: the badge opens with focus and closes with Escape, the fix is reached, Sent", async () => {
  await company.api.call("PATCH", `/connections/${company.connectionId}`, { income_account: null });
  const { id, number } = await deliver(company);
  await page.goto(`/invoices/${id}`);
  await press(button(page, "Send to QuickBooks"), "Enter");
  await reaches(company, id, ["failed"]);
  await page.goto(listPath(company));
  const row = rowOf(page, number);
  await tabTo(button(row, "Failed"));
  await row.getByRole("tooltip").waitFor({ state: "visible" });
  await page.keyboard.press("Escape");
  await row.getByRole("tooltip").waitFor({ state: "hidden" });
  await page.goto(`/invoices/${id}`);
  await press(page.getByRole("region", { name: "Missing configuration", exact: true }).getByRole("link"), "Enter");
  await type(page.getByLabel("Income account", { exact: true }), "Sales of Product Income");
  await press(button(page, "Save settings"), "Enter");
  await seesNotice(page, "Settings saved.");
  await page.goto(`/invoices/${id}`);
  await press(button(page, "Send to QuickBooks"), "Enter");
  await reaches(company, id, ["sent"]);
  expect(await numbersInBooks(company)).toContain(number);
});

test("disconnect: Escape leaves the dialog and gives the focus back; confirm; reconnect", async () => {
  const { company_name: name } = await findConnection(company.api, company.realmId);
  await page.goto(`/settings/quickbooks/${company.connectionId}`);
  const dialog = page.getByRole("dialog", { name: "Disconnect QuickBooks?", exact: true });
  const opener = button(page, "Disconnect");
  await press(opener, "Enter");
  await seesFocusOn(button(dialog, "Cancel"));
  await page.keyboard.press("Escape");
  await dialog.waitFor({ state: "hidden" });
  await seesFocusOn(opener);
  await page.keyboard.press("Enter");
  await seesFocusOn(button(dialog, "Cancel"));
  await page.keyboard.press("Tab");
  await seesFocusOn(button(dialog, "Disconnect"));
  await page.keyboard.press("Enter");
  await seesNotice(page, `${name} is disconnected.`);
  await press(button(page, "Reconnect to QuickBooks"), "Enter");
  await chooseByArrows(page.getByRole("radio", { name, exact: true }));
  await press(button(page, "Approve"), "Enter");
  await seesNotice(page, `${name} is connected again`);
  const later = await arrived(company, (await deliver(company)).number);
  expect(later.push_status).toBe("not_sent");
});

/** Down through a group of radio buttons until this one is chosen. */
async function chooseByArrows(radio: Locator): Promise<void> {
  await tabTo(page.getByRole("radio", { checked: true }));
  const choices = await page.getByRole("radio").count();
  for (let step = 0; step < choices && !(await radio.isChecked()); step += 1) await page.keyboard.press("ArrowDown");
  expect(await radio.isChecked()).toBe(true);
}
