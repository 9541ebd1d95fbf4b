/**
 * Outside the US (docs/contract.md, section 8, *Tax*): rates, codes and tax of every line. Rates r1 to r3 are those of the
 * codes 1 (20 %), 2 (5 %) and 3 (0 %).
 */
import { describe, expect, test } from "vitest";
import type { CompanyFacts } from "../../../src/connections/connection.ts";
import { US_COMPANY, UK_COMPANY, taxCodeWith } from "../../connections/company-fixture.ts";
import { contentOf } from "../make-content.ts";
import { UK, booked, inPounds, lineOf, linesIn, refusal, taxLinesIn } from "./tax-fixture.ts";

const taxable = (unit_price: string, more = {}) => lineOf(unit_price, { taxable: true, ...more });

describe("the rate of a line", () => {
  test("is the one that is stated", () => {
    const content = inPounds({
      lines: [lineOf("100", { tax_rate: "20" }), lineOf("100", { tax_rate: "5.0" })],
      tax: "25",
      total: "225",
    });
    const made = booked(content, UK);
    expect(linesIn(made)).toEqual([
      [100, "1"],
      [100, "2"],
    ]);
    expect(taxLinesIn(made)).toEqual([
      ["r1", 20, 100],
      ["r2", 5, 100],
    ]);
    expect(made.payload.TxnTaxDetail.TotalTax).toBe(25);
    expect(made.payload.GlobalTaxCalculation).toBe("TaxExcluded");
  });

  test("is what its tax amounts to, after all discounts", () => {
    const lines = [
      lineOf("100", { tax: "16.20", discount: "10" }),
      lineOf("100", { tax: "4.50" }),
      lineOf("0.02", { tax: "0.00" }),
    ];
    const made = booked(inPounds({ lines, discount: "19", tax: "20.70", total: "191.72" }), UK);
    expect(linesIn(made).slice(0, 3)).toEqual([
      [100, "1"],
      [100, "2"],
      [0.02, "3"],
    ]);
  });

  test("is the company's one rate that gives the order's tax, with shipping", () => {
    const made = booked(inPounds({ lines: [taxable("100")], shipping: "10", tax: "22", total: "132" }), UK);
    expect(linesIn(made)).toEqual([
      [100, "1"],
      [10, "1"],
    ]);
    expect(taxLinesIn(made)).toEqual([["r1", 22, 110]]);
  });

  test("or without it, which then has the zero rate, as has a line that is not taxable", () => {
    const made = booked(
      inPounds({ lines: [taxable("100"), lineOf("50")], shipping: "10", tax: "5", total: "165" }),
      UK,
    );
    expect(linesIn(made)).toEqual([
      [100, "2"],
      [50, "3"],
      [10, "3"],
    ]);
    expect(taxLinesIn(made)).toEqual([
      ["r2", 5, 100],
      ["r3", 0, 60],
    ]);
  });

  test("is the zero rate where the order has no tax, taxable or not", () => {
    const made = booked(inPounds({ lines: [taxable("0.04"), taxable("100")], total: "100.04" }), UK);
    expect(linesIn(made)).toEqual([
      [0.04, "3"],
      [100, "3"],
    ]);
    expect(made.json).toContain('"TotalTax":0.00');
  });

  test("a rate and a tax that are stated for some leave the rest to the others", () => {
    const lines = [lineOf("100", { tax_rate: "5" }), lineOf("50", { tax: "10" }), taxable("30")];
    const made = booked(inPounds({ lines, shipping: "10", shipping_tax_rate: "0", tax: "21", total: "211" }), UK);
    expect(linesIn(made)).toEqual([
      [100, "2"],
      [50, "1"],
      [30, "1"],
      [10, "3"],
    ]);
  });

  test("where every line states its tax, what is left is the shipping's", () => {
    const lines = [lineOf("100", { tax: "5" }), lineOf("10", { tax: "2" })];
    const made = booked(inPounds({ lines, shipping: "10", tax: "9", total: "129" }), UK);
    expect(linesIn(made)).toEqual([
      [100, "2"],
      [10, "1"],
      [10, "1"],
    ]);
  });

  test("tax rounded for each piece still amounts to its rate", () => {
    const made = booked(
      inPounds({ lines: [lineOf("0.12", { quantity: "100", tax: "2.00" })], tax: "2", total: "14" }),
      UK,
    );
    expect(taxLinesIn(made)).toEqual([["r1", 2, 12]]);
  });

  test("tax without any taxable line makes all lines taxable, with a warning", () => {
    const made = booked(inPounds({ lines: [lineOf("60"), lineOf("40")], tax: "20", total: "120" }), UK);
    expect(linesIn(made)).toEqual([
      [60, "1"],
      [40, "1"],
    ]);
    expect(made.warnings.map(({ code }) => code)).toEqual(["all_lines_taxable"]);
  });
});

describe("rounding does not move the total", () => {
  test.each([
    ["1.60", "9.57"],
    ["1.59", "9.56"],
    ["1.61", "9.58"],
  ])("a tax of %s on 7.97 at 20 %% is booked as the order has it", (tax, total) => {
    const lines = [taxable("1.99"), taxable("2.49"), taxable("3.49")];
    const made = booked(inPounds({ lines, tax, total }), UK);
    expect(made.payload.TxnTaxDetail.TotalTax).toBe(Number(tax));
    expect(taxLinesIn(made)).toEqual([["r1", Number(tax), 7.97]]);
  });
});

describe("discounts", () => {
  const lines = [
    lineOf("100", { tax_rate: "20", discount: "10" }),
    lineOf("50", { tax_rate: "5" }),
    lineOf("40", { tax_rate: "0" }),
  ];

  test("a line's own lowers its rate, the order's all in proportion: one negative line a code", () => {
    // 90 + 50 + 40 = 180, of which 18 are 10 %: 81, 45 and 36.
    const made = booked(inPounds({ lines, discount: "18", tax: "18.45", total: "180.45" }), UK);
    expect(linesIn(made)).toEqual([
      [100, "1"],
      [50, "2"],
      [40, "3"],
      [-19, "1"],
      [-5, "2"],
      [-4, "3"],
    ]);
    expect(taxLinesIn(made)).toEqual([
      ["r1", 16.2, 81],
      ["r2", 2.25, 45],
      ["r3", 0, 36],
    ]);
  });

  test("of the whole order leaves nothing to tax", () => {
    const made = booked(inPounds({ lines: [taxable("20")], discount: "20", total: "0" }), UK);
    expect(linesIn(made)).toEqual([
      [20, "3"],
      [-20, "3"],
    ]);
  });
});

describe("prices with tax inside", () => {
  const inside = { prices_include_tax: true };

  test("become net ones by rate, and the sums are exact", () => {
    const lines = [lineOf("9.99", { quantity: "6", tax_rate: "20" }), lineOf("1.05", { tax_rate: "5" })];
    const made = booked(inPounds({ ...inside, lines, tax: "10.04", total: "60.99" }), UK);
    expect(linesIn(made)).toEqual([
      [49.95, "1"],
      [1, "2"],
    ]);
    expect(taxLinesIn(made)).toEqual([
      ["r1", 9.99, 49.95],
      ["r2", 0.05, 1],
    ]);
    expect(made.payload.Line[0]?.SalesItemLineDetail).toMatchObject({ Qty: 6, UnitPrice: 8.325 });
    expect(made.payload.GlobalTaxCalculation).toBe("TaxExcluded");
    expect(made.warnings).toEqual([]);
  });

  test("with discounts and shipping, by the order's tax alone", () => {
    const lines = [taxable("33.33", { discount: "3.33" }), taxable("66.67")];
    const made = booked(
      inPounds({ ...inside, lines, discount: "10", shipping: "4.99", tax: "15.27", total: "91.66" }),
      UK,
    );
    const sum = made.payload.Line.reduce((all, { Amount }) => all + Math.round(Amount * 100), 0);
    expect(sum + 1527).toBe(9166);
    expect(linesIn(made).map(([, code]) => code)).toEqual(["1", "1", "1", "1"]);
    expect(taxLinesIn(made)).toEqual([["r1", 15.27, 76.39]]);
  });
});

describe("codes with several rates", () => {
  const qst = {
    id: "5",
    name: "GST/QST",
    percent: "14.975",
    isReversed: false,
    rates: [
      { rateId: "gst", percent: "5" },
      { rateId: "qst", percent: "9.975" },
    ],
  };
  const gst = { id: "1", name: "GST", percent: "5", isReversed: false, rates: [{ rateId: "gst", percent: "5" }] };
  const company: CompanyFacts = {
    ...UK_COMPANY,
    country: "CA",
    homeCurrency: "CAD",
    taxCodes: [gst, qst, taxCodeWith("0", "Zero-rated", "0")],
  };

  test("a TaxLine for each rate; a rate that two codes share has one", () => {
    const lines = [lineOf("100", { tax_rate: "14.975" }), lineOf("10", { tax_rate: "5" })];
    const made = booked(inPounds({ currency: "CAD", lines, tax: "15.48", total: "125.48" }), { company });
    expect(linesIn(made)).toEqual([
      [100, "5"],
      [10, "1"],
    ]);
    expect(taxLinesIn(made)).toEqual([
      ["gst", 5.5, 110],
      ["qst", 9.98, 100],
    ]);
  });
});

describe("a currency without decimals", () => {
  const company: CompanyFacts = {
    ...UK_COMPANY,
    homeCurrency: "JPY",
    taxCodes: [taxCodeWith("1", "10%", "10"), taxCodeWith("0", "0%", "0")],
  };

  test("has none in any amount; a price whose product has some is made fit", () => {
    const lines = [taxable("333", { quantity: "1.5" }), taxable("98")];
    const made = booked(inPounds({ currency: "JPY", lines, discount: "9", tax: "59", total: "648" }), { company });
    expect(linesIn(made)).toEqual([
      [500, "1"],
      [98, "1"],
      [-9, "1"],
    ]);
    expect(made.payload.Line[0]?.SalesItemLineDetail?.UnitPrice).toBe(333.3333333);
    expect(taxLinesIn(made)).toEqual([["r1", 59, 589]]);
  });
});

describe("nothing is booked, and the reason is named", () => {
  test("none of the company's rates gives the tax: the rates, and what to send", () => {
    const error = refusal(inPounds({ lines: [taxable("100"), taxable("100")], tax: "25", total: "225" }), UK);
    expect(error.category).toBe("validation");
    expect(error.message).toContain("total of 240.00 GBP instead of the order's 225.00 GBP");
    expect(error.message).toContain("none of the company's rates (0 %, 5 % and 20 %) gives its tax of 25.00 GBP");
    expect(error.remedy).toContain("tax_rate");
  });

  test("several of them do, and the usual one does not give it exactly", () => {
    const crumbs = (tax: string, total: string) => inPounds({ lines: [taxable("0.05"), taxable("0.05")], tax, total });
    const error = refusal(crumbs("0.01", "0.11"), UK);
    expect(error.message).toContain("2 of the company's rates (0 %, 5 % and 20 %) give its tax of 0.01 GBP");
    expect(linesIn(booked(crumbs("0.02", "0.12"), UK))).toEqual([
      [0.05, "1"],
      [0.05, "1"],
    ]);
  });

  test("what is stated does not make the order's tax", () => {
    const error = refusal(inPounds({ lines: [lineOf("100", { tax_rate: "20" })], tax: "25", total: "125" }), UK);
    expect(error.message).toContain("come to 20.00 GBP, and its tax is 25.00 GBP");
  });

  test("prices with tax inside: the total would be right, the tax would not", () => {
    const lines = [lineOf("120", { tax_rate: "20" })];
    const error = refusal(inPounds({ prices_include_tax: true, lines, tax: "5", total: "120" }), UK);
    expect(error.message).toContain("a tax of 20.00 GBP instead of the order's 5.00 GBP");
  });

  test("sent with a warning where the settings say so", () => {
    const content = inPounds({ lines: [taxable("100"), taxable("100")], tax: "25", total: "225" });
    const made = booked(content, { ...UK, totalPolicy: "warn" });
    expect(made.warnings).toMatchObject([{ code: "total_differs" }]);
    expect(made.warnings[0]?.message).toMatch(/225\.00 GBP.*none of the company's rates/);
    const tax = made.payload.TxnTaxDetail;
    expect([tax.TotalTax, tax.TaxLine?.[0]?.Amount]).toEqual([40, 40]);
  });

  test("a rate without a code names it and its setting", () => {
    const error = refusal(inPounds({ lines: [lineOf("100", { tax_rate: "12.5" })], tax: "12.5", total: "112.5" }), UK);
    expect(error.category).toBe("missing_configuration");
    expect(error.message).toContain("no active tax code for 12.5 %");
    expect(error.message).toContain("Tax code for 12.5 %");
  });

  test("a tax that amounts to no rate of the company names what it amounts to", () => {
    const error = refusal(inPounds({ lines: [lineOf("100", { tax: "7" })], tax: "7", total: "107" }), UK);
    expect(error).toMatchObject({ category: "missing_configuration" });
    expect(error.message).toContain("no active tax code for 7 %");
  });

  test("of several codes for a rate none is chosen, or the chosen one does not fit", () => {
    const codes = [...(UK_COMPANY.taxCodes ?? []), taxCodeWith("9", "5.0% Energy", "5")];
    const company = { ...UK_COMPANY, taxCodes: codes };
    const content = inPounds({ lines: [lineOf("100", { tax_rate: "5" })], tax: "5", total: "105" });
    expect(refusal(content, { ...UK, company }).message).toContain("Tax code for 5 % is not set");
    const choose = (tax_code: string) => ({ ...UK, company, taxCodes: [{ rate: "5", tax_code }] });
    expect(linesIn(booked(content, choose("5.0% Energy")))).toEqual([[100, "9"]]);
    expect(refusal(content, choose("5.0% Fuel")).message).toContain("'5.0% Fuel', is no active tax code");
    expect(refusal(content, choose("20.0% S")).message).toContain("has another rate");
  });

  test("an amount with more decimals than QuickBooks keeps", () => {
    const company = { ...UK_COMPANY, multicurrency: true };
    const dinar = (unit_price: string) => inPounds({ currency: "KWD", lines: [lineOf(unit_price)], total: unit_price });
    expect(refusal(dinar("1.235"), { ...UK, company })).toMatchObject({ category: "validation" });
    expect(refusal(dinar("1.235"), { ...UK, company }).message).toContain("line 1 in invoice INV-1 is 1.235");
    expect(linesIn(booked(dinar("1.230"), { ...UK, company }))).toEqual([[1.23, "3"]]);
  });

  test("sales tax is off", () => {
    const company = { ...UK_COMPANY, usingSalesTax: false };
    const error = refusal(inPounds({ lines: [taxable("100")], tax: "20", total: "120" }), { company });
    expect(error.message).toContain("100.00 GBP instead of the order's 120.00 GBP: sales tax is off there");
    const plain = booked(inPounds({ lines: [taxable("100")], discount: "10", total: "90" }), { company });
    expect(linesIn(plain)).toEqual([
      [100, undefined],
      [-10, undefined],
    ]);
    expect(plain.payload.GlobalTaxCalculation).toBeUndefined();
  });
});

test("a discount line is the US company's; elsewhere an item, shipping off an item too", () => {
  const company = { ...UK_COMPANY, allowShipping: false };
  const made = booked(inPounds({ lines: [lineOf("100")], discount: "1", shipping: "5", total: "104" }), {
    ...UK,
    company,
  });
  const items = made.payload.Line.map((one) => one.SalesItemLineDetail?.ItemRef.value);
  expect(items).toEqual(["100", "7", "8"]);
  const us = booked(contentOf({ lines: [lineOf("100")], discount: "1", total: "99" }), { company: US_COMPANY });
  expect(us.payload.Line.map(({ DetailType }) => DetailType)).toEqual(["SalesItemLineDetail", "DiscountLineDetail"]);
});
