/**
 * Runs projects of vitest.config.ts and counts their tests from vitest's own report. A file that does not load, a project
 * without a single test and a vitest that ends early count as failures: nothing is left out in silence.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, existsSync, openSync, readFileSync, rmSync } from "node:fs";
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

const running = new Set<ChildProcess>();
endWith(async () => {
  for (const child of running) child.kill("SIGTERM");
});

export interface RunOptions {
  /** Narrows the run to files whose path contains one of these texts. */
  files: string[];
  /** More environment variables for the tests. */
  env?: Record<string, string>;
  /** A run that hangs is ended after so many minutes, and counts as a failure. */
  limitMinutes: number;
  /** Its output comes as a whole when it has ended: where two runs at a time would talk across each other. */
  isTalkingLater?: boolean;
}

/** Runs `projects` to their end. */
export async function runVitest(projects: string[], options: RunOptions): Promise<TestCount> {
  const { files, isTalkingLater } = options;
  const base = join(tmpdir(), `bookbridge-tests-${process.pid}-${projects.join("-")}`);
  const [reportFile, outputFile] = [`${base}.json`, `${base}.txt`];
  const title = `\nTests: ${projects.join(", ")}`;
  if (!isTalkingLater) console.log(title);
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
    { ...options, outputFile: isTalkingLater ? outputFile : null },
  );
  if (isTalkingLater) console.log(`${title}\n${readFileSync(outputFile, "utf8")}`);
  const count = readReport(reportFile);
  for (const file of [reportFile, outputFile]) rmSync(file, { force: true });
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

/** `outputFile`: what it prints goes there; null: to where our own goes. */
function runToItsEnd(args: string[], options: RunOptions & { outputFile: string | null }): Promise<number> {
  const { env, limitMinutes, outputFile } = options;
  const output = outputFile === null ? "inherit" : openSync(outputFile, "w");
  return new Promise<number>((resolve) => {
    const child = spawn(process.execPath, args, {
      cwd: ROOT,
      env: { ...withOwnTools(), CI: "1", ...env },
      stdio: ["ignore", output, output],
    });
    running.add(child);
    const limit = setTimeout(() => {
      console.error(`vitest did not come to its end within ${limitMinutes} minutes.`);
      // Its own watchdog ends its workers then, a spinning one, too.
      child.kill("SIGKILL");
    }, limitMinutes * 60_000);
    child.once("error", () => resolve(1));
    child.once("exit", (code, signal) => {
      clearTimeout(limit);
      running.delete(child);
      if (signal !== null) console.error(`vitest was ended by ${signal}.`);
      resolve(code ?? 1);
    });
  }).finally(() => {
    if (output !== "inherit") closeSync(output);
  });
}
