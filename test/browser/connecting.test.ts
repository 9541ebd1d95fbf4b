/**
 * From 'Connect to QuickBooks' to an instance that delivers: consent at Intuit's page, settings, switches, the check,
 * instance and association. Judged by the API, the emulator's record and what an order system is answered.
 */
import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { Api, findConnection, wholesalerSettings } from "../../scripts/demo/front-door.ts";
import { setUpCompany, sharedStack } from "../harness/app.ts";
import { button, complaintsOf, type OpenBrowser, openBrowser, seesNotice, switchOf } from "../harness/browser.ts";
import { Emulator } from "../harness/emulator.ts";
import { invoiceEvent, newNumber } from "../harness/make-order.ts";
import { OrderSystem } from "../harness/order-system.ts";
import { approve, turn } from "./steps.ts";

let browser: OpenBrowser;
let page: Page;
const stack = sharedStack();
const api = new Api(stack.appOrigin, stack.apiKey);
const emulator = new Emulator(stack.emulatorOrigin);

beforeAll(async () => {
  browser = await openBrowser();
  page = await browser.signedIn();
});

afterAll(async () => {
  await browser.close();
});

test("connect, consent, settings, switches, check", async () => {
  const companyName = newNumber("Kestrel Imports ");
  const realmId = await emulator.createCompany({ name: companyName });
  await page.goto("/settings/quickbooks");
  await button(page, "Connect to QuickBooks").click();
  expect(new URL(page.url()).origin).toBe(stack.emulatorOrigin);
  await approve(page, companyName);
  await page.waitForURL(/\/settings\/quickbooks\/[^/?#]+$/);
  await seesNotice(page, `${companyName} is connected.`);
  const state = page.getByRole("region", { name: "State" });
  await state.getByText("Connected", { exact: true }).waitFor();
  await state.getByText(realmId, { exact: true }).waitFor();

  await fillSettings(page);
  await button(page, "Save settings").click();
  await seesNotice(page, "Settings saved.");
  await page.getByLabel("Default inventory quantity", { exact: true }).fill("777");
  await turn(page, "Enable integration", false);
  await turn(page, "Enable integration", true);
  await turn(page, "Auto invoice", true);
  expect(await page.getByLabel("Default inventory quantity", { exact: true }).inputValue()).toBe("777");
  await page.reload();
  expect(await switchOf(page, "Enable integration").isChecked()).toBe(true);
  expect(await switchOf(page, "Auto invoice").isChecked()).toBe(true);
  expect(await page.getByLabel("Default inventory quantity", { exact: true }).inputValue()).toBe("100");

  const { id } = await findConnection(api, realmId);
  expect(await api.call("GET", `/connections/${id}`)).toMatchObject({
    ...wholesalerSettings("2024-01-01"),
    state: "connected",
    realm_id: realmId,
  });
  await button(page, "Check configuration").click();
  const check = page.getByRole("region", { name: "Configuration", exact: true });
  await check.getByText("Everything that sending needs is in order.").waitFor();
  expect(await check.getByRole("listitem").filter({ hasText: /^OK/ }).count()).toBeGreaterThan(5);
  const reads = await emulator.record(realmId);
  expect(reads.some((call) => call.kind === "read_company_info" || call.path.includes("companyinfo"))).toBe(true);
  expect(complaintsOf(page)).toEqual([]);
});

test("a switch that is turned before the page's scripts are there acts once they are", async () => {
  const { connectionId } = await setUpCompany();
  let release = () => {};
  const isReleased = new Promise<void>((resolve) => (release = resolve));
  await page.route("**/built/pages.js", async (route) => {
    await isReleased;
    await route.continue();
  });
  await page.goto(`/settings/quickbooks/${connectionId}`, { waitUntil: "commit" });
  await switchOf(page, "Enable integration").setChecked(false);
  release();
  await page.getByRole("status").filter({ hasText: "Integration is off." }).waitFor();
  await page.unroute("**/built/pages.js");
  expect(await api.call("GET", `/connections/${connectionId}`)).toMatchObject({ enabled: false });
});

async function fillSettings(page: Page): Promise<void> {
  const customer = page.getByRole("radiogroup", { name: "Customer", exact: true });
  await customer.getByRole("radio", { name: "One QuickBooks customer for all orders", exact: true }).check();
  await customer.getByRole("radio", { name: "One QuickBooks customer per buyer", exact: true }).check();
  expect(await page.getByLabel("Customer name", { exact: true }).count()).toBe(1);
  await page.getByLabel("Income account", { exact: true }).fill("Sales of Product Income");
  await page.getByLabel("Cost of goods sold account", { exact: true }).fill("Cost of Goods Sold");
  await page.getByLabel("Inventory asset account", { exact: true }).fill("Inventory Asset");
  await page.getByLabel("Item type", { exact: true }).selectOption({ label: "Inventory" });
  await page.getByLabel("Default inventory quantity", { exact: true }).fill("100");
  await page.getByLabel("Inventory start date", { exact: true }).fill("2024-01-01");
}

test("a company outside the US is asked for its tax codes, one in the US is not", async () => {
  const british = await setUpCompany({ company: { profile: "gb-plus" }, settings: { auto_invoice: false } });
  await page.goto(`/settings/quickbooks/${british.connectionId}`);
  await page.getByLabel("Sales tax code", { exact: true }).waitFor();
  await page.getByLabel("Zero-rate code", { exact: true }).waitFor();
  const american = await setUpCompany();
  await page.goto(`/settings/quickbooks/${american.connectionId}`);
  await button(page, "Save settings").waitFor();
  expect(await page.getByLabel("Sales tax code", { exact: true }).count()).toBe(0);
});

test("a wrong field keeps what was typed, says what is wrong at the field, and saves nothing", async () => {
  const { connectionId } = await setUpCompany();
  await page.goto(`/settings/quickbooks/${connectionId}`);
  const quantity = page.getByLabel("Default inventory quantity", { exact: true });
  await quantity.fill("many");
  await page.getByLabel("Income account", { exact: true }).fill("Sales");
  await button(page, "Save settings").click();
  await seesNotice(page, "Nothing has been saved yet");
  expect(await quantity.inputValue()).toBe("many");
  expect(await quantity.getAttribute("aria-invalid")).toBe("true");
  expect(await page.getByLabel("Income account", { exact: true }).inputValue()).toBe("Sales");
  expect(await api.call("GET", `/connections/${connectionId}`)).toMatchObject({
    income_account: "Sales of Product Income",
  });
});

test("Auto invoice cannot be turned on while a required setting is missing, and the page says which", async () => {
  const { connectionId } = await setUpCompany({ settings: { auto_invoice: false, income_account: null } });
  await page.goto(`/settings/quickbooks/${connectionId}`);
  await switchOf(page, "Auto invoice").click();
  await page
    .getByRole("alert")
    .filter({ hasText: /income account/i })
    .waitFor();
  expect(await switchOf(page, "Auto invoice").isChecked()).toBe(false);
  expect(await api.call("GET", `/connections/${connectionId}`)).toMatchObject({ auto_invoice: false });
});

test("Deny at Intuit changes nothing and says so", async () => {
  const companyName = newNumber("Refused Imports ");
  const realmId = await emulator.createCompany({ name: companyName });
  await page.goto("/settings/quickbooks");
  await button(page, "Connect to QuickBooks").click();
  await page.getByRole("radio", { name: companyName, exact: true }).check();
  await button(page, "Deny").click();
  await seesNotice(page, "Nothing has changed.");
  await expect(findConnection(api, realmId)).rejects.toThrow("There is no connection");
});

test("instance: new, association, switches, secret and its rotation", async () => {
  const company = await setUpCompany();
  const connection = await findConnection(api, company.realmId);
  const name = newNumber("Web shop ");
  await page.goto("/settings/instances");
  await button(page, "New instance").click();
  await page.getByLabel("Name", { exact: true }).fill(name);
  await page.getByLabel("QuickBooks connection", { exact: true }).selectOption({ label: connection.company_name });
  await switchOf(page, "Enable").setChecked(true);
  await switchOf(page, "Auto invoice").setChecked(true);
  await button(page, "Save").click();
  await page.getByRole("heading", { level: 1, name, exact: true }).waitFor();
  const url = await page.getByLabel("Webhook URL", { exact: true }).inputValue();
  await button(page, "Reveal secret").click();
  const first = await page.getByLabel("Signing secret", { exact: true }).inputValue();
  await button(page, "Rotate secret").click();
  await seesNotice(page, "The old one stays valid for 24 hours.");
  const second = await page.getByLabel("Signing secret", { exact: true }).inputValue();
  expect(second).not.toBe(first);

  for (const secret of [first, second])
    expect(await new OrderSystem(url, secret).send(invoiceEvent())).toMatchObject({ status: 202 });
  expect(await new OrderSystem(url, `whsec_${btoa("a secret of somebody else")}`).send(invoiceEvent())).toMatchObject({
    status: 401,
  });
  await expect.poll(async () => (await emulator.list(company.realmId, "invoice")).length, { timeout: 90_000 }).toBe(2);
  // The address of the answer, opened anew, is the page again, and the secret stands there no more.
  await page.goto(page.url());
  const deliveries = page.getByRole("table", { name: "Recent deliveries" });
  expect(await deliveries.getByText("Accepted", { exact: true }).count()).toBe(2);
  expect(await button(page, "Reveal secret").count()).toBe(1);
  expect(complaintsOf(page)).toEqual([]);
});

test("an instance's association is changed on its page", async () => {
  const [from, to] = [await setUpCompany({ autoInvoice: false }), await setUpCompany()];
  const target = await findConnection(api, to.realmId);
  await page.goto(`/settings/instances/${from.instanceId}`);
  await page.getByLabel("QuickBooks connection", { exact: true }).selectOption({ label: target.company_name });
  await switchOf(page, "Auto invoice").setChecked(true);
  await button(page, "Save").click();
  await seesNotice(page, "Saved.");
  expect(await from.orders.send(invoiceEvent())).toMatchObject({ status: 202 });
  await expect.poll(async () => (await emulator.list(to.realmId, "invoice")).length, { timeout: 90_000 }).toBe(1);
  expect(await emulator.list(from.realmId, "invoice")).toHaveLength(0);
});
