/** A small world inside workerd: real D1 and the real gate, QuickBooks and the queue as doubles, a clock moved by hand. */
import { type BooksOptions, HONEST_BOOKS } from "../simulation/books.ts";
import { runInWorkerd } from "../simulation/in-workerd.ts";
import type { World } from "../simulation/world.ts";

/** Runs a test in a world of its own; no cron, so that nothing happens by itself but by alarms. */
export async function inWorld(work: (world: World) => Promise<void>, books: Partial<BooksOptions> = {}): Promise<void> {
  await runInWorkerd({ books: { ...HONEST_BOOKS, ...books }, hasCron: false }, 0, work);
}
