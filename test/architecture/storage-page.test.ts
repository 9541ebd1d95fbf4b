/** docs/storage.md lists every table, every KV key and every key of the realm gate: a new one without a line there fails. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { filesOf, ROOT, sourcesOf } from "./sources.ts";

const page = readFileSync(join(ROOT, "docs", "storage.md"), "utf8");
const sql = filesOf("migrations")
  .filter((path) => path.endsWith(".sql"))
  .map((path) => readFileSync(join(ROOT, path), "utf8"))
  .join("\n");

function tablesOf(text: string): string[] {
  return Array.from(
    text.matchAll(/create\s+(?:virtual\s+)?table\s+(?:if\s+not\s+exists\s+)?`?(\w+)`?/gi),
    (match) => match[1] ?? "",
  );
}

test("every table has a line, and every line a table", () => {
  const tables = new Set(tablesOf(sql));
  const listed = new Set(
    Array.from((page.split("## KV")[0] ?? "").matchAll(/^\| `(\w+)` \|/gm), (match) => match[1] ?? ""),
  );
  expect([...listed].toSorted()).toEqual([...tables].toSorted());
  expect(tables.size).toBeGreaterThan(15);
});

test("every kind of KV key is listed", () => {
  const prefixes = sourcesOf("src")
    .filter(({ text }) => /\bKVNamespace\b|\benv\.TOKENS\b/.test(text))
    .flatMap(({ text }) => Array.from(text.matchAll(/return `(\w+):\$\{/g), (match) => match[1] ?? ""));
  expect(prefixes.length).toBeGreaterThan(1);
  expect(prefixes.filter((prefix) => !page.includes(`\`${prefix}:`))).toEqual([]);
});

test("every key of the realm gate's own storage is listed", () => {
  const gate = sourcesOf("src/connections").find(({ path }) => path.endsWith("/realm-gate.ts"));
  const names = Array.from(
    (gate?.text ?? "").matchAll(/storage\s*\.(?:get(?:<[^(]*>)?|put|delete)\(\s*"(\w+)"/g),
    (match) => match[1] ?? "",
  );
  expect(names.length).toBeGreaterThan(3);
  expect([...new Set(names)].filter((name) => !page.includes(`| \`${name}\` |`))).toEqual([]);
});

test("the purposes of derived keys are those of the page: a renamed one would make what is stored unreadable", () => {
  const purposes = sourcesOf("src").flatMap(({ text }) =>
    Array.from(text.matchAll(/(?:\bPURPOSE = |sealedSigningSecrets\()"([^"]+)"/g), (match) => match[1] ?? ""),
  );
  const [paragraph = ""] = /^`ENCRYPTION_KEYS`[\s\S]*?\n\n/m.exec(page.split("## Keys of our own")[1] ?? "") ?? [];
  const listed = Array.from(paragraph.matchAll(/`([a-z][a-z -]+)`/g), (match) => match[1] ?? "");
  expect(listed.length).toBeGreaterThan(3);
  expect(purposes.toSorted()).toEqual(listed.toSorted());
});
