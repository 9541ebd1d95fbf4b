/**
 * What an order system sends, as people look after it: the first order without a shell, and an order that was refused.
 * Judged by the emulator's books.
 */
import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { setUpCompany, type TestCompany } from "../harness/app.ts";
import { button, complaintsOf, type OpenBrowser, openBrowser, seesNotice, switchOf } from "../harness/browser.ts";
import { makeOrder, newNumber } from "../harness/make-order.ts";
import { OrderSystem } from "../harness/order-system.ts";
import { numbersInBooks, PUSH_SHOWS_MS, rowOf } from "./steps.ts";

let browser: OpenBrowser;
let page: Page;

beforeAll(async () => {
  browser = await openBrowser();
  page = await browser.signedIn();
});

afterAll(async () => {
  await browser.close();
});

function shipped(number: string, changes: Record<string, unknown> = {}) {
  const data = { ...makeOrder({ number }), ...changes };
  return { type: "order.shipped" as const, timestamp: new Date().toISOString(), data };
}

const instancePath = ({ instanceId }: TestCompany) => `/settings/instances/${instanceId}`;

/** Opens the delivery of a refused order from the list of what is open. */
async function openRefused(company: TestCompany, number: string): Promise<void> {
  await page.goto(`/deliveries?instance=${company.instanceId}`);
  await page.getByLabel("Outcome", { exact: true }).selectOption({ label: "Refused, still open" });
  await rowOf(page, number).getByRole("link", { name: "Order shipped", exact: true }).click();
  await page.getByRole("heading", { level: 1, name: `Order shipped ${number}`, exact: true }).waitFor();
}

test("the first order without a shell: sent, invoiced on its page, Sent to QuickBooks", async () => {
  const company = await setUpCompany();
  await page.goto(instancePath(company));
  await button(page, "Send a sample order").dblclick();
  await seesNotice(page, "The sample order was signed, sent and accepted.");
  const title = await page.getByRole("heading", { level: 1 }).innerText();
  const number = title.replace("Order ", "");
  expect(await company.api.call("GET", `/orders?instance_id=${company.instanceId}`)).toMatchObject({
    data: [{ number, total: "36.25" }],
  });
  await button(page, "Create invoice").click();
  await page.getByText("Sent", { exact: true }).first().waitFor({ timeout: PUSH_SHOWS_MS });
  expect(await numbersInBooks(company)).toEqual([number]);
  await page.getByRole("link", { name: number, exact: true }).click();
  await page.getByText("Invoiced", { exact: true }).waitFor();
  expect(complaintsOf(page)).toEqual([]);
});

test("a refused order stays on the dashboard until it is sent again without the fault", async () => {
  const company = await setUpCompany();
  const number = newNumber();
  expect(await company.orders.send(shipped(number, { total: "0.01" }))).toMatchObject({ status: 422 });
  await page.goto("/");
  await page.getByText(/refused deliver(y is|ies are) open/).waitFor();
  await openRefused(company, number);
  await page.getByText("Refused: nothing of it was stored", { exact: true }).waitFor();
  await button(page, "Replay").click();
  await seesNotice(page, "The delivery was refused again: The total is 0.01");
  expect(await company.orders.send(shipped(number))).toMatchObject({ status: 202 });
  await page.reload();
  await page.getByText("Refused, then: accepted since", { exact: true }).waitFor();
  await page.goto(`/deliveries?outcome=unsettled&instance=${company.instanceId}`);
  await page.getByText("No delivery matches", { exact: true }).waitFor();
  expect(complaintsOf(page)).toEqual([]);
});

test("what is not needed is set aside, and details for support are copied without a secret", async () => {
  const company = await setUpCompany();
  const number = newNumber();
  await company.orders.send(shipped(number, { currency: "dollars" }));
  await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
  await openRefused(company, number);
  await button(page, "Copy details for support").click();
  await button(page, "Copied").waitFor();
  const copied = String(await page.evaluate("navigator.clipboard.readText()"));
  expect(copied).toMatch(/^Bookbridge: .*\nDelivery: .*\n[^]*Fault: data\.currency Must be an ISO 4217/);
  expect(copied).not.toContain(company.orders.secret);
  await button(page, "Set aside").click();
  await seesNotice(page, "The delivery is set aside");
  expect(await button(page, "Set aside").count()).toBe(0);
});

test("a wrong signature is counted on the instance's page", async () => {
  const company = await setUpCompany();
  const stranger = new OrderSystem(company.orders.url, `whsec_${btoa("a secret of somebody else")}`);
  expect(await stranger.send(shipped(newNumber()))).toMatchObject({ status: 401 });
  await page.goto(instancePath(company));
  await page.getByText("1 delivery with a wrong signature in the last 7 days").waitFor();
});

test("an instance's switches act at once; Save saves name and connection, and switches nothing", async () => {
  const company = await setUpCompany({ autoInvoice: false });
  await page.goto(instancePath(company));
  await switchOf(page, "Auto invoice").setChecked(true);
  await seesNotice(page, "Auto invoice is on.");
  await expect
    .poll(() => company.api.call("GET", `/instances/${company.instanceId}`))
    .toMatchObject({ auto_invoice: true });
  const name = newNumber("Renamed ");
  await page.getByLabel("Name", { exact: true }).fill(name);
  await button(page, "Save").click();
  await seesNotice(page, "Saved.");
  expect(await company.api.call("GET", `/instances/${company.instanceId}`)).toMatchObject({
    name,
    auto_invoice: true,
    enabled: true,
    connection_id: company.connectionId,
  });
});

test("without JavaScript: filter, details for support, switches", async () => {
  const company = await setUpCompany();
  const number = newNumber();
  await company.orders.send(shipped(number, { total: "0.01" }));
  const plain = await browser.signedIn({ javaScriptEnabled: false });
  await plain.goto("/deliveries");
  await plain.getByLabel("Search", { exact: true }).fill(number);
  await button(plain, "Filter").click();
  await rowOf(plain, number).getByRole("link", { name: "Order shipped", exact: true }).click();
  await plain.getByText("Details for support", { exact: true }).click();
  await plain.getByText(/^Bookbridge: [^]*Response: HTTP 422/).waitFor();
  await plain.goto(instancePath(company));
  await switchOf(plain, "Enable").uncheck();
  await button(plain, "Save Enable").click();
  await seesNotice(plain, "The integration of this instance is off.");
});
