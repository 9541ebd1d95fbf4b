/**
 * `npm run simulate -- --minutes N [--seed S] [--in-workerd]`: plays fresh random stories of test/simulation for N minutes,
 * a lane for each core (`--lanes N` for another number), and ends with `N stories, 0 violations`, or with the failing seed and exit code 1. `--path` and `--replay`, as a failure
 * prints them, play that one story again and print what happened in it.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { randomInt } from "node:crypto";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { parseArgs } from "node:util";
import { z } from "zod";
import { withOwnTools } from "./checks.ts";
import { ROOT } from "./root.ts";
import { endWith } from "./shutdown.ts";

const VITEST = join(ROOT, "node_modules", "vitest", "vitest.mjs");
const MAX_SEED = 1_000_000_000;
/** More than one lane ever plays. */
const SEEDS_PER_LANE = 1_000_000;
const DEFAULT_MINUTES = "1";
/** Lines of test/simulation/story.ts begin so. */
const SAID = "simulation: ";
/** What vitest itself said, for a run that did not come to its end. */
const KEPT_LINES = 60;

const played = z.object({
  stories: z.int(),
  violation: z.object({ message: z.string(), seed: z.number(), path: z.string(), replay: z.string() }).nullable(),
});

type Played = z.infer<typeof played>;

const { values } = parseArgs({
  options: {
    minutes: { type: "string", default: DEFAULT_MINUTES },
    seed: { type: "string" },
    path: { type: "string" },
    replay: { type: "string" },
    lanes: { type: "string" },
    "in-workerd": { type: "boolean", default: false },
  },
});
const minutes = Number(values.minutes);
const seed = Number(values.seed ?? randomInt(MAX_SEED));
const isReplay = values.path !== undefined;
const lanes = isReplay || values["in-workerd"] ? 1 : Number(values.lanes ?? availableParallelism());
if (!(minutes > 0) || !Number.isInteger(seed) || !(lanes >= 1))
  throw new Error("Usage: npm run simulate -- --minutes N [--seed S] [--lanes N] [--in-workerd]");

const [project, file] = values["in-workerd"]
  ? ["worker", "test/simulation/simulation.test.ts"]
  : ["unit", "test/simulation/simulation.unit.test.ts"];
const children: ChildProcess[] = [];
endWith(async () => stopAll());

if (!isReplay) console.log(`Stories for ${minutes} minutes, beginning with seed ${seed}, ${lanes} at once.`);
const results = await Promise.all(Array.from({ length: lanes }, (_, lane) => play(seed + lane * SEEDS_PER_LANE)));
process.exitCode = conclude(results);

interface Lane {
  played: Played | null;
  /** What vitest itself said last. */
  said: string[];
}

/** Runs vitest on the one file and shows what the stories say; where one fails the other lanes end, too. */
async function play(firstSeed: number): Promise<Lane> {
  const what: Record<string, string> = isReplay
    ? { SIMULATION_PATH: values.path ?? "", SIMULATION_REPLAY: values.replay ?? ":", SIMULATION_TRACE: "1" }
    : { SIMULATION_MINUTES: String(minutes) };
  const args = [VITEST, "run", "--project", project ?? "", "--reporter=default", "--silent=false", file ?? ""];
  const child = spawn(process.execPath, args, {
    cwd: ROOT,
    env: { ...withOwnTools(), CI: "1", SIMULATION_SEED: String(firstSeed), ...what },
    stdio: ["ignore", "pipe", "pipe"],
  });
  children.push(child);
  const lane: Lane = { played: null, said: [] };
  const take = (line: string): void => {
    const at = line.indexOf(SAID);
    const said = at < 0 ? null : line.slice(at + SAID.length);
    if (said?.startsWith('{"stories"')) lane.played = played.parse(JSON.parse(said));
    else if (said !== null) console.log(said);
    else if (lane.said.push(line) > KEPT_LINES) lane.said.shift();
  };
  createInterface({ input: child.stdout }).on("line", take);
  createInterface({ input: child.stderr }).on("line", take);
  const code = await new Promise<number | null>((resolve) => child.once("close", resolve));
  if (code !== 0) stopAll();
  return lane;
}

function stopAll(): void {
  for (const child of children) child.kill("SIGTERM");
}

function conclude(ended: readonly Lane[]): number {
  const stories = ended.reduce((sum, lane) => sum + (lane.played?.stories ?? 0), 0);
  const violation = ended.map((lane) => lane.played?.violation ?? null).find((one) => one !== null);
  if (violation) {
    const where = values["in-workerd"] ? " --in-workerd" : "";
    console.log(
      `${violation.message}\n\n${stories} stories, then a violation: seed ${violation.seed}, path ${violation.path}`,
    );
    console.log(
      `Play it again: npm run simulate -- --seed ${violation.seed} --path ${violation.path} --replay ${violation.replay}${where}`,
    );
    return 1;
  }
  const broken = ended.find((lane) => lane.played === null);
  if (broken) {
    console.log(`${broken.said.join("\n")}\nThe simulation did not come to its end.`);
    return 1;
  }
  console.log(`${stories} stories, 0 violations`);
  return 0;
}
