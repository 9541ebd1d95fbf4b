/** How a company taxes, by its facts and settings (docs/contract.md, section 8, *Tax*). */
import { describe, expect, test } from "vitest";
import { companyFactsSchema, type CompanyFacts } from "../../src/connections/connection.ts";
import { furtherRates, settingOfRate, type TaxSettings, taxingOf } from "../../src/connections/taxing.ts";
import { taxCodeWith, UK_COMPANY, US_BY_HAND, US_COMPANY } from "./company-fixture.ts";

function settings(company: CompanyFacts, more: Partial<TaxSettings> = {}): TaxSettings {
  return { company, salesTaxCode: null, zeroRateCode: null, taxCodes: null, ...more };
}

/** The codes by rate, as names. */
function codesOf(given: TaxSettings): Record<string, string> {
  const taxing = taxingOf(given);
  if (taxing.kind !== "by_code") throw new Error(`taxes ${taxing.kind}`);
  return Object.fromEntries([...taxing.codeOf].map(([percent, code]) => [percent, code.name]));
}

function unfitOf(given: TaxSettings) {
  const taxing = taxingOf(given);
  return taxing.kind === "by_code" || taxing.kind === "by_hand" ? taxing.unfit : [];
}

describe("in the US", () => {
  test("automated sales tax counts only once it is set up; before, and without sales tax, it is off", () => {
    expect(taxingOf(settings(US_COMPANY))).toEqual({ kind: "automated" });
    expect(taxingOf(settings({ ...US_COMPANY, automatedTaxSetUp: false }))).toEqual({ kind: "off" });
    expect(taxingOf(settings({ ...US_COMPANY, usingSalesTax: false }))).toEqual({ kind: "off" });
  });

  test("by hand, the setting is the fallback, whatever its case; a code that is not there is unfit", () => {
    const known = taxingOf(settings(US_BY_HAND, { salesTaxCode: "state TAX" }));
    expect(known).toMatchObject({ kind: "by_hand", fallback: { id: "2", percent: "8.25" }, unfit: [] });
    const unknown = settings(US_BY_HAND, { salesTaxCode: "City tax" });
    expect(taxingOf(unknown)).toMatchObject({ fallback: null });
    expect(unfitOf(unknown)).toEqual([{ setting: "Sales tax code", name: "City tax", reason: "unknown" }]);
  });
});

describe("outside the US", () => {
  test("without any settings a rate has the one active code of that rate; reverse charge is never proposed", () => {
    expect(codesOf(settings(UK_COMPANY))).toEqual({ "20": "20.0% S", "5": "5.0% R" });
  });

  test("the settings decide where several codes have a rate", () => {
    const chosen = settings(UK_COMPANY, { salesTaxCode: "20.0% S", zeroRateCode: "Exempt" });
    expect(codesOf(chosen)).toEqual({ "0": "Exempt", "20": "20.0% S", "5": "5.0% R" });
    expect(furtherRates(chosen)).toEqual(["5"]);
    expect(furtherRates(settings(UK_COMPANY))).toEqual(["5", "20"]);
  });

  test("two codes of one rate: none is taken until one is chosen", () => {
    const company = { ...UK_COMPANY, taxCodes: [...(UK_COMPANY.taxCodes ?? []), taxCodeWith("7", "5.0% Fuel", "5")] };
    expect(codesOf(settings(company))).toEqual({ "20": "20.0% S" });
    expect(codesOf(settings(company, { taxCodes: [{ rate: "5", tax_code: "5.0% Fuel" }] }))).toEqual({
      "20": "20.0% S",
      "5": "5.0% Fuel",
    });
  });

  test("a choice that can't be used is named and never replaced", () => {
    const gone = settings(UK_COMPANY, { zeroRateCode: "0.0% Gone", taxCodes: [{ rate: "5", tax_code: "20.0% S" }] });
    expect(codesOf(gone)).toEqual({ "20": "20.0% S" });
    expect(unfitOf(gone)).toEqual([
      { setting: settingOfRate("5"), name: "20.0% S", reason: "other_rate" },
      { setting: "Zero-rate code", name: "0.0% Gone", reason: "unknown" },
    ]);
  });

  test("facts of an earlier version parse; their codes are unread, which matters only where there are codes", () => {
    const { taxCodes: _codes, region: _region, automatedTaxSetUp: _setUp, ...former } = UK_COMPANY;
    const company = companyFactsSchema.parse(former);
    expect(taxingOf(settings(company))).toEqual({ kind: "unread" });
    expect(taxingOf(settings({ ...company, country: "US", automatedSalesTax: true }))).toEqual({ kind: "automated" });
  });
});
