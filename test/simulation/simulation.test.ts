/**
 * The stories of simulation.unit.test.ts inside workerd: real D1, real KV, real Durable Objects. Few of them, since
 * each takes seconds; `npm run proof` plays hundreds. See story.ts for the environment variables.
 */
import { expect, test } from "vitest";
import { COMMAND_COUNT } from "./commands.ts";
import { runInWorkerd } from "./in-workerd.ts";
import { playStories } from "./story.ts";

const RUNS = 3;
const LIMIT_MS = 3 * 3_600_000;

test(
  "every story ends with each acknowledged invoice once in the books, equal to the cent",
  { timeout: LIMIT_MS },
  async () => {
    await playStories(runInWorkerd, RUNS);
    expect(COMMAND_COUNT).toBeGreaterThanOrEqual(15);
  },
);
