/**
 * Plays stories: a model-based property over a world, with its options drawn too. How many and from which seed can be
 * set by the environment; a failure prints what plays it again.
 *
 * SIMULATION_RUNS=10000           how many stories
 * SIMULATION_SEED=… SIMULATION_PATH=… SIMULATION_REPLAY=…   play one failed story again (all three are printed)
 * SIMULATION_SHRINK=1             look for a shorter story that fails, too; it can take many minutes
 * SIMULATION_TRACE=1              print what happened in it
 */
import fc from "fast-check";
import { type Model, stories } from "./commands.ts";
import { heal } from "./healing.ts";
import { checkEnd } from "./oracle.ts";
import type { World, WorldOptions } from "./world.ts";

export type RunWorld = (options: WorldOptions, seed: number, work: (world: World) => Promise<void>) => Promise<void>;

const MAX_COMMANDS = 30;
const SHOWN_TRACE_LINES = 400;

/**
 * Each of our two nets must hold alone: books that forget request IDs show a new invoice at once, and books whose
 * queries lag behind remember request IDs.
 */
const options: fc.Arbitrary<WorldOptions> = fc.record({
  books: fc
    .record({
      net: fc.constantFrom("requestid", "query", "both"),
      hasUniqueNumbers: fc.boolean(),
      takesNumbers: fc.constantFrom(true, true, false),
      rememberRefusals: fc.boolean(),
    })
    .map(({ net, ...rest }) => ({
      ...rest,
      rememberRequestIds: net !== "query",
      queryLagMs: net === "requestid" ? 400_000 : 0,
    })),
  hasCron: fc.boolean(),
});

/** Plays so many stories; throws with what plays the failed one again. */
export async function playStories(run: RunWorld, runs: number): Promise<void> {
  const { SIMULATION_SEED, SIMULATION_PATH, SIMULATION_REPLAY, SIMULATION_SHRINK, SIMULATION_TRACE, SIMULATION_RUNS } =
    process.env;
  const property = fc.asyncProperty(
    options,
    fc.nat(),
    stories(MAX_COMMANDS, SIMULATION_REPLAY ?? null),
    async (given, seed, commands) => {
      let trace: string[] = [];
      try {
        await run(given, seed, async (world) => {
          trace = world.trace;
          await fc.asyncModelRun(() => ({ model: { told: 0 } satisfies Model, real: world }), commands);
          await heal(world);
          await checkEnd(world);
        });
      } catch (error) {
        if (SIMULATION_TRACE) console.log(trace.slice(-SHOWN_TRACE_LINES).join("\n"), String(error));
        throw error;
      }
    },
  );
  const details = await fc.check(property, {
    numRuns: Number(SIMULATION_RUNS ?? runs),
    endOnFailure: SIMULATION_SHRINK === undefined,
    ...(SIMULATION_SEED ? { seed: Number(SIMULATION_SEED) } : {}),
    ...(SIMULATION_PATH ? { path: SIMULATION_PATH } : {}),
  });
  if (!details.failed) return;
  const replay = /replayPath="([^"]*)"/.exec(fc.defaultReportMessage(details) ?? "")?.[1] ?? "";
  const again = `SIMULATION_SEED=${details.seed} SIMULATION_PATH=${details.counterexamplePath ?? ""} SIMULATION_REPLAY=${replay} SIMULATION_TRACE=1`;
  throw new Error(
    `${String(details.errorInstance)}\n${fc.defaultReportMessage(details)}\n\nPlay it again with: ${again}`,
  );
}
