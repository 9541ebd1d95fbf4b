/**
 * The README is true where that can be checked: every dependency with its reason, every variable, every command, every
 * document, and every file that it sends a reader to.
 */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import packageJson from "../../package.json" with { type: "json" };
import { filesOf, ROOT } from "./sources.ts";

const readme = readFileSync(join(ROOT, "README.md"), "utf8");
const envText = readFileSync(join(ROOT, "src", "env.ts"), "utf8");

/** Names in code in the first column of the tables of a section. */
function firstColumn(section: string): string[] {
  const text = readme.split(`\n## ${section}\n`)[1]?.split("\n## ")[0] ?? "";
  return text
    .split("\n")
    .filter((line) => line.startsWith("|"))
    .flatMap((line) => Array.from((line.split("|")[1] ?? "").matchAll(/`([^`]+)`/g), (match) => match[1] ?? ""));
}

test("every dependency stands in the table with its reason, and none that is not used", () => {
  const { dependencies, devDependencies, optionalDependencies } = packageJson;
  const used = Object.keys({ ...dependencies, ...devDependencies, ...optionalDependencies });
  expect(firstColumn("Dependencies").toSorted()).toEqual(used.toSorted());
});

test("every variable of the Worker stands under Configuration", () => {
  const variables = Array.from(envText.matchAll(/^ {2}([A-Z_]+)\?: string;/gm), (match) => match[1] ?? "");
  expect(variables.length).toBeGreaterThan(8);
  expect(firstColumn("Configuration").toSorted()).toEqual(variables.toSorted());
});

test("every command of package.json is named", () => {
  const commands = Object.keys(packageJson.scripts).map((name) =>
    ["start", "test"].includes(name) ? `npm ${name}` : `npm run ${name}`,
  );
  expect(commands.filter((command) => !readme.includes(`\`${command}`))).toEqual([]);
});

test("every page of docs/ is linked", () => {
  const pages = filesOf("docs").filter((path) => /^docs\/[^/]+\.md$/.test(path));
  expect(pages.length).toBeGreaterThan(8);
  expect(pages.filter((path) => !readme.includes(`](${path})`))).toEqual([]);
});

describe("Where do I change …?", () => {
  const [, section = ""] = /\n## Where do I change …\?\n([\s\S]*?)\n## /.exec(readme) ?? [];
  const rows = section
    .split("\n")
    .filter((line) => /^\| (?!Task |---)/.test(line))
    .map((line) => line.split("|").map((cell) => cell.trim()))
    .map(([, task = "", files = ""]) => ({ task, named: pathsIn(files) }));

  test("names files for each task", () => {
    expect(rows.length).toBeGreaterThanOrEqual(15);
    expect(rows.filter(({ named }) => named.length === 0).map(({ task }) => task)).toEqual([]);
  });

  test("each of them is there, at that path from the repository's folder", () => {
    const gone = rows.flatMap(({ task, named }) => named.filter(isGone).map((path) => `${task}: ${path}`));
    expect(gone).toEqual([]);
  });

  test("a file that was moved is noticed, and so is one without its folders", () => {
    const named = pathsIn("`src/pushes/gone.tsx` and `realm-gate.ts`, then `README.md` (its `send`), `src/pages/`");
    expect(named).toEqual(["src/pushes/gone.tsx", "realm-gate.ts", "README.md", "src/pages/"]);
    expect(named.filter(isGone)).toEqual(["src/pushes/gone.tsx", "realm-gate.ts"]);
  });
});

/** Files and folders among what stands in backticks; names of functions have neither a slash nor an ending. */
function pathsIn(cell: string): string[] {
  return Array.from(cell.matchAll(/`([^`]+)`/g), ([, code = ""]) => code).filter((code) => /[/.]/.test(code));
}

function isGone(path: string): boolean {
  return !existsSync(join(ROOT, path));
}
