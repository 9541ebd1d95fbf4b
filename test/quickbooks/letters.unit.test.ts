/** What a company's answers say of the letters that it keeps. */
import { describe, expect, test } from "vitest";
import { foreignCharacters, isLess, lettersAfterAnswer, lettersAfterRefusal } from "../../src/quickbooks/letters.ts";

const heldBy = (answer: unknown) => foreignCharacters(answer);

describe("a refusal (2040)", () => {
  test.each([
    ["signs only", "A – B", "letters"],
    ["letters only", "Łódź", "latin1"],
    ["signs and letters: the signs are made plain first", "Łódź – Sklep", "letters"],
    ["letters, after the signs were made plain", "Łódź - Sklep", "latin1"],
    ["nothing outside ISO-8859-1: it has another reason", "Café", null],
  ] as const)("of %s", (_what, Name, expected) => expect(lettersAfterRefusal(JSON.stringify({ Name }))).toBe(expected));
});

describe("an answer", () => {
  test.each([
    ["holds all", { name: "Łódź – 東京" }, { Name: "Łódź – 東京" }, null],
    ["holds them decomposed", { name: "Źródło" }, { Name: "Z\u0301ródło" }, null],
    ["holds them elsewhere", { line1: "Łódź" }, { Line4: "Łódź" }, null],
    ["has '?' in place of letters", { name: "Łódź" }, { Name: "?ód?" }, "latin1"],
    ["has look-alikes", { name: "Łódź" }, { Name: "Lódz" }, "latin1"],
    ["lost one letter of many", { name: "Łódź" }, { Name: "Łódz" }, "latin1"],
    ["lost only signs", { name: "Łódź – 5" }, { Name: "Łódź ? 5" }, "letters"],
    ["was sent nothing that could be lost", { name: "Café" }, {}, null],
    ["assigns numbers itself", { DocNumber: "Ł-1", PrivateNote: "x" }, { DocNumber: "17" }, null],
    ["has shipping off", { ShipMethodRef: { value: "Poczta – Łódź" } }, {}, null],
    ["has countries as codes", { BillAddr: { City: "Łódź", Country: "日本" } }, { City: "Łódź", Country: "JPN" }, null],
  ] as const)("%s", (_what, sent, answer, expected) =>
    expect(lettersAfterAnswer(JSON.stringify(sent), heldBy(answer))).toBe(expected),
  );
});

test("one that keeps ISO-8859-1 only keeps less than one that keeps letters, and that less than all", () => {
  expect([isLess("latin1", "letters"), isLess("letters", "all"), isLess("all", "latin1")]).toEqual([true, true, false]);
  expect(isLess("all", "all")).toBe(false);
});
