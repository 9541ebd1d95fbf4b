/**
 * Looks for a link once, makes it once and stores it, even if two documents of one worker need it at the same time.
 * Must never make anything for a document whose lease is lost.
 */
import { type Link, type LinkKind, findLinks, recordLink } from "./links.ts";
import type { ResolveTask } from "./resolve-task.ts";

/** Another worker may link the record that was found or created to another buyer; then it is looked for again. */
const MAX_LINK_TRIES = 3;

/** What is stored of a record in QuickBooks; the kind and the key are added here. */
export type LinkTarget = Omit<Link, "kind" | "key">;

/** The link of a key: stored, being resolved for another document of this worker, or made by `make`. */
export async function linkOnce(
  task: ResolveTask,
  kind: LinkKind,
  key: string,
  make: () => Promise<LinkTarget>,
): Promise<Link> {
  // Before joining another document's work: a lost lease concerns only this document.
  await task.keepLease();
  const { resolving } = task.context;
  const running = resolving.get(`${kind} ${key}`);
  if (running) return running;
  const promise = findOrRecord(task, kind, key, make);
  resolving.set(`${kind} ${key}`, promise);
  try {
    return await promise;
  } finally {
    resolving.delete(`${kind} ${key}`);
  }
}

async function findOrRecord(
  task: ResolveTask,
  kind: LinkKind,
  key: string,
  make: () => Promise<LinkTarget>,
): Promise<Link> {
  const { db, connection, now } = task.context;
  const known = (await findLinks(db, connection.id, kind, [key])).get(key);
  if (known) return known;
  for (let i = 0; i < MAX_LINK_TRIES; i += 1) {
    const link: Link = { kind, key, ...(await make()) };
    if (await recordLink(db, connection.id, link, now())) return link;
  }
  throw new Error(`Every record found for ${kind} ${key} belongs to another buyer`);
}
