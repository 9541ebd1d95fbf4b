/**
 * What resolving the references of one document needs: its content, access to the company, and what all documents that
 * one worker resolves for a company share, so that two invoices of one buyer don't create that buyer twice.
 */
import type { Connection } from "../connections/connection.ts";
import type { InvoiceContent } from "../invoices/invoice.ts";
import type { Db } from "../platform/db.ts";
import type { QuickBooks } from "../quickbooks/client.ts";
import type { Link } from "./links.ts";

/** Shared by all documents of one company in one worker. */
export interface ResolveContext {
  db: Db;
  connection: Connection;
  now: () => Date;
  /** Links being looked up or created by this worker: one promise per kind and key. */
  resolving: Map<string, Promise<Link>>;
  /** The last step for each name, see `withLock`. */
  locks: Map<string, Promise<unknown>>;
}

/** One document whose references are resolved. */
export interface ResolveTask {
  context: ResolveContext;
  qb: QuickBooks;
  instanceId: string;
  content: InvoiceContent;
  /** Renews the document's lease when due, since hundreds of new items take minutes. Throws if it is lost. */
  keepLease: () => Promise<void>;
}

/**
 * Runs `step` alone among those with the same key in this worker, so that two buyers with the same name are kept apart.
 * Between two workers of one company the database decides: the second link to one customer is refused and looked for
 * again.
 */
export async function withLock<T>(
  context: Pick<ResolveContext, "locks">,
  key: string,
  step: () => Promise<T>,
): Promise<T> {
  const before = context.locks.get(key) ?? Promise.resolve();
  const mine = before.then(step, step);
  context.locks.set(
    key,
    mine.catch(() => undefined),
  );
  return mine;
}
