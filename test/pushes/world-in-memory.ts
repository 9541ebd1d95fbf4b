/**
 * A small world in memory, for tests in which much time passes: there it takes a tenth of the work that it takes in workerd.
 */
import { RealmGate } from "../../src/connections/realm-gate.ts";
import { type BooksOptions, HONEST_BOOKS } from "../simulation/books.ts";
import { MemoryLab } from "../simulation/in-memory.ts";
import type { World } from "../simulation/world.ts";

const SEED = 1;

/** Runs a test in a world of its own; without a cron nothing happens by itself but by alarms. */
export async function inWorld(
  work: (world: World) => Promise<void>,
  books: Partial<BooksOptions> = {},
  hasCron = false,
): Promise<void> {
  await new MemoryLab(RealmGate).run({ books: { ...HONEST_BOOKS, ...books }, hasCron }, SEED, work);
}
