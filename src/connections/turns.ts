/**
 * Two ways in which work of one object keeps out of its own way: one after the other, and all together.
 */

/** Runs works one after the other, in the order in which they came; one that fails stops nobody. */
export class Turns {
  #last: Promise<unknown> = Promise.resolve();

  run<T>(work: () => Promise<T>): Promise<T> {
    const mine = this.#last.then(work, work);
    this.#last = mine.catch(() => undefined);
    return mine;
  }
}

/** Runs one work at a time; whoever comes meanwhile gets its result. */
export class Joined<T> {
  #running: Promise<T> | null = null;

  run(work: () => Promise<T>): Promise<T> {
    this.#running ??= work().finally(() => {
      this.#running = null;
    });
    return this.#running;
  }
}
