/**
 * What the steps of a push share while a worker works for one company: the connection, access to QuickBooks, and the
 * links being resolved, so that two documents of one buyer don't create that buyer twice.
 */
import { quickBooksFor } from "../connections/company-facts.ts";
import type { Connection } from "../connections/connection.ts";
import { accessTo } from "../connections/company-access.ts";
import type { ResolveContext } from "../mapping/resolve-task.ts";
import type { Config, Env } from "../env.ts";
import type { Db } from "../platform/db.ts";
import type { QuickBooks } from "../quickbooks/client.ts";

/** A call whose turn comes later than this is postponed: the document returns to queued with that time. */
const MAX_WAIT_FOR_TURN_MS = 5_000;

export interface PushContext extends ResolveContext {
  env: Env;
  config: Config;
  /** epoch ms; every call ends by then, because the invocation does. Absent: no limit. */
  callsEndAt?: number;
}

/** A context for one piece of work. */
export function newContext(env: Env, config: Config, db: Db, connection: Connection): PushContext {
  return { env, config, db, connection, now: () => new Date(), resolving: new Map(), locks: new Map() };
}

/** The company's client for one piece of work; it records only that work's `calls`. */
export function quickBooksOf(context: Pick<PushContext, "env" | "config" | "connection" | "callsEndAt">): QuickBooks {
  const qb = quickBooksFor(context.config, accessTo(context.env, context.connection), MAX_WAIT_FOR_TURN_MS);
  return context.callsEndAt === undefined ? qb : { ...qb, callsEndAt: context.callsEndAt };
}
