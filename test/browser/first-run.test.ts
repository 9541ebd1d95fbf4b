/**
 * A newcomer with an empty app goes from the set-up link to an invoice in QuickBooks, in the browser and with the `curl`
 * sample of the instance page, copied and pasted into a shell. The app is one of its own with fresh data; the emulator is
 * the shared one.
 */
import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { KeptProcess } from "../../scripts/lib/kept-process.ts";
import { makeSecrets } from "../../scripts/lib/local-secrets.ts";
import { startApp, waitUntilItAnswers } from "../../scripts/lib/local-stack.ts";
import { findFreePorts } from "../../scripts/lib/ports.ts";
import { sharedStack } from "../harness/app.ts";
import { copyMigrated } from "../harness/stack.ts";
import {
  button,
  complaintsOf,
  expectAccessible,
  type OpenBrowser,
  openBrowser,
  seesNotice,
  switchOf,
} from "../harness/browser.ts";
import { Emulator } from "../harness/emulator.ts";
import { approve, PUSH_SHOWS_MS } from "./steps.ts";

const START_LIMIT_MS = 120_000;
const EMAIL = "newcomer@example.com";
const PASSWORD = "correct horse battery";
const COMPANY = `Harbour Deli ${process.pid}`;

const shared = sharedStack();
const secrets = makeSecrets();
const folder = mkdtempSync(join(tmpdir(), "bookbridge-first-run-"));
let app: KeptProcess;
let browser: OpenBrowser;
let realmId: string;

beforeAll(async () => {
  const [port = 0, inspectorPort = 0] = await findFreePorts(2);
  const appOrigin = `http://localhost:${port}`;
  copyMigrated(shared.migrated, folder);
  app = startApp({ folder, port, emulatorPort: 0, secrets }, appOrigin, shared.emulatorOrigin, inspectorPort);
  await waitUntilItAnswers(app, `${appOrigin}/healthz`);
  realmId = await new Emulator(shared.emulatorOrigin).createCompany({ name: COMPANY });
  browser = await openBrowser({ ...shared, appOrigin });
}, START_LIMIT_MS);

afterAll(async () => {
  await browser.close();
  await app.stop();
  rmSync(folder, { recursive: true, force: true });
});

test("from the set-up link to the first invoice in QuickBooks, as the first steps lead", async () => {
  const page = await browser.stranger();
  await createAdministrator(page);
  await seeEmptyPages(page);
  await connect(page);
  await saveSettings(page);
  await createInstance(page);
  await runSample(page);
  await seeItSent(page);
  expect(complaintsOf(page)).toEqual([]);
});

async function createAdministrator(page: Page): Promise<void> {
  expect((await page.request.get("/setup?token=wrong")).status()).toBe(404);
  const link = `/setup?token=${secrets.SETUP_TOKEN}`;
  await page.goto(link);
  await expectAccessible(page);
  await page.getByLabel("Email", { exact: true }).fill(EMAIL);
  await page.getByLabel("Password", { exact: true }).fill("short");
  await button(page, "Create administrator").click();
  await page.getByLabel("Password", { exact: true }).and(page.locator("[aria-invalid=true]")).waitFor();
  expect(await page.getByLabel("Email", { exact: true }).inputValue()).toBe(EMAIL);
  await page.getByLabel("Password", { exact: true }).fill(PASSWORD);
  await button(page, "Create administrator").click();
  await button(page, "Sign out").waitFor();
  expect((await page.request.get(link)).status()).toBe(404);
}

/** Nothing is there yet: each page says what to do next. */
async function seeEmptyPages(page: Page): Promise<void> {
  for (const [path, text] of [
    ["/invoices", "No invoices yet"],
    ["/fulfillment", "Nothing to invoice"],
    ["/settings/instances", "No order system is set up yet"],
    ["/settings/quickbooks", "No company is connected yet"],
    ["/invoices?status=needs_attention", "Nothing needs attention"],
    ["/", "First steps"],
  ] as const) {
    await page.goto(path);
    await page.getByText(text, { exact: true }).waitFor();
    await expectAccessible(page);
  }
}

/** Follows the button of the step that is next on the dashboard. */
async function followStep(page: Page, action: string): Promise<void> {
  await page.goto("/");
  await page
    .getByRole("region", { name: "First steps", exact: true })
    .getByRole("link", { name: action, exact: true })
    .click();
}

async function connect(page: Page): Promise<void> {
  await followStep(page, "Connect");
  await button(page, "Connect to QuickBooks").click();
  await approve(page, COMPANY);
  await seesNotice(page, `${COMPANY} is connected.`);
}

async function saveSettings(page: Page): Promise<void> {
  await followStep(page, "Open settings");
  await page.getByRole("radio", { name: "One QuickBooks customer per buyer", exact: true }).check();
  await page.getByLabel("Income account", { exact: true }).fill("Sales of Product Income");
  await page.getByLabel("Cost of goods sold account", { exact: true }).fill("Cost of Goods Sold");
  await page.getByLabel("Inventory asset account", { exact: true }).fill("Inventory Asset");
  await page.getByLabel("Item type", { exact: true }).selectOption({ label: "Inventory" });
  await page.getByLabel("Default inventory quantity", { exact: true }).fill("100");
  await page.getByLabel("Inventory start date", { exact: true }).fill("2024-01-01");
  await button(page, "Save settings").click();
  await seesNotice(page, "Settings saved.");
  for (const name of ["Enable integration", "Auto invoice"]) await switchOn(page, name);
}

async function switchOn(page: Page, name: string): Promise<void> {
  if (!(await switchOf(page, name).isChecked())) {
    await switchOf(page, name).check();
    await page
      .getByRole("status")
      .filter({ hasText: /is on\./ })
      .waitFor();
  }
  await page.reload();
  expect(await switchOf(page, name).isChecked()).toBe(true);
}

async function createInstance(page: Page): Promise<void> {
  await followStep(page, "New instance");
  await page.getByLabel("Name", { exact: true }).fill("Web shop");
  await page.getByLabel("QuickBooks connection", { exact: true }).selectOption({ label: COMPANY });
  await switchOf(page, "Enable").check();
  await switchOf(page, "Auto invoice").check();
  await button(page, "Save").click();
  await seesNotice(page, "Saved.");
  await button(page, "Reveal secret").click();
  await page.getByLabel("Signing secret", { exact: true }).waitFor();
}

async function runSample(page: Page): Promise<void> {
  const sample = await page.getByRole("region", { name: "curl sample", exact: true }).innerText();
  expect(sample).toContain("whsec_");
  const { stdout } = await promisify(execFile)("sh", ["-c", sample]);
  expect(JSON.parse(stdout)).toMatchObject({ status: "accepted", duplicate: false });
}

async function seeItSent(page: Page): Promise<void> {
  await page.goto("/invoices");
  await page.getByRole("row").getByText("Sent", { exact: true }).waitFor({ timeout: PUSH_SHOWS_MS });
  await page
    .getByRole("row")
    .getByRole("link", { name: /^S-\d+$/ })
    .click();
  const link = page.getByRole("link", { name: "View in QuickBooks", exact: true });
  await link.waitFor();
  const there = await page.context().newPage();
  await there.goto((await link.getAttribute("href")) ?? "");
  await there.getByText("Sample Buyer").first().waitFor();
  await there.getByText("25.00").first().waitFor();
  expect(await new Emulator(shared.emulatorOrigin).list(realmId, "invoice")).toHaveLength(1);
  await page.goto("/");
  await page.getByRole("region", { name: "Throughput", exact: true }).waitFor();
  expect(await page.getByRole("region", { name: "First steps", exact: true }).count()).toBe(0);
}
