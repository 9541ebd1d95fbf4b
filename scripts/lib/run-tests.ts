/**
 * `npm test`: every check and every test. The last line counts what passed and what failed; exit code 0 only if nothing
 * failed. Names of test files as arguments narrow it to those (and leave the checks out). What is drawn at random is the
 * same each time: `npm run proof` draws anew.
 */
import { CHECKS, runChecks } from "./checks.ts";
import { fixedSeeds, seedText } from "./seeds.ts";
import { runVitest, type TestCount } from "./vitest-run.ts";

/** Each run loads both cores; projects of one run share them. The last needs the app and the emulator as processes. */
const RUNS = [
  ["unit", "worker", "emulator"],
  ["flows", "browser"],
];

/** No run takes half of it on a calm machine. */
const LIMIT_MINUTES = 25;

const files = process.argv.slice(2);
const env = fixedSeeds();
const startedAt = Date.now();
const total: TestCount = { passed: 0, failed: 0 };

if (files.length === 0) add(await runChecks(CHECKS));
for (const projects of RUNS) add(await runVitest(projects, { files, env, limitMinutes: LIMIT_MINUTES }));

console.log(`\nTook ${Math.round((Date.now() - startedAt) / 1_000)} s, with ${seedText(env)}.`);
console.log(`${total.passed} passed, ${total.failed} failed`);
process.exitCode = total.failed === 0 && total.passed > 0 ? 0 : 1;

function add(count: TestCount): void {
  total.passed += count.passed;
  total.failed += count.failed;
}
