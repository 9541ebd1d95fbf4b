/**
 * The tax codes that a new company has, by country, with the rates that each code charges on sales (docs/qbo-api.md,
 * section 5.6). Data only: among them codes with two rates, codes without a rate, a reverse charge with both signs, codes
 * for purchases only, and some that are inactive or hidden.
 */
import type { CountryCode } from "../company/countries.ts";

export interface SeedRate {
  /** A rate of the same name is the same rate, also in another code. */
  name: string;
  percent: string;
}

export interface SeedCode {
  name: string;
  description: string;
  sales: readonly SeedRate[];
  purchases?: readonly SeedRate[];
  isTaxable?: boolean;
  isActive?: boolean;
  isHidden?: boolean;
}

const one = (name: string, percent: string): SeedRate[] => [{ name: `${name} (Sales)`, percent }];

/** Percent of the first code in the United States, which automated sales tax uses here for every address. */
export const US_TAX_RATE_PERCENT = "8.25";

const US_AUTOMATED: SeedCode[] = [
  { name: "State tax", description: "State and county sales tax", sales: one("State tax", US_TAX_RATE_PERCENT) },
  { name: "Exempt", description: "No sales tax", sales: one("Exempt", "0"), isTaxable: false },
];

const US_MANUAL: SeedCode[] = [
  ...US_AUTOMATED,
  {
    name: "Reno",
    description: "State and city sales tax",
    sales: [
      { name: "Nevada", percent: "6.85" },
      { name: "Reno city", percent: "1.415" },
    ],
  },
  { name: "Carson", description: "Carson City sales tax", sales: one("Carson", "7.6") },
  { name: "Old rate", description: "Rate until 2019", sales: one("Old rate", "7.725"), isActive: false },
  { name: "Hidden tax", description: "Hidden in forms", sales: one("Hidden tax", "5"), isHidden: true },
];

const GB: SeedCode[] = [
  {
    name: "20.0% S",
    description: "Standard rate",
    sales: one("20.0% S", "20"),
    purchases: [{ name: "20.0% S (Purchases)", percent: "20" }],
  },
  { name: "0.0% Z", description: "Zero rate", sales: one("0.0% Z", "0") },
  { name: "5.0% R", description: "Reduced rate", sales: one("5.0% R", "5") },
  { name: "Exempt", description: "Exempt", sales: one("Exempt", "0"), isTaxable: false },
  { name: "No VAT", description: "Outside the scope of VAT", sales: [], isTaxable: false },
  {
    name: "20.0% RC",
    description: "Reverse charge",
    sales: [
      { name: "20.0% RC (Sales)", percent: "20" },
      { name: "20.0% RC reversed (Sales)", percent: "-20" },
    ],
  },
  { name: "17.5% S", description: "Standard rate until 2011", sales: one("17.5% S", "17.5"), isActive: false },
  { name: "12.5% R", description: "Reduced rate of 2021", sales: one("12.5% R", "12.5"), isHidden: true },
];

const AU: SeedCode[] = [
  {
    name: "GST",
    description: "Goods and services tax",
    sales: one("GST", "10"),
    purchases: [{ name: "GST (Purchases)", percent: "10" }],
  },
  { name: "GST free", description: "No GST", sales: one("GST free", "0") },
  {
    name: "GST on capital",
    description: "GST on capital purchases",
    sales: [],
    purchases: [{ name: "GST on capital (Purchases)", percent: "10" }],
  },
  { name: "Out of Scope", description: "Not reported", sales: [], isTaxable: false },
  { name: "Input taxed", description: "Input taxed sales", sales: one("Input taxed", "0"), isActive: false },
];

const GST: SeedRate = { name: "GST", percent: "5" };
const QST: SeedRate = { name: "QST", percent: "9.975" };

const CA: SeedCode[] = [
  { name: "GST", description: "GST 5 %", sales: [GST] },
  { name: "GST/QST QC", description: "GST 5 % and QST 9.975 %", sales: [GST, QST] },
  { name: "GST/PST BC", description: "GST 5 % and PST 7 %", sales: [GST, { name: "PST BC", percent: "7" }] },
  { name: "HST ON", description: "HST 13 %", sales: [{ name: "HST ON", percent: "13" }] },
  { name: "Zero-rated", description: "Zero-rated", sales: [{ name: "GST/HST ZR", percent: "0" }] },
  { name: "Exempt", description: "Exempt", sales: [{ name: "GST/HST EX", percent: "0" }], isTaxable: false },
  { name: "Out of Scope", description: "Out of scope", sales: [], isTaxable: false },
  { name: "HST NS", description: "HST 15 %", sales: [{ name: "HST NS", percent: "15" }], isActive: false },
];

const JP: SeedCode[] = [
  { name: "10% JCT", description: "Consumption tax", sales: one("10% JCT", "10") },
  { name: "8% JCT", description: "Consumption tax, reduced", sales: one("8% JCT", "8") },
  { name: "0% JCT", description: "Exports", sales: one("0% JCT", "0") },
  { name: "Out of Scope", description: "Not reported", sales: [], isTaxable: false },
];

const FOREIGN: Readonly<Record<Exclude<CountryCode, "US">, SeedCode[]>> = { GB, AU, CA, JP };

/** The codes of a new company, in the order of their IDs; the first is its usual one. */
export function seedCodesOf(country: CountryCode, isAutomated: boolean): readonly SeedCode[] {
  if (country !== "US") return FOREIGN[country];
  return isAutomated ? US_AUTOMATED : US_MANUAL;
}
