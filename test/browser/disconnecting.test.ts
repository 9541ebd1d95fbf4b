/**
 * Losing a company and getting it back: Disconnect with its question, the banner, what is held, Reconnect, another company
 * at Reconnect, and the three addresses that Intuit asks every app for. Judged by the API and the emulator's books.
 */
import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { findConnection } from "../../scripts/demo/front-door.ts";
import { reaches, setUpCompany, sharedStack, type TestCompany } from "../harness/app.ts";
import { button, complaintsOf, type OpenBrowser, openBrowser, seesFocusOn, seesNotice } from "../harness/browser.ts";
import { newNumber } from "../harness/make-order.ts";
import { approve, deliver, numbersInBooks } from "./steps.ts";

let browser: OpenBrowser;
let page: Page;

beforeAll(async () => {
  browser = await openBrowser();
  page = await browser.signedIn();
});

afterAll(async () => {
  await browser.close();
});

async function stateOf(company: TestCompany): Promise<string> {
  const connection = await company.api.call<{ state: string }>("GET", `/connections/${company.connectionId}`);
  return connection.state;
}

async function nameOf(company: TestCompany): Promise<string> {
  return (await findConnection(company.api, company.realmId)).company_name;
}

test("Disconnect asks; then a banner says what waits; Reconnect keeps the settings and drains it", async () => {
  const company = await setUpCompany();
  const name = await nameOf(company);
  const path = `/settings/quickbooks/${company.connectionId}`;
  await page.goto(path);
  const dialog = page.getByRole("dialog", { name: "Disconnect QuickBooks?", exact: true });
  await button(page, "Disconnect").click();
  await seesFocusOn(button(dialog, "Cancel"));
  await button(dialog, "Cancel").click();
  await dialog.waitFor({ state: "hidden" });
  expect(await stateOf(company)).toBe("connected");

  await button(page, "Disconnect").click();
  await button(dialog, "Disconnect").click();
  await seesNotice(page, `${name} is disconnected.`);
  await page.getByRole("region", { name: "State" }).getByText("Disconnected", { exact: true }).waitFor();
  expect(await stateOf(company)).toBe("disconnected");

  const [first, second] = [await deliver(company), await deliver(company)];
  for (const { id } of [first, second]) await reaches(company, id, ["held"]);
  await page.goto("/activity");
  const banner = page.getByRole("alert").filter({ hasText: name });
  await banner.getByText("2 invoices are waiting.").waitFor();
  await banner.getByRole("link", { name: "Reconnect to QuickBooks", exact: true }).click();
  await page.waitForURL((url) => url.pathname === path);
  await button(page, "Reconnect to QuickBooks").click();
  await approve(page, name);
  await seesNotice(page, "2 held invoices resume.");
  for (const { id } of [first, second]) await reaches(company, id, ["sent"]);
  expect(await numbersInBooks(company)).toEqual([first.number, second.number].toSorted());
  expect(await page.getByRole("alert").filter({ hasText: name }).count()).toBe(0);
  expect(await company.api.call("GET", `/connections/${company.connectionId}`)).toMatchObject({
    state: "connected",
    auto_invoice: true,
    income_account: "Sales of Product Income",
  });
  expect(complaintsOf(page)).toEqual([]);
});

test("access that was ended in QuickBooks shows as Reconnect needed, with a banner, and nothing fails", async () => {
  const company = await setUpCompany();
  const name = await nameOf(company);
  await company.emulator.revokeTokens(company.realmId);
  const { id } = await deliver(company);
  await reaches(company, id, ["held"]);
  await page.goto(`/quickbooks/disconnected?realmId=${company.realmId}`);
  await page.getByText(`QuickBooks no longer accepts our access to ${name}.`).waitFor();
  await page.getByRole("alert").filter({ hasText: name }).getByText("1 invoice is waiting.").waitFor();
  await page.getByText("Reconnect needed", { exact: true }).waitFor();
  await button(page, "Reconnect to QuickBooks").click();
  await approve(page, name);
  await reaches(company, id, ["sent"]);
});

test("another company at Reconnect changes nothing until a person chooses", async () => {
  const company = await setUpCompany();
  const [name, otherName] = [await nameOf(company), newNumber("Osprey Trading ")];
  const otherRealm = await company.emulator.createCompany({ name: otherName });
  await company.api.call("POST", `/connections/${company.connectionId}/disconnect`);
  await page.goto(`/settings/quickbooks/${company.connectionId}`);
  await button(page, "Reconnect to QuickBooks").click();
  await approve(page, otherName);
  await page.getByRole("heading", { level: 1, name: "This is another company", exact: true }).waitFor();
  expect(await stateOf(company)).toBe("disconnected");
  await expect(findConnection(company.api, otherRealm)).rejects.toThrow("There is no connection");
  await button(page, "Cancel").click();
  await seesNotice(page, "Nothing has changed; the new access was discarded.");
  await expect(findConnection(company.api, otherRealm)).rejects.toThrow("There is no connection");

  await button(page, "Reconnect to QuickBooks").click();
  await approve(page, otherName);
  await button(page, "Connect as another company").click();
  await seesNotice(page, `${otherName} is connected.`);
  expect(await findConnection(company.api, otherRealm)).toMatchObject({ state: "connected" });
  expect(await stateOf(company)).toBe("disconnected");
  expect(await company.api.call("GET", `/instances/${company.instanceId}`)).toMatchObject({
    connection_id: company.connectionId,
  });
  expect(await nameOf(company)).toBe(name);
});

test("Intuit's three addresses say what to do next and lead nowhere by themselves", async () => {
  const origin = new URL(sharedStack().appOrigin).host;
  for (const [path, heading] of [
    ["/quickbooks/launch", "Open Bookbridge"],
    ["/quickbooks/disconnected", "Disconnected from QuickBooks"],
    ["/quickbooks/reconnect", "Reconnect to QuickBooks"],
  ] as const) {
    await page.goto(path);
    await page.getByRole("heading", { level: 1, name: heading, exact: true }).waitFor();
    expect(new URL(page.url()).host).toBe(origin);
    expect(new URL(page.url()).pathname).toBe(path);
  }
  const stranger = await browser.stranger();
  await stranger.goto("/quickbooks/disconnected");
  await stranger.getByRole("link", { name: "Sign in to reconnect", exact: true }).waitFor();
  await stranger.context().close();
});
