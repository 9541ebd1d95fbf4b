/** Numbers and plurals in sentences. */
import { expect, test } from "vitest";
import { agree, formatNumber, plural } from "../../src/platform/words.ts";

test.each([
  [0, "0 invoices"],
  [1, "1 invoice"],
  [2, "2 invoices"],
  [12_345, "12,345 invoices"],
])("%d: %s", (count, words) => expect(plural(count, "invoice")).toBe(words));

test("a plural that takes more than an s is given whole", () => expect(plural(3, "try", "tries")).toBe("3 tries"));

test("verbs agree with one and with all other counts", () => {
  expect([0, 1, 2].map((count) => agree(count, "is", "are"))).toEqual(["are", "is", "are"]);
});

test("a fraction keeps one digit", () =>
  expect([9.5, 10, 1_234.56].map(formatNumber)).toEqual(["9.5", "10", "1,234.6"]));
