/**
 * Tax codes and tax rates (docs/qbo-api.md, section 5.6): read-only for callers, made with the company or by a person.
 * Also a rate's arithmetic: how much tax it adds to an amount, exact and rounded half up.
 */
import Big from "big.js";
import type { CompanyContext } from "../company/context.ts";
import { keyOf, type CompanyStore } from "../company/store.ts";
import { decimalOf, listOf, objectOf, refOf, textOf, type JsonObject } from "../wire/json.ts";
import { pacificStamp } from "../wire/pacific.ts";
import { NO_KEYS } from "./kind.ts";
import type { SeedCode, SeedRate } from "./tax-seeds.ts";

const FIRST_US_CODE_ID = 2;
const EFFECTIVE_SINCE = "1996-01-01T00:00:00-08:00";

/** Puts a country's codes into new books; in the United States also the two that lines carry. */
export function seedTaxCodes(store: CompanyStore, codes: readonly SeedCode[], isUs: boolean, nowMs: number): void {
  if (isUs) seedLineCodes(store, nowMs);
  for (const code of codes) addTaxCode(store, code, nowMs, isUs ? FIRST_US_CODE_ID : 1);
}

/** Adds a tax code with its rates; a rate that there is by name is used again. Returns the code. */
export function addTaxCode(store: CompanyStore, code: SeedCode, nowMs: number, firstId = 1): JsonObject {
  const sales = code.sales.map((rate) => rateRef(store, rate, nowMs));
  const purchases = (code.purchases ?? []).map((rate) => rateRef(store, rate, nowMs));
  const id = store.nextNumber("id:TaxCode", firstId);
  const body: JsonObject = {
    Name: code.name,
    Description: code.description,
    Active: code.isActive !== false,
    Hidden: code.isHidden === true,
    Taxable: code.isTaxable !== false,
    TaxGroup: true,
    SalesTaxRateList: { TaxRateDetail: sales.map(rateDetail) },
    PurchaseTaxRateList: { TaxRateDetail: purchases.map(rateDetail) },
    ...common(String(id), nowMs),
  };
  const keys = { ...NO_KEYS, active: code.isActive !== false, nameKey: keyOf(code.name) };
  store.insert({ type: "TaxCode", id, body, keys }, nowMs);
  return body;
}

export interface TaxCodeSwitch {
  isActive?: boolean | undefined;
  isHidden?: boolean | undefined;
}

/** Makes a tax code active or inactive, hides or shows it. Returns it, or null if there is none of that Id. */
export function switchTaxCode(context: CompanyContext, id: string, change: TaxCodeSwitch): JsonObject | null {
  const code = context.store.find("TaxCode", id);
  if (code === null) return null;
  const active = change.isActive ?? code["Active"] !== false;
  const body: JsonObject = { ...code, Active: active, Hidden: change.isHidden ?? code["Hidden"] === true };
  const keys = { ...NO_KEYS, active, nameKey: keyOf(textOf(code["Name"]) ?? "") };
  context.store.update({ type: "TaxCode", id: Number(id), body, keys }, context.nowMs);
  return body;
}

/** `TAX` and `NON` stand first in a list of US codes; they have no number, no rates, and say nothing of Active. */
function seedLineCodes(store: CompanyStore, nowMs: number): void {
  for (const [id, name, isTaxable] of [
    [-1, "TAX", true],
    [-2, "NON", false],
  ] as const) {
    const { domain: _domain, sparse: _sparse, SyncToken: _token, ...rest } = common(name, nowMs);
    const body = { Name: name, Description: name, Taxable: isTaxable, TaxGroup: false, ...rest };
    store.insert({ type: "TaxCode", id, body, keys: { ...NO_KEYS, nameKey: keyOf(name) } }, nowMs);
  }
}

function rateRef(store: CompanyStore, rate: SeedRate, nowMs: number): JsonObject {
  const known = store.findByName("TaxRate", rate.name);
  if (known !== null) return { value: textOf(known["Id"]) ?? "", name: rate.name };
  const id = store.nextNumber("id:TaxRate");
  const percent = new Big(rate.percent);
  const body: JsonObject = {
    Name: rate.name,
    Description: rate.name,
    Active: true,
    RateValue: percent,
    EffectiveTaxRate: [{ RateValue: percent, EffectiveDate: EFFECTIVE_SINCE }],
    AgencyRef: { value: "1" },
    SpecialTaxType: percent.lt(0) ? "REVERSE_CHARGE" : percent.eq(0) ? "ZERO_RATE" : "NONE",
    DisplayType: "ReadOnly",
    ...common(String(id), nowMs),
  };
  store.insert({ type: "TaxRate", id, body, keys: { ...NO_KEYS, nameKey: keyOf(rate.name) } }, nowMs);
  return { value: String(id), name: rate.name };
}

function rateDetail(ref: JsonObject, order: number): JsonObject {
  return { TaxRateRef: ref, TaxTypeApplicable: "TaxOnAmount", TaxOrder: new Big(order) };
}

function common(id: string, nowMs: number): JsonObject {
  const stamp = pacificStamp(nowMs);
  return {
    domain: "QBO",
    sparse: false,
    Id: id,
    SyncToken: "0",
    MetaData: { CreateTime: stamp, LastUpdatedTime: stamp },
  };
}

export interface RateOfCode {
  rateId: string;
  percent: Big;
}

/**
 * The rates that a code charges on sales, none for a code like 'Out of Scope'. Null if a sale cannot have the code: it
 * does not exist, is inactive or hidden, or is for purchases only.
 */
export function salesRatesOf(context: CompanyContext, codeId: string): RateOfCode[] | null {
  const code = context.store.find("TaxCode", codeId);
  if (code === null || code["Active"] === false || code["Hidden"] === true) return null;
  const rates = ratesIn(context, code);
  return rates.length === 0 && code["Taxable"] === true ? null : rates;
}

function ratesIn(context: CompanyContext, code: JsonObject): RateOfCode[] {
  return listOf(objectOf(code["SalesTaxRateList"])?.["TaxRateDetail"]).flatMap((part) => {
    const rate = context.store.find("TaxRate", refOf(objectOf(part)?.["TaxRateRef"]) ?? "");
    const percent = decimalOf(rate?.["RateValue"]);
    return rate === null || percent === null ? [] : [{ rateId: textOf(rate["Id"]) ?? "", percent }];
  });
}

/** An amount and the rate that is charged on it. */
export interface Charge {
  rate: RateOfCode;
  taxable: Big;
}

/** The tax of a charge, rounded half up to `places` decimals. */
export function taxOf({ rate, taxable }: Charge, places: number): Big {
  return taxable.times(rate.percent).div(100).round(places, Big.roundHalfUp);
}

/** One `TaxLine` of the response. */
export function taxLine(amount: Big, { rate, taxable }: Charge): JsonObject {
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
