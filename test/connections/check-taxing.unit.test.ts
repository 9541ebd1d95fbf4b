/** Check configuration: how a company taxes, line by line. What nobody has set is never right. */
import { describe, expect, test } from "vitest";
import { taxingLines } from "../../src/connections/check-taxing.ts";
import type { CompanyFacts, Connection } from "../../src/connections/connection.ts";
import { taxCodeWith, UK_COMPANY, US_BY_HAND, US_COMPANY } from "./company-fixture.ts";
import { CONNECTION } from "./connection-fixture.ts";

const NOT_SET = { salesTaxCode: null, zeroRateCode: null, taxCodes: null } as const;

function linesOf(company: CompanyFacts, settings: Partial<Connection> = {}) {
  return taxingLines({ ...CONNECTION, ...NOT_SET, company, ...settings });
}

/** Line → status and message. */
function sayings(company: CompanyFacts, settings: Partial<Connection> = {}): Record<string, [string, string]> {
  return Object.fromEntries(linesOf(company, settings).map(({ id, status, message }) => [id, [status, message]]));
}

describe("how the company taxes", () => {
  test("automated", () => {
    expect(sayings(US_COMPANY)["sales_tax"]).toEqual([
      "ok",
      "Automated sales tax is on. Invoices carry the order's own tax, so QuickBooks adds none.",
    ]);
  });

  test.each([
    ["sales tax is off", { ...US_COMPANY, usingSalesTax: false }, "Sales tax is off in QuickBooks"],
    ["outside the US too", { ...UK_COMPANY, usingSalesTax: false }, "Sales tax is off in QuickBooks"],
    ["automated sales tax is half set up", { ...US_COMPANY, automatedTaxSetUp: false }, "not completely set up"],
  ])("%s: it says so, and what becomes of orders with tax", (_what, company, words) => {
    const [status, message] = sayings(company)["sales_tax"] ?? [];
    expect([status, message]).toEqual(["warning", expect.stringContaining(words)]);
    expect(message).toContain("orders with tax are not sent");
    expect(sayings(company, { totalPolicy: "warn" })["sales_tax"]?.[1]).toContain(
      "are sent without it, with a warning",
    );
    expect(Object.keys(sayings(company))).toEqual(["sales_tax", "total_policy", "time_zone"]);
  });

  test("by hand without a fallback: a warning that names the codes; with one it has to be there", () => {
    const lines = sayings(US_BY_HAND);
    expect(lines["sales_tax"]?.[0]).toBe("ok");
    expect(lines["sales_tax_code"]).toEqual([
      "warning",
      expect.stringContaining("State tax (8.25 %), County tax (9.5 %)"),
    ]);
    expect(sayings(US_BY_HAND, { salesTaxCode: "county tax" })["sales_tax_code"]?.[0]).toBe("ok");
    expect(sayings(US_BY_HAND, { salesTaxCode: "City tax" })["sales_tax_code"]?.[0]).toBe("wrong");
    expect(linesOf(US_BY_HAND, { salesTaxCode: "City tax" }).every(({ required }) => !required)).toBe(true);
    expect(sayings({ ...US_BY_HAND, taxCodes: [] })["sales_tax"]?.[0]).toBe("wrong");
  });

  test("codes that could not be read are not called missing", () => {
    const lines = sayings({ ...UK_COMPANY, taxCodes: null });
    expect(lines["sales_tax"]?.[0]).toBe("warning");
    expect(Object.keys(lines)).toEqual(["sales_tax", "total_policy", "time_zone"]);
  });
});

describe("a UK company", () => {
  test("with nothing set: two codes are missing, and the others are named as proposals", () => {
    expect(linesOf(UK_COMPANY).map(({ id, status, required }) => [id, status, required])).toEqual([
      ["sales_tax", "ok", false],
      ["sales_tax_code", "wrong", true],
      ["zero_rate_code", "wrong", true],
      ["tax_codes:5", "warning", false],
      ["tax_codes:20", "warning", false],
      ["total_policy", "ok", false],
      ["time_zone", "warning", false],
    ]);
    expect(sayings(UK_COMPANY)["tax_codes:5"]?.[1]).toBe("Not set: 5.0% R is used, the only active code with 5 %.");
  });

  test("with everything set: every line is right", () => {
    const settings = {
      salesTaxCode: "20.0% S",
      zeroRateCode: "0.0% Z",
      taxCodes: [{ rate: "5", tax_code: "5.0% R" }],
      timeZone: "Europe/London",
    };
    expect(linesOf(UK_COMPANY, settings).map(({ id, status }) => [id, status])).toEqual([
      ["sales_tax", "ok"],
      ["sales_tax_code", "ok"],
      ["zero_rate_code", "ok"],
      ["tax_codes:5", "ok"],
      ["total_policy", "ok"],
      ["time_zone", "ok"],
    ]);
  });

  test("a code that is gone, of another rate, or one of several is named, with a link to its field", () => {
    const fuel = taxCodeWith("7", "5.0% Fuel", "5");
    const company = { ...UK_COMPANY, taxCodes: [...(UK_COMPANY.taxCodes ?? []), fuel] };
    const several = linesOf(company, { salesTaxCode: "20.0% Old", zeroRateCode: "5.0% R" });
    const shown = Object.fromEntries(several.map((line) => [line.id, line]));
    expect(shown["sales_tax_code"]).toMatchObject({
      status: "wrong",
      message: "QuickBooks has no active tax code '20.0% Old'. Choose one that it has.",
    });
    expect(shown["zero_rate_code"]).toMatchObject({
      status: "wrong",
      message: "5.0% R (5 %) is no code of 0 %. Choose another one.",
    });
    expect(shown["tax_codes:5"]).toMatchObject({
      status: "wrong",
      message: expect.stringContaining("several codes have 5 %: 5.0% R, 5.0% Fuel"),
      fix: { label: "Set Tax code for 5 %", href: "/settings/quickbooks/c1#field-tax_codes:5" },
    });
    const wrong = { salesTaxCode: "20.0% S", zeroRateCode: "0.0% Z", taxCodes: [{ rate: "5", tax_code: "20.0% S" }] };
    expect(sayings(company, wrong)["tax_codes:5"]).toEqual(["wrong", "20.0% S has another rate than 5 %."]);
    const gone = { ...wrong, taxCodes: [{ rate: "17.5", tax_code: "17.5% S" }] };
    expect(sayings(company, gone)["tax_codes:17.5"]?.[0]).toBe("wrong");
  });
});

test("the time zone in force is named, and where it comes from", () => {
  expect(sayings(US_COMPANY)["time_zone"]).toEqual([
    "warning",
    "Not set: America/Los_Angeles is used (from the company's address).",
  ]);
  expect(sayings({ ...US_COMPANY, country: "Neverland" })["time_zone"]?.[1]).toBe(
    "Not set: UTC is used (the company's country is not known).",
  );
});
