/** Decisions can be read one after the other: numbered without gaps, each with a date, a status and the same three parts. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { filesOf, ROOT } from "./sources.ts";

const FORM =
  /^# (\d{4}): [^\n]+\n\n- Date: \d{4}-\d{2}-\d{2}[^\n]*\n- Status: (?:accepted|replaced by \d{4})\n\n## Context\n\n[\s\S]+\n\n## Decision\n\n[\s\S]+\n\n## Consequences\n\n[\s\S]+\n$/;

const files = filesOf("docs/decisions").toSorted();

test("each has the form, and the number of its file", () => {
  const wrong = files.filter((path) => {
    const [, number] = FORM.exec(readFileSync(join(ROOT, path), "utf8")) ?? [];
    return number === undefined || !path.startsWith(`docs/decisions/${number}-`);
  });
  expect(wrong).toEqual([]);
});

test("numbers have no gaps and no doubles", () => {
  expect(files.map((path) => Number(/\/(\d{4})-/.exec(path)?.[1]))).toEqual(files.map((_, i) => i + 1));
  expect(files.length).toBeGreaterThan(10);
});
