/**
 * The settings of companies that tax by codes and by hand, from nothing to right, with nothing but what the page says.
 * Judged by the page, the API and what a check of the configuration finds.
 */
import type { Locator, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { Api, findConnection } from "../../scripts/demo/front-door.ts";
import { sharedStack } from "../harness/app.ts";
import {
  beyondWindow,
  button,
  complaintsOf,
  expectAccessible,
  type OpenBrowser,
  openBrowser,
  seesNotice,
} from "../harness/browser.ts";
import { type CompanySettings, Emulator } from "../harness/emulator.ts";
import { newNumber } from "../harness/make-order.ts";
import { approve } from "./steps.ts";

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

/** Connects a new company in the browser, ends on its page, and answers the connection's ID. */
async function connect(company: CompanySettings): Promise<string> {
  const name = newNumber("Linden Supply ");
  const realmId = await emulator.createCompany({ name, ...company });
  await page.goto("/settings/quickbooks");
  await button(page, "Connect to QuickBooks").click();
  await approve(page, name);
  await seesNotice(page, `${name} is connected.`);
  return (await findConnection(api, realmId)).id;
}

function field(label: string): Locator {
  return page.getByLabel(label, { exact: true });
}

/** The choices that the browser offers for a field. */
async function choicesOf(label: string): Promise<string[]> {
  const list = await field(label).getAttribute("list");
  return page.locator(`datalist[id="${list}"] option`).evaluateAll((options) => options.map((option) => option.value));
}

/** Runs the check, and answers its lines as label → badge. */
async function check(): Promise<Record<string, string>> {
  await button(page, "Check configuration").click();
  const region = page.getByRole("region", { name: "Configuration", exact: true });
  const items = region.getByRole("listitem");
  await items.first().waitFor();
  const lines: Record<string, string> = {};
  for (const item of await items.all()) {
    const label = await item.locator("strong").innerText();
    lines[label] = (await item.innerText()).split("\n")[0] ?? "";
  }
  return lines;
}

test("a UK company: what is missing is listed, the codes are offered by rate, and then every line is right", async () => {
  const connectionId = await connect({ profile: "gb-plus" });
  await page.getByText("Sales tax is on: each line carries the tax code of its rate.", { exact: true }).waitFor();
  const missing = page.getByRole("region", { name: "Missing settings", exact: true });
  expect(await missing.getByRole("link").allInnerTexts()).toEqual([
    "Income account",
    "Item type",
    "Sales tax code",
    "Zero-rate code",
  ]);
  expect(await choicesOf("Sales tax code")).toEqual(["20.0% S", "5.0% R"]);
  expect(await choicesOf("Zero-rate code")).toEqual(["0.0% Z", "Exempt", "No VAT"]);
  expect(await field("Tax code for 5 %").inputValue()).toBe("5.0% R");
  await expectAccessible(page);

  expect(await check()).toMatchObject({
    "Sales tax code": "Needs attention",
    "Zero-rate code": "Needs attention",
    "Tax code for 5 %": "Worth a look",
    "Time zone": "Worth a look",
  });
  await missing.getByRole("link", { name: "Zero-rate code", exact: true }).click();
  expect(new URL(page.url()).hash).toBe("#field-zero_rate_code");
  await field("Zero-rate code").fill("0.0% Z");
  await field("Sales tax code").fill("20.0% S");
  await button(page, "Save settings").click();
  await seesNotice(page, "Settings saved. Still missing: Income account, Item type.");
  expect(await field("Tax code for 20 %").count()).toBe(0);

  await field("Income account").fill("Sales");
  await field("Item type").selectOption({ label: "Service" });
  await field("Time zone").fill("Europe/London");
  await button(page, "Save settings").click();
  await seesNotice(page, "Settings saved.");
  expect(await missing.count()).toBe(0);
  const lines = await check();
  const notRight = Object.entries(lines).filter(([, badge]) => badge !== "OK");
  expect(notRight).toEqual([]);
  expect(Object.keys(lines)).toEqual(
    expect.arrayContaining(["Sales tax", "Sales tax code", "Zero-rate code", "Tax code for 5 %", "Time zone"]),
  );
  expect(await api.call("GET", `/connections/${connectionId}`)).toMatchObject({
    sales_tax_code: "20.0% S",
    zero_rate_code: "0.0% Z",
    tax_codes: expect.arrayContaining([{ rate: "5", tax_code: "5.0% R" }]),
    total_policy: "refuse",
    time_zone: "Europe/London",
  });
  expect(complaintsOf(page)).toEqual([]);
});

test("a US company that taxes by hand: its codes are named, one of them is the fallback, nothing else is asked", async () => {
  const connectionId = await connect({ profile: "us-legacy-tax" });
  await page.getByText("Sales tax is set up by hand").waitFor();
  expect(await field("Zero-rate code").count()).toBe(0);
  expect(await field("Sales tax code").getAttribute("required")).toBeNull();
  expect(await choicesOf("Sales tax code")).toEqual(["State tax", "Reno", "Carson"]);
  const facts = page.getByRole("region", { name: "Connection", exact: true });
  expect(await facts.innerText()).toContain("8.265 %: Reno");
  expect((await check())["Sales tax code"]).toBe("Worth a look");

  await field("Sales tax code").fill("Reno");
  const policy = page.getByRole("radiogroup", { name: "When totals would differ", exact: true });
  expect(await policy.getByRole("radio", { name: "Do not send", exact: true }).isChecked()).toBe(true);
  await policy.getByRole("radio", { name: "Send with a warning", exact: true }).check();
  await button(page, "Save settings").click();
  await seesNotice(page, "Settings saved. Still missing: Income account, Item type.");
  expect((await check())["Sales tax code"]).toBe("OK");
  expect(await api.call("GET", `/connections/${connectionId}`)).toMatchObject({
    sales_tax_code: "Reno",
    total_policy: "warn",
  });
  await page.setViewportSize({ width: 375, height: 800 });
  expect(await beyondWindow(page)).toEqual([]);
  await expectAccessible(page);
  expect(complaintsOf(page)).toEqual([]);
});

test("a company whose sales tax is off: the page and the check say so", async () => {
  await connect({ using_sales_tax: false });
  await page.getByText("Sales tax is off in QuickBooks, so it books no tax.").waitFor();
  expect((await check())["Sales tax"]).toBe("Worth a look");
});
