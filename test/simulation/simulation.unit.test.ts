/**
 * Short stories in memory: whatever happens, in the end the acknowledged invoices are the invoices in the books, each
 * once, equal to the cent. See story.ts for the environment variables.
 */
import { expect, test } from "vitest";
import { RealmGate } from "../../src/connections/realm-gate.ts";
import { COMMAND_COUNT } from "./commands.ts";
import { MemoryLab } from "./in-memory.ts";
import { playStories } from "./story.ts";

const RUNS = 40;
const LIMIT_MS = 3 * 3_600_000;

test(
  "every story ends with each acknowledged invoice once in the books, equal to the cent",
  { timeout: LIMIT_MS },
  async () => {
    const lab = new MemoryLab(RealmGate);
    await playStories((options, seed, work) => lab.run(options, seed, work), RUNS);
    expect(COMMAND_COUNT).toBeGreaterThanOrEqual(15);
  },
);
