/**
 * Keeps two starts from sharing one folder of data: a second app on the same local database would harm both. What a kill -9
 * left behind is no obstacle, since only a process that lives and answers counts.
 */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";

const FILE_NAME = "running.json";
const ANSWER_LIMIT_MS = 3_000;
const note = z.object({ processId: z.int(), origin: z.string() });

/** Writes down that this process serves the data of `folder` at `origin`. */
export function noteRunning(folder: string, origin: string): void {
  writeFileSync(join(folder, FILE_NAME), `${JSON.stringify({ processId: process.pid, origin })}\n`);
}

/** Throws with the address where another start on the same data is running. */
export async function refuseSecondStart(folder: string): Promise<void> {
  const file = join(folder, FILE_NAME);
  if (!existsSync(file)) return;
  const { processId, origin } = note.parse(JSON.parse(readFileSync(file, "utf8")));
  if (!isAlive(processId) || !(await answers(origin))) return;
  throw new Error(
    `Bookbridge is running already on this data: ${origin} (process ${processId}). Stop it first with Ctrl-C.`,
  );
}

function isAlive(processId: number): boolean {
  try {
    process.kill(processId, 0);
    return true;
  } catch {
    return false;
  }
}

async function answers(origin: string): Promise<boolean> {
  try {
    const response = await fetch(`${origin}/healthz`, { signal: AbortSignal.timeout(ANSWER_LIMIT_MS) });
    await response.body?.cancel();
    return response.ok;
  } catch {
    return false;
  }
}
