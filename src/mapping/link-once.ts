/**
 * Looks for a link once, makes it once and stores it, even if two documents of one worker need it at the same time.
 * Must never make anything for a document whose lease is lost.
 */
import { type Link, type LinkKind, findStoredLink, recordLink } from "./links.ts";
import type { ResolveTask } from "./resolve-task.ts";

/** Another worker may link the record that was found or created to another buyer; then it is looked for again. */
const MAX_LINK_TRIES = 3;

/** What is stored of a record in QuickBooks; the kind and the key are added here. */
export type LinkTarget = Omit<Link, "kind" | "key">;

/** Which link is wanted. */
export interface Wanted {
  kind: LinkKind;
  key: string;
  /** The key that an earlier version gave it. */
  formerKey?: string | null;
  /** Whether a stored link still stands for what is wanted; left out: it does. */
  isStill?: (known: Link) => boolean;
}

/** A stored link that can't be used: its record is gone in QuickBooks, or the key stands for somebody else now. */
export interface Earlier {
  link: Link;
  why: "gone" | "other";
}

/** The link that is wanted: stored, being resolved for another document of this worker, or made by `make`. */
export async function linkOnce(
  task: ResolveTask,
  wanted: Wanted,
  make: (earlier: Earlier | null) => Promise<LinkTarget>,
): Promise<Link> {
  // Before joining another document's work: a lost lease concerns only this document.
  await task.keepLease();
  const { resolving } = task.context;
  const name = `${wanted.kind} ${wanted.key}`;
  const running = resolving.get(name);
  if (running) return running;
  const promise = findOrRecord(task, wanted, make);
  resolving.set(name, promise);
  try {
    return await promise;
  } finally {
    resolving.delete(name);
  }
}

async function findOrRecord(
  task: ResolveTask,
  wanted: Wanted,
  make: (earlier: Earlier | null) => Promise<LinkTarget>,
): Promise<Link> {
  const { db, connection, now } = task.context;
  const { kind, key, isStill = () => true } = wanted;
  const stored = await findStoredLink(db, connection.id, wanted);
  if (stored && !stored.isGone && isStill(stored.link)) return stored.link;
  const earlier = stored && { link: stored.link, why: stored.isGone ? ("gone" as const) : ("other" as const) };
  for (let i = 0; i < MAX_LINK_TRIES; i += 1) {
    const link: Link = { kind, key, ...(await make(earlier)) };
    if (await recordLink(db, connection.id, link, now())) return link;
  }
  throw new Error(`Every record found for ${kind} ${key} belongs to another buyer`);
}
