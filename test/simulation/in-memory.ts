/**
 * Runs a world in memory, in Node: SQLite for D1, a map for KV, the real gate's class over a map, a virtual clock, and
 * random numbers from a seed. Everything is restored afterwards.
 */
import { createHash } from "node:crypto";
import type { RealmGate } from "../../src/connections/realm-gate.ts";
import type { Env } from "../../src/env.ts";
import { type D1Hooks, InMemoryD1 } from "./d1-in-memory.ts";
import { gatesInMemory } from "./gates.ts";
import { Fate, askDatabase, counted } from "./process.ts";
import { kvInMemory } from "./kv-in-memory.ts";
import { SeededRandom } from "./random.ts";
import { ThreadOrder } from "./thread-order.ts";
import { VirtualTime } from "./virtual-time.ts";
import { type Platform, World, type WorldOptions } from "./world.ts";

/** Far from today, so that nothing real is ever due. */
export const START_MS = Date.parse("2035-01-02T08:00:00Z");

/** What a test of the rules disables. */
export interface D1Switches {
  rewrite: (sql: string) => string;
  isAtomic: boolean;
  /** Run once on the empty database, and undone by making a new one. */
  ddl: string;
}

export const ALL_IN_FORCE: D1Switches = { rewrite: (sql) => sql, isAtomic: true, ddl: "" };

const realImmediate = globalThis.setImmediate;
const realLog = console.log;

export class MemoryLab {
  readonly #d1: InMemoryD1;

  /** `without`: a migration that does not run, nor any after it that is about pushes, until `migrate` is called. */
  constructor(
    readonly gateClass: new (ctx: DurableObjectState, env: Env) => RealmGate,
    readonly switches: D1Switches = ALL_IN_FORCE,
    without?: string,
  ) {
    this.#d1 = new InMemoryD1(without);
    this.#d1.exec(switches.ddl);
  }

  /** Runs the migrations that were left out, as a deploy does while the former version still works. */
  migrate(): void {
    this.#d1.migrate();
  }

  /** Runs `work` in a fresh world. */
  async run(options: WorldOptions, seed: number, work: (world: World) => Promise<void>): Promise<void> {
    const time = new VirtualTime(START_MS, options.maxSteps);
    this.#d1.empty();
    const world = new World(time, this.#platform(time, options, seed), options);
    const restore = [time.install(), seedRandom(seed), orderCrypto(seed), replaceFetch(world.fetch)];
    console.log = world.log;
    try {
      await world.prepare();
      await work(world);
    } finally {
      console.log = realLog;
      for (const undo of restore) undo();
    }
  }

  #platform(time: VirtualTime, options: WorldOptions, seed: number): Platform {
    const gateFate = new Fate();
    const hooks: D1Hooks = {
      around: (count, run) => askDatabase(time, count, run),
      rewrite: this.switches.rewrite,
      isAtomic: () => this.switches.isAtomic,
    };
    return {
      name: "memory",
      // Only cryptography is waited for, and that always ends, however busy the machine is.
      maxTurns: Number.POSITIVE_INFINITY,
      sleep: (ms) => time.sleep(ms),
      d1: this.#d1.binding(hooks),
      gateFate,
      kv: kvInMemory(time, options.kv ?? "prompt", seed),
      makeGates: (env, { died }) =>
        gatesInMemory(time, this.gateClass, env, { fate: gateFate, skewMs: options.gateSkewMs ?? 0, died }),
      macrotask,
    };
  }
}

function macrotask(): Promise<void> {
  return new Promise((resolve) => void realImmediate(resolve));
}

function replaceFetch(double: typeof fetch): () => void {
  const real = globalThis.fetch;
  globalThis.fetch = double;
  return () => {
    globalThis.fetch = real;
  };
}

function seedRandom(seed: number): () => void {
  const random = new SeededRandom(seed);
  const prototype: Crypto = Object.getPrototypeOf(crypto);
  const real = Object.getOwnPropertyDescriptor(prototype, "getRandomValues") ?? {};
  prototype.getRandomValues = (view) => random.fill(view);
  return () => {
    Object.defineProperty(prototype, "getRandomValues", real);
  };
}

/**
 * Cryptography runs on threads: the world waits for it, and the seed decides what ends first. Digests are computed
 * immediately, so that six pushes keep their order.
 */
function orderCrypto(seed: number): () => void {
  const prototype = Object.getPrototypeOf(crypto.subtle) as Record<string, (...args: unknown[]) => Promise<unknown>>;
  const names = ["importKey", "deriveBits", "encrypt", "decrypt", "verify", "sign"] as const;
  const real = Object.fromEntries([...names, "digest"].map((name) => [name, prototype[name]]));
  const order = new ThreadOrder(new SeededRandom(seed), macrotask);
  for (const name of names) {
    const method = real[name];
    prototype[name] = function work(this: unknown, ...args: unknown[]) {
      return counted(() => order.take(Promise.resolve(method?.apply(this, args))));
    };
  }
  prototype["digest"] = async (_algorithm, data) =>
    new Uint8Array(
      createHash("sha256")
        .update(data as Uint8Array)
        .digest(),
    ).buffer;
  return () => void Object.assign(prototype, real);
}
