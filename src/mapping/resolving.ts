/**
 * What resolving the customer, the items and the tax codes of one invoice has in common: a link is looked for once,
 * made once and remembered, also where two invoices of one worker need it at the same time.
 */
import { type Link, type LinkKind, findGoneId, findLinks, recordLink } from "./links.ts";
import type { InvoiceContent } from "../invoices/invoice.ts";
import { sha256Hex } from "../platform/ids.ts";
import type { QuickBooks } from "../quickbooks/client.ts";
import type { ResolveContext } from "./resolve-context.ts";

/** Another worker may link what was just found or made to another buyer; then it is looked for again. */
const MAX_LINK_TRIES = 3;

/** One invoice's resolving. */
export interface Resolving {
  context: ResolveContext;
  qb: QuickBooks;
  instanceId: string;
  content: InvoiceContent;
  /** Renews the invoice's lease where it is time, since hundreds of new items take minutes. Throws where it is lost. */
  keepLease: () => Promise<void>;
}

/** The link of a key: remembered, being resolved by another invoice of this worker, or made by `make`. */
export async function linkOnce(
  work: Resolving,
  kind: LinkKind,
  key: string,
  make: () => Promise<Omit<Link, "kind" | "key">>,
): Promise<Link> {
  // Before joining another's work: a lost lease is this invoice's alone.
  await work.keepLease();
  const { context } = work;
  const running = context.resolving.get(`${kind} ${key}`);
  if (running) return running;
  const promise = resolveOnce(work, kind, key, make);
  context.resolving.set(`${kind} ${key}`, promise);
  try {
    return await promise;
  } finally {
    context.resolving.delete(`${kind} ${key}`);
  }
}

async function resolveOnce(
  work: Resolving,
  kind: LinkKind,
  key: string,
  make: () => Promise<Omit<Link, "kind" | "key">>,
): Promise<Link> {
  const { db, connection, now } = work.context;
  const known = (await findLinks(db, connection.id, kind, [key])).get(key);
  if (known) return known;
  for (let i = 0; i < MAX_LINK_TRIES; i += 1) {
    const link: Link = { kind, key, ...(await make()) };
    if (await recordLink(db, connection.id, link, now())) return link;
  }
  throw new Error(`Whatever is found for ${kind} ${key} is another buyer's`);
}

/**
 * A request ID from what is created, so that a repeat after a lost answer gets the first answer. It changes by the day,
 * and where what was made before is gone: QuickBooks would answer with that from memory.
 */
export async function requestIdOf(
  work: Resolving,
  made: { kind: LinkKind; key: string; name: string },
): Promise<string> {
  const { db, connection, now } = work.context;
  const goneId = await findGoneId(db, connection.id, made.kind, made.key);
  const day = now().toISOString().slice(0, 10);
  const what = [connection.id, made.kind, made.key, made.name, day, ...(goneId === null ? [] : [goneId])].join(" ");
  return (await sha256Hex(what)).slice(0, 36);
}
