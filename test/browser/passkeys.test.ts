/**
 * Passkeys in a real browser, with an authenticator that the browser itself simulates: added on one's own page, used to
 * sign in, and refused where the person is not verified. Judged by whether the person is in.
 */
import type { CDPSession, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import {
  button,
  complaintsOf,
  expectAccessible,
  type OpenBrowser,
  openBrowser,
  seesNotice,
} from "../harness/browser.ts";
import { newNumber } from "../harness/make-order.ts";

const PASSWORD = "quite a long password";

let browser: OpenBrowser;
let page: Page;

beforeAll(async () => {
  browser = await openBrowser();
  const admin = await browser.signedIn();
  page = await invited(admin, `${newNumber("passkey")}@example.com`.toLowerCase());
});

afterAll(async () => {
  await browser.close();
});

/** Somebody new, in a window of their own. */
async function invited(admin: Page, email: string): Promise<Page> {
  await admin.goto("/settings/users");
  await admin.getByLabel("Email", { exact: true }).fill(email);
  await button(admin, "Invite").click();
  const link = await admin.getByLabel("Invitation link", { exact: true }).inputValue();
  const theirs = await browser.stranger();
  await theirs.goto(link);
  await theirs.getByLabel("Password", { exact: true }).fill(PASSWORD);
  await button(theirs, "Accept invitation").click();
  await seesNotice(theirs, `You are signed in as ${email}.`);
  return theirs;
}

/** A device with a fingerprint reader; `isVerified`: whether the finger is the right one. */
async function addDevice(window: Page): Promise<{ verify: (isVerified: boolean) => Promise<void> }> {
  const session: CDPSession = await window.context().newCDPSession(window);
  await session.send("WebAuthn.enable");
  const { authenticatorId } = await session.send("WebAuthn.addVirtualAuthenticator", {
    options: {
      protocol: "ctap2",
      transport: "internal",
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  });
  return {
    verify: async (isUserVerified) => {
      await session.send("WebAuthn.setUserVerified", { authenticatorId, isUserVerified });
    },
  };
}

test("a passkey is added, signs in without a password, and no longer once it is removed", async () => {
  const device = await addDevice(page);
  await page.goto("/settings/account");
  await button(page, "Add a passkey").click();
  await seesNotice(page, "The passkey is added.");
  const passkeys = page.getByRole("table", { name: "Your passkeys", exact: true });
  await passkeys.getByRole("cell", { name: /^Chrome/ }).waitFor();
  await expectAccessible(page);

  await button(page, "Add a passkey").click();
  await page.getByText("This device has a passkey for this account already.").waitFor();

  await button(page, "Sign out").click();
  await device.verify(false);
  await button(page, "Sign in with a passkey").click();
  await page.getByText("No passkey was used. Try again.").waitFor();
  await device.verify(true);
  await button(page, "Sign in with a passkey").click();
  await button(page, "Sign out").waitFor({ state: "attached" });

  await page.goto("/settings/account");
  await button(passkeys, "Remove").click();
  await seesNotice(page, "The passkey is removed");
  await button(page, "Sign out").click();
  await button(page, "Sign in with a passkey").click();
  await page.getByText("That passkey was not accepted. Try again.").waitFor();
  await expectAccessible(page);
  expect(complaintsOf(page).filter((complaint) => !complaint.includes("422"))).toEqual([]);
});

test("one's sessions are listed, and another browser's is ended from here", async () => {
  const email = `${newNumber("sessions")}@example.com`.toLowerCase();
  const here = await invited(await browser.signedIn(), email);
  const there = await browser.stranger();
  await there.goto("/login");
  await there.getByLabel("Email", { exact: true }).fill(email);
  await there.getByLabel("Password", { exact: true }).fill(PASSWORD);
  await button(there, "Sign in").click();
  await button(there, "Sign out").waitFor({ state: "attached" });
  await here.goto("/settings/account");
  const other = here.getByRole("row").filter({ hasNotText: "(this browser)" }).filter({ hasText: "Chrome" });
  await button(other, "End session").click();
  await seesNotice(here, "The session has ended");
  await there.goto("/invoices");
  await button(there, "Sign in").waitFor();
  await here.goto("/invoices");
  await button(here, "Sign out").waitFor({ state: "attached" });
});
