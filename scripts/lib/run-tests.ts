/**
 * `npm test`: every check and every test. The last line counts what passed and what failed; exit code 0 only if nothing
 * failed. Names of test files as arguments narrow it to those (and leave the checks out). What is drawn at random is the
 * same each time: `npm run proof` draws anew.
 *
 * It is to take less than ten minutes on two cores (docs/contract.md, section 1), so what waits and what computes run at the
 * same time (docs/decisions/0005-scripts-and-tests.md).
 */
import { constants, setPriority } from "node:os";
import { CHECKS, runChecks } from "./checks.ts";
import { fixedSeeds, seedText } from "./seeds.ts";
import { runVitest, type TestCount } from "./vitest-run.ts";

/** What the app and the emulator do as two real processes: mostly waiting, with limits in real time. */
const WAITING = ["flows", "browser"];
/** What only computes, on what the others leave of the cores. */
const COMPUTING = ["isolated", "unit", "worker", "emulator"];

/** No run takes half of it on a calm machine. */
const LIMIT_MINUTES = 25;

const files = process.argv.slice(2);
const env = fixedSeeds();
const startedAt = Date.now();
const total: TestCount = { passed: 0, failed: 0 };

await Promise.all([runWaiting(), runComputing()]);

console.log(`\nTook ${Math.round((Date.now() - startedAt) / 1_000)} s, with ${seedText(env)}.`);
console.log(`${total.passed} passed, ${total.failed} failed`);
process.exitCode = total.failed === 0 && total.passed > 0 ? 0 : 1;

function add(count: TestCount): void {
  total.passed += count.passed;
  total.failed += count.failed;
}

async function runWaiting(): Promise<void> {
  add(await runVitest(WAITING, { files, env, limitMinutes: LIMIT_MINUTES }));
}

/** The other run has started by now and keeps its priority: children have that of the moment at which they start. */
async function runComputing(): Promise<void> {
  setPriority(constants.priority.PRIORITY_BELOW_NORMAL);
  if (files.length === 0) add(await runChecks(CHECKS));
  add(await runVitest(COMPUTING, { files, env, limitMinutes: LIMIT_MINUTES, isTalkingLater: true }));
}
