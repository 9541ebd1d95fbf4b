/**
 * Seeds of what tests draw at random: SIMULATION_SEED (test/simulation/story.ts) and PROPERTY_SEED (test/seed.ts).
 * A seed that the environment names already is never replaced, so that what failed can be played again.
 */
import { randomInt } from "node:crypto";

type Seeds = Record<"SIMULATION_SEED" | "PROPERTY_SEED", string>;

const FIXED_SEED = 20_261_120;
/** fast-check takes a 32-bit integer. */
const SEED_END = 2 ** 31;

/** The same at each run: where something fails, something was changed. */
export function fixedSeeds(): Seeds {
  return orNamed(() => FIXED_SEED);
}

/** New ones at each run, which therefore finds what no run before it has found. Say them before the run. */
export function freshSeeds(): Seeds {
  return orNamed(() => randomInt(SEED_END));
}

/** How the seeds are named on a command line. */
export function seedText(seeds: Partial<Seeds>): string {
  return Object.entries(seeds)
    .map(([name, seed]) => `${name}=${seed}`)
    .join(" ");
}

function orNamed(draw: () => number): Seeds {
  const seed = (name: keyof Seeds) => process.env[name] || String(draw());
  return { SIMULATION_SEED: seed("SIMULATION_SEED"), PROPERTY_SEED: seed("PROPERTY_SEED") };
}
