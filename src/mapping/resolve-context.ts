/**
 * What the invoices that one worker resolves for one company share: the links that are being looked up or made just now,
 * so that two invoices of one buyer don't create that buyer twice.
 */
import type { Connection } from "../connections/connection.ts";
import type { Db } from "../platform/db.ts";
import type { Link } from "./links.ts";

export interface ResolveContext {
  db: Db;
  connection: Connection;
  now: () => Date;
  /** Links being looked up or created by this worker: one promise per kind and key. */
  resolving: Map<string, Promise<Link>>;
  /** The last holder of each name, see `withLock`. */
  locks: Map<string, Promise<unknown>>;
}

/**
 * Runs `work` alone among those with the same key in this worker. Two buyers of one name are so told apart. Between
 * two workers of one company the database decides: the second link to one customer is refused, and looked for again.
 */
export async function withLock<T>(
  context: Pick<ResolveContext, "locks">,
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
