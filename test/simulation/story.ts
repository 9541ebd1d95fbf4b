/**
 * Plays stories: a model-based property over a world, with its options drawn too. `npm test` plays a fixed number from a
 * fixed seed, so that a red run means a change; `npm run simulate` plays fresh ones for as long as one likes. A failure
 * comes with what plays it again. What the environment says:
 *
 * SIMULATION_RUNS=10000           how many stories
 * SIMULATION_MINUTES=10           as many stories as fit into this time, instead
 * SIMULATION_SEED=…               begin with this seed
 * SIMULATION_PATH=… SIMULATION_REPLAY=…   with the seed: play one failed story again
 * SIMULATION_SHRINK=1             look for a shorter story that fails, too; it can take many minutes
 * SIMULATION_TRACE=1              print what happened in it
 * SIMULATION_GOES_ON=1            play on after a violation, and tell of each in a line
 */
import fc from "fast-check";
import type { Model } from "./command.ts";
import { stories } from "./commands.ts";
import { heal } from "./healing.ts";
import { checkEnd } from "./oracle.ts";
import type { World, WorldOptions } from "./world.ts";
import { worldOptions } from "./world-options.ts";

export type RunWorld = (options: WorldOptions, seed: number, work: (world: World) => Promise<void>) => Promise<void>;

/** What a run comes to: how many stories were played, and the violation that ended it, if there was one. */
export interface Played {
  stories: number;
  violation: { message: string; seed: number; path: string; replay: string } | null;
}

/** What `npm test` plays, always the same. */
const DEFAULT_SEED = 20_350_102;
const MAX_COMMANDS = 30;
const SHOWN_TRACE_LINES = 600;
const SHOWN_OF_A_VIOLATION = 220;
/** Stories of one seed, where time is what ends the run: each batch has the next seed. */
const BATCH = 100;
const PROGRESS_EVERY_MS = 20_000;
const MINUTE_MS = 60_000;
/** Lines for scripts/lib/run-simulation.ts begin so. */
const SAID = "simulation: ";

/** Plays so many stories, or as long as the environment says; throws with what plays the failed one again. */
export async function playStories(run: RunWorld, runs: number): Promise<void> {
  const { SIMULATION_SEED, SIMULATION_RUNS, SIMULATION_MINUTES } = process.env;
  const seed = Number(SIMULATION_SEED ?? DEFAULT_SEED);
  const played = SIMULATION_MINUTES
    ? await playFor(run, seed, Number(SIMULATION_MINUTES) * MINUTE_MS)
    : await playBatch(run, seed, Number(SIMULATION_RUNS ?? runs), () => false);
  say(JSON.stringify(played));
  if (played.violation === null) return;
  const { message, path, replay } = played.violation;
  throw new Error(
    `${message}\n\nPlay it again with: npm run simulate -- --seed ${played.violation.seed} --path ${path} --replay ${replay}`,
  );
}

async function playFor(run: RunWorld, firstSeed: number, durationMs: number): Promise<Played> {
  const startedAt = performance.now();
  const total: Played = { stories: 0, violation: null };
  let toldAt = startedAt;
  for (let seed = firstSeed; total.violation === null && performance.now() - startedAt < durationMs; seed += 1) {
    const batch = await playBatch(run, seed, BATCH, () => {
      const now = performance.now();
      return now - startedAt >= durationMs;
    });
    total.stories += batch.stories;
    total.violation = batch.violation;
    if (performance.now() - toldAt < PROGRESS_EVERY_MS) continue;
    toldAt = performance.now();
    const perMinute = Math.round((total.stories / (toldAt - startedAt)) * MINUTE_MS);
    say(`${total.stories} stories, ${perMinute} a minute`);
  }
  return total;
}

/** Stories of one seed; none begins any more once `isOver`. */
async function playBatch(run: RunWorld, seed: number, runs: number, isOver: () => boolean): Promise<Played> {
  const { SIMULATION_PATH, SIMULATION_REPLAY, SIMULATION_SHRINK, SIMULATION_TRACE, SIMULATION_GOES_ON } = process.env;
  let count = 0;
  const property = fc.asyncProperty(
    worldOptions,
    fc.nat(),
    stories(MAX_COMMANDS, SIMULATION_REPLAY ?? null),
    async (given, worldSeed, commands) => {
      if (isOver()) return;
      count += 1;
      let played: World | null = null;
      try {
        await run(given, worldSeed, async (world) => {
          played = world;
          await fc.asyncModelRun(() => ({ model: { told: 0 } satisfies Model, real: world }), commands);
          await heal(world);
          await checkEnd(world);
        });
      } catch (error) {
        if (SIMULATION_GOES_ON) {
          say(`seed ${seed} path ${count - 1}: ${String(error).slice(0, SHOWN_OF_A_VIOLATION)}`);
          return;
        }
        if (SIMULATION_TRACE)
          for (const line of [...traceOf(played).slice(-SHOWN_TRACE_LINES), JSON.stringify(given), String(error)])
            say(line);
        throw error;
      }
    },
  );
  const details = await fc.check(property, {
    numRuns: SIMULATION_PATH ? 1 : runs,
    endOnFailure: SIMULATION_SHRINK === undefined,
    seed,
    ...(SIMULATION_PATH ? { path: SIMULATION_PATH } : {}),
  });
  if (!details.failed) return { stories: count, violation: null };
  const report = fc.defaultReportMessage(details) ?? "";
  const replay = /replayPath="([^"]*)"/.exec(report)?.[1] ?? "";
  const message = `${String(details.errorInstance)}\n${report}`;
  return { stories: count, violation: { message, seed, path: details.counterexamplePath ?? "", replay } };
}

function traceOf(world: World | null): string[] {
  return world?.trace ?? [];
}

/** Past the reporter, which shows nothing of a test that is under way; workerd passes only errors on. */
function say(line: string): void {
  if (navigator.userAgent === "Cloudflare-Workers") console.error(`${SAID}${line}`);
  else process.stderr.write(`${SAID}${line}\n`);
}
