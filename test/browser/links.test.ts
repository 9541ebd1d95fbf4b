/**
 * The page of links in a browser: searched, changed and forgotten; by keyboard alone, and without JavaScript.
 */
import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { setUpCompany, sharedStack, type TestCompany } from "../harness/app.ts";
import {
  button,
  complaintsOf,
  expectAccessible,
  type OpenBrowser,
  openBrowser,
  seesFocusOn,
  seesNotice,
  signIn,
} from "../harness/browser.ts";
import { newNumber } from "../harness/make-order.ts";
import { push } from "../harness/push.ts";

let browser: OpenBrowser;
let page: Page;
let company: TestCompany;
let path = "";

beforeAll(async () => {
  browser = await openBrowser();
  page = await browser.signedIn();
  company = await setUpCompany();
  path = `/settings/quickbooks/${company.connectionId}/links`;
});

afterAll(async () => {
  await browser.close();
});

const customerOf = async (customer: { id: string; name: string }) =>
  (await push(company, { customer })).qbo.CustomerRef.value;
const rowOf = (on: Page, name: string) => on.getByRole("row").filter({ hasText: name });

test("reached from the connection's page; empty, it says what to do", async () => {
  await page.goto(`/settings/quickbooks/${company.connectionId}`);
  await page.getByRole("link", { name: "Links", exact: true }).click();
  await page.getByRole("heading", { level: 2, name: "Nothing is linked yet", exact: true }).waitFor();
  await expectAccessible(page);
});

test("search finds a buyer; Change takes a customer by its name; Forget asks", async () => {
  const buyer = { id: newNumber("B"), name: newNumber("Kestrel ") };
  const other = { id: newNumber("B"), name: newNumber("Heron ") };
  const taken = newNumber("Taken ");
  await customerOf(buyer);
  await customerOf(other);
  await customerOf({ id: newNumber("B"), name: taken });
  const right = await company.emulator.create(company.realmId, "customer", { DisplayName: newNumber("Right ") });
  await page.goto(path);
  await rowOf(page, other.name).waitFor();
  await page.getByRole("searchbox", { name: "Search", exact: true }).fill(buyer.id.toLowerCase());
  await rowOf(page, other.name).waitFor({ state: "detached" });
  await expectAccessible(page);
  const row = rowOf(page, buyer.name);
  expect(await row.getByRole("link", { name: "View in QuickBooks", exact: true }).getAttribute("href")).toContain(
    "/app/customerdetail?nameId=",
  );
  await button(row, "Change").click();
  const field = page.getByLabel("Customer in QuickBooks", { exact: true });
  await field.fill(taken);
  await button(page, "Save").click();
  await page.getByText(`The customer '${taken}' is linked to buyer ${taken}`).waitFor();
  await expectAccessible(page);
  expect(await field.inputValue()).toBe(taken);
  await field.fill(String(right.DisplayName));
  await button(page, "Save").click();
  await seesNotice(page, `From now on it is '${String(right.DisplayName)}' in QuickBooks.`);
  await rowOf(page, "Chosen by a person").waitFor();
  expect(await customerOf(buyer)).toBe(right.Id);

  await button(rowOf(page, other.name), "Forget").click();
  const dialog = page.getByRole("dialog", { name: "Forget this link?", exact: true });
  await seesFocusOn(button(dialog, "Cancel"));
  await page.keyboard.press("Escape");
  await rowOf(page, other.name).waitFor();
  await button(rowOf(page, other.name), "Forget").click();
  await button(dialog, "Forget").click();
  await seesNotice(page, "The link is forgotten.");
  expect(await rowOf(page, other.name).count()).toBe(0);
});

test("without JavaScript: search, change and forget are pages and forms", async () => {
  const buyer = { id: newNumber("B"), name: newNumber("Plover ") };
  await customerOf(buyer);
  const right = await company.emulator.create(company.realmId, "customer", { DisplayName: newNumber("Right ") });
  const plain = await browser.stranger({ javaScriptEnabled: false });
  await plain.goto(path);
  await signIn(plain, sharedStack().credentials);
  await plain.getByRole("searchbox", { name: "Search", exact: true }).fill(buyer.name);
  await button(plain, "Filter").click();
  await expect.poll(() => plain.getByRole("row").count()).toBe(2);
  await button(rowOf(plain, buyer.name), "Change").click();
  await plain.getByLabel("Customer in QuickBooks", { exact: true }).fill(String(right.DisplayName));
  await button(plain, "Save").click();
  await seesNotice(plain, "From now on it is");
  await button(rowOf(plain, buyer.name), "Forget").click();
  await plain.getByRole("dialog", { name: "Forget this link?", exact: true }).waitFor();
  await button(plain, "Forget").click();
  await seesNotice(plain, "The link is forgotten.");
  expect(await rowOf(plain, buyer.name).count()).toBe(0);
  expect(complaintsOf(plain)).toEqual([]);
});

test("no page that was opened here complained", () => {
  expect(complaintsOf(page)).toEqual([]);
});
