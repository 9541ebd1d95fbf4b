/**
 * A clock that only moves on command, and its timers. While installed it replaces `Date`, `setTimeout` and
 * `AbortSignal.timeout`, so that hours pass in a moment and always in the same order. It must always be removed again:
 * whatever runs afterwards needs real time.
 */

import { skewMs } from "./process.ts";

interface Timer {
  at: number;
  order: number;
  run: () => void;
}

/** The longest stories take less than a tenth of it; work that makes itself due for ever would never end. */
const MAX_STEPS = 10_000;

const RealDate = Date;
const realSetTimeout = globalThis.setTimeout;
const realAbortTimeout = AbortSignal.timeout.bind(AbortSignal);

export class VirtualTime {
  #now: number;
  #timers: Timer[] = [];
  #order = 0;
  #steps = 0;
  /** Time limits of signals made by `AbortSignal.timeout`: who plays the network cuts the call off itself. */
  readonly #limits = new WeakMap<AbortSignal, number>();

  constructor(
    startMs: number,
    readonly maxSteps = MAX_STEPS,
  ) {
    this.#now = startMs;
  }

  get now(): number {
    return this.#now;
  }

  /** Runs `run` at `atMs` (at once where that is past); answers with what takes it back. */
  at(atMs: number, run: () => void): () => void {
    this.#order += 1;
    const timer: Timer = { at: Math.max(atMs, this.#now), order: this.#order, run };
    let index = this.#timers.length;
    while (index > 0 && (this.#timers[index - 1]?.at ?? 0) > timer.at) index -= 1;
    this.#timers.splice(index, 0, timer);
    return () => {
      this.#timers = this.#timers.filter((other) => other !== timer);
    };
  }

  sleep(ms: number): Promise<void> {
    return new Promise((resolve) => void this.at(this.#now + ms, resolve));
  }

  /** The earliest time at which something happens, or null. */
  nextAt(): number | null {
    return this.#timers[0]?.at ?? null;
  }

  /** Moves on to the next timer up to `untilMs` and runs it; answers whether there was one, and else stands at `untilMs`. */
  step(untilMs: number): boolean {
    const [next] = this.#timers;
    if (next === undefined || next.at > untilMs) {
      this.#now = Math.max(this.#now, untilMs);
      return false;
    }
    this.#steps += 1;
    if (this.#steps > this.maxSteps)
      throw new Error(`Something is due again and again: ${this.maxSteps} steps in one story`);
    this.#timers.shift();
    this.#now = Math.max(this.#now, next.at);
    next.run();
    return true;
  }

  /** How long the maker of this signal wants to wait, or null where nothing is known of it. */
  limitOf(signal: AbortSignal | null | undefined): number | null {
    return signal ? (this.#limits.get(signal) ?? null) : null;
  }

  /** Puts this clock in the place of the real one, before or after it by whose process asks; answers with what puts it back. */
  install(): () => void {
    // A clock shows whole milliseconds, though a wait may have a fraction of one.
    const now = (): number => Math.floor(this.#now + skewMs());
    globalThis.Date = new Proxy(RealDate, {
      construct: (target, args, newTarget) => Reflect.construct(target, args.length === 0 ? [now()] : args, newTarget),
      get: (target, key) => (key === "now" ? now : Reflect.get(target, key)),
    });
    const virtualTimeout = (run: () => void, ms = 0): number => {
      this.at(this.#now + ms, run);
      return this.#order;
    };
    Object.defineProperty(globalThis, "setTimeout", { value: virtualTimeout, configurable: true, writable: true });
    AbortSignal.timeout = (ms) => {
      const { signal } = new AbortController();
      this.#limits.set(signal, ms);
      return signal;
    };
    return () => {
      globalThis.Date = RealDate;
      Object.defineProperty(globalThis, "setTimeout", { value: realSetTimeout, configurable: true, writable: true });
      AbortSignal.timeout = realAbortTimeout;
    };
  }
}
