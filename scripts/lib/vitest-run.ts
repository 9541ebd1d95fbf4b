/**
 * Runs projects of vitest.config.ts and counts their tests from vitest's own report. A file that does not load, a project
 * without a single test and a vitest that ends early count as failures: nothing is left out in silence.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { z } from "zod";
import { withOwnTools } from "./checks.ts";
import { endWith } from "./shutdown.ts";
import { ROOT } from "./root.ts";

export interface TestCount {
  passed: number;
  failed: number;
}

const report = z.object({
  numPassedTests: z.int(),
  numFailedTests: z.int(),
  testResults: z.array(z.object({ status: z.string(), assertionResults: z.array(z.object({ status: z.string() })) })),
});

const VITEST = join(ROOT, "node_modules", "vitest", "vitest.mjs");

let running: ChildProcess | null = null;
endWith(async () => {
  running?.kill("SIGTERM");
});

/** Runs `projects`; `files` narrows them to files whose path contains one of these texts. */
export async function runVitest(
  projects: string[],
  files: string[],
  more: Record<string, string> = {},
): Promise<TestCount> {
  console.log(`\nTests: ${projects.join(", ")}`);
  const reportFile = join(tmpdir(), `bookbridge-tests-${process.pid}-${projects.join("-")}.json`);
  const code = await runToItsEnd(
    [
      VITEST,
      "run",
      ...projects.flatMap((project) => ["--project", project]),
      "--reporter=default",
      "--reporter=json",
      `--outputFile.json=${reportFile}`,
      ...(files.length > 0 ? ["--passWithNoTests", ...files] : []),
    ],
    more,
  );
  const count = readReport(reportFile);
  rmSync(reportFile, { force: true });
  return code !== 0 && count.failed === 0 ? { ...count, failed: 1 } : count;
}

function readReport(file: string): TestCount {
  if (!existsSync(file)) return { passed: 0, failed: 1 };
  const { numPassedTests, numFailedTests, testResults } = report.parse(JSON.parse(readFileSync(file, "utf8")));
  const brokenFiles = testResults.filter(
    (result) => result.status === "failed" && result.assertionResults.every((test) => test.status !== "failed"),
  );
  return { passed: numPassedTests, failed: numFailedTests + brokenFiles.length };
}

function runToItsEnd(args: string[], more: Record<string, string>): Promise<number> {
  return new Promise((resolve) => {
    const env = { ...withOwnTools(), CI: "1", ...more };
    const child = spawn(process.execPath, args, { cwd: ROOT, env, stdio: ["ignore", "inherit", "inherit"] });
    running = child;
    child.once("error", () => resolve(1));
    child.once("exit", (code, signal) => {
      if (signal !== null) console.error(`vitest was ended by ${signal}.`);
      resolve(code ?? 1);
    });
  });
}
