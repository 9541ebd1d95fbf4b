/**
 * Words that the code has agreed not to use, in comments, names and texts: each has a plain one (docs/style.md). `OWN` are the
 * folders that are clean; a folder joins the list when it is, and none leaves it.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { filesOf, ROOT } from "./sources.ts";

const OWN = ["src/actions", "src/api", "src/app", "src/pages", "src/ui", "emulator", "public"];
const OWN_FILES = [
  "src/app.ts",
  "src/app-context.ts",
  "README.md",
  "CONTRIBUTING.md",
  "docs/credit-memos.md",
  "docs/emulator.md",
  "docs/notifications.md",
  "docs/storage.md",
  "docs/test-doubles.md",
];

/** Word → what to write instead. */
const INSTEAD: Readonly<Record<string, string>> = {
  mend: "fix",
  mends: "fixes",
  mended: "fixed",
  mending: "fixing",
  tell: "notify, report, say",
  tells: "notifies, reports, says",
  told: "notified, reported, said",
  telling: "event, payload",
  ring: "wake, notify",
  rings: "wakes, notifies",
  rung: "woken, notified",
  anew: "again",
};
const WORD = new RegExp(`\\b(?:${Object.keys(INSTEAD).join("|")})\\b`, "gi");
/** Text that people read or write: sources, styles and pages. */
const READ = /\.(?:ts|tsx|js|css|md)$/;

/** `path:line: word → instead` of every such word; line 0 is the path. What an import calls a file is that file's matter. */
function faultsOf(path: string, text: string): string[] {
  return [path, ...text.split("\n").map((line) => line.replace(/ from "[^"]+";$/, ""))].flatMap((line, index) =>
    Array.from(
      splitNames(line).matchAll(WORD),
      ([word]) => `${path}:${index}: ${word} → ${INSTEAD[word.toLowerCase()]}`,
    ),
  );
}

/** Names count word by word: `mendInvoice` and `invoice_mended` are found too. */
function splitNames(line: string): string {
  return line.replace(/([a-z\d])([A-Z])/g, "$1 $2").replaceAll("_", " ");
}

test("no file of the clean folders uses one of these words", () => {
  const paths = [...OWN.flatMap((folder) => filesOf(folder)), ...OWN_FILES].filter(
    (path) => READ.test(path) && !path.startsWith("public/built/"),
  );
  expect(paths.length).toBeGreaterThan(200);
  expect(paths.flatMap((path) => faultsOf(path, readFileSync(join(ROOT, path), "utf8")))).toEqual([]);
});

test.each([
  ["// It is mended where it stands.", "a.ts:1: mended → fixed"],
  ["export function mendInvoice() {}", "a.ts:1: mend → fix"],
  ['const text = "Nobody was told.";', "a.ts:1: told → notified, reported, said"],
])("finds it in %s", (line, fault) => {
  expect(faultsOf("a.ts", line)).toEqual([fault]);
});

test("leaves other words alone, such as recommend and string", () => {
  expect(faultsOf("a.ts", "We recommend a string; nothing rang, and amendments bring folds.")).toEqual([]);
});
