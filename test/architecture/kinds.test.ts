/**
 * pushes/ knows a document as `{kind, id}` and by what its kind can do (src/kinds/document-kind.ts). That a second kind is
 * delivered without a change there is shown by test/pushes/second-kind.
 */
import { expect, test } from "vitest";
import { type SourceFile, sourcesOf } from "./sources.ts";

/** What is about one kind only. */
const OF_ONE_KIND =
  /^src\/(?:invoices\/|invoicing\/|kinds\/invoice\.ts|quickbooks\/(?:invoices|payments)\.ts|mapping\/(?:to-qbo-invoice|desired-customer)\.ts|notifications\/invoice-events\.ts)/;
/** In code, not in comments: the table in SQL or as a name. */
const NAMES_THE_TABLE = /\binvoices\b/i;
/** A kind that is asked for by its name, whatever the quotes; `push_attempts.invoice_id` is a column of every kind. */
const NAMES_A_KIND = /(["'`])invoice\1/;
/** The name in the queue is what the former version reads. */
const MESSAGE = "src/pushes/queue/message.ts";
const MAX_FILES_IN_FOLDER = 28;

const codeOf = ({ text }: SourceFile): string => text.replace(/\/\*[\s\S]*?\*\//g, "").replace(/^\s*\/\/.*$/gm, "");

const sources = sourcesOf("src/pushes");

test("pushes/ imports nothing that is about invoices", () => {
  const arrows = sources.flatMap(({ path, imports }) =>
    imports.filter((to) => OF_ONE_KIND.test(to)).map((to) => `${path} → ${to}`),
  );
  expect(arrows).toEqual([]);
  expect(sources.length).toBeGreaterThan(40);
});

test("pushes/ names neither their table nor their kind", () => {
  expect(sources.filter((source) => NAMES_THE_TABLE.test(codeOf(source))).map(({ path }) => path)).toEqual([]);
  expect(sources.filter((source) => NAMES_A_KIND.test(codeOf(source))).map(({ path }) => path)).toEqual([MESSAGE]);
});

test("its folders stay small enough to be read as a list", () => {
  const folders = Map.groupBy(sources, ({ path }) => path.slice(0, path.lastIndexOf("/")));
  const large = [...folders].filter(([, files]) => files.length > MAX_FILES_IN_FOLDER).map(([folder]) => folder);
  expect(large).toEqual([]);
});

test("the watch finds what it looks for in the folder of invoices", () => {
  const invoicing = sourcesOf("src/invoicing");
  expect(invoicing.some(({ imports }) => imports.some((to) => OF_ONE_KIND.test(to)))).toBe(true);
  expect(invoicing.some((source) => NAMES_THE_TABLE.test(codeOf(source)))).toBe(true);
  expect(invoicing.some((source) => NAMES_A_KIND.test(codeOf(source)))).toBe(true);
});
