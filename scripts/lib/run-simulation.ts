/**
 * `npm run simulate -- --minutes N [--seed S] [--in-workerd]`: plays fresh random stories of test/simulation for N minutes
 * and ends with `N stories, 0 violations`, or with the failing seed and exit code 1. `--path` and `--replay`, as a failure
 * prints them, play that one story again and print what happened in it.
 */
import { spawn } from "node:child_process";
import { randomInt } from "node:crypto";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { parseArgs } from "node:util";
import { z } from "zod";
import { withOwnTools } from "./checks.ts";
import { ROOT } from "./root.ts";
import { endWith } from "./shutdown.ts";

const VITEST = join(ROOT, "node_modules", "vitest", "vitest.mjs");
const MAX_SEED = 1_000_000_000;
const DEFAULT_MINUTES = "1";
/** Lines of test/simulation/story.ts begin so. */
const SAID = "simulation: ";
/** What vitest itself said, for a run that did not come to its end. */
const KEPT_LINES = 60;

const played = z.object({
  stories: z.int(),
  violation: z.object({ message: z.string(), seed: z.number(), path: z.string(), replay: z.string() }).nullable(),
});

const { values } = parseArgs({
  options: {
    minutes: { type: "string", default: DEFAULT_MINUTES },
    seed: { type: "string" },
    path: { type: "string" },
    replay: { type: "string" },
    "in-workerd": { type: "boolean", default: false },
  },
});
const minutes = Number(values.minutes);
if (!(minutes > 0)) throw new Error("Usage: npm run simulate -- --minutes N [--seed S] [--in-workerd]");

const seed = values.seed ?? String(randomInt(MAX_SEED));
const isReplay = values.path !== undefined;
const [project, file] = values["in-workerd"]
  ? ["worker", "test/simulation/simulation.test.ts"]
  : ["unit", "test/simulation/simulation.unit.test.ts"];
if (!isReplay) console.log(`Stories for ${minutes} minutes, beginning with seed ${seed}.`);
process.exitCode = await play({
  SIMULATION_SEED: seed,
  ...(isReplay
    ? { SIMULATION_PATH: values.path ?? "", SIMULATION_REPLAY: values.replay ?? "", SIMULATION_TRACE: "1" }
    : { SIMULATION_MINUTES: String(minutes) }),
});

/** Runs vitest on the one file, shows what the stories say, and answers with the exit code. */
async function play(env: Record<string, string>): Promise<number> {
  const args = [VITEST, "run", "--project", project, "--reporter=default", "--silent=false", "--testTimeout=0", file];
  const child = spawn(process.execPath, args, {
    cwd: ROOT,
    env: { ...withOwnTools(), CI: "1", ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  endWith(async () => {
    child.kill("SIGTERM");
  });
  const kept: string[] = [];
  let result: z.infer<typeof played> | null = null;
  const take = (line: string): void => {
    const at = line.indexOf(SAID);
    const said = at < 0 ? null : line.slice(at + SAID.length);
    if (said?.startsWith('{"stories"')) result = played.parse(JSON.parse(said));
    else if (said !== null) console.log(said);
    else if (kept.push(line) > KEPT_LINES) kept.shift();
  };
  createInterface({ input: child.stdout }).on("line", take);
  createInterface({ input: child.stderr }).on("line", take);
  const code = await new Promise<number | null>((resolve) => child.once("close", resolve));
  return conclude(result, code, kept);
}

function conclude(result: z.infer<typeof played> | null, code: number | null, kept: readonly string[]): number {
  if (result?.violation) {
    const { message, path, replay } = result.violation;
    const where = values["in-workerd"] ? " --in-workerd" : "";
    console.log(message);
    console.log(`\n${result.stories} stories, then a violation: seed ${result.violation.seed}, path ${path}`);
    console.log(
      `Play it again: npm run simulate -- --seed ${result.violation.seed} --path ${path} --replay ${replay}${where}`,
    );
    return 1;
  }
  if (result === null || code !== 0) {
    console.log(kept.join("\n"));
    console.log("The simulation did not come to its end.");
    return 1;
  }
  console.log(`${result.stories} stories, 0 violations`);
  return 0;
}
