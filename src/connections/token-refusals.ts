/**
 * QuickBooks' refusals (401) of one company's tokens, as a pure state machine with the time passed in. A token that worked
 * and is then refused has ended: it is renewed immediately. One that is refused without ever having worked is counted,
 * the next try waits a little longer each time, and after five in a row only a person's Reconnect can help.
 */

/** Generations refused in a row, none of which ever worked (docs/decisions/0003). */
export const MAX_TOKEN_REFUSALS = 5;
/** After the first, second … such refusal. The last wait is long, so that a brief outage at Intuit does not end a connection. */
const PAUSES_MS = [0, 1_000, 4_000, 30_000];

/** The state that survives a restart of the gate. */
export interface Refused {
  /** This generation and all before it are not handed out again. */
  generation: number;
  /** How many generations in a row were refused without having worked. */
  inARow: number;
  /** epoch ms */
  at: number;
}

export class TokenRefusals {
  #refused: Refused;
  /** The newest generation that QuickBooks accepted. */
  #workedGeneration = 0;

  constructor(refused: Refused = { generation: 0, inARow: 0, at: 0 }) {
    this.#refused = refused;
  }

  get refused(): Refused {
    return this.#refused;
  }

  /** QuickBooks refused this generation. Returns whether this is new (it must then be stored). */
  note(now: number, generation: number): boolean {
    if (this.isRefused(generation)) return false;
    const inARow = this.#workedGeneration === generation ? 0 : this.#refused.inARow + 1;
    this.#refused = { generation, inARow, at: now };
    return true;
  }

  /** QuickBooks accepted this generation. Returns whether the stored state changed. */
  noteWorked(generation: number): boolean {
    if (generation < this.#refused.generation || generation <= this.#workedGeneration) return false;
    this.#workedGeneration = generation;
    if (this.#refused.inARow === 0) return false;
    this.#refused = { ...this.#refused, inARow: 0 };
    return true;
  }

  isRefused(generation: number): boolean {
    return generation <= this.#refused.generation;
  }

  /** Whether too many generations up to this one were refused: only a Reconnect can help. */
  isHopeless(generation: number): boolean {
    return this.#refused.generation === generation && this.#refused.inARow >= MAX_TOKEN_REFUSALS;
  }

  /** When the next generation may be requested (epoch ms). */
  get pausedUntil(): number {
    const { inARow, at } = this.#refused;
    return inARow === 0 ? 0 : at + (PAUSES_MS[Math.min(inARow, PAUSES_MS.length) - 1] ?? 0);
  }
}
