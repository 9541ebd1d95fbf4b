/**
 * QuickBooks as a list of records of one kind, in memory: for tests of finding, creating and correcting them. It keeps
 * letters in one of three ways (docs/letters.md).
 */
import { env } from "cloudflare:workers";
import type { Desired, ReferenceKind } from "../../src/mapping/find-or-create.ts";
import { namesToTry } from "../../src/mapping/names-to-try.ts";
import type { ResolveTask } from "../../src/mapping/resolve-task.ts";
import { openDb } from "../../src/platform/db.ts";
import { type Failure, QuickBooksError } from "../../src/quickbooks/faults.ts";
import {
  type Letters,
  foreignCharacters,
  lettersAfterAnswer,
  lettersAfterRefusal,
} from "../../src/quickbooks/letters.ts";
import { isSameName, withQuestionMarks } from "../../src/quickbooks/names.ts";
import { cleanText } from "../../src/quickbooks/text.ts";
import type { Written } from "../../src/quickbooks/write-record.ts";

export const NOW = new Date("2026-11-20T10:00:00.000Z");
export const db = openDb(env.DB);

export const NO_ANSWER = {
  kind: "unanswered",
  reason: "timeout",
  httpStatus: null,
  intuitTid: null,
  detail: "",
  faults: [],
} satisfies Failure;

export interface Thing {
  id: string;
  name: string;
  isActive: boolean;
  createdAt?: string;
}

/** `calls` lists the calls to it. */
export class RecordBooks {
  readonly calls: string[] = [];
  readonly requestIds: string[] = [];
  /** Names that are taken by records that no look-up returns. */
  readonly heldByOthers = new Set<string>();
  /** IDs that another key of ours has. */
  readonly taken = new Set<string>();
  /** So many creates get no answer. */
  losesAnswers = 0;
  /** Whether what was done without an answer is there. */
  doesWhatItLoses = false;
  /** Appears just before the first create, as if another worker had made it. */
  madeMeanwhile: Thing | null = null;
  letters: "kept" | "no_signs" | "refused" | "question_marks" = "kept";

  constructor(readonly things: Thing[] = []) {}

  lookUp(names: readonly string[]): Thing[] {
    this.calls.push(`look up ${names.join(", ")}`);
    return this.things.filter((thing) => names.some((name) => isSameName(thing.name, name)));
  }

  create(name: string, requestId: string): Written<Thing> {
    this.calls.push(`create ${name}`);
    this.requestIds.push(requestId);
    if (this.losesAnswers > 0 && !this.doesWhatItLoses) this.#loseAnswer();
    if (this.madeMeanwhile) this.things.push(this.madeMeanwhile);
    this.madeMeanwhile = null;
    const kept = this.#keep(name);
    this.#refuseTaken(kept, null);
    const made = { id: String(100 + this.things.length), name: kept, isActive: true, createdAt: NOW.toISOString() };
    this.things.push(made);
    if (this.losesAnswers > 0) this.#loseAnswer();
    return { record: { ...made }, letters: lettersAfterAnswer(JSON.stringify({ name }), foreignCharacters(kept)) };
  }

  change(id: string, name: string): Thing {
    this.calls.push(`rename ${id} to ${name}`);
    const thing = this.things.find((one) => one.id === id);
    if (!thing) throw refusal("610", id);
    const kept = this.#keep(name);
    this.#refuseTaken(kept, id);
    thing.name = kept;
    if (this.losesAnswers > 0) this.#loseAnswer();
    return { ...thing };
  }

  #loseAnswer(): never {
    this.losesAnswers -= 1;
    throw new QuickBooksError(NO_ANSWER);
  }

  #keep(name: string): string {
    if (this.letters === "question_marks") return withQuestionMarks(name);
    const kept = { kept: "all", no_signs: "letters", refused: "latin1" } as const;
    if (cleanText(name, Number.POSITIVE_INFINITY, kept[this.letters]).text !== name) throw refusal("2040", name);
    return name;
  }

  #refuseTaken(name: string, except: string | null): void {
    const isTaken = this.things.some((thing) => thing.id !== except && thing.name.toLowerCase() === name.toLowerCase());
    if (isTaken || this.heldByOthers.has(name)) throw refusal("6240", name);
  }
}

export function refusal(code: string, detail: string): QuickBooksError {
  const faults = [{ code, message: "", detail, element: null, type: "ValidationFault" }];
  const letters = code === "2040" ? lettersAfterRefusal(JSON.stringify({ detail })) : null;
  const failure = { kind: "refused" as const, faults, httpStatus: 400, intuitTid: null };
  return new QuickBooksError(letters === null ? failure : { ...failure, letters });
}

export function kindOf(
  books: RecordBooks,
  more: Partial<ReferenceKind<Desired, Thing>> = {},
): ReferenceKind<Desired, Thing> {
  return {
    kind: "item",
    doing: ({ name }) => ({ kind: "item", name, sku: null }),
    lookUp: (_task, _desired, names) => Promise.resolve(books.lookUp(names)),
    matches: (found, _desired, name) => [found.filter((one) => isSameName(one.name, name))],
    isFree: (_task, _desired, { id }) => Promise.resolve(!books.taken.has(id)),
    namesToTry: (desired) => namesToTry(desired, ["own"], 100),
    create: (_task, _desired, { name, requestId }) => Promise.resolve().then(() => books.create(name, requestId)),
    change: (_task, _desired, { id, name }) => Promise.resolve().then(() => books.change(id, name)),
    nameOf: ({ name }) => name,
    renamed: (_desired, name) => ({ code: "renamed", message: name }),
    ...more,
  };
}

let companies = 0;

/** A document of a company of its own, of which is known what it keeps. */
export function newTask(letters: Letters = "all"): ResolveTask {
  companies += 1;
  const connection = { id: `c-record-books-${companies}`, companyName: "Northwind", letters };
  const context = { db, connection, now: () => NOW, resolving: new Map(), locks: new Map() };
  return { context, keepLease: () => Promise.resolve() } as unknown as ResolveTask;
}

/** Something of that name, as order lines and buyers give it. */
export function desiredThing(given: string, letters: Letters = "all"): Desired {
  const clean = (kept: Letters) => cleanText(given, 100, kept, { isName: true }).text;
  const name = clean(letters) || "Thing 7";
  const warnings = name === clean("all") ? [] : [{ code: "text_changed", message: `${given} is ${name}` }];
  const key = `name:${given.toLowerCase()}`;
  return { key, name, original: clean("all"), letters, warnings, fit: (kept) => desiredThing(given, kept) };
}
