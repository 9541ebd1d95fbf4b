/** docs/contract.md, section 8, *Numbers*: what QuickBooks gets of a quantity and a price, and what is said of it. */
import Big from "big.js";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { FittedTexts } from "../../src/mapping/fitted-texts.ts";
import { lineNumbers } from "../../src/mapping/to-qbo-line-numbers.ts";
import { roundToMinor } from "../../src/platform/money.ts";

const MAX_DECIMALS = 7;

function fit(quantity: string, unitPrice: string, currency = "USD") {
  const amountMinor = roundToMinor(new Big(quantity).times(unitPrice), currency);
  const texts = new FittedTexts("all");
  const numbers = lineNumbers({ quantity, unitPrice, amountMinor }, 0, currency, texts);
  return { numbers: JSON.stringify(numbers), codes: texts.warnings.map(({ code }) => code), texts, amountMinor };
}

describe("what QuickBooks can hold stays to the digit", () => {
  test.each([
    ["2.3333333", "25.00", '{"Qty":2.3333333,"UnitPrice":25}'],
    ["1.1208", "2.8417", '{"Qty":1.1208,"UnitPrice":2.8417}'],
    ["1000", "0.0000001", '{"Qty":1000,"UnitPrice":0.0000001}'],
    ["1.50000000000", "2.000000000", '{"Qty":1.5,"UnitPrice":2}'],
    ["3", "0", '{"Qty":3,"UnitPrice":0}'],
  ])("%s × %s", (quantity, price, expected) => {
    const { numbers, codes } = fit(quantity, price);
    expect(numbers).toBe(expected);
    expect(codes).toEqual([]);
  });
});

describe("more decimals are rounded, and the amount stays", () => {
  test.each([
    ["0.01666666667", "25.00", '{"Qty":0.0166667,"UnitPrice":25}', ["quantity_rounded"]],
    ["0.3333333333333333", "90.00", '{"Qty":0.3333333,"UnitPrice":90}', ["quantity_rounded"]],
    ["3", "16.65833333333", '{"Qty":3,"UnitPrice":16.6583333}', ["price_rounded"]],
    [
      "0.3333333333333333",
      "9000000",
      '{"Qty":0.3333333,"UnitPrice":9000000.9000001}',
      ["quantity_rounded", "price_rounded"],
    ],
    ["1000000", "0.00001234", '{"Qty":1000000}', ["price_left_out"]],
    ["0.000000001", "50000000", '{"Qty":0.0000001,"UnitPrice":500000}', ["quantity_rounded", "price_rounded"]],
    [
      "0.000000001",
      "99000000000000",
      '{"Qty":0.0000001,"UnitPrice":990000000000}',
      ["quantity_rounded", "price_left_out"],
    ],
  ])("%s × %s", (quantity, price, expected, expectedCodes) => {
    const { numbers, codes } = fit(quantity, price);
    expect(codes).toEqual(expectedCodes);
    expect(numbers).toBe(
      expectedCodes.includes("price_left_out") ? expected.replace(/,"UnitPrice":[^}]*/, "") : expected,
    );
  });

  test("the warnings name the line and both numbers", () => {
    const { texts } = fit("0.01666666667", "25.00");
    expect(texts.warnings[0]?.message).toBe(
      "The quantity of line 1, 0.01666666667, has more than the 7 decimals that QuickBooks keeps and appears there as 0.0166667.",
    );
  });

  test("yen have no decimals", () => {
    expect(fit("0.33333333333", "300", "JPY").numbers).toBe('{"Qty":0.3333333,"UnitPrice":300}');
  });
});

test("QuickBooks' rule Amount = Qty × UnitPrice holds, and the quantity always stays (property)", () => {
  const decimal = (max: number) =>
    fc
      .tuple(fc.integer({ min: 0, max }), fc.integer({ min: 0, max: 10 ** 12 }), fc.integer({ min: 0, max: 12 }))
      .map(([whole, part, digits]) => `${whole}.${String(part).padStart(12, "0").slice(0, digits) || "0"}`);
  fc.assert(
    fc.property(decimal(10_000), decimal(100_000), (quantity, price) => {
      fc.pre(new Big(quantity).gt(0));
      const { numbers, codes, amountMinor } = fit(quantity, price);
      const { Qty, UnitPrice } = JSON.parse(numbers, (_key, value, context?: { source?: string }) =>
        typeof value === "number" ? (context?.source ?? String(value)) : value,
      ) as { Qty: string; UnitPrice?: string };
      for (const number of [Qty, ...(UnitPrice === undefined ? [] : [UnitPrice])])
        expect(number.split(".")[1]?.length ?? 0).toBeLessThanOrEqual(MAX_DECIMALS);
      expect(new Big(Qty).minus(quantity).abs().lt("0.0000001")).toBe(true);
      expect(codes.includes("price_left_out")).toBe(UnitPrice === undefined);
      const made = UnitPrice === undefined ? amountMinor : roundToMinor(new Big(Qty).times(UnitPrice), "USD");
      expect(made).toBe(amountMinor);
    }),
    { numRuns: 500 },
  );
});
