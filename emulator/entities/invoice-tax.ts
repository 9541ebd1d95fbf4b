/**
 * An invoice's sales tax, by the company's country and settings (docs/qbo-api.md, section 5.6 and *Newer facts*): a
 * simple version of QuickBooks' engine. A missing TotalTax never means zero: the engine then adds tax of its own, so the
 * omission shows.
 */
import Big from "big.js";
import type { CompanyContext } from "../company/context.ts";
import { businessRule, QuickBooksFault } from "../wire/faults.ts";
import { listOf, objectOf, type Json, type JsonObject } from "../wire/json.ts";
import { amountOf } from "./currency.ts";
import type { LineTotals } from "./invoice-lines.ts";
import type { CodeAmounts } from "./line-tax-code.ts";
import { salesRatesOf, taxLine, taxOf, type Charge, type RateOfCode } from "./tax-code.ts";
import { overriddenTax } from "./tax-override.ts";

const ZERO = new Big(0);
/** The engine's code in the United States: the first one that a company is created with. */
const ENGINE_CODE_ID = "2";
const MAX_TAXABLE_LINES = 750;
const TOTAL_PATH = "TxnTaxDetail.TotalTax";

export interface TaxRequest {
  context: CompanyContext;
  /** What the caller sent as TxnTaxDetail with this call; undefined when nothing was sent. */
  sent: Json | undefined;
  /** TxnTaxDetail.TxnTaxCodeRef of the invoice as it will be: a sparse update without TxnTaxDetail keeps it. */
  codeId: string | null;
  /** TxnTaxDetail as it was, kept if the call changes neither lines nor tax. */
  kept: JsonObject | null;
  totals: LineTotals;
  globalTax: string | null;
  /** Decimals of the invoice's currency. */
  places: number;
  isTaxableCustomer: boolean;
  isTaxAfterDiscount: boolean;
}

/** The TxnTaxDetail to store; its TotalTax is part of the invoice's total. Throws QuickBooksFault. */
export function buildTax(request: TaxRequest): JsonObject {
  const { context, sent, kept, totals } = request;
  const { profile } = context;
  const isUnfinished = profile.country === "US" && profile.automated_sales_tax && !profile.automated_tax_set_up;
  if (!profile.using_sales_tax || isUnfinished) return { TotalTax: ZERO };
  if (kept !== null && sent === undefined) return kept;
  const detail = objectOf(sent) ?? {};
  if (totals.lines.length > MAX_TAXABLE_LINES && hasTaxable(request)) {
    throw businessRule(`A taxable transaction has at most ${MAX_TAXABLE_LINES} lines`);
  }
  if (profile.country !== "US") return foreignTax(request, detail);
  return profile.automated_sales_tax ? engineTax(request, detail) : manualTax(request, detail);
}

/** Automated sales tax: a TotalTax is honoured if there is a taxable line to carry it, else the engine computes. */
function engineTax(request: TaxRequest, detail: JsonObject): JsonObject {
  const taxable = usTaxable(request);
  const [rate] = salesRatesOf(request.context, ENGINE_CODE_ID) ?? [];
  if (taxable === null || rate === undefined) return { TotalTax: ZERO };
  const charge = { rate, taxable };
  const tax = amountOf(detail["TotalTax"], request.places, TOTAL_PATH) ?? taxOf(charge, request.places);
  return { TxnTaxCodeRef: { value: ENGINE_CODE_ID }, TotalTax: tax, TaxLine: [taxLine(tax, charge)] };
}

/**
 * Manual tax of older companies: nothing is taxed without a tax code on the transaction, and the code's rates give the
 * tax, whatever TotalTax says, unless the company's `manual_tax_total` keeps it.
 */
function manualTax(request: TaxRequest, detail: JsonObject): JsonObject {
  const { context, codeId, places } = request;
  if (codeId === null) return { TotalTax: ZERO };
  const rates = salesRatesOf(context, codeId);
  if (rates === null)
    throw new QuickBooksFault("6160", `Invalid TaxCodeRef : ${codeId}`, { element: "TxnTaxDetail.TxnTaxCodeRef" });
  const code = { TxnTaxCodeRef: { value: codeId } };
  const taxable = usTaxable(request);
  const [first] = rates;
  if (taxable === null || first === undefined) return { ...code, TotalTax: ZERO };
  const sent = amountOf(detail["TotalTax"], places, TOTAL_PATH);
  if (context.profile.manual_tax_total === "as_sent" && sent !== null)
    return { ...code, TotalTax: sent, TaxLine: [taxLine(sent, { rate: first, taxable })] };
  return {
    ...code,
    ...computedTax(
      rates.map((rate) => ({ rate, taxable })),
      places,
    ),
  };
}

/** Outside the US each line's code is charged; a TotalTax counts only together with every TaxLine. */
function foreignTax(request: TaxRequest, detail: JsonObject): JsonObject {
  const lines = listOf(detail["TaxLine"]);
  const total = amountOf(detail["TotalTax"], request.places, TOTAL_PATH);
  if (request.globalTax === "NotApplicable") {
    if (lines.length > 0 || (total !== null && !total.eq(0))) {
      throw new QuickBooksFault("6170", "TxnTaxDetail is not allowed when GlobalTaxCalculation is NotApplicable", {
        element: "TxnTaxDetail",
      });
    }
    return { TotalTax: ZERO };
  }
  const charges = chargesOf(request);
  if (lines.length === 0) return computedTax(charges, request.places);
  const overridden = overriddenTax(lines, total, charges, request.places);
  return request.context.profile.tax_override === "honoured" ? overridden : computedTax(charges, request.places);
}

function computedTax(charges: readonly Charge[], places: number): JsonObject {
  const lines = charges.map((charge) => ({ charge, tax: taxOf(charge, places) }));
  return {
    TotalTax: lines.reduce((sum, { tax }) => sum.plus(tax), ZERO),
    TaxLine: lines.map(({ charge, tax }) => taxLine(tax, charge)),
  };
}

/** Every rate of the lines' codes with the amount that it is charged on: two codes may share a rate. */
function chargesOf(request: TaxRequest): Charge[] {
  const charges = new Map<string, { rate: RateOfCode; taxable: Big }>();
  for (const [code, taxable] of taxableByCode(request)) {
    for (const rate of salesRatesOf(request.context, code) ?? []) {
      const before = charges.get(rate.rateId)?.taxable ?? ZERO;
      charges.set(rate.rateId, { rate, taxable: before.plus(taxable) });
    }
  }
  return [...charges.values()];
}

/** The amount of the TAX lines; null if there is none, or if the customer is exempt. */
function usTaxable(request: TaxRequest): Big | null {
  return request.isTaxableCustomer ? (taxableByCode(request).get("TAX") ?? null) : null;
}

/**
 * The amount under each code, minus its share of the discount line. QuickBooks spreads a discount over all goods, in the
 * United States only with ApplyTaxAfterDiscount.
 */
function taxableByCode({ context, totals, places, isTaxAfterDiscount }: TaxRequest): Map<string, Big> {
  const isLowered = (isTaxAfterDiscount || context.profile.country !== "US") && !totals.subtotal.eq(0);
  const discount = isLowered ? totals.discount : ZERO;
  const share = (amounts: CodeAmounts): Big =>
    discount.eq(0) ? ZERO : discount.times(amounts.goods).div(totals.subtotal).round(places, Big.roundHalfUp);
  return new Map(
    [...totals.byTaxCode].map(([code, amounts]) => [code, amounts.goods.plus(amounts.shipping).minus(share(amounts))]),
  );
}

function hasTaxable(request: TaxRequest): boolean {
  return [...request.totals.byTaxCode.keys()].some((code) => code !== "NON");
}
