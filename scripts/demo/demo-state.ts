/**
 * What the demo remembers between starts, in a file that git ignores: how far it came, and which orders it has sent.
 * A step is written down right after it succeeded, so that a start after a crash goes on where it stopped.
 */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

export interface DemoState {
  apiKey?: string;
  connectionId?: string;
  webhook?: { instanceId: string; path: string; secret: string };
  /** How many orders of the data set (counted from the newest) were taken for sending; never counted back. */
  ordersTaken: number;
  /** True when the demo's own orders were all accepted. */
  isLoaded: boolean;
}

const FILE_NAME = "demo.json";

/** Reads the state from `folder`; a fresh one where there is none. */
export function readDemoState(folder: string): DemoState {
  const file = join(folder, FILE_NAME);
  if (!existsSync(file)) return { ordersTaken: 0, isLoaded: false };
  const state: DemoState = JSON.parse(readFileSync(file, "utf8"));
  return state;
}

/** Keeps the state; it holds a key and a signing secret, so only the owner may read the file. */
export function keepDemoState(folder: string, state: DemoState): void {
  writeFileSync(join(folder, FILE_NAME), `${JSON.stringify(state, null, 2)}\n`, { mode: 0o600 });
}
