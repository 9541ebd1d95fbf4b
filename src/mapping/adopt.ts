/**
 * Which of the records that a look-up found is taken for what a document needs (docs/contract.md, section 8, *Who and what
 * it is*), and what is said about it. If several fit, all are named; if the record of a link is gone, only the one that
 * fits is taken. Creates nothing.
 */
import { inactiveReference } from "../failures/inactive-reference.ts";
import { LocalRefusal } from "../failures/local-refusal.ts";
import type { Warning } from "../failures/warning.ts";
import { listText } from "../failures/words.ts";
import { NAME_TAKEN } from "../quickbooks/codes.ts";
import { type QuickBooksError, isRefusedWith } from "../quickbooks/faults.ts";
import { type Letters, isLess } from "../quickbooks/letters.ts";
import { isSameFullName, isSameName } from "../quickbooks/names.ts";
import type { Desired, Found, ReferenceKind, Search } from "./find-or-create.ts";
import { learnLetters } from "./learn-letters.ts";
import type { Earlier, LinkTarget } from "./link-once.ts";
import { type LinkOrigin, type LinkWarning, orderKeyOf } from "./links.ts";
import { lettersLostBy, lostNames, spellings } from "./lost-letters.ts";
import { requestIdFor } from "./record-request-id.ts";
import type { ResolveTask } from "./resolve-task.ts";

/** The records that may have one of these names. */
export function lookUp<D extends Desired, F extends Found>(
  { task, kind, desired }: Search<D, F>,
  ...names: readonly string[]
): Promise<readonly F[]> {
  return kind.lookUp(
    task,
    desired,
    names.flatMap((name) => spellings(desired, name)),
  );
}

/** Another document of this worker may have learned meanwhile that the company keeps less. */
export function fitted<D extends Desired, F extends Found>(search: Search<D, F>): Search<D, F> {
  const { letters } = search.task.context.connection;
  return isLess(letters, search.desired.letters) ? { ...search, desired: search.desired.fit(letters) as D } : search;
}

/**
 * The best match that is free, or null. An inactive one is left to a person. One that we created, and whose name lost
 * letters, is corrected.
 */
export async function adopt<D extends Desired, F extends Found>(
  search: Search<D, F>,
  name: string,
  found: readonly F[],
): Promise<LinkTarget | null> {
  const { task, kind, desired } = search;
  const { connection, now } = task.context;
  const ranks = kind.matches(found, desired, name);
  const [best, ...others] = await free(search, ranks);
  if (best) return linkTo(search, best, { name, origin: "found", others });
  for (const one of lostNames(desired, name).flatMap((lost) => kind.matches(found, desired, lost).flat())) {
    const letters = lettersLostBy({ ...one, name: kind.nameOf(one) }, desired, name, now());
    if (letters !== null && one.isActive && (await isFree(search, one))) return correct(search, one, letters);
  }
  const inactive = ranks.flat().find((one) => !one.isActive);
  if (!inactive) return null;
  const record = { kind: kind.kind, id: inactive.id, name: desired.name, sku: desired.sku ?? null };
  throw new LocalRefusal(inactiveReference(connection, record));
}

/**
 * The link to a record that is gone is replaced by one to the active record that fits, if there is exactly one; else a
 * person decides. Nothing is created: what somebody removed in QuickBooks stays removed.
 */
export async function replaceGone<D extends Desired, F extends Found>(
  search: Search<D, F>,
  { link: earlier, read }: Earlier & { read: NonNullable<ReferenceKind<D, F>["read"]> },
  found?: readonly F[],
): Promise<LinkTarget> {
  const { task, kind, desired } = search;
  const isNamedOtherwise = !isSameName(earlier.name, desired.name);
  const names = [desired.name, ...(isNamedOtherwise ? [earlier.name] : [])];
  const candidates = found && !isNamedOtherwise ? found : await lookUp(search, ...names);
  const fitting = new Map<string, F>();
  for (const name of names)
    for (const one of await free(search, kind.matches(candidates, desired, name))) fitting.set(one.id, one);
  const [only, ...others] = fitting.values();
  const as = { name: desired.name, origin: "found" } as const;
  if (only && others.length === 0) return linkTo(search, only, as);
  const before = candidates.find(({ id }) => id === earlier.qboId) ?? (await read(task, earlier.qboId));
  // Somebody made it active again, perhaps under another name.
  if (before?.isActive && (await isFree(search, before))) return linkTo(search, before, as);
  throw new LocalRefusal(
    inactiveReference(task.context.connection, {
      kind: kind.kind,
      id: earlier.qboId,
      name: desired.name,
      sku: desired.sku ?? null,
      isMissing: before === null || before.isActive,
      others: [...fitting.values()].map((one) => one.fullName ?? kind.nameOf(one)),
    }),
  );
}

/** The active records of the first rank of which any can be taken. */
async function free<D extends Desired, F extends Found>(
  search: Search<D, F>,
  ranks: readonly (readonly F[])[],
): Promise<F[]> {
  for (const rank of ranks) {
    const taken = await Promise.all(rank.map(async (one) => one.isActive && (await isFree(search, one))));
    const fitting = rank.filter((_one, index) => taken[index]);
    if (fitting.length > 0) return fitting;
  }
  return [];
}

/** QuickBooks has it with other letters than were sent: it gets texts that the company keeps, and is never created again. */
export async function correct<D extends Desired, F extends Found>(
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

/** Whether no other key of ours has the record. */
export async function isFree<D extends Desired, F extends Found>(search: Search<D, F>, found: F): Promise<boolean> {
  return search.kind.isFree === undefined || search.kind.isFree(search.task, search.desired, found);
}

interface LinkedAs<F> {
  /** The name under which it was looked for or created. */
  name: string;
  origin: LinkOrigin;
  /** What fits as well. */
  others?: readonly F[];
}

/** What is stored of the record that was found or created, with what has to be said about it. */
export function linkTo<D extends Desired, F extends Found>(
  search: Search<D, F>,
  found: F,
  as: LinkedAs<F>,
): LinkTarget {
  const { kind, desired } = search;
  const nameInQuickBooks = kind.nameOf(found);
  const isFull = desired.full ? isSameFullName(found.fullName ?? "", desired.full.name) : false;
  const renamed = as.name === desired.name ? undefined : kind.renamed?.(desired, nameInQuickBooks);
  return {
    qboId: found.id,
    name: nameInQuickBooks,
    isTaxable: kind.isTaxable?.(found) ?? null,
    origin: as.origin,
    buyer: desired.buyer ?? null,
    warnings: [
      ...(isFull ? (desired.full?.warnings ?? []) : desired.warnings),
      ...(renamed ? [renamed] : []),
      ...severalFit(search, found, as),
      ...insteadOfEarlier(search, found),
    ],
  };
}

/** All that fit are named: on each document, or on this one only if one of them has the very name. */
function severalFit<D extends Desired, F extends Found>(
  { task, kind, desired }: Search<D, F>,
  taken: F,
  { name, others = [] }: LinkedAs<F>,
): LinkWarning[] {
  if (others.length === 0) return [];
  const shown = (one: F): string => `'${one.fullName ?? kind.nameOf(one)}' (Id ${one.id})`;
  const exactness = (one: F): number => exactnessOf(kind.nameOf(one), one.fullName, [desired.full?.name ?? name, name]);
  const isClear = others.every((one) => exactness(one) < exactness(taken));
  const what = desired.sku ? `the SKU ${desired.sku}` : `the name '${name}'`;
  const warning: Warning = {
    code: `several_${kind.kind}s`,
    message: `Several ${kind.kind}s in QuickBooks fit ${what}: ${listText([taken, ...others].map(shown))}. ${shown(taken)} was taken.`,
  };
  return [isClear ? { ...warning, order: orderOf(task) } : warning];
}

/** How exactly a record is called as the order says: the higher, the more. */
export function exactnessOf(name: string, fullName: string | undefined, wanted: readonly string[]): number {
  const own = [fullName ?? name, name];
  const exact = own.findIndex((one) => wanted.includes(one));
  if (exact >= 0) return 2 * own.length - exact;
  const same = own.findIndex((one) => wanted.some((given) => isSameName(one, given)));
  return same >= 0 ? own.length - same : 0;
}

/** Another record than before, on this document only. */
function insteadOfEarlier<D extends Desired, F extends Found>(
  { task, kind, desired, earlier }: Search<D, F>,
  found: F,
): LinkWarning[] {
  if (!earlier || earlier.link.qboId === found.id) return [];
  const name = kind.nameOf(found);
  if (earlier.why === "other") {
    const moved = kind.moved?.(desired, earlier.link, name);
    return moved ? [{ ...moved, order: orderOf(task) }] : [];
  }
  if (!kind.read) return [];
  const message = `The ${kind.kind} '${earlier.link.name}' (Id ${earlier.link.qboId}) is inactive, deleted or merged in QuickBooks. From now on '${name}' (Id ${found.id}) is used instead.`;
  return [{ code: `${kind.kind}_replaced`, message, order: orderOf(task) }];
}

function orderOf({ instanceId, content }: ResolveTask): string {
  return orderKeyOf(instanceId, content.order);
}
