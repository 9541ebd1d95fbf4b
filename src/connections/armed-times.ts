/**
 * The times for which a gate's alarm was armed. Each is for a row that is being written, so the alarm must never be moved
 * past the earliest one still ahead. Pure, with the time passed in; in memory only: after a restart the gate still has
 * the alarm itself, which was set to the earliest time.
 */

/** Rows are armed some ten seconds ahead, so there are few; beyond this every second one is dropped. */
const MAX_TIMES = 256;

export class ArmedTimes {
  /** Ascending, epoch ms. */
  #times: number[] = [];

  add(atMs: number): void {
    let index = this.#times.length;
    while (index > 0 && (this.#times[index - 1] ?? 0) > atMs) index -= 1;
    if (this.#times[index - 1] === atMs) return;
    this.#times.splice(index, 0, atMs);
    // Of each two, the earlier one is kept: an alarm that goes off early does no harm.
    if (this.#times.length > MAX_TIMES) this.#times = this.#times.filter((_, position) => position % 2 === 0);
  }

  /** The earliest time still ahead of `now`, or null; past times are dropped. */
  nextAfter(now: number): number | null {
    this.#times = this.#times.filter((time) => time > now);
    return this.#times[0] ?? null;
  }
}
