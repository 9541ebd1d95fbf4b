/**
 * docs/exactly-once.md names for each rule the story that shows it and what is taken out there. A story without a row, a
 * row without its story or its mutation, and a mutation that the page does not name fail here.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { STORIES_OF_HOLES } from "../simulation/rule-stories-of-holes.ts";
import { STORIES_OF_LETTERS } from "../simulation/rule-stories-of-letters.ts";
import { STORIES_OF_RESENDS } from "../simulation/rule-stories-of-resends.ts";
import { STORIES_OF_WAITING } from "../simulation/rule-stories-of-waiting.ts";
import { RULE_STORIES } from "../simulation/rule-stories.ts";
import { CITATION, missingIn } from "./citations.ts";
import { ROOT } from "./sources.ts";

const TOKEN_RULES = "test/connections/token-rules.isolated.test.ts";
const page = readFileSync(join(ROOT, "docs", "exactly-once.md"), "utf8");
const [, tables = ""] = /\n## Rule, story, mutation\n([\s\S]*?)\n## /.exec(page) ?? [];

/** Rows `| rule | story | …`, cells trimmed; heads and the lines beneath them are none. */
const rows = tables
  .split("\n")
  .filter((line) => /^\| (?!Rule |---)/.test(line))
  .map((line) => line.split("|").slice(1, -1))
  .map((cells) => cells.map((cell) => cell.trim()));

/** `rule: name` of the rows whose story is a bare name, those of tokens (rule T) apart. */
function namedOf(areTokens: boolean): string[] {
  return rows
    .filter(([rule, story = ""]) => /^`[^`]+`$/.test(story) && (rule === "T") === areTokens)
    .map(([rule, story = ""]) => `${rule}: ${story.slice(1, -1)}`);
}

/** The members of a union of texts, as a source declares it. */
function unionOf(file: string, type: string): string[] {
  const source = readFileSync(join(ROOT, file), "utf8");
  const [, union = ""] = new RegExp(`type ${type} =([^;]*);`).exec(source) ?? [];
  return Array.from(union.matchAll(/"([^"]+)"/g), ([, name = ""]) => name);
}

test("every story of a rule has a row, and every row its story, under its rule", () => {
  const stories = [
    ...RULE_STORIES,
    ...STORIES_OF_HOLES,
    ...STORIES_OF_RESENDS,
    ...STORIES_OF_WAITING,
    ...STORIES_OF_LETTERS,
  ];
  const told = stories.map(({ rule, name }) => `${rule}: ${name}`);
  expect(namedOf(false).toSorted(byText)).toEqual(told.toSorted(byText));
  expect(told.length).toBeGreaterThan(20);
});

test("every mutation of the simulation is named", () => {
  const broken = unionOf("test/simulation/broken.ts", "Break");
  expect(broken.length).toBeGreaterThan(15);
  expect(broken.filter((name) => !tables.includes(`\`${name}\``))).toEqual([]);
});

test("every rule of tokens has a row, and every row its rule", () => {
  const told = unionOf(TOKEN_RULES, "Rule").map((name) => `T: ${name}`);
  expect(told.length).toBeGreaterThan(10);
  expect(namedOf(true).toSorted(byText)).toEqual(told.toSorted(byText));
});

test("every other story is a test that is there", () => {
  const cited = rows.filter(([, story = ""]) => new RegExp(CITATION).test(story));
  expect(rows).toHaveLength(cited.length + namedOf(true).length + namedOf(false).length);
  expect(missingIn(tables)).toEqual([]);
});

test("no row is without what is taken out in it", () => {
  const ofTokens = new Set(unionOf(TOKEN_RULES, "Rule").map((name) => `\`${name}\``));
  const without = rows.filter(
    ([, story = "", takenOut = ""]) => !ofTokens.has(story) && (takenOut === "" || /^none\b/i.test(takenOut)),
  );
  expect(without).toEqual([]);
});

test("each of the eleven rules has a story, and so have tokens, alarm and circuit", () => {
  const shown = new Set(rows.flatMap(([rule = ""]) => rule.split(", ")));
  const asked = [...Array.from({ length: 11 }, (_, place) => String(place + 1)), "A", "C", "T"];
  expect(asked.filter((rule) => !shown.has(rule))).toEqual([]);
});

function byText(a: string, b: string): number {
  return a < b ? -1 : 1;
}
