/** Tax in the US (docs/contract.md, section 8, *Tax*): automated, by hand, off. */
import { describe, expect, test } from "vitest";
import { US_BY_HAND, US_COMPANY } from "../../connections/company-fixture.ts";
import { contentOf } from "../make-content.ts";
import { type TaxCase, booked, linesIn, refusal } from "./tax-fixture.ts";

const line = (unit_price: string, more: Record<string, unknown> = {}) => ({
  sku: "A",
  quantity: "1",
  unit_price,
  ...more,
});
const taxable = (unit_price: string, more = {}) => line(unit_price, { taxable: true, ...more });
const AUTOMATED: TaxCase = { company: US_COMPANY };
/** State tax 8.25 % (code 2) and County tax 9.5 % (code 3). */
const BY_HAND: TaxCase = { company: US_BY_HAND };

describe("automated", () => {
  test("TotalTax is the order's; what the order states of a line counts more than taxable", () => {
    const lines = [
      taxable("10"),
      line("20", { tax_rate: "8.25" }),
      line("30", { tax: "2.48" }),
      taxable("40", { tax: "0" }),
      line("5"),
    ];
    const made = booked(contentOf({ lines, shipping: "5", tax: "4.96", total: "114.96" }), AUTOMATED);
    expect(linesIn(made).map(([, code]) => code)).toEqual(["TAX", "TAX", "TAX", "NON", "NON", "NON"]);
    expect(made.payload.TxnTaxDetail).toEqual({ TotalTax: 4.96 });
    expect(made.payload.GlobalTaxCalculation).toBeUndefined();
    expect(made.payload.ApplyTaxAfterDiscount).toBeUndefined();
  });

  test("shipping with a tax of its own is taxed", () => {
    const made = booked(
      contentOf({ lines: [line("10")], shipping: "5", shipping_tax: "0.41", tax: "0.41", total: "15.41" }),
      AUTOMATED,
    );
    expect(linesIn(made)).toEqual([
      [10, "NON"],
      [5, "TAX"],
    ]);
    expect(made.warnings).toEqual([]);
  });

  test("prices with tax inside become net ones; the sums are exact", () => {
    const lines = [taxable("21.65", { discount: "1.65" }), line("9.99")];
    const content = contentOf({
      prices_include_tax: true,
      lines,
      discount: "3",
      shipping: "4",
      tax: "1.37",
      total: "30.99",
    });
    const made = booked(content, AUTOMATED);
    const sum = made.payload.Line.reduce(
      (all, { Amount, DetailType }) => all + (DetailType === "DiscountLineDetail" ? -1 : 1) * Math.round(Amount * 100),
      137,
    );
    expect(sum).toBe(3099);
    expect(linesIn(made)[1]).toEqual([9.99, "NON"]);
    expect(made.payload.TxnTaxDetail.TotalTax).toBe(1.37);
  });

  test("a customer who is exempt: nothing is booked, or with a warning", () => {
    const content = contentOf({ lines: [taxable("100")], tax: "8.25", total: "108.25" });
    const exempt = { ...AUTOMATED, isTaxableCustomer: false };
    const error = refusal(content, exempt);
    expect(error).toMatchObject({ category: "validation" });
    expect(error.message).toContain(
      "100.00 USD instead of the order's 108.25 USD: the customer 'Quayside Stores' is exempt",
    );
    expect(booked(content, { ...exempt, totalPolicy: "warn" }).warnings).toMatchObject([{ code: "total_differs" }]);
    expect(booked(contentOf({ lines: [taxable("100")], total: "100" }), exempt).warnings).toEqual([]);
  });

  test("not set up, or off", () => {
    const content = contentOf({ lines: [taxable("100")], tax: "8.25", total: "108.25" });
    for (const company of [
      { ...US_COMPANY, automatedTaxSetUp: false },
      { ...US_COMPANY, usingSalesTax: false },
    ]) {
      expect(refusal(content, { company }).message).toContain("108.25 USD: sales tax is off there");
      const made = booked(contentOf({ lines: [taxable("100")], discount: "1", total: "99" }), { company });
      expect(linesIn(made)).toEqual([
        [100, "TAX"],
        [1, undefined],
      ]);
    }
  });
});

describe("by hand", () => {
  test("the one code that gives the order's tax", () => {
    const made = booked(contentOf({ lines: [taxable("100"), line("50")], tax: "9.5", total: "159.5" }), BY_HAND);
    expect(made.payload.TxnTaxDetail).toEqual({ TxnTaxCodeRef: { value: "3" }, TotalTax: 9.5 });
    expect(linesIn(made)).toEqual([
      [100, "TAX"],
      [50, "NON"],
    ]);
  });

  test("with shipping taxed, where that gives it", () => {
    const made = booked(contentOf({ lines: [taxable("100")], shipping: "10", tax: "9.08", total: "119.08" }), BY_HAND);
    expect(made.payload.TxnTaxDetail.TxnTaxCodeRef).toEqual({ value: "2" });
    expect(linesIn(made)).toEqual([
      [100, "TAX"],
      [10, "TAX"],
    ]);
  });

  test("with the discount before tax, else after it", () => {
    const content = (tax: string, total: string) => contentOf({ lines: [taxable("100")], discount: "20", tax, total });
    const lowered = booked(content("6.60", "86.60"), BY_HAND);
    expect(lowered.payload).toMatchObject({
      ApplyTaxAfterDiscount: true,
      TxnTaxDetail: { TxnTaxCodeRef: { value: "2" } },
    });
    const whole = booked(content("8.25", "88.25"), BY_HAND);
    expect(whole.payload).toMatchObject({
      ApplyTaxAfterDiscount: false,
      TxnTaxDetail: { TxnTaxCodeRef: { value: "2" } },
    });
  });

  test("an order without tax needs no code", () => {
    const made = booked(contentOf({ lines: [taxable("100")], total: "100" }), BY_HAND);
    expect(made.payload.TxnTaxDetail).toEqual({ TotalTax: 0 });
  });

  test("no code gives it: Sales tax code, and the difference is named", () => {
    const content = contentOf({ lines: [taxable("100")], tax: "7", total: "107" });
    const missing = refusal(content, BY_HAND);
    expect(missing).toMatchObject({ category: "missing_configuration" });
    expect(missing.message).toContain("Sales tax code is not set");
    const error = refusal(content, { ...BY_HAND, salesTaxCode: "State tax" });
    expect(error).toMatchObject({ category: "validation" });
    expect(error.message).toContain(
      "108.25 USD instead of the order's 107.00 USD: by the tax code 'State tax' the tax is 8.25 USD",
    );
    const made = booked(content, { ...BY_HAND, salesTaxCode: "State tax", totalPolicy: "warn" });
    expect(made.payload.TxnTaxDetail).toEqual({ TxnTaxCodeRef: { value: "2" }, TotalTax: 7 });
    expect(refusal(content, { ...BY_HAND, salesTaxCode: "City tax" }).message).toContain("'City tax', is no active");
  });

  test("prices with tax inside", () => {
    const content = contentOf({ prices_include_tax: true, lines: [taxable("108.25")], tax: "8.25", total: "108.25" });
    const made = booked(content, BY_HAND);
    expect(linesIn(made)).toEqual([[100, "TAX"]]);
    expect(made.payload.TxnTaxDetail).toEqual({ TxnTaxCodeRef: { value: "2" }, TotalTax: 8.25 });
  });
});
