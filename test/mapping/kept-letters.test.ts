/**
 * What a company keeps is learned from its answers while its records are created (docs/letters.md): what stands there then,
 * how many calls that takes, and that nothing is created twice, whatever answer gets lost.
 */
import { eq } from "drizzle-orm";
import { describe, expect, test } from "vitest";
import { connections } from "../../src/connections/schema.ts";
import { forgetLetters, recordLetters } from "../../src/connections/store.ts";
import { FailedWhile } from "../../src/failures/failed-while.ts";
import { findOrCreate } from "../../src/mapping/find-or-create.ts";
import { US_COMPANY } from "../connections/company-fixture.ts";
import { QuickBooksError } from "../../src/quickbooks/faults.ts";
import { NO_ANSWER, NOW, RecordBooks, db, desiredThing, kindOf, newTask, refusal, type Thing } from "./record-books.ts";

function booksThat(letters: RecordBooks["letters"], things: Thing[] = []): RecordBooks {
  const books = new RecordBooks(things);
  books.letters = letters;
  return books;
}

async function newConnection(id: string): Promise<void> {
  const at = NOW.toISOString();
  const times = { stateChangedAt: at, companyReadAt: at, createdAt: at, updatedAt: at };
  const company = JSON.stringify(US_COMPANY);
  await db.insert(connections).values({ id, realmId: id, companyName: id, state: "connected", company, ...times });
}

const namesIn = (books: RecordBooks) => books.things.map(({ name }) => name);

describe.each([
  // name, in a company that keeps letters and signs, letters, ISO-8859-1 only, '?' for the rest
  ["Łódź", "Łódź", "Łódź", "Lódz", "Lódz"],
  ["Łódź – Sklep", "Łódź – Sklep", "Łódź - Sklep", "Lódz - Sklep", "Lódz - Sklep"],
  ["Αθήνα", "Αθήνα", "Αθήνα", "Thing 7", "Thing 7"],
  ["Ромашка 5", "Ромашка 5", "Ромашка 5", "??????? 5", "??????? 5"],
  ["東京商店", "東京商店", "東京商店", "Thing 7", "Thing 7"],
  ["مكتبة", "مكتبة", "مكتبة", "Thing 7", "Thing 7"],
  ["Sunny 🌞 Shop", "Sunny Shop", "Sunny Shop", "Sunny Shop", "Sunny Shop"],
  ["Café “Zoë”", "Café “Zoë”", 'Café "Zoë"', 'Café "Zoë"', 'Café "Zoë"'],
])("%s", (given, ...expected) => {
  test.each(["kept", "no_signs", "refused", "question_marks"] as const)("in a company: %s", async (letters) => {
    const name = expected[["kept", "no_signs", "refused", "question_marks"].indexOf(letters)] ?? "";
    const books = booksThat(letters);
    const task = newTask();
    const link = await findOrCreate(task, kindOf(books), desiredThing(given));
    expect(namesIn(books)).toEqual([name]);
    expect(link).toMatchObject({ qboId: "100", name });
    const isChanged = name !== desiredThing(given).name;
    expect(link.warnings).toEqual(isChanged ? [{ code: "text_changed", message: `${given} is ${name}` }] : []);
    // From then on it is known: one look-up and one create for a name of the same letters.
    const before = books.calls.length;
    await findOrCreate(task, kindOf(books), desiredThing(`Other ${given}`, task.context.connection.letters));
    expect(books.calls.length - before).toBe(2);
  });
});

describe("calls spent to learn", () => {
  test.each([
    ["kept", "Łódź – Sklep", ["look up", "create"], "all"],
    ["no_signs", "Łódź – Sklep", ["look up", "create", "look up", "create"], "letters"],
    ["refused", "Łódź", ["look up", "create", "look up", "create"], "latin1"],
    ["refused", "Łódź – Sklep", ["look up", "create", "look up", "create", "look up", "create"], "latin1"],
    ["question_marks", "Łódź – Sklep", ["look up", "create", "rename"], "latin1"],
    ["refused", "Café", ["look up", "create"], "all"],
  ] as const)("%s, %s", async (letters, given, calls, learned) => {
    const books = booksThat(letters);
    const task = newTask();
    await findOrCreate(task, kindOf(books), desiredThing(given));
    expect(books.calls.map((call) => /^(look up|create|rename)/.exec(call)?.[0])).toEqual(calls);
    expect(task.context.connection.letters).toBe(learned);
  });
});

describe("what is there already is taken", () => {
  test.each([
    ["as it is spelled", "Łódź", "Łódź"],
    ["with other quotation marks and dashes", "O’Brien – Co", "O'Brien - Co"],
    ["with entities", "Tom & Co", "Tom &amp; Co"],
    ["with other blanks and case", "Mary Jones", "MARY  JONES"],
  ])("%s", async (_how, given, name) => {
    const books = booksThat("kept", [{ id: "7", name, isActive: true }]);
    expect((await findOrCreate(newTask(), kindOf(books), desiredThing(given))).qboId).toBe("7");
    expect(books.calls).toHaveLength(1);
  });

  test("under the name that it has in a company that keeps few letters", async () => {
    const books = booksThat("refused", [{ id: "7", name: "Lódz", isActive: true }]);
    const link = await findOrCreate(newTask(), kindOf(books), desiredThing("Łódź"));
    expect(link).toMatchObject({ qboId: "7", name: "Lódz", warnings: [{ code: "text_changed" }] });
    expect(namesIn(books)).toEqual(["Lódz"]);
  });

  test("but not what has only a similar name, in a company that keeps letters", async () => {
    const books = booksThat("kept", [{ id: "7", name: "Lódz", isActive: true }]);
    expect((await findOrCreate(newTask(), kindOf(books), desiredThing("Łódź"))).name).toBe("Łódź");
    expect(namesIn(books)).toEqual(["Lódz", "Łódź"]);
  });
});

describe("nothing is created twice", () => {
  test("where the answer to the create was lost and its letters, too", async () => {
    const books = booksThat("question_marks");
    Object.assign(books, { losesAnswers: 1, doesWhatItLoses: true });
    const task = newTask();
    await expect(findOrCreate(task, kindOf(books), desiredThing("東京商店"))).rejects.toThrow(FailedWhile);
    expect(namesIn(books)).toEqual(["????"]);
    const link = await findOrCreate(task, kindOf(books), desiredThing("東京商店"));
    expect(namesIn(books)).toEqual(["Thing 7"]);
    expect(link).toMatchObject({ qboId: "100", name: "Thing 7" });
    expect(task.context.connection.letters).toBe("latin1");
  });

  test.each([
    ["and was not done", false, "?ód?"],
    ["and was done", true, "Lódz"],
  ])("where the answer to the correction was lost %s", async (_what, isDone, between) => {
    const books = booksThat("question_marks");
    const task = newTask();
    const kind = kindOf(books);
    const failing = kindOf(books, {
      change: (...given) => {
        if (isDone) void kind.change(...given);
        return Promise.reject(new QuickBooksError(NO_ANSWER));
      },
    });
    await expect(findOrCreate(task, failing, desiredThing("Łódź"))).rejects.toThrow(FailedWhile);
    await Promise.resolve();
    expect(namesIn(books)).toEqual([between]);
    await findOrCreate(task, kind, desiredThing("Łódź"));
    expect(namesIn(books)).toEqual(["Lódz"]);
  });

  test("and a record of such a name that is older is somebody else's", async () => {
    const old = { id: "7", name: "????", isActive: true, createdAt: "2026-11-18T10:00:00Z" };
    const books = booksThat("question_marks", [old]);
    const link = await findOrCreate(newTask(), kindOf(books), desiredThing("東京商店"));
    expect(link.qboId).not.toBe("7");
    expect(books.things[0]).toEqual(old);
  });

  test("where another worker made it, and corrects it between the refusal of ours and the look-up", async () => {
    const books = booksThat("question_marks");
    books.madeMeanwhile = { id: "7", name: "?ód?", isActive: true, createdAt: NOW.toISOString() };
    const task = newTask();
    await newConnection(task.context.connection.id);
    const kind = kindOf(books, {
      lookUp: async (_task, _desired, names) => {
        const [made] = books.things;
        if (made?.name === "?ód?") {
          await recordLetters(db, task.context.connection.id, "latin1", NOW);
          made.name = "Lódz";
        }
        return books.lookUp(names);
      },
    });
    expect(await findOrCreate(task, kind, desiredThing("Łódź"))).toMatchObject({ qboId: "7", name: "Lódz" });
    expect(namesIn(books)).toEqual(["Lódz"]);
  });

  test("where the corrected name is taken it gets the next one", async () => {
    const books = booksThat("question_marks", [{ id: "7", name: "Lódz", isActive: true }]);
    books.taken.add("7");
    const link = await findOrCreate(newTask(), kindOf(books), desiredThing("Łódź"));
    expect(link).toMatchObject({ name: "Lódz (own)", warnings: [{ code: "text_changed" }, { code: "renamed" }] });
    expect(namesIn(books)).toEqual(["Lódz", "Lódz (own)"]);
  });
});

test("a refusal that has another reason teaches nothing, and is not tried again", async () => {
  const books = booksThat("kept");
  const task = newTask();
  const kind = kindOf(books, { create: () => Promise.reject(refusal("2040", 'a "quoted" account')) });
  await expect(findOrCreate(task, kind, desiredThing("Café"))).rejects.toThrow(FailedWhile);
  expect(books.calls).toHaveLength(1);
  expect(task.context.connection.letters).toBe("all");
});

describe("what a connection knows", () => {
  const lettersOf = async (id: string) =>
    (await db.select().from(connections).where(eq(connections.id, id)))[0] ?? expect.fail("no connection");

  test("is stored, only ever becomes less, and is forgotten on request", async () => {
    await newConnection("c-letters");
    expect(await lettersOf("c-letters")).toMatchObject({ letters: "all", lettersLearnedAt: null });
    await recordLetters(db, "c-letters", "letters", NOW);
    expect(await lettersOf("c-letters")).toMatchObject({ letters: "letters", lettersLearnedAt: NOW.toISOString() });
    await recordLetters(db, "c-letters", "latin1", new Date(NOW.getTime() + 1000));
    await recordLetters(db, "c-letters", "letters", new Date(NOW.getTime() + 2000));
    expect(await lettersOf("c-letters")).toMatchObject({
      letters: "latin1",
      lettersLearnedAt: "2026-11-20T10:00:01.000Z",
    });
    await forgetLetters(db, "c-letters", NOW);
    expect(await lettersOf("c-letters")).toMatchObject({ letters: "all", lettersLearnedAt: null });
  });
});
