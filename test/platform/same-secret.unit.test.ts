import fc from "fast-check";
import { expect, it } from "vitest";
import { isSameSecret } from "../../src/platform/same-secret.ts";

it("agrees with === on any two texts that are well formed", async () => {
  const text = fc.string({ unit: "grapheme" });
  await fc.assert(fc.asyncProperty(text, text, async (a, b) => (await isSameSecret(a, b)) === (a === b)));
  await fc.assert(fc.asyncProperty(text, (a) => isSameSecret(a, a)));
});

it.each([
  ["", "a"],
  ["a", ""],
  ["abc", "abcabc"],
  ["abcabc", "abc"],
  ["aaaa", "aa"],
])("tells %j from %j", async (a, b) => expect(await isSameSecret(a, b)).toBe(false));

it("takes bytes, and a text as its UTF-8", async () => {
  expect(await isSameSecret(new Uint8Array([0xc3, 0xa9]), "é")).toBe(true);
  expect(await isSameSecret(new Uint8Array([1, 2]), new Uint8Array([1, 3]))).toBe(false);
});
