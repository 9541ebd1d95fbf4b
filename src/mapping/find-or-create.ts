/**
 * Finds or creates the customer, item or account that a document refers to (docs/architecture.md, section 3,
 * rule 8): known link → look up by name → adopt → create → if QuickBooks says that the name is taken, look up again and
 * adopt → next name. A lost answer never leads to a second one: every try begins with a look-up, and a create has a
 * request ID that is the same for the same record. Letters that the company does not keep are learned on the way
 * (docs/letters.md). What differs between the kinds is in a `ReferenceKind`.
 */
import { whileDoing } from "../failures/failed-while.ts";
import type { Step } from "../failures/subject.ts";
import type { Warning } from "../failures/warning.ts";
import { NAME_TAKEN } from "../quickbooks/codes.ts";
import { QuickBooksError, isRefusedWith } from "../quickbooks/faults.ts";
import { type Letters, isLess } from "../quickbooks/letters.ts";
import type { Written } from "../quickbooks/write-record.ts";
import { adopt, correct, fitted, isFree, linkTo, lookUp, replaceGone } from "./adopt.ts";
import { learnFromOthers, learnLetters } from "./learn-letters.ts";
import { type Earlier, type LinkTarget, linkOnce } from "./link-once.ts";
import type { Buyer, Link, LinkKind, LinkWarning } from "./links.ts";
import { requestIdFor } from "./record-request-id.ts";
import type { ResolveTask } from "./resolve-task.ts";

/** A full name such as 'Parent:Child', and the warnings that are left where a record is found by it. */
export interface FullName {
  name: string;
  warnings: readonly Warning[];
}

/** What a document needs to refer to. */
export interface Desired {
  /** The key of its link, within its kind. The same whatever the company keeps. */
  key: string;
  /** The key that an earlier version gave it; null: the same. */
  formerKey?: string | null;
  /** Clean and short enough for QuickBooks, for a company that keeps `letters`. */
  name: string;
  /** The name for a company that keeps all. */
  original: string;
  /** If the order gives one. */
  full?: FullName | null;
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
  /** `Parent:Child`; left out: it has none. */
  fullName?: string;
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
   * The candidates that may be adopted under this name, in ranks: those of a rank fit equally well, and count only if
   * none of an earlier rank can be taken. An inactive one is in the way if no other fits. Pure.
   */
  matches: (found: readonly F[], desired: D, name: string) => readonly (readonly F[])[];
  /** Whether no other key of ours has it. Left out if a record may have many keys. */
  isFree?: (task: ResolveTask, desired: D, found: F) => Promise<boolean>;
  /**
   * The record of that ID, null if there is none. Left out if one that is gone may be created again: otherwise that is
   * a person's choice.
   */
  read?: (task: ResolveTask, id: string) => Promise<F | null>;
  /** Names for a new one, the plain one first. */
  namesToTry: (desired: D) => readonly string[];
  /** `warnings`: about what had to be created first, such as the accounts of an item. */
  create: (task: ResolveTask, desired: D, as: As) => Promise<Written<F> & { warnings?: readonly LinkWarning[] }>;
  /** Gives a record that we created the texts that its company keeps. */
  change: (task: ResolveTask, desired: D, as: As & { id: string }) => Promise<F>;
  nameOf: (found: F) => string;
  /** Customers: whether QuickBooks charges it tax. */
  isTaxable?: (found: F) => boolean;
  /** The warning if it had to be created under another name. */
  renamed?: (desired: D, nameInQuickBooks: string) => Warning;
  /** Whether a stored link still stands for what is desired; left out: it does. */
  isStill?: (known: Link, desired: D) => boolean;
  /** The warning if the key stood for something else before. */
  moved?: (desired: D, earlier: Link, nameInQuickBooks: string) => Warning;
}

/** One record that is looked for. `earlier`: the link that its key had. */
export interface Search<D extends Desired, F extends Found> {
  task: ResolveTask;
  kind: ReferenceKind<D, F>;
  desired: D;
  earlier: Earlier | null;
}

/**
 * The link of the desired record. `found`: the results of a look-up that covered several at once. Throws `FailedWhile`
 * with the record's name if QuickBooks fails or refuses, and `LocalRefusal` if a person has to choose or to make the
 * matching record active.
 */
export function findOrCreate<D extends Desired, F extends Found>(
  task: ResolveTask,
  kind: ReferenceKind<D, F>,
  desired: D,
  found?: readonly F[],
): Promise<Link> {
  const wanted = {
    kind: kind.kind,
    key: desired.key,
    formerKey: desired.formerKey ?? null,
    isStill: (known: Link) => kind.isStill?.(known, desired) ?? true,
  };
  return linkOnce(task, wanted, (earlier) =>
    whileDoing(kind.doing(desired), () => inKeptLetters({ task, kind, desired, earlier }, found)),
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

async function findOrCreateInQuickBooks<D extends Desired, F extends Found>(
  search: Search<D, F>,
  found?: readonly F[],
): Promise<LinkTarget> {
  const { kind, desired, earlier } = search;
  if (earlier?.why === "gone" && kind.read) return replaceGone(search, { ...earlier, read: kind.read }, found);
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
    const adopted = await adopt(search, name, await lookUp(search, name));
    if (adopted) return adopted;
    // The one that has it may have been renamed between the refusal and the look-up, into letters that the company keeps.
    return (await learnFromOthers(task.context)) ? findOrCreateInQuickBooks(fitted(search)) : { refusal: error };
  }
}
