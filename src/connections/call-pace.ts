/**
 * The pace at which one company is called, as a pure little machine with the time passed in: start times 125 ms
 * apart (8 a second, 480 a minute; QuickBooks allows 10 and 500, docs/qbo-api.md, section 3), 38 batch calls a minute,
 * six calls under way at once, a pause after 429, a circuit that opens after three unanswered calls in a row (those that
 * were under way when it opened don't count against it again).
 * Calls that start late bunch up with those behind them, so the starts move apart by as much as callers were late.
 * It gives out times; it never waits and never sends.
 */
import type { CallResult } from "../quickbooks/client.ts";

/** 1,000 ms / 8 starts; 60 s / 125 ms = 480 starts a minute. */
const START_SPACING_MS = 125;
/** QuickBooks counts calls in any second; of the ten that it allows one is kept back. */
const WINDOW_MS = 1_000;
const STARTS_PER_WINDOW = 9;
/** More lateness than this is an accident, not how late calls are at the moment. */
const MAX_LATENESS_MS = 800;
/** What was late counts half after this long. */
const LATENESS_HALF_LIFE_MS = 20_000;
/** After a 429 at most six starts a second for a while. */
const CAREFUL_SPACING_MS = 167;
const CAREFUL_FOR_MS = 10 * 60_000;
const BATCH_SPACING_MS = Math.ceil(60_000 / 38);
const MAX_CALLS_AT_ONCE = 6;
/** A call is cut off after 120 s; a permit that was not given back by then has lost its owner. */
const PERMIT_LIFE_MS = 130_000;
/** How soon to ask again when all permits are out. */
const PERMIT_RETRY_MS = 250;
/** While one call tries whether QuickBooks answers again: nobody need ask every moment how it went. */
const PROBE_WAIT_MS = 10_000;
/** Intuit asks for 60 s after a 429 (docs/qbo-api.md, section 3). */
const THROTTLE_PAUSE_MS = 60_000;
const UNANSWERED_TO_OPEN = 3;
const CIRCUIT_FIRST_MS = 60_000;
const CIRCUIT_MAX_MS = 15 * 60_000;

export type BlockReason = "throttled" | "circuit";

/** What outlives a restart of the gate. */
export interface Block {
  until: number;
  reason: BlockReason;
  /** How often the circuit opened without a single answer in between. */
  openings: number;
}

export type PaceAnswer =
  | { kind: "go"; permit: string; startAt: number }
  | { kind: "later"; until: number; reason: "pace" | BlockReason };

interface Permit {
  endsAt: number;
  /** How often the circuit had opened when it was given: only a later call tells anything of an open circuit. */
  openings: number;
}

export class CallPace {
  #nextStartAt = 0;
  #nextBatchAt = 0;
  /** Where the turns lie that `plan` gave out; between now and `from` nothing is planned. */
  #planned = { from: 0, until: 0 };
  #permits = new Map<string, Permit>();
  #permitCount = 0;
  #unansweredInARow = 0;
  #lateness = { ms: 0, at: 0 };
  #carefulUntil = 0;
  #block: Block;

  constructor(block: Block = { until: 0, reason: "circuit", openings: 0 }) {
    this.#block = block;
  }

  get block(): Block {
    return this.#block;
  }

  /** A start time no later than `maxWaitMs` from now, with a permit; or when to ask again. */
  acquire(now: number, kind: "read" | "write" | "batch", maxWaitMs: number): PaceAnswer {
    if (this.#block.until > now) return { kind: "later", until: this.#block.until, reason: this.#block.reason };
    this.#expirePermits(now);
    if (this.#isProbing(now)) return { kind: "later", until: now + PROBE_WAIT_MS, reason: "circuit" };
    if (this.#permits.size >= MAX_CALLS_AT_ONCE) {
      return { kind: "later", until: now + PERMIT_RETRY_MS, reason: "pace" };
    }
    const startAt = Math.max(now, this.#nextStartAt, kind === "batch" ? this.#nextBatchAt : 0);
    if (startAt - now > maxWaitMs) return { kind: "later", until: startAt, reason: "pace" };
    this.#nextStartAt = startAt + this.#spacing(now);
    if (kind === "batch") this.#nextBatchAt = startAt + BATCH_SPACING_MS;
    this.#permitCount += 1;
    const permit = String(this.#permitCount);
    this.#permits.set(permit, { endsAt: startAt + PERMIT_LIFE_MS, openings: this.#block.openings });
    return { kind: "go", permit, startAt };
  }

  /**
   * Gives a permit back with what became of the call, and how many ms after its start time it really started. A permit
   * that is not known (it expired, or the gate was restarted) belongs to a call that began long ago. Answers whether the block changed (it must then be stored).
   */
  release(now: number, permit: string, result: CallResult, lateMs = 0): boolean {
    const given = this.#permits.get(permit);
    this.#permits.delete(permit);
    if (result === "unused") return false;
    this.#noteLateness(now, lateMs);
    if (result === "throttled") {
      this.#carefulUntil = now + THROTTLE_PAUSE_MS + CAREFUL_FOR_MS;
      this.#block = { until: now + THROTTLE_PAUSE_MS, reason: "throttled", openings: this.#block.openings };
      return true;
    }
    if (result === "unanswered") return this.#countUnanswered(now, given?.openings ?? 0);
    this.#unansweredInARow = 0;
    const wasBlocked = this.#block.openings > 0;
    if (wasBlocked) this.#block = { until: 0, reason: "circuit", openings: 0 };
    return wasBlocked;
  }

  /**
   * Plans invoices that have just come in: the first `go` of them may start within `horizonMs`, each of the others
   * gets the time at which its turn is likely to come. A backlog of thousands is so put off once, in one statement.
   */
  plan(now: number, count: number, horizonMs: number): { go: number; laterAt: number[] } {
    const isBlocked = this.#block.until > now;
    const spacing = this.#spacing(now);
    const planned = this.#planned;
    // Behind what is planned already, or in the gap before it.
    const free = (at: number): number => (at > planned.from - spacing && at < planned.until ? planned.until : at);
    const from = free(Math.max(now, this.#nextStartAt, isBlocked ? this.#block.until : 0));
    let at = from;
    let go = 0;
    const laterAt: number[] = [];
    for (let i = 0; i < count; i += 1) {
      if (!isBlocked && laterAt.length === 0 && at - now <= horizonMs) go += 1;
      else laterAt.push(at);
      at = free(at + spacing);
    }
    this.#planned = {
      from: planned.until > now ? Math.min(planned.from, from) : from,
      until: Math.max(planned.until, at),
    };
    return { go, laterAt };
  }

  /** Nothing is due before `atMs` (null: at all): turns planned before it are free again, since what had them was held or moved. */
  noneDueBefore(atMs: number | null): void {
    if (atMs === null || atMs >= this.#planned.until) this.#planned = { from: 0, until: 0 };
    else this.#planned = { from: Math.max(this.#planned.from, atMs), until: this.#planned.until };
  }

  /**
   * Starts `lateness` late at most, `spacing` apart: in any second at most (1,000 + lateness) / spacing + 1 arrive.
   */
  #spacing(now: number): number {
    const apart = Math.ceil((WINDOW_MS + this.#latenessAt(now)) / STARTS_PER_WINDOW);
    return Math.max(START_SPACING_MS, apart, now < this.#carefulUntil ? CAREFUL_SPACING_MS : 0);
  }

  #noteLateness(now: number, lateMs: number): void {
    const before = this.#latenessAt(now);
    if (lateMs > before) this.#lateness = { ms: Math.min(lateMs, MAX_LATENESS_MS), at: now };
  }

  #latenessAt(now: number): number {
    return this.#lateness.ms * 0.5 ** (Math.max(0, now - this.#lateness.at) / LATENESS_HALF_LIFE_MS);
  }

  /** After the circuit's pause one call goes ahead alone, until it is known how it went. */
  #isProbing(now: number): boolean {
    return (
      this.#block.openings > 0 && this.#block.reason === "circuit" && this.#block.until <= now && this.#permits.size > 0
    );
  }

  #countUnanswered(now: number, openingsThen: number): boolean {
    const isOpen = this.#block.openings > 0;
    // A straggler, under way when the circuit opened: that it hung was known then.
    if (isOpen && openingsThen !== this.#block.openings) return false;
    this.#unansweredInARow += 1;
    if (this.#unansweredInARow < UNANSWERED_TO_OPEN && !isOpen) return false;
    const openings = this.#block.openings + 1;
    const pauseMs = Math.min(CIRCUIT_FIRST_MS * 2 ** (openings - 1), CIRCUIT_MAX_MS);
    this.#block = { until: now + pauseMs, reason: "circuit", openings };
    this.#unansweredInARow = 0;
    return true;
  }

  #expirePermits(now: number): void {
    for (const [permit, { endsAt }] of this.#permits) if (endsAt <= now) this.#permits.delete(permit);
  }
}
