/**
 * Counts what one invocation of the queue consumer may use (Cloudflare's limits): six connections at a time, 1,000
 * statements in D1, and the time until it is cut off. Companies and notices share the connections evenly, so that hanging
 * calls of one never take those of another. Near a limit no new work begins; work under way is never interrupted.
 */
import type { Env } from "../../env.ts";
import { counting } from "../../platform/db.ts";

/** Cloudflare allows six open connections; a seventh waits, even if its document is frozen already. */
const MAX_CONNECTIONS = 6;
/** No new work begins after this many of the 1,000 statements: the six pushes under way need the rest to finish. */
const STATEMENTS_TO_BEGIN = 700;
/** A push or read that begins has at least this long before its calls are cut off. */
const TIME_TO_END_WELL_MS = 20_000;

export interface InvocationOptions {
  /** epoch ms; every call has to have ended by then. Null: no limit. */
  callsEndAt: number | null;
  /** epoch ms */
  now: () => number;
}

const UNBOUNDED: InvocationOptions = { callsEndAt: null, now: () => Date.now() };

export class Invocation {
  /** The Worker's bindings, with a database that counts. */
  readonly env: Env;
  readonly callsEndAt: number | null;
  readonly #now: () => number;
  #statements = 0;
  readonly #shares = new Set<Share>();

  constructor(env: Env, { callsEndAt, now }: InvocationOptions = UNBOUNDED) {
    this.env = { ...env, DB: counting(env.DB, () => (this.#statements += 1)) };
    this.callsEndAt = callsEndAt;
    this.#now = now;
  }

  /** Whether enough statements and time are left to begin more work. */
  mayBegin(): boolean {
    return this.statementsLeft > 0 && this.#now() < (this.callsEndAt ?? Infinity) - TIME_TO_END_WELL_MS;
  }

  /** Statements so far. */
  get statements(): number {
    return this.#statements;
  }

  /** How many may still be used before no new work begins. */
  get statementsLeft(): number {
    return Math.max(0, STATEMENTS_TO_BEGIN - this.#statements);
  }

  /** How many share this invocation. */
  get shares(): number {
    return Math.max(1, this.#shares.size);
  }

  /** Connections that each share may use at a time. */
  get connectionsEach(): number {
    return Math.max(1, Math.floor(MAX_CONNECTIONS / this.shares));
  }

  /** Adds a share. Its `end` must be called when none of its work uses a connection any more. */
  join(): Share {
    const share = new Share(this, (ended) => {
      this.#shares.delete(ended);
      for (const other of this.#shares) other.wake();
    });
    this.#shares.add(share);
    return share;
  }
}

/** The part of an invocation that one company, or the notices, may use. */
export class Share {
  #used = 0;
  readonly #waiting: (() => void)[] = [];

  constructor(
    readonly invocation: Invocation,
    readonly onEnd: (share: Share) => void,
  ) {}

  /**
   * Runs `work` as soon as a connection is free, in the order of requests. `work` makes one call at a time. A whole push
   * runs as one piece of work, so that its POST has its connection before it is frozen.
   */
  async run<T>(work: () => Promise<T>): Promise<T> {
    if (this.#used < this.invocation.connectionsEach && this.#waiting.length === 0) this.#used += 1;
    else await new Promise<void>((resolve) => this.#waiting.push(resolve));
    try {
      return await work();
    } finally {
      this.#used -= 1;
      this.wake();
    }
  }

  /** Resumes waiting work for which a connection is free now. */
  wake(): void {
    while (this.#used < this.invocation.connectionsEach) {
      const next = this.#waiting.shift();
      if (!next) return;
      this.#used += 1;
      next();
    }
  }

  end(): void {
    this.onEnd(this);
  }
}
