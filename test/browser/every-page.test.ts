/**
 * Every page, light and dark, wide and at 375 px: nothing that axe finds against WCAG 2.2 AA, nothing wider than its window,
 * nothing in the console, no answer of 500.
 */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { listInvoices, setUpCompany, settled, type TestCompany } from "../harness/app.ts";
import { complaintsOf, expectAccessible, expectNoSidewaysScroll, openBrowser, type OpenBrowser } from "../harness/browser.ts";
import { invoiceEvent } from "../harness/make-order.ts";

const NARROW = { width: 375, height: 740 };
const WIDE = { width: 1_280, height: 800 };

let browser: OpenBrowser;
let company: TestCompany;
let paths: string[];

beforeAll(async () => {
  browser = await openBrowser();
  company = await setUpCompany();
  const events = [invoiceEvent(), invoiceEvent({ shipping: "4.00", discount: "1.00" }), invoiceEvent({ currency: "EUR" })];
  await company.orders.sendAll(events.map((event) => ({ event })));
  await settled(company, events.length);
  const invoices = await listInvoices(company);
  const sent = invoices.find(({ push_status }) => push_status === "sent");
  const failed = invoices.find(({ push_status }) => push_status === "failed");
  paths = [
    "/",
    "/invoices",
    `/invoices?instance=${company.instanceId}&status=failed`,
    "/invoices?q=nothing-has-this-number",
    `/invoices/${sent?.id}`,
    `/invoices/${failed?.id}`,
    "/fulfillment",
    "/settings/quickbooks",
    `/settings/quickbooks/${company.connectionId}`,
    "/settings/instances",
    `/settings/instances/${company.instanceId}`,
    "/settings/api-keys",
    "/settings/users",
    "/status",
    "/activity",
    "/quickbooks/launch",
    "/quickbooks/disconnected",
    "/quickbooks/reconnect",
    "/no-such-page",
  ];
});

afterAll(async () => {
  await browser.close();
});

describe.each([
  { colorScheme: "light", viewport: WIDE },
  { colorScheme: "dark", viewport: NARROW },
] as const)("$colorScheme, $viewport.width px", ({ colorScheme, viewport }) => {
  test("every page is accessible and fits", async () => {
    const page = await browser.signedIn({ colorScheme, viewport });
    for (const path of paths) {
      await page.goto(path);
      await page.getByRole("heading", { level: 1 }).first().waitFor();
      await expectAccessible(page);
      await expectNoSidewaysScroll(page);
    }
    expect(complaintsOf(page)).toEqual([]);
  });

  test("the page for strangers is accessible and fits", async () => {
    const page = await browser.stranger({ colorScheme, viewport });
    await page.goto("/login");
    await expectAccessible(page);
    await expectNoSidewaysScroll(page);
    expect(complaintsOf(page)).toEqual([]);
  });
});
