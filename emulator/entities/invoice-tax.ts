/**
 * An invoice's sales tax, by the company's country and settings (docs/qbo-api.md, section 5.6): a simple version of
 * QuickBooks' engine. A missing TotalTax never means zero: the engine then adds tax of its own, so the omission shows.
 */
import Big from "big.js";
import type { CompanyContext } from "../company/context.ts";
import { businessRule, missingParameter, QuickBooksFault } from "../wire/faults.ts";
import { decimalOf, listOf, objectOf, refOf, type Json, type JsonObject } from "../wire/json.ts";
import type { LineTotals } from "./invoice-lines.ts";
import { rateOfCode, taxLine, taxOn, type RateOfCode } from "./tax-code.ts";

const ZERO = new Big(0);
/** The engine's code and rate in the United States: the first ones that a company is created with. */
const ENGINE_CODE_ID = "2";
const MAX_TAXABLE_LINES = 750;

export interface TaxRequest {
  context: CompanyContext;
  /** What the caller sent as TxnTaxDetail with this call; undefined when nothing was sent. */
  sent: Json | undefined;
  /** TxnTaxDetail as it was, kept if the call changes neither lines nor tax. */
  kept: JsonObject | null;
  totals: LineTotals;
  globalTax: string | null;
  isTaxableCustomer: boolean;
  isTaxAfterDiscount: boolean;
}

/** The TxnTaxDetail to store; its TotalTax is part of the invoice's total. Throws QuickBooksFault. */
export function buildTax(request: TaxRequest): JsonObject {
  const { context, sent, kept, totals } = request;
  if (!context.profile.using_sales_tax) return { TotalTax: ZERO };
  if (kept !== null && sent === undefined) return kept;
  const detail = objectOf(sent) ?? {};
  if (totals.lines.length > MAX_TAXABLE_LINES && hasTaxable(request)) {
    throw businessRule(`A taxable transaction has at most ${MAX_TAXABLE_LINES} lines`);
  }
  if (context.profile.country !== "US") return foreignTax(request, detail);
  return context.profile.automated_sales_tax ? engineTax(request, detail) : manualTax(request, detail);
}

/** Automated sales tax: a TotalTax is honoured if there is a taxable line to carry it, else the engine computes. */
function engineTax(request: TaxRequest, detail: JsonObject): JsonObject {
  const taxable = taxableAmount(request, "TAX");
  const total = decimalOf(detail["TotalTax"]);
  const rate = rateOfCode(request.context, ENGINE_CODE_ID);
  if (taxable === null || rate === null) return { TotalTax: ZERO };
  const tax = total ?? taxOn(taxable, rate.percent);
  return {
    TxnTaxCodeRef: { value: ENGINE_CODE_ID },
    TotalTax: tax,
    TaxLine: [taxLine(tax, rate, taxable)],
  };
}

/** Manual tax of older companies: nothing is taxed without a tax code on the transaction. */
function manualTax(request: TaxRequest, detail: JsonObject): JsonObject {
  const codeId = refOf(detail["TxnTaxCodeRef"]);
  if (codeId === null) return { TotalTax: ZERO };
  const rate = rateOfCode(request.context, codeId);
  if (rate === null)
    throw new QuickBooksFault("6160", `Invalid TaxCodeRef : ${codeId}`, { element: "TxnTaxDetail.TxnTaxCodeRef" });
  const taxable = taxableAmount(request, "TAX");
  if (taxable === null) return { TxnTaxCodeRef: { value: codeId }, TotalTax: ZERO };
  const tax = decimalOf(detail["TotalTax"]) ?? taxOn(taxable, rate.percent);
  return { TxnTaxCodeRef: { value: codeId }, TotalTax: tax, TaxLine: [taxLine(tax, rate, taxable)] };
}

/** Outside the US each line's code is charged; a TotalTax counts only together with every TaxLine. */
function foreignTax(request: TaxRequest, detail: JsonObject): JsonObject {
  const lines = listOf(detail["TaxLine"]);
  const total = decimalOf(detail["TotalTax"]);
  if (request.globalTax === "NotApplicable") {
    if (lines.length > 0 || (total !== null && !total.eq(0))) {
      throw new QuickBooksFault("6170", "TxnTaxDetail is not allowed when GlobalTaxCalculation is NotApplicable", {
        element: "TxnTaxDetail",
      });
    }
    return { TotalTax: ZERO };
  }
  const charged = [...request.totals.byTaxCode.keys()].flatMap((code) => {
    const rate = rateOfCode(request.context, code);
    const taxable = taxableAmount(request, code);
    return rate === null || taxable === null ? [] : [{ rate, taxable }];
  });
  if (lines.length > 0) return overriddenTax(lines, total, charged);
  const computed = charged.map(({ rate, taxable }) => taxLine(taxOn(taxable, rate.percent), rate, taxable));
  const sum = charged.reduce((all, { rate, taxable }) => all.plus(taxOn(taxable, rate.percent)), ZERO);
  return { TotalTax: sum, TaxLine: computed };
}

function overriddenTax(lines: Json[], total: Big | null, charged: { rate: RateOfCode; taxable: Big }[]): JsonObject {
  if (total === null) throw missingParameter("TxnTaxDetail.TotalTax");
  let sum = ZERO;
  const kept = lines.map((part) => {
    const line = objectOf(part) ?? {};
    const amount = decimalOf(line["Amount"]);
    if (amount === null)
      throw new QuickBooksFault("2280", "Tax amount is missing on a TaxLine", {
        element: "TxnTaxDetail.TaxLine.Amount",
      });
    const rateId = refOf(objectOf(line["TaxLineDetail"])?.["TaxRateRef"]);
    const match = charged.find((entry) => entry.rate.rateId === rateId);
    if (match === undefined) {
      throw new QuickBooksFault("6470", "A TaxLine names a tax rate that no line of the transaction carries", {
        element: "TxnTaxDetail.TaxLine.TaxLineDetail.TaxRateRef",
      });
    }
    sum = sum.plus(amount);
    return taxLine(amount, match.rate, match.taxable);
  });
  if (kept.length !== charged.length) {
    throw new QuickBooksFault(
      "6470",
      "TotalTax is overridden, so every tax rate of the transaction needs its TaxLine",
      { element: "TxnTaxDetail.TaxLine" },
    );
  }
  if (!sum.eq(total)) throw businessRule("TotalTax is not the sum of the tax lines");
  return { TotalTax: total, TaxLine: kept };
}

/** The amount under a code, minus its share of the discount; null if no line has the code. */
function taxableAmount(request: TaxRequest, code: string): Big | null {
  const { totals } = request;
  if (request.context.profile.country === "US" && !request.isTaxableCustomer) return null;
  const amount = totals.byTaxCode.get(code);
  if (amount === undefined) return null;
  const whole = totals.subtotal.plus(totals.shipping);
  const discountsTax = request.isTaxAfterDiscount || request.context.profile.country !== "US";
  if (!discountsTax || totals.discount.eq(0) || whole.eq(0)) return amount;
  return amount.minus(totals.discount.times(amount).div(whole).round(2, Big.roundHalfUp));
}

function hasTaxable(request: TaxRequest): boolean {
  return [...request.totals.byTaxCode.keys()].some((code) => code !== "NON");
}
