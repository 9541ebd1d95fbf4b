/**
 * `npm run deploy`: brings the remote database up to date, then deploys the Worker. Migrations come first, so each of them
 * suits the old code too. `npm run deploy -- --dry-run` builds and shows what would be uploaded, and touches nothing.
 */
import { spawnSync } from "node:child_process";
import { withOwnTools } from "./checks.ts";
import { wrangler } from "./local-stack.ts";
import { ROOT } from "./root.ts";

const isDryRun = process.argv.includes("--dry-run");

const code =
  (isDryRun ? 0 : run("d1", "migrations", "apply", "DB", "--remote")) ||
  run("deploy", ...(isDryRun ? ["--dry-run"] : []));
process.exitCode = code;

/** Runs wrangler in this terminal, where it may ask for a sign-in. Returns its exit code. */
function run(...words: string[]): number {
  const { command, args } = wrangler(...words);
  const { status, error } = spawnSync(command, args, { cwd: ROOT, env: withOwnTools(), stdio: "inherit" });
  if (error) console.error(error.message);
  return status ?? 1;
}
