/**
 * The gateway's limits (docs/qbo-api.md, section 3): calls per second and per minute, batches per minute, for each
 * company. Counted in memory over sliding windows of the emulator's clock; a rejected call is not counted.
 */
import type { Profile } from "../company/profile.ts";

const SECOND_MS = 1000;
const MINUTE_MS = 60_000;

export class Throttle {
  private readonly calls = new Map<string, number[]>();

  /** Counts one call; false if a limit is reached. */
  admit(realmId: string, limits: Profile["limits"], isBatch: boolean, nowMs: number): boolean {
    if (!limits.enabled) return true;
    const all = this.recent(realmId, nowMs);
    const batches = this.recent(`${realmId}:batch`, nowMs);
    const lastSecond = all.filter((at) => at > nowMs - SECOND_MS).length;
    if (lastSecond >= limits.per_second) return false;
    if (isBatch ? batches.length >= limits.batch_per_minute : all.length - batches.length >= limits.per_minute)
      return false;
    all.push(nowMs);
    if (isBatch) batches.push(nowMs);
    return true;
  }

  /** Forgets all counts, after a reset or when the clock is moved. */
  clear(): void {
    this.calls.clear();
  }

  private recent(key: string, nowMs: number): number[] {
    const times = this.calls.get(key) ?? [];
    const firstRecent = times.findIndex((at) => at > nowMs - MINUTE_MS);
    times.splice(0, firstRecent < 0 ? times.length : firstRecent);
    this.calls.set(key, times);
    return times;
  }
}
