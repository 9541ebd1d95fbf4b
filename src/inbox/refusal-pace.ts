/**
 * How fast refused requests may come: a window of the last minute that slides. Pure but for what it counts.
 */

/** docs/contract.md, section 5. */
export const MAX_REFUSED_PER_MINUTE = 1_000;
const MINUTE_MS = 60_000;

export class RefusalPace {
  /** The times of the latest refused requests, in a ring: the next place to write holds the oldest. */
  readonly #times = new Float64Array(MAX_REFUSED_PER_MINUTE).fill(Number.NEGATIVE_INFINITY);
  #next = 0;

  /** Counts a refused request, `now` in ms. Returns 0; or, where they come too fast, the ms to wait, and counts nothing. */
  take(now: number): number {
    const waitMs = (this.#times[this.#next] ?? 0) + MINUTE_MS - now;
    if (waitMs > 0) return Math.min(waitMs, MINUTE_MS);
    this.#times[this.#next] = now;
    this.#next = (this.#next + 1) % MAX_REFUSED_PER_MINUTE;
    return 0;
  }
}
