/**
 * What the steps of a push share while a worker works for one company: the connection, the way to QuickBooks, and
 * the links that are being resolved just now, so that two invoices of one buyer don't create that buyer twice.
 */
import { quickBooksFor } from "../connections/company-facts.ts";
import type { Connection } from "../connections/connection.ts";
import { doorOf } from "../connections/company-door.ts";
import type { Link } from "../connections/links.ts";
import type { Config, Env } from "../env.ts";
import type { Db } from "../platform/db.ts";
import type { QuickBooks } from "../quickbooks/client.ts";

/** A call whose turn comes later than this is put off: the invoice goes back to queued with that time. */
const MAX_WAIT_FOR_TURN_MS = 5_000;

export interface PushContext {
  env: Env;
  config: Config;
  db: Db;
  connection: Connection;
  now: () => Date;
  /** Links being looked up or created by this worker: one promise per kind and key. */
  resolving: Map<string, Promise<Link>>;
  /** The last holder of each name, see `withLock`. */
  locks: Map<string, Promise<unknown>>;
  /** epoch ms; by then every call has ended, since the invocation does. Absent: nothing ends it. */
  callsEndAt?: number;
}

/** A context for one piece of work. */
export function newContext(env: Env, config: Config, db: Db, connection: Connection): PushContext {
  return { env, config, db, connection, now: () => new Date(), resolving: new Map(), locks: new Map() };
}

/**
 * Runs `work` alone among those with the same key in this worker. Two buyers of one name are so told apart. Between
 * two workers of one company the database decides: the second link to one customer is refused, and looked for again.
 */
export async function withLock<T>(
  context: Pick<PushContext, "locks">,
  key: string,
  work: () => Promise<T>,
): Promise<T> {
  const before = context.locks.get(key) ?? Promise.resolve();
  const mine = before.then(work, work);
  context.locks.set(
    key,
    mine.catch(() => undefined),
  );
  return mine;
}

/** The way to the company for one piece of work; its `calls` are that work's own. */
export function quickBooksOf(context: Pick<PushContext, "env" | "config" | "connection" | "callsEndAt">): QuickBooks {
  const qb = quickBooksFor(context.config, doorOf(context.env, context.connection), MAX_WAIT_FOR_TURN_MS);
  return context.callsEndAt === undefined ? qb : { ...qb, callsEndAt: context.callsEndAt };
}
