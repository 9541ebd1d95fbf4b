import Big from "big.js";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { displayMinor, formatMinor, roundToMinor, toMinor } from "../../src/platform/money.ts";

describe("money", () => {
  test.each([
    ["12.34", "USD", 1234],
    ["0", "USD", 0],
    ["1000", "JPY", 1000],
    ["1.234", "KWD", 1234],
  ])("%s %s is %i minor units", (decimal, currency, minor) => {
    expect(toMinor(decimal, currency)).toBe(minor);
  });

  test("more decimals than the currency has are refused, not rounded", () => {
    expect(() => toMinor("1.005", "USD")).toThrow(RangeError);
    expect(() => toMinor("1.5", "JPY")).toThrow(RangeError);
  });

  test("an amount beyond 2^53 is refused", () => {
    expect(() => toMinor("99999999999999999", "USD")).toThrow(RangeError);
  });

  test("half a cent rounds up, as QuickBooks does: 128.350 x 14.50 = 1861.075", () => {
    expect(roundToMinor(new Big("128.350").times("14.50"), "USD")).toBe(186108);
  });

  test("what is formatted reads back as the same amount", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 10 ** 12 }), fc.constantFrom("USD", "JPY", "KWD"), (minor, currency) => {
        expect(toMinor(formatMinor(minor, currency), currency)).toBe(minor);
      }),
    );
  });

  test("people see the currency and grouped digits", () => {
    expect(displayMinor(123450, "USD")).toBe("$1,234.50");
    expect(displayMinor(1234, "JPY")).toBe("¥1,234");
  });
});
