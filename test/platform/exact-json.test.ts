import { expect, test } from "vitest";
import { ExactNumber, parseExactJson, rawNumber } from "../../src/platform/exact-json.ts";

test("a number keeps every digit that was written", () => {
  const value = parseExactJson('{"total": 1234567890123456789.10, "text": "5"}');
  expect(value).toEqual({ total: new ExactNumber("1234567890123456789.10"), text: "5" });
});

test("an exact number goes out as it came in", () => {
  expect(JSON.stringify({ amount: rawNumber("10.50"), again: new ExactNumber("0.10") })).toBe(
    '{"amount":10.50,"again":0.10}',
  );
});

test("what is not JSON throws", () => {
  expect(() => parseExactJson("{")).toThrow(SyntaxError);
});
