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

export interface RunOptions {
  /** Narrows the run to files whose path contains one of these texts. */
  files: string[];
  /** More environment variables for the tests. */
  env?: Record<string, string>;
  /** A run that hangs is ended after so many minutes, and counts as a failure. */
  limitMinutes: number;
}

/** Runs `projects` to their end. */
export async function runVitest(projects: string[], options: RunOptions): Promise<TestCount> {
  const { files } = options;
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
    options,
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

function runToItsEnd(args: string[], { env, limitMinutes }: RunOptions): Promise<number> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, args, {
      cwd: ROOT,
      env: { ...withOwnTools(), CI: "1", ...env },
      stdio: ["ignore", "inherit", "inherit"],
    });
    running = child;
    const limit = setTimeout(() => {
      console.error(`vitest did not come to its end within ${limitMinutes} minutes.`);
      // Its own watchdog ends its workers then, a spinning one, too.
      child.kill("SIGKILL");
    }, limitMinutes * 60_000);
    child.once("error", () => resolve(1));
    child.once("exit", (code, signal) => {
      clearTimeout(limit);
      if (signal !== null) console.error(`vitest was ended by ${signal}.`);
      resolve(code ?? 1);
    });
  });
}
