/** The README is true where that can be checked: every dependency with its reason, every variable, every command. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import packageJson from "../../package.json" with { type: "json" };
import { ROOT } from "./sources.ts";

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
