/**
 * One run of our code that may die: a request, a queue batch, an alarm, a cron. Everything that it does to the world
 * outside (a statement, a call of the gate, of QuickBooks, of the queue) passes through `seam`, where it can be killed
 * before or after, fail, or stand still. A dead process does nothing any more: whatever it awaits never comes.
 */
import { AsyncLocalStorage } from "node:async_hooks";
import type { VirtualTime } from "./virtual-time.ts";

/** What the outside thing is. */
export type Outside = "d1" | "gate" | "queue" | "network" | "kv";

/** What befalls a process at its `step`-th thing done outside, counted from the next one; `only` counts one kind. */
export interface Mishap {
  kind: "crash_before" | "crash_after" | "fail_before" | "fail_after" | "stall_before" | "stall_after";
  step: number;
  only: Outside | null;
  /** How long it stands still. */
  stallMs: number;
}

const STORAGE_FAILURE = "D1_ERROR: Network connection lost.";

export class Process {
  isDead = false;
  readonly died: Promise<"died">;
  #markDead: () => void = () => undefined;
  #mishap: Mishap | null;
  #seen = 0;

  constructor(
    readonly name: string,
    mishap: Mishap | null,
  ) {
    this.#mishap = mishap;
    this.died = new Promise((resolve) => {
      this.#markDead = () => resolve("died");
    });
  }

  die(): void {
    this.isDead = true;
    this.#markDead();
  }

  /** The mishap that is due at this thing, once. */
  takeMishap(outside: Outside): Mishap | null {
    const mishap = this.#mishap;
    if (mishap === null || (mishap.only !== null && mishap.only !== outside)) return null;
    if (mishap.kind.startsWith("fail") && outside !== "d1") return null;
    this.#seen += 1;
    if (this.#seen <= mishap.step) return null;
    this.#mishap = null;
    return mishap;
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

/** Whether this is done by a process, and not by a gate. */
export function isInProcess(): boolean {
  return running.getStore() !== undefined;
}

/** Runs `work` outside any process: what belongs to somebody else, such as the gate, outlives the caller. */
export function apart<T>(work: () => T): T {
  return running.exit(work);
}

/** One thing done to the world outside. `run` itself must not be done by a dead process, and is not. */
export async function seam<T>(time: VirtualTime, outside: Outside, run: () => Promise<T>): Promise<T> {
  const process = running.getStore();
  if (process === undefined) return run();
  if (process.isDead) return never();
  const mishap = process.takeMishap(outside);
  if (mishap?.kind === "crash_before") return die(process);
  if (mishap?.kind === "fail_before") throw new Error(STORAGE_FAILURE);
  if (mishap?.kind === "stall_before") await time.sleep(mishap.stallMs);
  const settled = await run().then(
    (value) => ({ value }),
    (error: unknown) => ({ error }),
  );
  if (process.isDead || mishap?.kind === "crash_after") return die(process);
  if (mishap?.kind === "fail_after") throw new Error(STORAGE_FAILURE);
  if (mishap?.kind === "stall_after") await time.sleep(mishap.stallMs);
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
