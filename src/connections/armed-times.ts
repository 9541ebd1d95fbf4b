/**
 * The times at which a gate's alarm was asked to go off. Each stands for a row that somebody is just writing, so the
 * alarm may never be moved behind the smallest that is still ahead. Pure, with the time passed in; in memory only: of a
 * gate that was restarted the alarm itself is left, which stood at the smallest.
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
    // The smaller one of each two stays: an alarm that goes off early harms nobody.
    if (this.#times.length > MAX_TIMES) this.#times = this.#times.filter((_, position) => position % 2 === 0);
  }

  /** The smallest time that is still ahead of `now`, or null; those that have passed are forgotten. */
  nextAfter(now: number): number | null {
    this.#times = this.#times.filter((time) => time > now);
    return this.#times[0] ?? null;
  }
}
