/** A cause of failures goes into the address of its list and comes back the same, whatever it is about. */
import { expect, test } from "vitest";
import type { AttentionCause } from "../../src/invoicing/lists/filter.ts";
import { causeText, readCause } from "../../src/pages/invoices/invoice-filter.ts";

const CAUSE: AttentionCause = {
  connectionId: "01920000-0000-7000-8000-000000000001",
  kind: "failed",
  category: "inactive_reference",
  code: "610",
  concerns: null,
};

test.each([
  { about: "nothing", concerns: null },
  { about: "a setting", concerns: "Income account" },
  { about: "a name with what stands between parts", concerns: "item 'A|B'" },
  { about: "a name that looks encoded", concerns: "item '50 % off %7C %25'" },
  { about: "a long name in Greek", concerns: `customer '${"Ελληνικά ".repeat(55)}'` },
  { about: "a long name in Japanese", concerns: `customer '${"顧客".repeat(250)}'` },
])("$about", ({ concerns }) => {
  expect(readCause(causeText({ ...CAUSE, concerns }))).toEqual({ ...CAUSE, concerns });
});

test.each(["", "a", "a|b|c|d|e|f", "%E0%A4%A|failed|||", "|nothing such|||"])("%s is none", (text) => {
  expect(readCause(text)).toBeNull();
});
