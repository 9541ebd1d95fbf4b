/**
 * What holds on every page: axe finds nothing, light and dark, wide and at 375 px; nothing is wider than its window at 375 and
 * 320 px; nothing moves by itself while it loads; the policy stops nothing of our own; the first view is small.
 */
import type { Page, Request } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  axeFindings,
  beyondWindow,
  complaintsOf,
  layoutShift,
  type OpenBrowser,
  openBrowser,
} from "../harness/browser.ts";
import { sharedStack } from "../harness/app.ts";
import { startTestStack, type TestStack } from "../harness/stack.ts";
import { type ListedPage, preparePages } from "./page-list.ts";

const WIDE = { width: 1_280, height: 800 };
const NARROW = { width: 375, height: 740 };
const NARROWEST = { width: 320, height: 640 };
const MAX_LAYOUT_SHIFT = 0.02;
/** What a first view may cost, htmx included; as transferred, that is gzipped. */
const MAX_FIRST_VIEW_BYTES = 30_000;
const LOOK_LIMIT_MS = 300_000;

interface Look {
  name: string;
  axeLight: string[];
  axeDarkNarrow: string[];
  /** What reaches beyond the window, by its width. */
  scroll: Record<number, string[]>;
  shift: number;
  /** Bytes of the bodies of one load without a cache, compressed as they came, by kind. */
  bytes: { document: number; style: number; script: number; other: number };
}

/** Its own, so that what a page weighs does not hang on how many companies other tests have left. */
let stack: TestStack;
let browser: OpenBrowser;
let admin: Page;
let stranger: Page;
const looks: Look[] = [];

beforeAll(async () => {
  stack = await startTestStack(sharedStack().migrated);
  browser = await openBrowser(stack);
  admin = await browser.signedIn({ viewport: WIDE });
  stranger = await browser.stranger({ viewport: WIDE });
  const pages = await preparePages(admin, stack);
  for (const page of [admin, stranger]) await withoutCache(page);
  for (const listed of pages) looks.push(await look(listed.isForStrangers ? stranger : admin, listed));
}, LOOK_LIMIT_MS);

afterAll(async () => {
  await browser.close();
  await stack.stop();
});

async function withoutCache(page: Page): Promise<void> {
  const cdp = await page.context().newCDPSession(page);
  await cdp.send("Network.enable");
  await cdp.send("Network.setCacheDisabled", { cacheDisabled: true });
}

async function look(page: Page, { name, path, act }: ListedPage): Promise<Look> {
  await page.setViewportSize(WIDE);
  await page.emulateMedia({ colorScheme: "light" });
  const bytes = await load(page, path);
  const shift = await layoutShift(page);
  await act?.(page);
  await page.waitForLoadState("load");
  const axeLight = await axeFindings(page);
  await page.setViewportSize(NARROW);
  await page.emulateMedia({ colorScheme: "dark" });
  // Colours fade into one another; the reader looks at the end of that.
  await page.evaluate("document.getAnimations().forEach((animation) => animation.finish())");
  const axeDarkNarrow = await axeFindings(page);
  const scroll = { [NARROW.width]: await beyondWindow(page) };
  await page.setViewportSize(NARROWEST);
  scroll[NARROWEST.width] = await beyondWindow(page);
  return { name, axeLight, axeDarkNarrow, scroll, shift, bytes };
}

/** Opens a page and answers what came over the wire for it. */
async function load(page: Page, path: string): Promise<Look["bytes"]> {
  const bytes = { document: 0, style: 0, script: 0, other: 0 };
  const counted: Promise<void>[] = [];
  const count = (request: Request) => {
    const type = request.resourceType();
    const kind = type === "stylesheet" ? "style" : type === "document" || type === "script" ? type : "other";
    counted.push(request.sizes().then(({ responseBodySize }) => void (bytes[kind] += responseBodySize)));
  };
  page.on("requestfinished", count);
  await page.goto(path, { waitUntil: "load" });
  await page.getByRole("heading", { level: 1 }).first().waitFor();
  page.off("requestfinished", count);
  await Promise.all(counted);
  return bytes;
}

function sumOf({ document, style, script, other }: Look["bytes"]): number {
  return document + style + script + other;
}

/** The pages of which something is wrong, with what. */
function wrong<T>(of: (look: Look) => T, isRight: (value: T) => boolean): Record<string, T> {
  return Object.fromEntries(looks.filter((one) => !isRight(of(one))).map((one) => [one.name, of(one)]));
}

describe("every page", () => {
  test("passes axe, light and wide", () => {
    expect(looks.length).toBeGreaterThan(30);
    expect(
      wrong(
        (one) => one.axeLight,
        (found) => found.length === 0,
      ),
    ).toEqual({});
  });

  test("passes axe, dark and narrow", () => {
    expect(
      wrong(
        (one) => one.axeDarkNarrow,
        (found) => found.length === 0,
      ),
    ).toEqual({});
  });

  test("does not scroll sideways at 375 and at 320 px", () => {
    expect(
      wrong(
        (one) => one.scroll,
        (scroll) => Object.values(scroll).flat().length === 0,
      ),
    ).toEqual({});
  });

  test("does not move by itself while it loads", () => {
    expect(
      wrong(
        (one) => one.shift,
        (shift) => shift < MAX_LAYOUT_SHIFT,
      ),
    ).toEqual({});
  });

  test("puts nothing into the console under its own policy, and answers no 500", () => {
    expect([...complaintsOf(admin), ...complaintsOf(stranger)]).toEqual([]);
  });

  test("weighs at most 30 KB at the first view", () => {
    const rows = looks.map(({ name, bytes }) => ({ page: name, ...bytes, sum: sumOf(bytes) }));
    console.table(rows);
    expect(rows.every(({ document, style, script }) => document > 0 && style > 0 && script > 0)).toBe(true);
    expect(rows.filter(({ sum }) => sum > MAX_FIRST_VIEW_BYTES)).toEqual([]);
  });
});
