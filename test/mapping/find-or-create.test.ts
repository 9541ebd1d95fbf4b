/** Each step of the one find-or-create, with a list in memory as QuickBooks: what is adopted, made, renamed or refused. */
import { describe, expect, test } from "vitest";
import { FailedWhile } from "../../src/failures/failed-while.ts";
import { LocalRefusal } from "../../src/failures/local-refusal.ts";
import { type Desired, findOrCreate } from "../../src/mapping/find-or-create.ts";
import { findLinks, forgetLinksTo, recordLink } from "../../src/mapping/links.ts";
import { namesToTry } from "../../src/mapping/names-to-try.ts";
import { NOW, RecordBooks, db, desiredThing, kindOf, newTask, refusal } from "./record-books.ts";

const TEA: Desired = { ...desiredThing("Tea"), warnings: [{ code: "text_changed", message: "Tea" }] };

describe("what is there", () => {
  test("is found once, and then by its link, without a call", async () => {
    const books = new RecordBooks([{ id: "7", name: "Tea", isActive: true }]);
    const task = newTask();
    const first = await findOrCreate(task, kindOf(books), TEA);
    expect(first).toMatchObject({ qboId: "7", name: "Tea", warnings: TEA.warnings });
    expect(await findOrCreate(task, kindOf(books), TEA)).toEqual(first);
    expect(books.calls).toEqual(["look up Tea"]);
  });

  test("and was looked up with others already costs no call", async () => {
    const books = new RecordBooks();
    const found = [{ id: "8", name: "Tea", isActive: true }];
    expect((await findOrCreate(newTask(), kindOf(books), TEA, found)).qboId).toBe("8");
    expect(books.calls).toEqual([]);
  });

  test("but another key's is passed over for the next that fits", async () => {
    const books = new RecordBooks([
      { id: "7", name: "Tea", isActive: true },
      { id: "8", name: "Tea", isActive: true },
    ]);
    books.taken.add("7");
    expect((await findOrCreate(newTask(), kindOf(books), TEA)).qboId).toBe("8");
  });

  test("but inactive is refused by us, with its name and its way out", async () => {
    const books = new RecordBooks([{ id: "7", name: "Tea", isActive: false }]);
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
    const books = new RecordBooks();
    const link = await findOrCreate(newTask(), kindOf(books), TEA);
    expect(link).toMatchObject({ name: "Tea", warnings: TEA.warnings });
    expect(books.calls).toEqual(["look up Tea", "create Tea"]);
  });

  test("is created with the same request ID again where the answer was lost, with another where it is gone", async () => {
    const task = newTask();
    const books = new RecordBooks();
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
    const books = new RecordBooks();
    books.madeMeanwhile = { id: "9", name: "Tea", isActive: true };
    const link = await findOrCreate(newTask(), kindOf(books), TEA);
    expect(link).toMatchObject({ qboId: "9", warnings: TEA.warnings });
    expect(books.calls).toEqual(["look up Tea", "create Tea", "look up Tea"]);
  });

  test("and whose name is taken gets the next name, with a warning", async () => {
    const books = new RecordBooks();
    books.heldByOthers.add("Tea").add("Tea (own)");
    const link = await findOrCreate(newTask(), kindOf(books), TEA);
    expect(link).toMatchObject({
      name: "Tea (2)",
      warnings: [...TEA.warnings, { code: "renamed", message: "Tea (2)" }],
    });
  });

  test("and comes back from a repeated request as another key's gets the next name", async () => {
    const books = new RecordBooks();
    books.taken.add("100");
    expect((await findOrCreate(newTask(), kindOf(books), TEA)).name).toBe("Tea (own)");
  });

  test("and whose names are all taken fails with what QuickBooks said of the plain one", async () => {
    const books = new RecordBooks();
    for (const name of namesToTry(TEA, ["own"], 100)) books.heldByOthers.add(name);
    const failure = await findOrCreate(newTask(), kindOf(books), TEA).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(FailedWhile);
    expect((failure as FailedWhile).failure).toMatchObject({ faults: [{ code: "6240", detail: "Tea" }] });
    expect(books.calls.filter((call) => call.startsWith("create"))).toHaveLength(10);
  });
});

describe("a failure", () => {
  test("names what was being looked up or made, and is not tried under another name", async () => {
    const books = new RecordBooks();
    const create = () => Promise.reject(refusal("2010", "no"));
    const failure = await findOrCreate(newTask(), kindOf(books, { create }), TEA).catch((error: unknown) => error);
    expect(failure).toMatchObject({ doing: { kind: "item", name: "Tea" }, failure: { kind: "refused" } });
    expect(books.calls).toEqual(["look up Tea"]);
  });

  test("of something that it needs keeps that one's name, even if its name is taken", async () => {
    const books = new RecordBooks();
    const account = { kind: "account", name: "Sales", role: "income account" } as const;
    const create = () => Promise.reject(new FailedWhile(account, refusal("6240", "Sales")));
    const failure = await findOrCreate(newTask(), kindOf(books, { create }), TEA).catch((error: unknown) => error);
    expect(failure).toMatchObject({ doing: account });
  });

  test("of ours stays what it is", async () => {
    const lookUp = () => Promise.reject(new TypeError("bug"));
    await expect(findOrCreate(newTask(), kindOf(new RecordBooks(), { lookUp }), TEA)).rejects.toThrow(TypeError);
  });
});

test("a buyer's customer that another worker gave away meanwhile is looked for again", async () => {
  const task = newTask();
  const books = new RecordBooks([{ id: "7", name: "Tom", isActive: true }]);
  const connectionId = task.context.connection.id;
  const other = {
    kind: "customer",
    key: "buyer:i:other",
    qboId: "7",
    name: "Tom",
    isTaxable: null,
    origin: null,
    buyer: null,
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
  const link = await findOrCreate(task, kind, { ...desiredThing("Tom"), key: "buyer:i:tom" });
  expect(link.name).toBe("Tom (own)");
  expect(books.calls).toEqual(["look up Tom", "look up Tom", "create Tom", "look up Tom", "create Tom (own)"]);
});

describe("names", () => {
  test("are the plain one, the meaningful suffixes, then numbers", () => {
    expect(namesToTry(desiredThing("Tom"), ["C-1"], 100)).toEqual([
      "Tom",
      "Tom (C-1)",
      ...[2, 3, 4, 5, 6, 7, 8, 9].map((number) => `Tom (${number})`),
    ]);
  });

  test("stay within the limit and keep the end that tells them apart", () => {
    for (const name of namesToTry(desiredThing("n".repeat(100)), ["s".repeat(100)], 100).slice(1)) {
      expect(name.length).toBeLessThanOrEqual(100);
      expect(name).toMatch(/^n+ \(.+\)$/);
    }
  });
});
