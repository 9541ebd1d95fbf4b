/** `npm run check`: types, lint and unused code, without any test. Exit code 0 only if all pass. */
import { LINT, runChecks, TYPES, UNUSED } from "./checks.ts";

const { failed } = await runChecks([TYPES, LINT, UNUSED]);
process.exitCode = failed === 0 ? 0 : 1;
