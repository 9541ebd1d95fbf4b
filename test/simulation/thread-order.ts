/**
 * Work that the platform does on threads of its own ends in an order that no seed decides. Here it does: what is under way
 * at the same time ends one by one, in an order drawn from the seed, so that every order is tried and each story can be
 * played again.
 */
import type { SeededRandom } from "./random.ts";

interface Work {
  result: Promise<unknown>;
  end: () => void;
}

export class ThreadOrder {
  #underWay: Work[] = [];
  #isEnding = false;

  constructor(
    readonly random: SeededRandom,
    readonly macrotask: () => Promise<void>,
  ) {}

  /** The work's result, or what it threw, at its turn. */
  async take<T>(result: Promise<T>): Promise<T> {
    await new Promise<void>((end) => {
      this.#underWay.push({ result, end });
      if (!this.#isEnding) void this.#endAll();
    });
    return result;
  }

  async #endAll(): Promise<void> {
    this.#isEnding = true;
    while (this.#underWay.length > 0) {
      // Everything that begins at the same time is under way before the first of it ends.
      await this.macrotask();
      await Promise.allSettled(this.#underWay.map(({ result }) => result));
      const [ended] = this.#underWay.splice(this.random.below(this.#underWay.length), 1);
      ended?.end();
    }
    this.#isEnding = false;
  }
}
