/**
 * What one invocation of the queue consumer may use, counted (Cloudflare's limits): six connections at once, 1,000
 * statements in D1, and the time until it is cut off. Those who work in it, companies and notices, share the connections
 * evenly, so that one whose calls hang keeps none of another's. A limit that is near stops what has not begun yet; it
 * never breaks off what has.
 */
import type { Env } from "../../env.ts";

/** Cloudflare lets an invocation have six open; a seventh waits, even when its invoice is frozen already. */
const MAX_CONNECTIONS = 6;
/** Nothing new begins after so many of the 1,000 statements: the six pushes under way need their own to end well. */
const STATEMENTS_TO_BEGIN = 700;
/** A push or read that begins has this long, at least, before its calls are ended. */
const TIME_TO_END_WELL_MS = 20_000;

export interface InvocationOptions {
  /** epoch ms; every call has to have ended by then. Null: nothing ends this invocation. */
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

  /** Whether statements and time are left for something more to begin. */
  mayBegin(): boolean {
    return this.statementsLeft > 0 && this.#now() < (this.callsEndAt ?? Infinity) - TIME_TO_END_WELL_MS;
  }

  /** Statements so far. */
  get statements(): number {
    return this.#statements;
  }

  /** How many may be begun yet. */
  get statementsLeft(): number {
    return Math.max(0, STATEMENTS_TO_BEGIN - this.#statements);
  }

  /** How many work here. */
  get shares(): number {
    return Math.max(1, this.#shares.size);
  }

  /** Connections that each of those who work here may have at once. */
  get connectionsEach(): number {
    return Math.max(1, Math.floor(MAX_CONNECTIONS / this.shares));
  }

  /** Somebody begins to work here. `end` must be called when nothing of that work has a connection any more. */
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
   * Runs `work` as soon as it can have a connection, in the order of asking. `work` makes one call at a time. A push is
   * run whole, so that its POST has its connection before it is frozen.
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

  /** Lets those go on for whom there is a connection now. */
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

/** The same database; `count` is called for each statement that is prepared, those of a batch too. */
function counting(d1: D1Database, count: () => void): D1Database {
  return new Proxy(d1, {
    get(target, property) {
      if (property === "prepare") {
        return (statement: string) => {
          count();
          return target.prepare(statement);
        };
      }
      const value: unknown = Reflect.get(target, property, target);
      // The binding's methods want the binding itself as `this`.
      return typeof value === "function"
        ? (...given: unknown[]): unknown => Reflect.apply(value, target, given)
        : value;
    },
  });
}
