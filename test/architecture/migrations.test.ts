/**
 * Migrations run on databases with data in them, before the new code runs. D1 ignores `foreign_keys = OFF`, so the table
 * rebuild that drizzle-kit writes for a changed column would take the children of its rows along: it is refused here.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { filesOf, ROOT } from "./sources.ts";

const REFUSED = [
  { what: "DROP TABLE", pattern: /\bdrop\s+table\b/i },
  { what: "foreign_keys", pattern: /\bforeign_keys\b/i },
  { what: "ON DELETE CASCADE", pattern: /\bon\s+delete\s+cascade\b/i },
];

/** What a migration may not hold, by name. */
function refusedIn(sql: string): string[] {
  const code = sql.replace(/--.*$/gm, "");
  return REFUSED.filter(({ pattern }) => pattern.test(code)).map(({ what }) => what);
}

const migrations = filesOf("migrations").filter((path) => path.endsWith(".sql"));

test("no migration drops a table, touches foreign_keys or cascades", () => {
  const found = migrations.flatMap((path) =>
    refusedIn(readFileSync(join(ROOT, path), "utf8")).map((what) => `${path}: ${what}`),
  );
  expect(found).toEqual([]);
  expect(migrations.length).toBeGreaterThan(0);
});

test("migrations are numbered without gaps or doubles", () => {
  const numbers = migrations.map((path) => Number(/(\d{4})_/.exec(path)?.[1])).toSorted((a, b) => a - b);
  expect(numbers).toEqual(numbers.map((_, index) => index));
});

test("the guard sees each refused statement, whatever its case, and not in a comment", () => {
  expect(refusedIn("PRAGMA foreign_keys=OFF;\ndrop  table old;")).toEqual(["DROP TABLE", "foreign_keys"]);
  expect(refusedIn("create table a (b text references c(id) on delete cascade)")).toEqual(["ON DELETE CASCADE"]);
  expect(refusedIn("-- never DROP TABLE here\ncreate table a (id text)")).toEqual([]);
});
