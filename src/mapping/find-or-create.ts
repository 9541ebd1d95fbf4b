/**
 * Finds or creates the customer, item or account that a document refers to (docs/architecture.md, section 3,
 * rule 8): known link → look up by name → adopt → create → if QuickBooks says that the name is taken, look up again and
 * adopt → next name. A lost answer never leads to a second one: every try begins with a look-up, and a create has a
 * request ID that is the same for the same record. Letters that the company does not keep are learned on the way
 * (docs/letters.md). What differs between the kinds is in a `ReferenceKind`.
 */
import { whileDoing } from "../failures/failed-while.ts";
import { inactiveReference } from "../failures/inactive-reference.ts";
import { LocalRefusal } from "../failures/local-refusal.ts";
import type { Warning } from "../failures/warning.ts";
import type { Step } from "../failures/subject.ts";
import { NAME_TAKEN } from "../quickbooks/codes.ts";
import { QuickBooksError, isRefusedWith } from "../quickbooks/faults.ts";
import { type Letters, isLess } from "../quickbooks/letters.ts";
import type { Written } from "../quickbooks/write-record.ts";
import { learnLetters } from "./learn-letters.ts";
import { type LinkTarget, linkOnce } from "./link-once.ts";
import type { Buyer, Link, LinkKind, LinkOrigin } from "./links.ts";
import { lettersLostBy, lostNames, spellings } from "./lost-letters.ts";
import { requestIdFor } from "./record-request-id.ts";
import type { ResolveTask } from "./resolve-task.ts";

/** What a document needs to refer to. */
export interface Desired {
  /** The key of its link, within its kind. The same whatever the company keeps. */
  key: string;
  /** Clean and short enough for QuickBooks, for a company that keeps `letters`. */
  name: string;
  /** The name for a company that keeps all. */
  original: string;
  letters: Letters;
  /** Items only. */
  sku?: string | null;
  /** Buyers only. */
  buyer?: Buyer | null;
  /** What had to be changed to make it fit; repeated on each document that uses the link. */
  warnings: readonly Warning[];
  /** The same for a company that keeps these letters. */
  fit: (letters: Letters) => Desired;
}

/** A record that QuickBooks has. */
export interface Found {
  id: string;
  isActive: boolean;
  /** As QuickBooks writes it, if it does. */
  createdAt?: string | null;
}

/** The name under which a record is created or changed, and QuickBooks' request ID. */
export interface As {
  name: string;
  requestId: string;
}

/** How one kind of record is looked up and created. */
export interface ReferenceKind<D extends Desired, F extends Found> {
  kind: LinkKind;
  /** The subject of an error message. */
  doing: (desired: D) => Step;
  /** Candidates, by these spellings of one name or otherwise (SKU). */
  lookUp: (task: ResolveTask, desired: D, names: readonly string[]) => Promise<readonly F[]>;
  /**
   * The candidates that may be adopted under this name, the best first; an inactive one only if no other fits. Pure.
   */
  matches: (found: readonly F[], desired: D, name: string) => readonly F[];
  /** Whether no other key of ours has it. Left out if a record may have many keys. */
  isFree?: (task: ResolveTask, desired: D, found: F) => Promise<boolean>;
  /** Names for a new one, the plain one first. */
  namesToTry: (desired: D) => readonly string[];
  /** `warnings`: about what had to be created first, such as the accounts of an item. */
  create: (task: ResolveTask, desired: D, as: As) => Promise<Written<F> & { warnings?: readonly Warning[] }>;
  /** Gives a record that we created the texts that its company keeps. */
  change: (task: ResolveTask, desired: D, as: As & { id: string }) => Promise<F>;
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
    whileDoing(kind.doing(desired), () => inKeptLetters({ task, kind, desired }, found)),
  );
}

/** If the company refuses letters, what it keeps is learned, and everything is tried again with those. */
async function inKeptLetters<D extends Desired, F extends Found>(
  given: Search<D, F>,
  found?: readonly F[],
): Promise<LinkTarget> {
  const search = fitted(given);
  try {
    return await findOrCreateInQuickBooks(search, search === given ? found : undefined);
  } catch (error) {
    const kept =
      error instanceof QuickBooksError && error.failure.kind === "refused" ? error.failure.letters : undefined;
    if (kept === undefined || !isLess(kept, search.desired.letters)) throw error;
    await learnLetters(search.task.context, kept);
    return inKeptLetters(search);
  }
}

/** Another document of this worker may have learned meanwhile that the company keeps less. */
function fitted<D extends Desired, F extends Found>(search: Search<D, F>): Search<D, F> {
  const { letters } = search.task.context.connection;
  return isLess(letters, search.desired.letters) ? { ...search, desired: search.desired.fit(letters) as D } : search;
}

async function findOrCreateInQuickBooks<D extends Desired, F extends Found>(
  search: Search<D, F>,
  found?: readonly F[],
): Promise<LinkTarget> {
  const { kind, desired } = search;
  const adopted = await adopt(search, desired.name, found ?? (await lookUp(search, desired.name)));
  if (adopted) return adopted;
  let firstRefusal: QuickBooksError | null = null;
  for (const name of kind.namesToTry(desired)) {
    const made = await createOrAdopt(search, name);
    if ("qboId" in made) return made;
    firstRefusal ??= made.refusal;
  }
  // QuickBooks' message about the plain name explains the problem best.
  throw firstRefusal ?? new Error(`Every name of ${kind.kind} ${desired.key} is taken`);
}

function lookUp<D extends Desired, F extends Found>({ task, kind, desired }: Search<D, F>, name: string) {
  return kind.lookUp(task, desired, spellings(desired, name));
}

/** Creates it under this name; if the name is taken, adopts the record that has it, if possible. */
async function createOrAdopt<D extends Desired, F extends Found>(
  search: Search<D, F>,
  name: string,
): Promise<LinkTarget | { refusal: QuickBooksError | null }> {
  const { task, kind, desired } = search;
  try {
    const requestId = await requestIdFor(task, kind.kind, desired, { name });
    const { record, letters, warnings } = await kind.create(task, desired, { name, requestId });
    // A repeated request ID returns the earlier record, which may be linked to another key by now.
    if (!(await isFree(search, record))) return { refusal: null };
    const as = { name, origin: "created" } as const;
    const link = letters === null ? linkTo(search, record, as) : await correct(search, record, letters);
    return { ...link, warnings: [...link.warnings, ...(warnings ?? [])] };
  } catch (error) {
    if (!isRefusedWith(error, NAME_TAKEN)) throw error;
    return (await adopt(search, name, await lookUp(search, name))) ?? { refusal: error };
  }
}

/**
 * The best match that is free, or null. An inactive one is left to a person. One that we created, and whose name lost
 * letters, is corrected.
 */
async function adopt<D extends Desired, F extends Found>(
  search: Search<D, F>,
  name: string,
  found: readonly F[],
): Promise<LinkTarget | null> {
  const { task, kind, desired } = search;
  const { connection, now } = task.context;
  const lettersKept = (match: F): Letters | null =>
    lettersLostBy({ ...match, name: kind.nameOf(match) }, desired, name, now());
  const lost = lostNames(desired, name).flatMap((one) => kind.matches(found, desired, one));
  for (const match of [...kind.matches(found, desired, name), ...lost.filter((one) => lettersKept(one) !== null)]) {
    if (!match.isActive) {
      const record = { kind: kind.kind, id: match.id, name: desired.name, sku: desired.sku ?? null };
      throw new LocalRefusal(inactiveReference(connection, record));
    }
    if (!(await isFree(search, match))) continue;
    const letters = lettersKept(match);
    return letters === null ? linkTo(search, match, { name, origin: "found" }) : correct(search, match, letters);
  }
  return null;
}

/** QuickBooks has it with other letters than were sent: it gets texts that the company keeps, and is never created again. */
async function correct<D extends Desired, F extends Found>(
  given: Search<D, F>,
  { id }: F,
  letters: Letters,
): Promise<LinkTarget> {
  await learnLetters(given.task.context, letters);
  const search = fitted(given);
  const { task, kind, desired } = search;
  let firstRefusal: QuickBooksError | null = null;
  for (const name of kind.namesToTry(desired)) {
    try {
      const requestId = await requestIdFor(task, kind.kind, desired, { name, changedId: id });
      return linkTo(search, await kind.change(task, desired, { id, name, requestId }), { name, origin: "created" });
    } catch (error) {
      if (!isRefusedWith(error, NAME_TAKEN)) throw error;
      firstRefusal ??= error;
    }
  }
  throw firstRefusal ?? new Error(`Every name of ${kind.kind} ${desired.key} is taken`);
}

async function isFree<D extends Desired, F extends Found>(search: Search<D, F>, found: F): Promise<boolean> {
  return search.kind.isFree === undefined || search.kind.isFree(search.task, search.desired, found);
}

function linkTo<D extends Desired, F extends Found>(
  search: Search<D, F>,
  found: F,
  { name, origin }: { name: string; origin: LinkOrigin },
): LinkTarget {
  const { kind, desired } = search;
  const nameInQuickBooks = kind.nameOf(found);
  const renamed = name === desired.name ? undefined : kind.renamed?.(desired, nameInQuickBooks);
  return {
    qboId: found.id,
    name: nameInQuickBooks,
    isTaxable: kind.isTaxable?.(found) ?? null,
    origin,
    buyer: desired.buyer ?? null,
    warnings: [...desired.warnings, ...(renamed ? [renamed] : [])],
  };
}
