/**
 * How a company taxes its sales (docs/contract.md, section 8, *Tax*), by its facts and the connection's settings: by
 * QuickBooks itself, by hand with one code for the whole invoice, not at all, or by a code on each line. Pure: the facts
 * hold the company's codes, so nothing is read.
 */
import Big from "big.js";
import type { SalesTaxCode } from "../quickbooks/tax-codes.ts";
import type { CompanyFacts, Connection } from "./connection.ts";

export type Taxing =
  /** US: QuickBooks calculates the tax; an invoice carries the order's own. */
  | { kind: "automated" }
  /** US: one code for the whole invoice. `fallback`: the setting 'Sales tax code', if the company has that code. */
  | { kind: "by_hand"; codes: readonly SalesTaxCode[]; fallback: SalesTaxCode | null; unfit: readonly UnfitCode[] }
  /** Sales tax is off in QuickBooks; in the US also if automated sales tax was not set up to the end. */
  | { kind: "off" }
  /**
   * Outside the US: a code on each line. `codeOf`: the code of a rate, by `percentText`: the settings' choice, else the
   * one active code with that rate. A rate that is missing there has no code: `settingOfRate` names the setting to fill in,
   * unless `unfit` says that one was chosen.
   */
  | {
      kind: "by_code";
      codes: readonly SalesTaxCode[];
      codeOf: ReadonlyMap<string, SalesTaxCode>;
      unfit: readonly UnfitCode[];
    }
  /** The company has codes, but they were never read: its facts were stored by an earlier version. */
  | { kind: "unread" };

/** A code of the settings that can't be used. */
export interface UnfitCode {
  /** The setting's label, e.g. `Tax code for 5 %`. */
  setting: string;
  /** The name in the setting. */
  name: string;
  /** The company has no such active code, or its rate is another one than the setting's. */
  reason: "unknown" | "other_rate";
}

/** What becomes of an invoice whose total QuickBooks would make different: the setting 'When totals would differ'. */
export type TotalPolicy = "refuse" | "warn";

export type TaxSettings = Pick<Connection, "company" | "salesTaxCode" | "zeroRateCode" | "taxCodes">;

const ZERO = "0";

/** How the company of a connection taxes. */
export function taxingOf(connection: TaxSettings): Taxing {
  const way = wayOfTaxing(connection.company);
  if (way === "automated") return { kind: "automated" };
  if (way === "off") return { kind: "off" };
  const codes = connection.company.taxCodes;
  if (codes === null) return { kind: "unread" };
  return way === "by_hand" ? byHand(connection, codes) : byCode(connection, codes);
}

type TaxFacts = Pick<CompanyFacts, "country" | "usingSalesTax" | "automatedSalesTax" | "automatedTaxSetUp">;

/** Whether invoices for the company carry codes of its own, on their lines or as a whole. */
export function hasTaxCodes(company: TaxFacts): boolean {
  const way = wayOfTaxing(company);
  return way === "by_hand" || way === "by_code";
}

/** The way alone. */
export function wayOfTaxing(company: TaxFacts): "automated" | "by_hand" | "off" | "by_code" {
  if (!company.usingSalesTax) return "off";
  if (company.country !== "US") return "by_code";
  if (!company.automatedSalesTax) return "by_hand";
  return company.automatedTaxSetUp ? "automated" : "off";
}

/** The setting that names the code of a rate, unless `Sales tax code` has that rate. */
export function settingOfRate(percent: string): string {
  return percent === ZERO ? "Zero-rate code" : `Tax code for ${percent} %`;
}

/** A rate in the one form in which rates are compared: `"20.0"` is `"20"`. */
export function percentText(percent: string): string {
  return new Big(percent).toFixed();
}

/**
 * The rates above zero that the company has a code for, or that a code was chosen for, ascending, but for that of its `Sales
 * tax code`: each has a setting of its own.
 */
export function furtherRates({ company, salesTaxCode, taxCodes }: Omit<TaxSettings, "zeroRateCode">): string[] {
  const codes = company.taxCodes ?? [];
  const main = salesTaxCode === null ? null : codeNamed(codes, salesTaxCode);
  const rates = [...proposable(codes).map(({ percent }) => percent), ...(taxCodes ?? []).map(({ rate }) => rate)];
  return [...new Set(rates)]
    .filter((rate) => rate !== ZERO && rate !== main?.percent)
    .toSorted((a, b) => new Big(a).cmp(b));
}

/** The active codes with that rate. */
export function codesOfRate(codes: readonly SalesTaxCode[], percent: string): SalesTaxCode[] {
  return proposable(codes).filter((code) => code.percent === percent);
}

/** The one active code with that rate, or null if there are several or none. */
export function onlyCodeOf(codes: readonly SalesTaxCode[], percent: string): SalesTaxCode | null {
  const [only, ...others] = codesOfRate(codes, percent);
  return others.length === 0 ? (only ?? null) : null;
}

/** The code that a setting names, by its name in any case or by its ID. */
export function codeNamed(codes: readonly SalesTaxCode[], name: string): SalesTaxCode | null {
  const wanted = name.trim().toLowerCase();
  return codes.find((code) => code.name.toLowerCase() === wanted) ?? codes.find(({ id }) => id === name.trim()) ?? null;
}

/** Reverse charge is never proposed: its rates cancel each other out. */
export function proposable(codes: readonly SalesTaxCode[]): SalesTaxCode[] {
  return codes.filter((code) => !code.isReversed);
}

function byHand({ salesTaxCode: name }: TaxSettings, codes: readonly SalesTaxCode[]): Taxing {
  const fallback = name === null ? null : codeNamed(codes, name);
  const isUnknown = name !== null && fallback === null;
  const unfit: UnfitCode[] = isUnknown ? [{ setting: "Sales tax code", name, reason: "unknown" }] : [];
  return { kind: "by_hand", codes, fallback, unfit };
}

function byCode(settings: TaxSettings, codes: readonly SalesTaxCode[]): Taxing {
  const codeOf = new Map<string, SalesTaxCode>();
  const unfit: UnfitCode[] = [];
  for (const { setting, rate, name } of choicesOf(settings)) {
    const code = codeNamed(codes, name);
    if (code === null) unfit.push({ setting, name, reason: "unknown" });
    else if (rate !== null && code.percent !== rate) unfit.push({ setting, name, reason: "other_rate" });
    else codeOf.set(code.percent, code);
  }
  const chosen = new Set(choicesOf(settings).map(({ rate }) => rate));
  for (const { percent } of proposable(codes)) {
    const only = onlyCodeOf(codes, percent);
    // A choice that can't be used is never replaced by another code: a person has to look at it.
    if (only !== null && !codeOf.has(percent) && !chosen.has(percent)) codeOf.set(percent, only);
  }
  return { kind: "by_code", codes, codeOf, unfit };
}

/** The codes of the settings; of two for one rate the later one holds. `rate`: the rate that the code must have, if any. */
function choicesOf({ salesTaxCode, zeroRateCode, taxCodes }: TaxSettings) {
  const further = (taxCodes ?? []).map(({ rate, tax_code: name }) => ({ setting: settingOfRate(rate), rate, name }));
  return [
    ...further,
    ...(salesTaxCode === null ? [] : [{ setting: "Sales tax code", rate: null, name: salesTaxCode }]),
    ...(zeroRateCode === null ? [] : [{ setting: "Zero-rate code", rate: ZERO, name: zeroRateCode }]),
  ];
}
