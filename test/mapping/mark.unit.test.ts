/** Our mark is found wherever people and QuickBooks leave it, and nothing else is mistaken for it. */
import { describe, expect, test } from "vitest";
import { findMark, markOf, readMarks } from "../../src/mapping/mark.ts";

const ID = "01dd9d3f-bc00-730c-9fdd-3dfdb7664dad";

describe("our mark", () => {
  test("names the invoice and the revision of its payload", () => {
    expect(readMarks(markOf(ID, 3))).toEqual([{ invoiceId: ID, revision: 3 }]);
  });

  test.each([
    ["after the words of a void", `Voided - ${markOf(ID, 2)} | Order 1001`, 2],
    ["inside somebody's note", `paid by cheque ${markOf(ID, 12)}, see mail`, 12],
    ["of an earlier version, without a revision", `bookbridge:${ID} | Order 7`, null],
  ])("is found %s", (_, note, revision) => {
    expect(findMark(note, ID)).toEqual({ invoiceId: ID, revision });
  });

  test.each([null, "", "Order 1001", `bookbridge:${ID}x/1`, `bookbridge:other/1 | ${ID}`])(
    "of another document, or none, is not this one's: %s",
    (note) => {
      expect(findMark(note, ID)).toBeNull();
    },
  );
});
