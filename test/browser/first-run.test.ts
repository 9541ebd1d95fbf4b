/**
 * Issue 2, "Must show" 3: a newcomer with an empty start goes from the set-up link to an invoice in QuickBooks, in the browser
 * and with the `curl` sample of the instance page, copied and pasted into a shell.
 */
import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type LocalSecrets, makeSecrets } from "../../scripts/lib/local-secrets.ts";
import { type LocalStack, startStack } from "../../scripts/lib/local-stack.ts";
import { findFreePorts } from "../../scripts/lib/ports.ts";
import { pause } from "../harness/app.ts";
import { complaintsOf, expectAccessible, openBrowser, type OpenBrowser } from "../harness/browser.ts";

const START_LIMIT_MS = 120_000;
const TEST_LIMIT_MS = 180_000;
const LOOKS = 60;
const LOOK_EVERY_MS = 1_000;
const EMAIL = "newcomer@example.com";
const PASSWORD = "correct horse battery";

let stack: LocalStack;
let secrets: LocalSecrets;
let browser: OpenBrowser;
const folder = mkdtempSync(join(tmpdir(), "bookbridge-first-run-"));

beforeAll(async () => {
  const [port = 0, emulatorPort = 0] = await findFreePorts(2);
  secrets = makeSecrets();
  stack = await startStack({ folder, port, emulatorPort, secrets });
  browser = await openBrowser({
    appOrigin: stack.appOrigin,
    emulatorOrigin: stack.emulatorOrigin,
    apiKey: "",
    credentials: { email: EMAIL, password: PASSWORD },
    setupToken: secrets.SETUP_TOKEN,
    webhookVerifier: secrets.INTUIT_WEBHOOK_VERIFIER,
    folder,
  });
}, START_LIMIT_MS);

afterAll(async () => {
  await browser.close();
  await stack.stop();
  rmSync(folder, { recursive: true, force: true });
});

test("from the set-up link to the first invoice in QuickBooks", { timeout: TEST_LIMIT_MS }, async () => {
  const page = await browser.stranger();
  await createAdministrator(page);
  await connect(page);
  await saveSettings(page);
  await createInstance(page);
  await runSample(page);
  await seeItSent(page);
  // The emulator's pages are not ours to judge here.
  expect(complaintsOf(page).filter((complaint) => !complaint.startsWith(stack.emulatorOrigin))).toEqual([]);
});

async function createAdministrator(page: Page): Promise<void> {
  await page.goto(`/setup?token=${secrets.SETUP_TOKEN}`);
  await expectAccessible(page);
  await page.getByLabel("Email").fill(EMAIL);
  await page.getByLabel("Password").fill(PASSWORD);
  await page.getByRole("button", { name: "Create administrator" }).click();
  await page.getByRole("button", { name: "Sign out" }).waitFor();
  const again = await page.request.get(`/setup?token=${secrets.SETUP_TOKEN}`);
  expect(again.status()).toBe(404);
}

async function connect(page: Page): Promise<void> {
  await page.goto("/settings/quickbooks");
  await page.getByRole("button", { name: "Connect to QuickBooks" }).click();
  await page.getByRole("radio", { name: /Harbour Trading Co\./ }).check();
  await page.getByRole("button", { name: "Approve" }).click();
  await page.waitForURL(/\/settings\/quickbooks\/[^/?]+/);
  await page.getByText("Harbour Trading Co.").first().waitFor();
}

async function saveSettings(page: Page): Promise<void> {
  await page.getByRole("radio", { name: "One QuickBooks customer per buyer" }).check();
  await page.getByLabel("Income account").fill("Sales of Product Income");
  await page.getByLabel("Cost of goods sold account").fill("Cost of Goods Sold");
  await page.getByLabel("Inventory asset account").fill("Inventory Asset");
  await page.getByLabel("Item type").selectOption("Inventory");
  await page.getByLabel("Default inventory quantity").fill("100");
  await page.getByLabel("Inventory start date").fill("2024-01-01");
  await page.getByRole("button", { name: "Save settings" }).click();
  await page.getByRole("status").filter({ hasText: /saved/i }).first().waitFor();
  await switchOn(page, "Enable integration");
  await switchOn(page, "Auto invoice");
  await expectAccessible(page);
}

async function switchOn(page: Page, name: string): Promise<void> {
  const control = page.getByRole("switch", { name });
  if (!(await control.isChecked())) {
    const answered = page.waitForResponse((response) => response.request().method() === "POST");
    await control.click();
    await answered;
  }
  await page.reload();
  expect(await page.getByRole("switch", { name }).isChecked()).toBe(true);
}

async function createInstance(page: Page): Promise<void> {
  await page.goto("/settings/instances");
  await page.getByRole("button", { name: "New instance" }).click();
  await page.waitForURL(/\/settings\/instances\/[^/?]+/);
  await page.getByLabel("Name").fill("Web shop");
  await page.getByLabel("QuickBooks connection").selectOption({ label: "Harbour Trading Co." });
  await page.getByRole("switch", { name: "Enable" }).check();
  await page.getByRole("switch", { name: "Auto invoice" }).check();
  await page.getByRole("button", { name: "Save" }).click();
  await page.getByRole("status").filter({ hasText: /saved/i }).first().waitFor();
  await page.getByRole("button", { name: "Reveal secret" }).click();
  await page.getByText(/whsec_/).first().waitFor();
}

async function runSample(page: Page): Promise<void> {
  const sample = await page.locator("#sample").innerText();
  expect(sample).toContain("whsec_");
  const { stdout } = await promisify(execFile)("sh", ["-c", sample]);
  expect(JSON.parse(stdout)).toMatchObject({ status: "accepted", duplicate: false });
}

async function seeItSent(page: Page): Promise<void> {
  for (let look = 0; look < LOOKS; look += 1) {
    await page.goto("/invoices");
    if ((await page.locator("tbody").getByText("Sent", { exact: true }).count()) === 1) break;
    await pause(LOOK_EVERY_MS);
  }
  await page.locator("tbody").getByRole("link", { name: /^S-\d+$/ }).first().click();
  await page.getByRole("heading", { level: 1 }).waitFor();
  const link = page.getByRole("link", { name: "View in QuickBooks" });
  const there = await page.context().newPage();
  await there.goto((await link.getAttribute("href")) ?? "");
  await there.getByText("Sample Buyer").first().waitFor();
  await there.getByText("25.00").first().waitFor();
}
