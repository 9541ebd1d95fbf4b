/**
 * Finds or creates the customer, item or account that a document refers to (docs/architecture.md, section 3,
 * rule 8): known link → look up by name → adopt → create → if QuickBooks says that the name is taken, look up again and
 * adopt → next name. A lost answer never leads to a second one: every try begins with a look-up, and a create has a
 * request ID that is the same for the same record. What differs between the kinds is in a `ReferenceKind`.
 */
import { calendarDate } from "../platform/calendar-date.ts";
import { whileDoing } from "../failures/failed-while.ts";
import { inactiveReference } from "../failures/inactive-reference.ts";
import { LocalRefusal } from "../failures/local-refusal.ts";
import type { Warning } from "../failures/warning.ts";
import type { Step } from "../failures/subject.ts";
import { sha256Hex } from "../platform/ids.ts";
import { NAME_TAKEN } from "../quickbooks/codes.ts";
import { type QuickBooksError, isRefusedWith } from "../quickbooks/faults.ts";
import { type LinkTarget, linkOnce } from "./link-once.ts";
import { type Link, type LinkKind, findGoneId } from "./links.ts";
import type { ResolveTask } from "./resolve-task.ts";

/** What a document needs to refer to. */
export interface Desired {
  /** The key of its link, within its kind. */
  key: string;
  /** Clean and short enough for QuickBooks. */
  name: string;
  /** Items only. */
  sku?: string | null;
  /** What had to be changed to make it fit; repeated on each document that uses the link. */
  warnings: readonly Warning[];
}

/** A record that QuickBooks has. */
export interface Found {
  id: string;
  isActive: boolean;
}

/** How one kind of record is looked up and created. */
export interface ReferenceKind<D extends Desired, F extends Found> {
  kind: LinkKind;
  /** The subject of an error message. */
  doing: (desired: D) => Step;
  /** Candidates, by this name or otherwise (SKU). */
  lookUp: (task: ResolveTask, desired: D, name: string) => Promise<readonly F[]>;
  /**
   * The candidates that may be adopted under this name, the best first; an inactive one only if no other fits. Pure.
   */
  matches: (found: readonly F[], desired: D, name: string) => readonly F[];
  /** Whether no other key of ours has it. Left out if a record may have many keys. */
  isFree?: (task: ResolveTask, desired: D, found: F) => Promise<boolean>;
  /** Names for a new one, the plain one first. */
  namesToTry: (desired: D) => readonly string[];
  create: (task: ResolveTask, desired: D, as: { name: string; requestId: string }) => Promise<F>;
  nameOf: (found: F) => string;
  /** Customers: whether QuickBooks charges it tax. */
  isTaxable?: (found: F) => boolean;
  /** The warning if it had to be created under another name. */
  renamed?: (desired: D, nameInQuickBooks: string) => Warning;
}

interface Search<D extends Desired, F extends Found> {
  task: ResolveTask;
  kind: ReferenceKind<D, F>;
  desired: D;
}

/**
 * The link of the desired record. `found`: the results of a look-up that covered several at once. Throws `FailedWhile`
 * with the record's name if QuickBooks fails or refuses, and `LocalRefusal` if the matching record is inactive.
 */
export function findOrCreate<D extends Desired, F extends Found>(
  task: ResolveTask,
  kind: ReferenceKind<D, F>,
  desired: D,
  found?: readonly F[],
): Promise<Link> {
  return linkOnce(task, kind.kind, desired.key, () =>
    whileDoing(kind.doing(desired), () => findOrCreateInQuickBooks({ task, kind, desired }, found)),
  );
}

async function findOrCreateInQuickBooks<D extends Desired, F extends Found>(
  search: Search<D, F>,
  found?: readonly F[],
): Promise<LinkTarget> {
  const { task, kind, desired } = search;
  const adopted = await adopt(search, desired.name, found ?? (await kind.lookUp(task, desired, desired.name)));
  if (adopted) return linkTo(search, adopted, desired.name);
  let firstRefusal: QuickBooksError | null = null;
  for (const name of kind.namesToTry(desired)) {
    const tried = await createOrAdopt(search, name);
    if (tried.kind === "found") return linkTo(search, tried.found, name);
    firstRefusal ??= tried.refusal;
  }
  // QuickBooks' message about the plain name explains the problem best.
  throw firstRefusal ?? new Error(`Every name of ${kind.kind} ${desired.key} is taken`);
}

/** Creates it under this name; if the name is taken, adopts the record that has it, if possible. */
async function createOrAdopt<D extends Desired, F extends Found>(
  search: Search<D, F>,
  name: string,
): Promise<{ kind: "found"; found: F } | { kind: "taken"; refusal: QuickBooksError | null }> {
  const { task, kind, desired } = search;
  try {
    const requestId = await createRequestId(task, { kind: kind.kind, key: desired.key, name });
    const made = await kind.create(task, desired, { name, requestId });
    // A repeated request ID returns the earlier record, which may be linked to another key by now.
    return (await isFree(search, made)) ? { kind: "found", found: made } : { kind: "taken", refusal: null };
  } catch (error) {
    if (!isRefusedWith(error, NAME_TAKEN)) throw error;
    const holder = await adopt(search, name, await kind.lookUp(task, desired, name));
    return holder ? { kind: "found", found: holder } : { kind: "taken", refusal: error };
  }
}

/** The best match that is free, or null. An inactive one is left to a person. */
async function adopt<D extends Desired, F extends Found>(
  search: Search<D, F>,
  name: string,
  found: readonly F[],
): Promise<F | null> {
  const { task, kind, desired } = search;
  const { connection } = task.context;
  for (const match of kind.matches(found, desired, name)) {
    if (!match.isActive) {
      const record = { kind: kind.kind, id: match.id, name: desired.name, sku: desired.sku ?? null };
      throw new LocalRefusal(inactiveReference(connection, record));
    }
    if (await isFree(search, match)) return match;
  }
  return null;
}

async function isFree<D extends Desired, F extends Found>(search: Search<D, F>, found: F): Promise<boolean> {
  return search.kind.isFree === undefined || search.kind.isFree(search.task, search.desired, found);
}

function linkTo<D extends Desired, F extends Found>(search: Search<D, F>, found: F, name: string): LinkTarget {
  const { kind, desired } = search;
  const nameInQuickBooks = kind.nameOf(found);
  const renamed = name === desired.name ? undefined : kind.renamed?.(desired, nameInQuickBooks);
  return {
    qboId: found.id,
    name: nameInQuickBooks,
    isTaxable: kind.isTaxable?.(found) ?? null,
    warnings: [...desired.warnings, ...(renamed ? [renamed] : [])],
  };
}

/**
 * A request ID derived from what is created, so that a repeat after a lost answer gets the first answer. It changes
 * daily, and when the earlier record is gone: QuickBooks would return that one from memory.
 */
async function createRequestId(
  { context }: ResolveTask,
  made: { kind: LinkKind; key: string; name: string },
): Promise<string> {
  const { db, connection, now } = context;
  const goneId = await findGoneId(db, connection.id, made.kind, made.key);
  const day = calendarDate(now());
  const what = [connection.id, made.kind, made.key, made.name, day, ...(goneId === null ? [] : [goneId])].join(" ");
  return (await sha256Hex(what)).slice(0, 36);
}
