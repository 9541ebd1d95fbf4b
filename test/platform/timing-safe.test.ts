import fc from "fast-check";
import { expect, it } from "vitest";
import { timingSafeEqual } from "../../src/platform/timing-safe.ts";

it("agrees with === on any two texts that are well formed", () => {
  const text = fc.string({ unit: "grapheme" });
  fc.assert(fc.property(text, text, (a, b) => timingSafeEqual(a, b) === (a === b)));
  fc.assert(fc.property(text, (a) => timingSafeEqual(a, a)));
});

it.each([
  ["", "a"],
  ["a", ""],
  ["abc", "abcabc"],
  ["abcabc", "abc"],
  ["aaaa", "aa"],
])("tells %j from %j", (a, b) => expect(timingSafeEqual(a, b)).toBe(false));
