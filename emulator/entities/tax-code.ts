/**
 * Tax codes and tax rates: read-only for callers (docs/qbo-api.md, section 5.6), created with the company. Also a
 * code's arithmetic: how much tax it adds to an amount, exact and rounded half up.
 */
import Big from "big.js";
import type { CompanyContext } from "../company/context.ts";
import type { CompanyStore } from "../company/store.ts";
import { keyOf } from "../company/store.ts";
import { decimalOf, listOf, objectOf, refOf, textOf, type JsonObject } from "../wire/json.ts";
import { pacificStamp } from "../wire/pacific.ts";
import { NO_KEYS } from "./kind.ts";

export const US_TAX_RATE_PERCENT = "8.25";

interface SeedCode {
  name: string;
  description: string;
  rate: string;
  isTaxable: boolean;
}

const US_CODES: SeedCode[] = [
  { name: "State tax", description: "State and county sales tax", rate: US_TAX_RATE_PERCENT, isTaxable: true },
  { name: "Exempt", description: "No sales tax", rate: "0", isTaxable: false },
];

const GB_CODES: SeedCode[] = [
  { name: "20.0% S", description: "Standard rate", rate: "20", isTaxable: true },
  { name: "0.0% Z", description: "Zero rate", rate: "0", isTaxable: true },
  { name: "5.0% R", description: "Reduced rate", rate: "5", isTaxable: true },
  { name: "Exempt", description: "Exempt", rate: "0", isTaxable: false },
];

/** Puts the country's codes and rates into new books. */
export function seedTaxCodes(store: CompanyStore, country: "US" | "GB", nowMs: number): void {
  const codes = country === "US" ? US_CODES : GB_CODES;
  for (const code of codes) {
    const rateId = store.nextNumber("id:TaxRate");
    const codeId = store.nextNumber("id:TaxCode", country === "US" ? 2 : 1);
    const meta = { CreateTime: pacificStamp(nowMs), LastUpdatedTime: pacificStamp(nowMs) };
    const common = { Active: true, domain: "QBO", sparse: false, SyncToken: "0", MetaData: meta };
    const keys = { ...NO_KEYS, nameKey: keyOf(code.name) };
    const rate: JsonObject = {
      Name: `${code.name} (Sales)`,
      Description: code.description,
      RateValue: new Big(code.rate),
      AgencyRef: { value: "1" },
      SpecialTaxType: "NONE",
      DisplayType: "ReadOnly",
      Id: String(rateId),
      ...common,
    };
    const list = {
      TaxRateDetail: [
        {
          TaxRateRef: { value: String(rateId), name: `${code.name} (Sales)` },
          TaxTypeApplicable: "TaxOnAmount",
          TaxOrder: new Big(0),
        },
      ],
    };
    const body: JsonObject = {
      Name: code.name,
      Description: code.description,
      Taxable: code.isTaxable,
      TaxGroup: true,
      Hidden: false,
      SalesTaxRateList: list,
      PurchaseTaxRateList: { TaxRateDetail: [] },
      Id: String(codeId),
      ...common,
    };
    const rateKeys = { ...NO_KEYS, nameKey: keyOf(`${code.name} (Sales)`) };
    store.insert({ type: "TaxRate", id: rateId, body: rate, keys: rateKeys }, nowMs);
    store.insert({ type: "TaxCode", id: codeId, body, keys }, nowMs);
  }
}

export interface RateOfCode {
  rateId: string;
  percent: Big;
}

/** The one sales rate of a tax code, or null if the code does not exist. */
export function rateOfCode(context: CompanyContext, codeId: string): RateOfCode | null {
  const code = context.store.find("TaxCode", codeId);
  if (code === null || code["Active"] === false) return null;
  const detail = objectOf(listOf(objectOf(code["SalesTaxRateList"])?.["TaxRateDetail"])[0]);
  const rate = context.store.find("TaxRate", refOf(detail?.["TaxRateRef"]) ?? "");
  const percent = decimalOf(rate?.["RateValue"]);
  return rate === null || percent === null ? null : { rateId: textOf(rate["Id"]) ?? "", percent };
}

/** Tax on an amount, rounded half up to cents. */
export function taxOn(amount: Big, percent: Big): Big {
  return amount.times(percent).div(100).round(2, Big.roundHalfUp);
}

/** One `TaxLine` of the response. */
export function taxLine(amount: Big, rate: RateOfCode, taxable: Big): JsonObject {
  return {
    Amount: amount,
    DetailType: "TaxLineDetail",
    TaxLineDetail: {
      TaxRateRef: { value: rate.rateId },
      PercentBased: true,
      TaxPercent: rate.percent,
      NetAmountTaxable: taxable,
    },
  };
}
