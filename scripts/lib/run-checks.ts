/** `npm run check`: types, lint, format and unused code, without any test. Exit code 0 only if all pass. */
import { CHECKS, runChecks } from "./checks.ts";

const { failed } = await runChecks(CHECKS);
process.exitCode = failed === 0 ? 0 : 1;
