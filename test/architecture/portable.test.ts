/**
 * The repository works on any machine: no path of one machine, no registry's host, no secret, no line ending of one system
 * stands in a file that is kept.
 */
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { ROOT } from "./sources.ts";

const TEXT =
  /\.(?:ts|tsx|mjs|json|jsonc|toml|md|sql|css|js|html|yml|yaml|sh)$|(?:^|\/)(?:run|LICENSE|\.gitignore|\.editorconfig)$/;
// Spelled in parts, so that this file does not find itself.
const MACHINE_PATH = new RegExp(
  ["/(?:", "home", "/\\w|", "Users", "/\\w|", "root", "/|", "work", "/)|[A-Z]:\\\\Users"].join(""),
);
const ALLOWED_HOST = "https://registry.npmjs.org/";

const files = execFileSync("git", ["ls-files"], { cwd: ROOT, encoding: "utf8" })
  .split("\n")
  .filter((path) => TEXT.test(path));
const texts = files.map((path) => ({ path, text: read(path) }));

function read(path: string): string {
  try {
    return readFileSync(join(ROOT, path), "utf8");
  } catch {
    // Deleted here and not yet committed.
    return "";
  }
}

test("no file names a path of one machine", () => {
  expect(texts.filter(({ text }) => MACHINE_PATH.test(text)).map(({ path }) => path)).toEqual([]);
  expect(files.length).toBeGreaterThan(50);
});

test("the lock file takes packages from the public registry only", () => {
  const lock = texts.find(({ path }) => path === "package-lock.json");
  const others = Array.from(lock?.text.matchAll(/"resolved": "([^"]+)"/g) ?? [], (match) => match[1] ?? "").filter(
    (url) => !url.startsWith(ALLOWED_HOST),
  );
  expect(others).toEqual([]);
});

test("lines end with LF and files with a line end", () => {
  expect(texts.filter(({ text }) => text.includes("\r")).map(({ path }) => path)).toEqual([]);
  expect(
    texts
      .filter(({ path, text }) => text !== "" && !text.endsWith("\n") && !path.startsWith("migrations/"))
      .map(({ path }) => path),
  ).toEqual([]);
});
