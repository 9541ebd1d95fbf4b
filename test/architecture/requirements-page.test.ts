/**
 * docs/requirements.md says which test shows what. A test that was renamed or removed must be seen there too, or the page
 * would promise what nobody looks at any more.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { CITATION, missingIn } from "./citations.ts";
import { ROOT } from "./sources.ts";

const page = readFileSync(join(ROOT, "docs", "requirements.md"), "utf8");
/** Heads and the lines beneath them are no rows. */
const ROW = /^\| (?!What |---)/;

const rows = page.split("\n").filter((line) => ROW.test(line));

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
