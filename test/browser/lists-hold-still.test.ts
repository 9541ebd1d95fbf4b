/**
 * Lists that hold still: a list that looks again by itself changes what its rows say, and takes away nothing that a person
 * has done: ticks, the focus, an open badge, the place on the page. And badges that open where there is room.
 */
import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { setUpCompany, type TestCompany } from "../harness/app.ts";
import { button, complaintsOf, isFocused, type OpenBrowser, openBrowser, seesNotice } from "../harness/browser.ts";
import { invoiceEvent, newNumber } from "../harness/make-order.ts";
import { deliver, listPath, numbersInBooks, PUSH_SHOWS_MS, rowOf, rowSays } from "./steps.ts";

/** With those that are there more than a page, so that what comes in would push rows off it. */
const MOVING = 25;
const TICKED = 20;
const LOOKS = 2;

let browser: OpenBrowser;
let page: Page;
let company: TestCompany;

beforeAll(async () => {
  browser = await openBrowser();
  page = await browser.signedIn();
  company = await setUpCompany();
});

afterAll(async () => {
  await browser.close();
});

/** Marks the elements themselves: whatever takes their place later has no mark. */
async function markRows(page: Page): Promise<number> {
  return page.evaluate<number>(
    `[...document.querySelectorAll("tbody tr")].map((row) => { row.marked = true; row.querySelector("input").marked = true; return row; }).length`,
  );
}

async function countMarked(page: Page): Promise<number> {
  return page.evaluate<number>(
    `[...document.querySelectorAll("tbody tr")].filter((row) => row.marked && row.querySelector("input").marked).length`,
  );
}

async function lookedAgain(page: Page, times: number): Promise<void> {
  for (let time = 0; time < times; time += 1) await page.waitForResponse(/[?&]shown=/);
}

test("while many invoices move: 20 ticked, the focus on the twentieth and a badge open stay, and are sent by keyboard", async () => {
  await company.api.call("PATCH", `/connections/${company.connectionId}`, { income_account: null });
  const failed = await deliver(company, { number: newNumber("A") });
  await company.orders.sendAll(
    Array.from({ length: TICKED + 10 }, () => ({ event: invoiceEvent({ number: newNumber("A") }) })),
  );
  await expect
    .poll(
      async () =>
        (
          await company.api.call<{ data: { push_status: string }[] }>(
            "GET",
            `/invoices?instance_id=${company.instanceId}&limit=200&push_status=failed`,
          )
        ).data.length,
      { timeout: PUSH_SHOWS_MS },
    )
    .toBe(TICKED + 11);
  await company.api.call("PATCH", `/connections/${company.connectionId}`, {
    income_account: "Sales of Product Income",
  });
  await company.emulator.changeCompany(company.realmId, { latency_ms: 700 });

  await page.setViewportSize({ width: 1280, height: 600 });
  await page.goto(listPath(company));
  const boxes = page.getByRole("checkbox", { name: /^Select A/ });
  const names = await Promise.all((await boxes.all()).slice(0, TICKED).map((box) => box.getAttribute("aria-label")));
  for (const name of names) await page.getByRole("checkbox", { name: name ?? "", exact: true }).check();
  const badge = button(rowOf(page, failed.number), "Failed");
  await badge.click();
  const popup = rowOf(page, failed.number).getByRole("tooltip");
  await popup.waitFor({ state: "visible" });
  const twentieth = page.getByRole("checkbox", { name: names.at(-1) ?? "", exact: true });
  await twentieth.focus();
  await page.getByText(`${TICKED} selected`, { exact: true }).waitFor();
  await page.getByText("$180.00", { exact: true }).waitFor();
  const shown = await markRows(page);
  const place = await page.evaluate<number>("window.scrollY");
  const box = await twentieth.boundingBox();

  // Newer ones come in, above and beside those shown, and move.
  await company.orders.sendAll(
    Array.from({ length: MOVING }, () => ({
      event: invoiceEvent({ number: newNumber("B") }, { date: "2026-03-09" }),
    })),
  );
  await lookedAgain(page, LOOKS);
  await page.getByRole("link", { name: /^Show \d+ more invoices$/ }).waitFor();

  expect(await countMarked(page)).toBe(shown);
  expect(await page.getByRole("checkbox", { checked: true, name: /^Select A/ }).count()).toBe(TICKED);
  expect(await isFocused(twentieth)).toBe(true);
  expect(await popup.isVisible()).toBe(true);
  expect(await page.evaluate<number>("window.scrollY")).toBe(place);
  expect(await twentieth.boundingBox()).toEqual(box);
  expect(await page.getByText(`${TICKED} selected`, { exact: true }).count()).toBe(1);

  // A badge that Escape closed stays closed while the list looks again.
  await badge.focus();
  await page.keyboard.press("Escape");
  await popup.waitFor({ state: "hidden" });
  await lookedAgain(page, 1);
  expect(await popup.isVisible()).toBe(false);
  expect(await isFocused(badge)).toBe(true);

  await twentieth.focus();
  await button(page, "Send to QuickBooks").press("Enter");
  await seesNotice(page, `${TICKED} invoices are on their way to QuickBooks.`);
  await company.emulator.changeCompany(company.realmId, { latency_ms: 0 });
  const sent = names.map((name) => (name ?? "").replace("Select ", ""));
  const inBooks = async () => (await numbersInBooks(company)).filter((number) => sent.includes(number)).length;
  await expect.poll(inBooks, { timeout: PUSH_SHOWS_MS }).toBe(TICKED);
  expect(complaintsOf(page)).toEqual([]);
});

test("what comes in shows by itself while nobody uses the list, and a list that is empty fills", async () => {
  const other = await setUpCompany({ autoInvoice: false });
  await page.goto(listPath(other));
  await page.getByText("No invoice matches", { exact: true }).waitFor();
  const { number } = await deliver(other);
  await rowSays(page, number, "Not sent");
});

test("Export CSV holds what a filter says that was just set", async () => {
  const other = await setUpCompany({ autoInvoice: false });
  const [wanted, unwanted] = [await deliver(other), await deliver(other)];
  await page.goto(listPath(other));
  await page.route(/\/invoices\?.*q=/, () => undefined);
  await page.getByRole("searchbox", { name: "Search", exact: true }).fill(wanted.number);
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("link", { name: "Export CSV", exact: true }).click(),
  ]);
  await page.unroute(/\/invoices\?.*q=/);
  const body = await (await page.request.get(download.url())).body();
  // The mark by which Excel knows UTF-8.
  expect(body.subarray(0, 3).toString("hex")).toBe("efbbbf");
  const text = body.toString("utf8");
  expect(text).toContain(wanted.number);
  expect(text).not.toContain(unwanted.number);
});

test.each([
  { width: 1280, height: 600, isPhone: false },
  { width: 375, height: 740, isPhone: true },
])("a badge at the bottom of a window of $width × $height opens whole", async ({ width, height, isPhone }) => {
  const other = await setUpCompany();
  await other.api.call("PATCH", `/connections/${other.connectionId}`, { income_account: null });
  for (let count = 0; count < 12; count += 1) await other.orders.send(invoiceEvent());
  const invoice = await deliver(other);
  const window = await browser.signedIn({ viewport: { width, height }, isMobile: isPhone, hasTouch: isPhone });
  await window.goto(listPath(other));
  await rowSays(window, invoice.number, "Failed");
  const badge = button(rowOf(window, invoice.number), "Failed");
  await badge.evaluate((element) => {
    (element as unknown as { scrollIntoView: (at: object) => void }).scrollIntoView({ block: "end" });
  });
  await (isPhone ? badge.tap() : badge.hover());
  const popup = rowOf(window, invoice.number).getByRole("tooltip");
  await popup.waitFor({ state: "visible" });
  const box = await popup.boundingBox();
  expect(box?.y).toBeGreaterThanOrEqual(0);
  expect((box?.y ?? 0) + (box?.height ?? 0)).toBeLessThanOrEqual(height);
  expect((box?.x ?? 0) + (box?.width ?? 0)).toBeLessThanOrEqual(width);
  await popup.getByRole("link", { name: "Open QuickBooks settings", exact: true }).waitFor();
  await window.context().close();
});
