/**
 * Opens pages of the app in a real browser, signed in as the administrator, and watches what a person would complain about:
 * errors in the console, refused scripts or styles, answers of 500. It never turns the pages' own policy off.
 */
import axe from "axe-core";
import { type BrowserContext, type BrowserContextOptions, chromium, type Locator, type Page } from "playwright-core";
import { expect, inject } from "vitest";
import { sharedStack } from "./app.ts";
import type { StackFacts } from "./stack.ts";

export interface OpenBrowser {
  /** A signed-in window with a cookie jar of its own. */
  signedIn(options?: BrowserContextOptions): Promise<Page>;
  /** A window of somebody who has never been here. */
  stranger(options?: BrowserContextOptions): Promise<Page>;
  close(): Promise<void>;
}

interface AxeResults {
  violations: { id: string; help: string; nodes: { html: string; failureSummary?: string }[] }[];
}

const ACTION_LIMIT_MS = 45_000;
/** Rules of WCAG 2.2 A and AA, and axe's own of good practice. */
const AXE_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
/** Adds up what moved without anybody having done something (the layout-shift entries of the browser). */
const WATCH_SHIFTS = `globalThis.layoutShift = 0;
new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) if (!entry.hadRecentInput) globalThis.layoutShift += entry.value;
}).observe({ type: "layout-shift", buffered: true });`;
const complaints = new WeakMap<BrowserContext, string[]>();

/** Starts the browser that the global set-up found. */
export async function openBrowser(stack: StackFacts = sharedStack()): Promise<OpenBrowser> {
  const found = inject("browser");
  if (found === null) throw new Error("Only tests of the project `browser` may open one.");
  const env = Object.fromEntries(
    Object.entries({ ...process.env, ...found.env }).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, value]],
    ),
  );
  const browser = await chromium.launch({ executablePath: found.executablePath, args: found.args, env });
  let session: BrowserContextOptions["storageState"];
  const open = async (options: BrowserContextOptions) => {
    const context = await browser.newContext({ baseURL: stack.appOrigin, ...options });
    context.setDefaultTimeout(ACTION_LIMIT_MS);
    watch(context);
    await context.addInitScript(WATCH_SHIFTS);
    return context.newPage();
  };
  return {
    stranger: (options = {}) => open(options),
    async signedIn(options = {}) {
      if (session !== undefined) return open({ storageState: session, ...options });
      const page = await open(options);
      await page.goto("/login");
      await signIn(page, stack.credentials);
      session = await page.context().storageState();
      return page;
    },
    close: () => browser.close(),
  };
}

/** Fills the page of /login in and waits until the person is in. */
export async function signIn(page: Page, { email, password }: { email: string; password: string }): Promise<void> {
  await page.getByLabel("Email", { exact: true }).fill(email);
  await page.getByLabel("Password", { exact: true }).fill(password);
  await button(page, "Sign in").click();
  await button(page, "Sign out").waitFor({ state: "attached" });
}

/** The button of exactly this accessible name. */
export function button(scope: Page | Locator, name: string): Locator {
  return scope.getByRole("button", { name, exact: true });
}

/** The switch of exactly this accessible name. */
export function switchOf(scope: Page | Locator, name: string): Locator {
  return scope.getByRole("switch", { name, exact: true });
}

/** Waits until something that is announced (an alert or a status) has this text. */
export async function seesNotice(page: Page, text: string | RegExp): Promise<void> {
  await page.getByRole("status").or(page.getByRole("alert")).filter({ hasText: text }).first().waitFor();
}

/** What went wrong in this window so far, in words; empty when nothing did. */
export function complaintsOf(page: Page): string[] {
  return complaints.get(page.context()) ?? [];
}

/** Fails with axe's findings on the page as it stands. */
export async function expectAccessible(page: Page): Promise<void> {
  expect({ page: page.url(), findings: await axeFindings(page) }).toEqual({ page: page.url(), findings: [] });
}

/** What axe finds on the page as it stands, in words. */
export async function axeFindings(page: Page): Promise<string[]> {
  // Playwright's evaluate is no inline script, so the page's own policy does not stand in its way.
  await page.evaluate(axe.source);
  const { violations } = await page.evaluate<AxeResults>(
    `axe.run(document, { runOnly: ${JSON.stringify(AXE_TAGS)}, resultTypes: ["violations"] })`,
  );
  return violations.map(
    ({ id, help, nodes }) =>
      `${id}: ${help}\n  ${nodes.map((node) => `${node.html} ${node.failureSummary ?? ""}`).join("\n  ")}`,
  );
}

/** Finds what makes a page scroll sideways: innermost elements beyond the right edge that nothing clips. */
const FIND_BEYOND = `(() => {
  const { scrollWidth, clientWidth } = document.documentElement;
  if (scrollWidth <= clientWidth) return [];
  const isBeyond = (element) => element.getBoundingClientRect().right > clientWidth + 0.5;
  const beyond = [...document.body.querySelectorAll("*")].filter((element) => isBeyond(element) && ![...element.children].some(isBeyond));
  return [scrollWidth + " px wide", ...beyond.slice(0, 5).map((element) => element.outerHTML.slice(0, 160))];
})()`;

/** What of a page reaches beyond its window, in words; empty when the page does not scroll sideways. */
export function beyondWindow(page: Page): Promise<string[]> {
  return page.evaluate<string[]>(FIND_BEYOND);
}

/** How much of the page has moved by itself since it was opened: 0 is nothing, 0.1 is what the web calls good. */
export async function layoutShift(page: Page): Promise<number> {
  await page.evaluate("new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)))");
  return page.evaluate<number>("globalThis.layoutShift");
}

/** Whether the keyboard acts on this control. */
export async function isFocused(control: Locator): Promise<boolean> {
  return (await focused(control).count()) === 1;
}

/** Waits until the keyboard acts on this control; fails where something else has the focus. */
export async function seesFocusOn(control: Locator): Promise<void> {
  await focused(control).waitFor();
}

function focused(control: Locator): Locator {
  return control.and(control.page().locator(":focus"));
}

/** The description that a screen reader is given for a control, by what describes it, as the browser computes it. */
export async function accessibleDescription(control: Locator): Promise<string> {
  const page = control.page();
  const cdp = await page.context().newCDPSession(page);
  try {
    const { root } = await cdp.send("DOM.getDocument");
    const { nodeId } = await cdp.send("DOM.querySelector", {
      nodeId: root.nodeId,
      selector: `[aria-describedby="${await control.getAttribute("aria-describedby")}"]`,
    });
    const { nodes } = await cdp.send("Accessibility.getPartialAXTree", { nodeId, fetchRelatives: false });
    return String(nodes[0]?.description?.value ?? "");
  } finally {
    await cdp.detach();
  }
}

function watch(context: BrowserContext): void {
  const list: string[] = [];
  complaints.set(context, list);
  context.on("weberror", (error) => list.push(`script: ${error.error().message}`));
  context.on("console", (message) => {
    // Chromium reports every 4xx as an error; a form that comes back with its faults is none.
    if (message.type() === "error" && !/status of 4\d\d/.test(message.text()))
      list.push(`${message.location().url}: ${message.text()}`);
  });
  context.on("response", (response) => {
    if (response.status() >= 500) list.push(`${response.status()} ${response.url()}`);
  });
}
