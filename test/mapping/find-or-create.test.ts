/** Each step of the one find-or-create, with a list in memory as QuickBooks: what is adopted, made, renamed or refused. */
import { env } from "cloudflare:workers";
import { describe, expect, test } from "vitest";
import { FailedWhile } from "../../src/failures/failed-while.ts";
import { LocalRefusal } from "../../src/failures/local-refusal.ts";
import { type Desired, type ReferenceKind, findOrCreate } from "../../src/mapping/find-or-create.ts";
import { findLinks, forgetLinksTo, recordLink } from "../../src/mapping/links.ts";
import { namesToTry } from "../../src/mapping/names-to-try.ts";
import type { ResolveTask } from "../../src/mapping/resolve-task.ts";
import { openDb } from "../../src/platform/db.ts";
import { type Failure, QuickBooksError } from "../../src/quickbooks/faults.ts";

const NOW = new Date("2026-11-20T10:00:00.000Z");
const db = openDb(env.DB);

const NO_ANSWER = {
  kind: "unanswered",
  reason: "timeout",
  httpStatus: null,
  intuitTid: null,
  detail: "",
  faults: [],
} satisfies Failure;

interface Thing {
  id: string;
  name: string;
  isActive: boolean;
}

/** QuickBooks as a list of records; `calls` lists the calls to it. */
class Books {
  readonly calls: string[] = [];
  readonly requestIds: string[] = [];
  /** Names that are taken by records that no look-up returns. */
  readonly heldByOthers = new Set<string>();
  /** IDs that another key of ours has. */
  readonly taken = new Set<string>();
  /** So many creates get no answer, and nothing is made. */
  losesAnswers = 0;
  /** Appears just before the first create, as if another worker had made it. */
  madeMeanwhile: Thing | null = null;

  constructor(readonly things: Thing[] = []) {}

  lookUp(name: string): Thing[] {
    this.calls.push(`look up ${name}`);
    return this.things.filter((thing) => thing.name === name);
  }

  create(name: string, requestId: string): Thing {
    this.calls.push(`create ${name}`);
    this.requestIds.push(requestId);
    if (this.losesAnswers > 0) {
      this.losesAnswers -= 1;
      throw new QuickBooksError(NO_ANSWER);
    }
    if (this.madeMeanwhile) this.things.push(this.madeMeanwhile);
    this.madeMeanwhile = null;
    if (this.heldByOthers.has(name) || this.things.some((thing) => thing.name === name)) throw refusal("6240", name);
    const made = { id: String(100 + this.things.length), name, isActive: true };
    this.things.push(made);
    return made;
  }
}

function refusal(code: string, detail: string): QuickBooksError {
  const faults = [{ code, message: "", detail, element: null, type: "ValidationFault" }];
  return new QuickBooksError({ kind: "refused", faults, httpStatus: 400, intuitTid: null });
}

function kindOf(books: Books, more: Partial<ReferenceKind<Desired, Thing>> = {}): ReferenceKind<Desired, Thing> {
  return {
    kind: "item",
    doing: ({ name }) => ({ kind: "item", name, sku: null }),
    lookUp: (_task, _desired, name) => Promise.resolve(books.lookUp(name)),
    matches: (found) => found.toSorted((a, b) => Number(b.isActive) - Number(a.isActive)),
    isFree: (_task, _desired, { id }) => Promise.resolve(!books.taken.has(id)),
    namesToTry: ({ name }) => namesToTry(name, ["own"], 100),
    create: (_task, _desired, { name, requestId }) => Promise.resolve().then(() => books.create(name, requestId)),
    nameOf: ({ name }) => name,
    renamed: (_desired, name) => ({ code: "renamed", message: name }),
    ...more,
  };
}

let companies = 0;

function newTask(): ResolveTask {
  companies += 1;
  const connection = { id: `c-find-or-create-${companies}`, companyName: "Northwind" };
  const context = { db, connection, now: () => NOW, resolving: new Map(), locks: new Map() };
  return { context, keepLease: () => Promise.resolve() } as unknown as ResolveTask;
}

const TEA: Desired = { key: "name:tea", name: "Tea", warnings: [{ code: "text_changed", message: "Tea" }] };

describe("what is there", () => {
  test("is found once, and then by its link, without a call", async () => {
    const books = new Books([{ id: "7", name: "Tea", isActive: true }]);
    const task = newTask();
    const first = await findOrCreate(task, kindOf(books), TEA);
    expect(first).toMatchObject({ qboId: "7", name: "Tea", warnings: TEA.warnings });
    expect(await findOrCreate(task, kindOf(books), TEA)).toEqual(first);
    expect(books.calls).toEqual(["look up Tea"]);
  });

  test("and was looked up with others already costs no call", async () => {
    const books = new Books();
    const found = [{ id: "8", name: "Tea", isActive: true }];
    expect((await findOrCreate(newTask(), kindOf(books), TEA, found)).qboId).toBe("8");
    expect(books.calls).toEqual([]);
  });

  test("but another key's is passed over for the next that fits", async () => {
    const books = new Books([
      { id: "7", name: "Tea", isActive: true },
      { id: "8", name: "Tea", isActive: true },
    ]);
    books.taken.add("7");
    expect((await findOrCreate(newTask(), kindOf(books), TEA)).qboId).toBe("8");
  });

  test("but inactive is refused by us, with its name and its way out", async () => {
    const books = new Books([{ id: "7", name: "Tea", isActive: false }]);
    const task = newTask();
    const failure = await findOrCreate(task, kindOf(books), TEA).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(LocalRefusal);
    expect((failure as LocalRefusal).error).toMatchObject({
      category: "inactive_reference",
      message: "The item 'Tea' is inactive in Northwind.",
      fix: { action: "reactivate", subject: { kind: "item", id: "7", name: "Tea" } },
    });
    expect((await findLinks(db, task.context.connection.id, "item", [TEA.key])).size).toBe(0);
  });
});

describe("what is not there", () => {
  test("is created under its plain name", async () => {
    const books = new Books();
    const link = await findOrCreate(newTask(), kindOf(books), TEA);
    expect(link).toMatchObject({ name: "Tea", warnings: TEA.warnings });
    expect(books.calls).toEqual(["look up Tea", "create Tea"]);
  });

  test("is created with the same request ID again where the answer was lost, with another where it is gone", async () => {
    const task = newTask();
    const books = new Books();
    books.losesAnswers = 1;
    await expect(findOrCreate(task, kindOf(books), TEA)).rejects.toThrow(FailedWhile);
    const { qboId } = await findOrCreate(task, kindOf(books), TEA);
    await forgetLinksTo(db, task.context.connection.id, "item", qboId);
    books.things.length = 0;
    await findOrCreate(task, kindOf(books), TEA);
    const [first, second, third] = books.requestIds;
    expect(second).toBe(first);
    expect(third).not.toBe(first);
  });

  test("and was made by another worker meanwhile is adopted", async () => {
    const books = new Books();
    books.madeMeanwhile = { id: "9", name: "Tea", isActive: true };
    const link = await findOrCreate(newTask(), kindOf(books), TEA);
    expect(link).toMatchObject({ qboId: "9", warnings: TEA.warnings });
    expect(books.calls).toEqual(["look up Tea", "create Tea", "look up Tea"]);
  });

  test("and whose name is taken gets the next name, with a warning", async () => {
    const books = new Books();
    books.heldByOthers.add("Tea").add("Tea (own)");
    const link = await findOrCreate(newTask(), kindOf(books), TEA);
    expect(link).toMatchObject({
      name: "Tea (2)",
      warnings: [...TEA.warnings, { code: "renamed", message: "Tea (2)" }],
    });
  });

  test("and comes back from a repeated request as another key's gets the next name", async () => {
    const books = new Books();
    books.taken.add("100");
    expect((await findOrCreate(newTask(), kindOf(books), TEA)).name).toBe("Tea (own)");
  });

  test("and whose names are all taken fails with what QuickBooks said of the plain one", async () => {
    const books = new Books();
    for (const name of namesToTry("Tea", ["own"], 100)) books.heldByOthers.add(name);
    const failure = await findOrCreate(newTask(), kindOf(books), TEA).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(FailedWhile);
    expect((failure as FailedWhile).failure).toMatchObject({ faults: [{ code: "6240", detail: "Tea" }] });
    expect(books.calls.filter((call) => call.startsWith("create"))).toHaveLength(10);
  });
});

describe("a failure", () => {
  test("names what was being looked up or made, and is not tried under another name", async () => {
    const books = new Books();
    const create = () => Promise.reject(refusal("2010", "no"));
    const failure = await findOrCreate(newTask(), kindOf(books, { create }), TEA).catch((error: unknown) => error);
    expect(failure).toMatchObject({ doing: { kind: "item", name: "Tea" }, failure: { kind: "refused" } });
    expect(books.calls).toEqual(["look up Tea"]);
  });

  test("of something that it needs keeps that one's name, even if its name is taken", async () => {
    const books = new Books();
    const account = { kind: "account", name: "Sales", role: "income account" } as const;
    const create = () => Promise.reject(new FailedWhile(account, refusal("6240", "Sales")));
    const failure = await findOrCreate(newTask(), kindOf(books, { create }), TEA).catch((error: unknown) => error);
    expect(failure).toMatchObject({ doing: account });
  });

  test("of ours stays what it is", async () => {
    const lookUp = () => Promise.reject(new TypeError("bug"));
    await expect(findOrCreate(newTask(), kindOf(new Books(), { lookUp }), TEA)).rejects.toThrow(TypeError);
  });
});

test("a buyer's customer that another worker gave away meanwhile is looked for again", async () => {
  const task = newTask();
  const books = new Books([{ id: "7", name: "Tom", isActive: true }]);
  const connectionId = task.context.connection.id;
  const other = {
    kind: "customer",
    key: "buyer:i:other",
    qboId: "7",
    name: "Tom",
    isTaxable: null,
    warnings: [],
  } as const;
  const kind = kindOf(books, {
    kind: "customer",
    isFree: async (_task, _desired, { id }) => {
      if (books.taken.has(id)) return false;
      if (id === "7") await recordLink(db, connectionId, { ...other, warnings: [] }, NOW);
      books.taken.add("7");
      return true;
    },
  });
  const link = await findOrCreate(task, kind, { key: "buyer:i:tom", name: "Tom", warnings: [] });
  expect(link.name).toBe("Tom (own)");
  expect(books.calls).toEqual(["look up Tom", "look up Tom", "create Tom", "look up Tom", "create Tom (own)"]);
});

describe("names", () => {
  test("are the plain one, the meaningful suffixes, then numbers", () => {
    expect(namesToTry("Tom", ["C-1"], 100)).toEqual([
      "Tom",
      "Tom (C-1)",
      ...[2, 3, 4, 5, 6, 7, 8, 9].map((number) => `Tom (${number})`),
    ]);
  });

  test("stay within the limit and keep the end that tells them apart", () => {
    for (const name of namesToTry("n".repeat(100), ["s".repeat(100)], 100).slice(1)) {
      expect(name.length).toBeLessThanOrEqual(100);
      expect(name).toMatch(/^n+ \(.+\)$/);
    }
  });
});
