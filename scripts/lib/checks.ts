/**
 * The checks that read the code without running it: types, lint, format, unused code. `npm test` and `npm run check` share
 * them. Each says nothing when it passes and everything when it fails.
 */
import { spawn } from "node:child_process";
import { join } from "node:path";
import { ROOT } from "./root.ts";

export interface Check {
  name: string;
  /** A program of node_modules/.bin and its arguments. */
  program: string;
  args: string[];
}

/** All of them. */
export const CHECKS: Check[] = [
  { name: "types", program: "tsc", args: ["--noEmit", "--project", "."] },
  { name: "types in the browser", program: "tsc", args: ["--noEmit", "--project", "tsconfig.browser.json"] },
  { name: "lint", program: "oxlint", args: ["--quiet"] },
  { name: "format", program: "oxfmt", args: ["--check"] },
  { name: "unused code", program: "knip", args: ["--no-progress"] },
  // What only tests use is no part of the product, and a test of it proves nothing.
  { name: "code that only tests use", program: "knip", args: ["--no-progress", "--production"] },
];

/** Runs all checks at the same time, prints a line for each and the output of those that fail; returns how many passed. */
export async function runChecks(checks: Check[]): Promise<{ passed: number; failed: number }> {
  const results = await Promise.all(checks.map(runCheck));
  const passed = results.filter(Boolean).length;
  return { passed, failed: results.length - passed };
}

async function runCheck(check: Check): Promise<boolean> {
  const startedAt = Date.now();
  const { code, output } = await run(check.program, check.args);
  const took = `${((Date.now() - startedAt) / 1_000).toFixed(1)} s`;
  console.log(code === 0 ? `✓ ${check.name} (${took})` : `✗ ${check.name} (${took})\n${output}`);
  return code === 0;
}

/** Runs a program of node_modules/.bin to its end and collects what it prints. */
function run(program: string, args: string[]): Promise<{ code: number | null; output: string }> {
  return new Promise((resolve) => {
    const child = spawn(join(ROOT, "node_modules", ".bin", program), args, {
      cwd: ROOT,
      env: withOwnTools(),
      stdio: ["ignore", "pipe", "pipe"],
      shell: process.platform === "win32",
    });
    let output = "";
    const collect = (chunk: string) => {
      output += chunk;
    };
    child.stdout.setEncoding("utf8").on("data", collect);
    child.stderr.setEncoding("utf8").on("data", collect);
    child.once("error", (error) => resolve({ code: null, output: error.message }));
    child.once("close", (code) => resolve({ code, output }));
  });
}

/** The environment in which programs of node_modules/.bin find each other and the right Node. */
export function withOwnTools(): Record<string, string | undefined> {
  const separator = process.platform === "win32" ? ";" : ":";
  const path = [join(ROOT, "node_modules", ".bin"), process.env["PATH"] ?? ""].join(separator);
  return { ...process.env, PATH: path, FORCE_COLOR: "0", NO_COLOR: "1" };
}
