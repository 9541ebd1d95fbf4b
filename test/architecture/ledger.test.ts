/**
 * One writer of where a delivery stands: nobody but the ledger writes the table `pushes`, and nobody at all the columns of
 * `invoices` that went there. What either writes for the other version of the Worker, triggers do (migrations/0010_pushes.sql).
 */
import { getTableColumns } from "drizzle-orm";
import { expect, test } from "vitest";
import { invoices } from "../../src/invoices/schema.ts";
import { pushes } from "../../src/pushes/schema.ts";
import { sourcesOf } from "./sources.ts";

const LEDGER = "src/pushes/ledger.ts";
/** In drizzle's words and in SQL. */
const writesOf = (table: string) =>
  new RegExp(
    `\\.(?:insert|update|delete)\\(\\s*${table}\\b|\\binsertWhere\\(\\s*\\w+,\\s*${table}\\b|\\b(?:INSERT(?: OR \\w+)? INTO|UPDATE(?: OR \\w+)?|DELETE FROM|REPLACE INTO)\\s+["\`]?${table}\\b`,
    "gi",
  );
/** Columns of the former version, by the names that they have in `pushes`; both tables have the others. */
const FORMER = Object.keys(getTableColumns(pushes)).filter((key) => !(key in getTableColumns(invoices)));

const sources = sourcesOf("src").map(({ path, text }) => ({ path, text: text.replace(/\/\*[\s\S]*?\*\//g, "") }));
const writersOf = (table: string) =>
  sources.filter(({ text }) => text.match(writesOf(table)) !== null).map(({ path }) => path);

test("the ledger alone writes pushes, and opens and moves them", () => {
  expect(writersOf("pushes")).toEqual([LEDGER]);
  const writes = sources.find(({ path }) => path === LEDGER)?.text.match(writesOf("pushes"));
  expect(writes).toEqual([".insert(pushes", ".update(pushes"]);
});

test("invoices are written in two files, and no statement there can name a column that went", () => {
  expect(writersOf("invoices")).toEqual(["src/invoicing/fulfillment-batch.ts", "src/invoicing/invoice-writes.ts"]);
  expect(FORMER).toEqual(expect.arrayContaining(["operation", "fence", "dueAt", "frozenPayload", "rowVersion"]));
  // Writes through drizzle's table know its columns only; in SQL nobody writes it.
  const inSql = /\b(?:INSERT(?: OR \w+)? INTO|UPDATE(?: OR \w+)?|DELETE FROM|REPLACE INTO)\s+["`]?invoices\b/i;
  expect(sources.filter(({ text }) => inSql.test(text)).map(({ path }) => path)).toEqual([]);
});

test.each([
  "db.update(pushes).set({})",
  "db\n    .delete(pushes)",
  "insertWhere(db, pushes, row, sql`1`)",
  "db.run(sql`UPDATE pushes SET due_at = 1`)",
  "sql`insert or ignore into pushes (kind)`",
])("the watch sees a write in any words: %s", (text) => {
  expect(text.match(writesOf("pushes"))).not.toBeNull();
});

test.each(["sql`select 1 from pushes`", "db.select().from(pushes)", "db.update(pushAttempts)"])(
  "and no read: %s",
  (text) => {
    expect(text.match(writesOf("pushes"))).toBeNull();
  },
);
