/**
 * Who may do what: API keys shown once and revoked, invitations and the limits of each role, shared status links that show
 * no customer's data. Judged by what a key, a link or a person can still open.
 */
import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { reaches, setUpCompany, sharedStack } from "../harness/app.ts";
import { button, complaintsOf, type OpenBrowser, openBrowser, seesNotice, signIn } from "../harness/browser.ts";
import { newNumber } from "../harness/make-order.ts";
import { deliver, listPath, rowOf, rowSays, ship, tick } from "./steps.ts";

const PASSWORD = "quite a long password";
const stack = sharedStack();

let browser: OpenBrowser;
let page: Page;

beforeAll(async () => {
  browser = await openBrowser();
  page = await browser.signedIn();
});

afterAll(async () => {
  await browser.close();
});

test("an API key is shown once, works with its role, opens nothing once it is revoked, and all that stands in Activity", async () => {
  const name = newNumber("Warehouse program ");
  await page.goto("/settings/api-keys");
  await page.getByLabel("Name", { exact: true }).fill(name);
  await page.getByLabel("Role", { exact: true }).selectOption("viewer");
  await button(page, "Create API key").click();
  const key = await page.getByLabel("API key", { exact: true }).inputValue();
  const ask = (path: string, method = "GET") =>
    fetch(`${stack.appOrigin}/api/v1${path}`, { method, headers: { authorization: `Bearer ${key}` } });
  expect((await ask("/invoices?limit=1")).status).toBe(200);
  expect((await ask("/invoices/none/void", "POST")).status).toBe(403);

  await page.goto("/settings/api-keys");
  expect(await page.getByLabel("API key", { exact: true }).count()).toBe(0);
  expect(await page.content()).not.toContain(key);
  await button(page.getByRole("row").filter({ hasText: name }), "Revoke").click();
  await seesNotice(page, "The key is revoked");
  expect((await ask("/invoices?limit=1")).status).toBe(401);
  expect(await page.getByRole("row").filter({ hasText: name }).count()).toBe(0);

  await page.goto("/activity");
  const rows = page.getByRole("row").filter({ hasText: stack.credentials.email }).filter({ hasText: name });
  expect(await rows.count()).toBe(2);
  expect(await page.content()).not.toContain(key);
});

/** Invites somebody and lets them accept; answers their window. */
async function newPerson(email: string, role: string): Promise<Page> {
  await page.goto("/settings/users");
  await page.getByLabel("Email", { exact: true }).fill(email);
  await page.getByLabel("Role", { exact: true }).selectOption(role);
  await button(page, "Invite").click();
  const link = await page.getByLabel("Invitation link", { exact: true }).inputValue();
  expect(new URL(link).pathname).toMatch(/^\/invite\/[\w-]+/);
  await page.goto("/settings/users");
  expect(await page.content()).not.toContain(link);

  const theirs = await browser.stranger();
  await theirs.goto(link);
  await theirs.getByLabel("Password", { exact: true }).fill(PASSWORD);
  await button(theirs, "Accept invitation").click();
  await seesNotice(theirs, `You are signed in as ${email}.`);
  const again = await theirs.request.get(link);
  expect(again.status()).toBe(404);
  return theirs;
}

test("Copy announces that it copied; where the browser does not let it, it says so and selects the text", async () => {
  const allowed = await browser.signedIn({ permissions: ["clipboard-write"] });
  await openKeys(allowed);
  await button(allowed, "Copy").click();
  await allowed.locator("[data-copy-result]").filter({ hasText: "Copied" }).waitFor({ state: "attached" });
  expect(complaintsOf(allowed)).toEqual([]);

  const denied = await browser.signedIn();
  await denied.addInitScript(
    "navigator.clipboard.writeText = () => Promise.reject(new DOMException('denied', 'NotAllowedError'));",
  );
  const key = await openKeys(denied);
  await button(denied, "Copy").click();
  await denied.getByText("The text is selected: copy it with the keyboard.").waitFor();
  const field = "document.activeElement";
  expect(await denied.evaluate(`${field}.value.slice(${field}.selectionStart, ${field}.selectionEnd)`)).toBe(key);
  expect(complaintsOf(denied)).toEqual([]);
});

/** Makes a key, whose page has a Copy button, and answers the key. */
async function openKeys(window: Page): Promise<string> {
  await window.goto("/settings/api-keys");
  await window.getByLabel("Name", { exact: true }).fill(newNumber("Copied "));
  await button(window, "Create API key").click();
  return window.getByLabel("API key", { exact: true }).inputValue();
}

test("a viewer reads and cannot act, becomes an operator and sends, and is signed out when removed", async () => {
  const company = await setUpCompany({ autoInvoice: false });
  const [invoice, order] = [await deliver(company), await ship(company)];
  const email = `${newNumber("viewer")}@example.com`.toLowerCase();
  const theirs = await newPerson(email, "viewer");

  await theirs.goto(listPath(company));
  await rowOf(theirs, invoice.number).waitFor();
  expect(await theirs.getByRole("checkbox").count()).toBe(0);
  expect(await button(theirs, "Send to QuickBooks").count()).toBe(0);
  await theirs.goto(`/invoices/${invoice.id}`);
  for (const name of ["Send to QuickBooks", "Void"]) expect(await button(theirs, name).count()).toBe(0);
  await theirs.goto("/fulfillment");
  expect(await button(theirs, "Create invoice").count()).toBe(0);
  await theirs.goto(`/settings/quickbooks/${company.connectionId}`);
  for (const name of ["Disconnect", "Check configuration"]) expect(await button(theirs, name).count()).toBe(0);
  expect(await theirs.getByRole("switch", { name: "Auto invoice", exact: true }).isDisabled()).toBe(true);
  await theirs.goto(`/settings/instances/${company.instanceId}`);
  for (const name of ["Reveal secret", "Rotate secret"]) expect(await button(theirs, name).count()).toBe(0);
  await theirs.goto("/status");
  expect(await button(theirs, "Share").count()).toBe(0);
  const navigation = theirs.getByRole("navigation", { name: "Main", exact: true });
  for (const name of ["API keys", "People"])
    expect(await navigation.getByRole("link", { name, exact: true }).count()).toBe(0);
  for (const path of ["/settings/api-keys", "/settings/users"])
    expect((await theirs.request.get(path)).status()).toBe(403);
  const forged = await theirs.request.post(`/invoices/${invoice.id}/send`, {
    form: {},
    headers: { origin: stack.appOrigin },
  });
  expect(forged.status()).toBe(403);

  await page.goto("/settings/users");
  const row = page.getByRole("row").filter({ hasText: email });
  await row.getByRole("combobox").selectOption("operator");
  await button(row, "Change").click();
  await seesNotice(page, "The role has changed");
  await theirs.goto(`/fulfillment?instance=${company.instanceId}`);
  await tick(theirs, order);
  await button(theirs, "Create invoice").click();
  await theirs.goto(listPath(company));
  await tick(theirs, invoice.number);
  await button(theirs, "Send to QuickBooks").click();
  await rowSays(theirs, invoice.number, "Sent");
  expect((await theirs.request.get("/settings/users")).status()).toBe(403);
  expect(complaintsOf(theirs)).toEqual([]);

  await button(row, "End sessions").click();
  await seesNotice(page, "1 session has ended.");
  await theirs.goto("/invoices");
  await button(theirs, "Sign in").waitFor();
  await signIn(theirs, { email, password: PASSWORD });
  await button(page.getByRole("row").filter({ hasText: email }), "Remove").click();
  await button(page.getByRole("dialog", { name: `Remove ${email}?`, exact: true }), "Remove").click();
  await seesNotice(page, "The person was removed and signed out everywhere.");
  await theirs.goto("/login");
  await theirs.getByLabel("Email", { exact: true }).fill(email);
  await theirs.getByLabel("Password", { exact: true }).fill(PASSWORD);
  await button(theirs, "Sign in").click();
  await theirs.getByRole("alert").waitFor();
  await theirs.context().close();
});

test("a shared status link shows a stranger the state and no customer, and opens nothing once it is revoked", async () => {
  const company = await setUpCompany();
  const buyer = newNumber("Secret Buyer ");
  const { id } = await deliver(company, { customer: { id: "s", name: buyer } });
  const invoice = await reaches(company, id, ["sent"]);
  await page.goto("/status");
  await button(page, "Share").click();
  await seesNotice(page, "The read-only link is ready.");
  const shares = page.getByRole("region", { name: "Shared links", exact: true });
  const link = await shares.getByLabel("Shared link", { exact: true }).first().inputValue();
  expect(new URL(link).pathname).toMatch(/^\/status\/s\/[\w.-]+$/);

  const stranger = await browser.stranger();
  await stranger.goto(link);
  await stranger.getByRole("heading", { level: 1, name: "Status", exact: true }).waitFor();
  await stranger.getByRole("table", { name: "QuickBooks companies", exact: true }).waitFor();
  const html = await stranger.content();
  for (const secret of [buyer, invoice.number, invoice.id]) expect(html).not.toContain(secret);
  expect(await stranger.getByRole("button").count()).toBe(0);
  expect(await stranger.getByRole("link", { name: /^(?!Skip|Bookbridge)/ }).count()).toBe(0);
  expect(complaintsOf(stranger)).toEqual([]);

  await button(shares, "Revoke").first().click();
  await seesNotice(page, "The link is revoked");
  expect((await stranger.goto(link))?.status()).toBe(404);
  await stranger.getByText("This link has expired or was revoked.").waitFor();
  await stranger.context().close();
});
