/**
 * Orders that state the tax of some lines only, or of lines that are free, or in quantities that hide a wrong rate
 * (docs/contract.md, section 8, *Tax*). Rates r1 to r3 are those of the codes 1 (20 %), 2 (5 %) and 3 (0 %).
 */
import { describe, expect, test } from "vitest";
import { US_COMPANY } from "../../connections/company-fixture.ts";
import { contentOf } from "../make-content.ts";
import { UK, booked, inPounds, lineOf, linesIn, refusal } from "./tax-fixture.ts";

describe("one line states its tax and the other is not taxable: what is left is the shipping's", () => {
  test.each([
    { told: { tax_rate: "20" }, plain: "40" },
    { told: { tax: "20" }, plain: "40" },
    { told: { tax_rate: "20" }, plain: "50" },
  ])("$told, beside $plain", ({ told, plain }) => {
    const lines = [lineOf("100", { taxable: true, ...told }), lineOf(plain, { taxable: false })];
    const total = String(132 + Number(plain));
    const made = booked(inPounds({ lines, shipping: "10", tax: "22", total }), UK);
    expect(linesIn(made)).toEqual([
      [100, "1"],
      [Number(plain), "3"],
      [10, "1"],
    ]);
    expect(made.warnings).toEqual([]);
  });

  test("with tax inside", () => {
    const lines = [lineOf("120", { taxable: true, tax_rate: "20" }), lineOf("40", { taxable: false })];
    const made = booked(inPounds({ prices_include_tax: true, lines, shipping: "12", tax: "22", total: "172" }), UK);
    expect(linesIn(made)).toEqual([
      [100, "1"],
      [40, "3"],
      [10, "1"],
    ]);
  });
});

test("a taxed shipping is rounded as well: order 62,759 of seed 77001", () => {
  const lines = [
    lineOf("59.8148", { quantity: "0.166", taxable: true, tax_rate: "20" }),
    lineOf("82.0600", { quantity: "4.650", taxable: false, tax_rate: "0" }),
    lineOf("2.2100", { taxable: false, tax_rate: "0" }),
  ];
  const rest = { discount: "91.34", shipping: "9.71", shipping_tax_rate: "5", tax: "2.02", total: "314.11" };
  const made = booked(inPounds({ lines, ...rest }), UK);
  expect(made.payload.TxnTaxDetail.TotalTax).toBe(2.02);
  expect(made.warnings).toEqual([]);
});

describe("a free line that states a tax", () => {
  const free = { discount: "5", tax: "0.01" };

  test("of a unit is rounding, and the total is kept", () => {
    const lines = [lineOf("12", { tax: "2.00" }), lineOf("5", free)];
    const made = booked(inPounds({ prices_include_tax: true, lines, tax: "2.01", total: "12" }), UK);
    expect(made.payload.TxnTaxDetail.TotalTax).toBe(2.01);
    const sum = linesIn(made).reduce((all, [amount]) => all + amount * 100, 0);
    expect(Math.round(sum)).toBe(999);
  });

  test("of more is refused with the reason", () => {
    const lines = [lineOf("12", { tax: "2.00" }), lineOf("10.50", { discount: "10.50", tax: "0.50" })];
    const refused = refusal(inPounds({ prices_include_tax: true, lines, tax: "2.50", total: "12" }), UK);
    expect(refused.category).toBe("validation");
    expect(refused.message).toContain("2.00");
  });

  test("in the US: no crash", () => {
    const lines = [lineOf("0", { tax: "0.02", taxable: true }), lineOf("10", { tax: "0.76", taxable: true })];
    const content = contentOf({ lines, prices_include_tax: true, tax: "0.78", total: "10.00" });
    const made = booked(content, { company: US_COMPANY });
    expect(made.payload.TxnTaxDetail.TotalTax).toBe(0.78);
  });
});

describe("a tax at a rate that no code has, on many pieces", () => {
  test.each([
    { unit_price: "0.01", quantity: "10000", tax: "12.5", total: "112.5", rate: "12.5" },
    { unit_price: "0.10", quantity: "1000", tax: "12.5", total: "112.5", rate: "12.5" },
    { unit_price: "0.30", quantity: "100", tax: "5.25", total: "35.25", rate: "17.5" },
    { unit_price: "1.00", quantity: "100", tax: "0.50", total: "100.50", rate: "0.5" },
  ])("$quantity × $unit_price with $tax is $rate %", ({ unit_price, quantity, tax, total, rate }) => {
    const refused = refusal(inPounds({ lines: [lineOf(unit_price, { quantity, tax })], tax, total }), UK);
    expect(refused.category).toBe("missing_configuration");
    expect(refused.message).toContain(`${rate} %`);
  });

  test("each piece's tax rounded is that rate", () => {
    const lines = [lineOf("0.12", { quantity: "100", tax: "2.00" })];
    expect(linesIn(booked(inPounds({ lines, tax: "2.00", total: "14.00" }), UK))).toEqual([[12, "1"]]);
  });
});
