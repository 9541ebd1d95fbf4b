/**
 * The pace at which one company is called, as a pure state machine with the time passed in: start times 125 ms apart (8 a
 * second, 480 a minute; QuickBooks allows 10 and 500, docs/qbo-api.md, section 3), 38 batch calls a minute, at most six
 * calls under way, a pause after 429, and a circuit that opens after three unanswered calls in a row (calls under way when
 * it opened don't count again). Calls that start late come close to the next ones, so the spacing grows with the observed
 * lateness. It assigns start times; it never waits and never sends.
 */
import type { CallResult } from "../quickbooks/client.ts";

/** 1,000 ms / 8 starts; 60 s / 125 ms = 480 starts a minute. */
const START_SPACING_MS = 125;
/** QuickBooks counts calls in any one-second window; of the ten allowed, one is kept in reserve. */
const WINDOW_MS = 1_000;
const STARTS_PER_WINDOW = 9;
/** Lateness above this is an exception, not typical of present calls. */
const MAX_LATENESS_MS = 800;
/** Observed lateness is halved after this long. */
const LATENESS_HALF_LIFE_MS = 20_000;
/** After a 429 at most six starts a second for a while. */
const CAREFUL_SPACING_MS = 167;
const CAREFUL_FOR_MS = 10 * 60_000;
const BATCH_SPACING_MS = Math.ceil(60_000 / 38);
const MAX_CALLS_AT_ONCE = 6;
/** A call is cut off after 120 s; a permit not released by then has lost its owner. */
const PERMIT_LIFE_MS = 130_000;
/** How soon to ask again when all permits are in use. */
const PERMIT_RETRY_MS = 250;
/** The wait while one call probes whether QuickBooks answers again. */
const PROBE_WAIT_MS = 10_000;
/** Intuit asks for 60 s after a 429 (docs/qbo-api.md, section 3). */
const THROTTLE_PAUSE_MS = 60_000;
const UNANSWERED_TO_OPEN = 3;
const CIRCUIT_FIRST_MS = 60_000;
const CIRCUIT_MAX_MS = 15 * 60_000;

export type BlockReason = "throttled" | "circuit";

/** The state that survives a restart of the gate. */
export interface Block {
  until: number;
  reason: BlockReason;
  /** How often the circuit opened without any answer in between. */
  openings: number;
}

export type PaceAnswer =
  | { kind: "go"; permit: string; startAt: number }
  | { kind: "later"; until: number; reason: "pace" | BlockReason };

interface Permit {
  endsAt: number;
  /** How often the circuit had opened when the permit was issued: only later calls say anything about an open circuit. */
  openings: number;
}

export class CallPace {
  #nextStartAt = 0;
  #nextBatchAt = 0;
  /** The period of the turns that `plan` assigned; nothing is planned between now and `from`. */
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

  /** A start time within `maxWaitMs` and a permit, or when to ask again. */
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
   * Releases a permit with the result of the call, and how many ms after its start time it really started. An unknown
   * permit (expired, or from before a restart of the gate) belongs to a call that began long ago. Returns whether the
   * block changed (it must then be stored).
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
   * Plans new invoices: the first `go` of them may start within `horizonMs`; each of the others gets the time at which its
   * turn will probably come. So a backlog of thousands is postponed once, in one statement.
   */
  plan(now: number, count: number, horizonMs: number): { go: number; laterAt: number[] } {
    const isBlocked = this.#block.until > now;
    const spacing = this.#spacing(now);
    const planned = this.#planned;
    // After the turns planned already, or in the gap before them.
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

  /** Nothing is due before `atMs` (null: at all): turns planned before it are free again, because their invoices were held or moved. */
  noneDueBefore(atMs: number | null): void {
    if (atMs === null || atMs >= this.#planned.until) this.#planned = { from: 0, until: 0 };
    else this.#planned = { from: Math.max(this.#planned.from, atMs), until: this.#planned.until };
  }

  /**
   * With starts at most `lateness` late and `spacing` apart, at most (1,000 + lateness) / spacing + 1 arrive in any second.
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

  /** After the circuit's pause only one call is allowed, until its result is known. */
  #isProbing(now: number): boolean {
    return (
      this.#block.openings > 0 && this.#block.reason === "circuit" && this.#block.until <= now && this.#permits.size > 0
    );
  }

  #countUnanswered(now: number, openingsThen: number): boolean {
    const isOpen = this.#block.openings > 0;
    // A straggler that was under way when the circuit opened: it was counted then.
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
