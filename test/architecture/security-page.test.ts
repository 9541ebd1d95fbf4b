/** docs/security.md says which test shows which control. A test that was renamed or removed must be seen there too. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { CITATION, missingIn } from "./citations.ts";
import { ROOT } from "./sources.ts";

const page = readFileSync(join(ROOT, "docs", "security.md"), "utf8");
const [, table = ""] = page.split("| --- | --- | --- |\n").slice(-2);
const rows = table.split("\n").filter((line) => line.startsWith("| "));

test("every requirement names a test, and every test that is named is there", () => {
  expect(rows.length).toBeGreaterThan(20);
  expect(rows.filter((row) => !new RegExp(CITATION).test(row))).toEqual([]);
  expect(missingIn(page)).toEqual([]);
});
