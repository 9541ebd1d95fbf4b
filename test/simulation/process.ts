/**
 * One run of our code that may die: a request, a queue batch, an alarm, a cron. Everything that it does to the world
 * outside (a statement, a call of the gate, of QuickBooks, of the queue) passes through `seam`, where it can be killed
 * before or after, fail, or stall. A dead process does nothing any more: whatever it awaits never arrives.
 */
import { AsyncLocalStorage } from "node:async_hooks";
import type { VirtualTime } from "./virtual-time.ts";

/** What the outside thing is; `storage`: of a Durable Object. */
export type Outside = "d1" | "gate" | "queue" | "network" | "kv" | "storage";

/** A failure of a process at its `step`-th outside action, counted from the next one; `only` counts one kind. */
export interface Mishap {
  kind: "crash_before" | "crash_after" | "fail_before" | "fail_after" | "stall_before" | "stall_after";
  step: number;
  only: Outside | null;
  /** How long it stands still. */
  stallMs: number;
  /** A second one, counted from the first. */
  next?: Mishap;
}

/** In the words of the platform; the network has failures of its own (network.ts). */
const FAILURES: Partial<Record<Outside, string>> = {
  d1: "D1_ERROR: Network connection lost.",
  gate: "internal error; reference = simulated",
  queue: "Queue send failed: Internal Server Error",
  kv: "KV request failed: 500 Internal Server Error",
  storage: "Internal error in Durable Object storage operation.",
};

/** Whether a cause is one that the simulation commanded. */
export function isCommandedFailure(cause: string): boolean {
  return Object.values(FAILURES).some((words) => cause.includes(words));
}

/** What D1 says to an invocation that asked too often (Cloudflare: 1,000 queries an invocation; a batch counts each). */
const TOO_MANY_QUERIES = "D1_ERROR: Too many API requests by single worker invocation.";
const MAX_QUERIES_PER_INVOCATION = 1_000;
/** Cloudflare lets an invocation wait for the headers of so many answers at once; further ones queue up. */
const MAX_CONNECTIONS_PER_INVOCATION = 6;

/** The mishaps that are still to come, one after the other. */
export class Fate {
  #due: Mishap[] = [];
  #seen = 0;
  /** How many have come true. */
  taken = 0;
  /** A call to a gate failed before the gate heard of it. */
  hasMissedGate = false;

  constructor(mishap: Mishap | null = null) {
    if (mishap) this.#due.push(mishap);
  }

  push(mishap: Mishap): void {
    this.#due.push(mishap);
  }

  clear(): void {
    this.#due = [];
    this.#seen = 0;
  }

  /** The mishap that is due at this thing, once. */
  take(outside: Outside): Mishap | null {
    const [next] = this.#due;
    if (next === undefined || (next.only !== null && next.only !== outside)) return null;
    if (next.kind.startsWith("fail") && FAILURES[outside] === undefined) return null;
    this.#seen += 1;
    if (this.#seen <= next.step) return null;
    this.#seen = 0;
    this.#due.shift();
    this.taken += 1;
    if (outside === "gate" && next.kind === "fail_before") this.hasMissedGate = true;
    if (next.next) this.#due.unshift(next.next);
    return next;
  }
}

export interface Nature {
  /** How far its clock goes before the true one. */
  skewMs: number;
  /** One invocation of a worker, with the limits of the platform; a Durable Object lives on. */
  isInvocation: boolean;
}

export class Process {
  isDead = false;
  /** D1 statements so far, members of batches each. */
  queries = 0;
  readonly died: Promise<"died">;
  #markDead: () => void = () => undefined;
  #connections = 0;
  readonly #waiting: (() => void)[] = [];

  constructor(
    readonly name: string,
    readonly fate: Fate,
    readonly nature: Nature = { skewMs: 0, isInvocation: true },
  ) {
    this.died = new Promise((resolve) => {
      this.#markDead = () => resolve("died");
    });
  }

  die(): void {
    this.isDead = true;
    this.#markDead();
  }

  countQueries(count: number): void {
    this.queries += count;
    if (this.nature.isInvocation && this.queries > MAX_QUERIES_PER_INVOCATION) throw new Error(TOO_MANY_QUERIES);
  }

  /** Waits until one of the six connections is free, and holds it while `run` waits for the headers. */
  async connected<T>(run: () => Promise<T>): Promise<T> {
    if (this.#connections >= MAX_CONNECTIONS_PER_INVOCATION)
      await new Promise<void>((resolve) => void this.#waiting.push(resolve));
    else this.#connections += 1;
    try {
      return await run();
    } finally {
      const next = this.#waiting.shift();
      if (next) next();
      else this.#connections -= 1;
    }
  }
}

const running = new AsyncLocalStorage<Process>();

/** Things outside that are under way in real time, e.g. real storage or real cryptography. */
let underWay = 0;

/** Whether nothing is under way that real time has to bring to its end. */
export function isStill(): boolean {
  return underWay === 0;
}

/** Counts work that real time has to finish. */
export async function counted<T>(work: () => Promise<T>): Promise<T> {
  underWay += 1;
  try {
    return await work();
  } finally {
    underWay -= 1;
  }
}

/** Runs `work` as a process of its own. Answers with its result, or "died". */
export async function runAs<T>(process: Process, work: () => Promise<T>): Promise<T | "died"> {
  return Promise.race([running.run(process, work), process.died]);
}

/** Whether this is done by an invocation of ours, and not by a gate. */
export function isInProcess(): boolean {
  return running.getStore()?.nature.isInvocation === true;
}

/** Who runs, or undefined: the world itself. */
export function currentProcess(): Process | undefined {
  return running.getStore();
}

/** How far the clock of whoever runs goes before the true one. */
export function skewMs(): number {
  return running.getStore()?.nature.skewMs ?? 0;
}

/** Runs `work` outside any process: what belongs to somebody else, such as the gate, outlives the caller. */
export function apart<T>(work: () => T): T {
  return running.exit(work);
}

/** Runs `work` as a process that lives on afterwards, such as a Durable Object. */
export function within<T>(process: Process, work: () => T): T {
  return running.run(process, work);
}

/** Statements of D1: counted, since the platform does. */
export async function askDatabase<T>(time: VirtualTime, count: number, run: () => Promise<T>): Promise<T> {
  running.getStore()?.countQueries(count);
  return seam(time, "d1", run);
}

/** One of the six connections that an invocation has at once. */
export async function connected<T>(run: () => Promise<T>): Promise<T> {
  const process = running.getStore();
  return process?.nature.isInvocation ? process.connected(run) : run();
}

/** One thing done to the world outside. `run` itself must not be done by a dead process, and is not. */
export async function seam<T>(time: VirtualTime, outside: Outside, run: () => Promise<T>): Promise<T> {
  const process = running.getStore();
  if (process === undefined) return run();
  if (process.isDead) return never();
  const mishap = process.fate.take(outside);
  if (mishap === null) {
    try {
      const value = await run();
      return process.isDead ? await never() : value;
    } catch (error) {
      if (process.isDead) return never();
      throw error;
    }
  }
  if (mishap.kind === "crash_before") return die(process);
  if (mishap.kind === "fail_before") throw new Error(FAILURES[outside]);
  if (mishap.kind === "stall_before") await time.sleep(mishap.stallMs);
  if (process.isDead) return never();
  const settled = await run().then(
    (value) => ({ value }),
    (error: unknown) => ({ error }),
  );
  if (process.isDead || mishap.kind === "crash_after") return die(process);
  if (mishap.kind === "fail_after") throw new Error(FAILURES[outside]);
  if (mishap.kind === "stall_after") await time.sleep(mishap.stallMs);
  if (process.isDead) return never();
  if ("error" in settled) throw settled.error;
  return settled.value;
}

function die(process: Process): Promise<never> {
  process.die();
  return never();
}

function never(): Promise<never> {
  return new Promise(() => undefined);
}
