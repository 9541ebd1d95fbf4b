/**
 * What the demo remembers between starts, in a file that git ignores: how far it came, and which orders it has sent.
 * A step is written down right after it succeeded, so that a start after a crash goes on where it stopped.
 */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";

const demoState = z.object({
  apiKey: z.string().nullable(),
  connectionId: z.string().nullable(),
  webhook: z.object({ path: z.string(), secret: z.string() }).nullable(),
  /** How many orders of the data set (counted from the newest) were taken for sending; never counted back. */
  ordersTaken: z.int(),
  /** True when the demo's own orders were all accepted. */
  isLoaded: z.boolean(),
});
export type DemoState = z.infer<typeof demoState>;

const FILE_NAME = "demo.json";

/** Reads the state from `folder`; a fresh one where there is none. */
export function readDemoState(folder: string): DemoState {
  const file = join(folder, FILE_NAME);
  if (!existsSync(file)) return { apiKey: null, connectionId: null, webhook: null, ordersTaken: 0, isLoaded: false };
  return demoState.parse(JSON.parse(readFileSync(file, "utf8")));
}

/** Keeps the state; it holds a key and a signing secret, so only the owner may read the file. */
export function keepDemoState(folder: string, state: DemoState): void {
  writeFileSync(join(folder, FILE_NAME), `${JSON.stringify(state, null, 2)}\n`, { mode: 0o600 });
}
