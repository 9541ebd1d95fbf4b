/**
 * Two ways to coordinate concurrent work in one object: one after another, or joining the work under way.
 */

/** Runs tasks one after another, in the order of arrival; one that fails does not stop the others. */
export class Turns {
  #last: Promise<unknown> = Promise.resolve();

  run<T>(work: () => Promise<T>): Promise<T> {
    const mine = this.#last.then(work, work);
    this.#last = mine.catch(() => undefined);
    return mine;
  }
}

/** Runs one task at a time; callers that come meanwhile get its result. */
export class Joined<T> {
  #running: Promise<T> | null = null;

  run(work: () => Promise<T>): Promise<T> {
    this.#running ??= work().finally(() => {
      this.#running = null;
    });
    return this.#running;
  }
}
