/** Which names are the same, and how a name is looked for that a query can't hold. */
import { describe, expect, test } from "vitest";
import {
  fullNameIn,
  isSameFullName,
  isSameName,
  nameClauses,
  spellingsOf,
  withQuestionMarks,
} from "../../src/quickbooks/names.ts";

describe("names are the same", () => {
  test.each([
    ["Mary Jones", "MARY  JONES "],
    ["Caf\u00e9", "Cafe\u0301"],
    ["O\u2019Brien \u2013 Co", "O'Brien - Co"],
    ["Tom & Jerry", "Tom &amp; Jerry"],
    ["Łódź", "łódź"],
    ["東京\u3000商店", "東京 商店"],
  ])("%s and %s", (a, b) => expect([isSameName(a, b), isSameName(b, a)]).toEqual([true, true]));
});

test.each([
  ["Łódź", "Lódz"],
  ["東京", "大阪"],
  ["Mary Jones", "MaryJones"],
  ["A-B", "AB"],
])("%s and %s are not", (a, b) => expect(isSameName(a, b)).toBe(false));

const textsOf = (names: readonly string[], isLoose = false) =>
  nameClauses("Name", names, { isLoose }).map(({ kind, text }) => `${kind}: ${text}`);

describe("names are looked for", () => {
  test("as they are, together", () => {
    expect(textsOf(["Tea", "Café", "O'Brien", "100 % wool"])).toEqual([
      String.raw`exact: Name IN ('Tea', 'Café', 'O\'Brien', '100 % wool')`,
    ]);
    expect(textsOf([])).toEqual([]);
  });

  test("by a pattern where a query can't hold them, and it covers what may have become of them", () => {
    const name = "Łódź Sklep";
    expect(textsOf([name, withQuestionMarks(name)])).toEqual(["pattern: Name LIKE '%ód% Sklep'"]);
    expect(textsOf([name, "Tea"])).toEqual(["exact: Name IN ('Tea')", "pattern: Name LIKE '%ód% Sklep'"]);
    expect(textsOf([name, `${name} (deleted)`, "Ł (deleted)"])).toEqual([
      "pattern: Name LIKE '%ód% Sklep'",
      "pattern: Name LIKE '% (deleted)'",
    ]);
  });

  test("all together, once, where nothing is left of them or there are too many", () => {
    expect(textsOf(["東京", "大阪", "Tea"])).toEqual(["all: Name LIKE '%'"]);
    expect(textsOf(["Ła", "Łb", "Łc", "Łd", "Łe", "Łf"])).toEqual(["all: Name LIKE '%'"]);
  });

  test("loosely where blanks and quotation marks may be spelled otherwise", () => {
    expect(textsOf(["Mary Jones"], true)).toEqual(["pattern: Name LIKE 'Mary%Jones'"]);
    expect(textsOf(["Tom's & Co - Ltd"], true)).toEqual(["pattern: Name LIKE 'Tom%s%Co%Ltd'"]);
    expect(textsOf(["Toms", "---"], true)).toEqual(["exact: Name IN ('Toms', '---')"]);
  });
});

describe("full names", () => {
  test.each([
    ["Abernathy Homes:Kitchen Remodel", "Abernathy Homes:Kitchen Remodel"],
    [" Hats : Small ", "Hats:Small"],
    ["A:B:C", "A:B:C"],
  ])("%s is one", (given, expected) => expect(fullNameIn(given)).toBe(expected));

  test.each(["Small", "Note:", ":", ""])("'%s' is none", (given) => expect(fullNameIn(given)).toBeNull());

  test("are compared part by part", () => {
    expect(isSameFullName("Hats:Small", "HATS : small")).toBe(true);
    expect(isSameFullName("Hats:Small", "Hats-Small")).toBe(false);
  });

  test("are found by their endings, with one query for both forms", () => {
    const clauses = nameClauses("DisplayName", ["Abernathy Homes-Kitchen Remodel"], {
      isLoose: true,
      endings: ["Kitchen Remodel"],
    });
    expect(clauses).toEqual([{ kind: "pattern", text: "DisplayName LIKE '%Kitchen%Remodel'" }]);
  });
});

test("other spellings of a name: a blank doubled, signs as entities", () => {
  expect(spellingsOf("Tea & Co")).toEqual(["Tea  & Co", "Tea &  Co", "Tea &amp; Co"]);
  expect(spellingsOf("Tea")).toEqual([]);
  for (const one of spellingsOf(`Men's "Pro" < glove`)) expect(isSameName(one, `Men's "Pro" < glove`)).toBe(true);
});
