/**
 * Cloudflare's KV in memory. `late` is legal behaviour as well: a written value is missing for a minute or more, and
 * a key that was read while missing stays missing for a while (developers.cloudflare.com/kv/concepts/how-kv-works).
 */
import { seam } from "./process.ts";
import { SeededRandom } from "./random.ts";
import type { VirtualTime } from "./virtual-time.ts";

export type KvHabit = "prompt" | "late";

/** How late a written key may be seen; Cloudflare says "60 seconds or more". */
const MAX_LAG_MS = 90_000;
/** A miss is cached as long as a hit. */
const MISS_CACHED_MS = 60_000;

interface Stored {
  value: string;
  visibleAt: number;
}

/** A namespace; each of its operations passes the seam at which it may fail, stall or kill its caller. */
export function kvInMemory(time: VirtualTime, habit: KvHabit, seed: number): KVNamespace {
  const values = new Map<string, Stored>();
  const missedUntil = new Map<string, number>();
  const random = new SeededRandom(seed);
  const find = (key: string): string | null => {
    const stored = values.get(key);
    const isThere = stored !== undefined && stored.visibleAt <= time.now && (missedUntil.get(key) ?? 0) <= time.now;
    if (isThere) return stored.value;
    if (habit === "late") missedUntil.set(key, Math.max(missedUntil.get(key) ?? 0, time.now + MISS_CACHED_MS));
    return null;
  };
  const kv = {
    get: async (key: string) => seam(time, "kv", async () => find(key)),
    put: async (key: string, value: string) =>
      seam(time, "kv", async () => {
        values.set(key, { value, visibleAt: time.now + (habit === "late" ? random.below(MAX_LAG_MS) : 0) });
      }),
    delete: async (key: string) => seam(time, "kv", async () => void values.delete(key)),
  };
  return kv as unknown as KVNamespace;
}
