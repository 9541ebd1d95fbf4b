/**
 * docs/requirements.md says which test shows what. A test that was renamed or removed must be seen there too, or the page
 * would promise what nobody looks at any more.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { filesOf, ROOT } from "./sources.ts";

const page = readFileSync(join(ROOT, "docs", "requirements.md"), "utf8");
const TEST_FILE = /^test\/.*\.test\.tsx?$/;
const CITATION = /`(test\/[^`]+)` — `([^`]+)`/g;
/** Heads and the lines beneath them are no rows. */
const ROW = /^\| (?!What |---)/;

const rows = page.split("\n").filter((line) => ROW.test(line));

/** Citations whose test is not there, as `file — name`. */
function missingIn(text: string): string[] {
  const files = new Set(filesOf("test").filter((path) => TEST_FILE.test(path)));
  return [...text.matchAll(CITATION)].flatMap(([, file = "", name = ""]) => {
    const isThere = files.has(file) && unescaped(readFileSync(join(ROOT, file), "utf8")).includes(name);
    return isThere ? [] : [`${file} — ${name}`];
  });
}

/** A name is compared as it reads, not as a string writes it. */
function unescaped(source: string): string {
  return source.replaceAll(/\\(["'`])/g, "$1");
}

test("every row names a test, and every test that is named is there", () => {
  expect(rows.filter((row) => !new RegExp(CITATION).test(row))).toEqual([]);
  expect(rows.length).toBeGreaterThan(50);
  expect(missingIn(page)).toEqual([]);
});

test("the look finds a file and a name that are not there", () => {
  const file = "test/architecture/requirements-page.test.ts";
  const gone = ["a name that", "nobody gave"].join(" ");
  expect(missingIn(`\`test/gone.test.ts\` — \`x\` and \`${file}\` — \`${gone}\``)).toHaveLength(2);
});
