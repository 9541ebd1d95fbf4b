/**
 * The tax of an invoice outside the US: each line, each discount and the shipping carry the code of their rate, and
 * `TotalTax` with every `TaxLine` says what the order's tax is, so that rounding does not move the total (docs/qbo-api.md,
 * section 5.6). Pure.
 */
import Big from "big.js";
import { type TaxSettings, type Taxing, codeNamed, proposable } from "../../connections/taxing.ts";
import type { SalesTaxCode } from "../../quickbooks/tax-codes.ts";
import { type BookedTax, type TaxedGroup, bookAmounts, netOf } from "./booking.ts";
import type { OrderAmounts, Part } from "./order-amounts.ts";
import type { TaxPlan } from "./plan.ts";
import { type FoundRates, type KnownRates, findRates, taxOfPart } from "./rates.ts";
import { share, weightOf } from "./share.ts";

export type ByCode = Extract<Taxing, { kind: "by_code" }>;

/** The plan, or the rates that the company has no code for. */
export function planByCode(
  order: OrderAmounts,
  taxing: ByCode,
  { company, salesTaxCode }: TaxSettings,
): TaxPlan | { ratesWithoutCode: readonly string[] } {
  const found = findRates(order, knownRates(taxing, salesTaxCode));
  const parts = Map.groupBy(order.parts, (part) => found.rates.get(part) ?? "");
  const ratesWithoutCode = [...parts.keys()].filter((rate) => !taxing.codeOf.has(rate));
  if (ratesWithoutCode.length > 0) return { ratesWithoutCode };
  const groups = groupsOf(order, found, parts, taxing);
  return {
    booking: {
      ...bookAmounts(order, groups, company),
      tax: groups.reduce((sum, { tax }) => sum + tax, 0),
      taxLines: taxLinesOf(groups, order.isInside),
      taxCode: null,
      isTaxAfterDiscount: false,
      digits: order.digits,
    },
    areAllTaxable: found.areAllTaxable,
    doubt: found.doubt,
  };
}

function knownRates({ codes, codeOf }: ByCode, salesTaxCode: string | null): KnownRates {
  const rates = new Set([...codeOf.keys(), ...proposable(codes).map(({ percent }) => percent)]);
  const usual = salesTaxCode === null ? null : codeNamed(codes, salesTaxCode);
  return { all: [...rates].toSorted((a, b) => new Big(a).cmp(b)), usual: usual?.percent ?? null };
}

interface CodedGroup extends TaxedGroup {
  taxCode: SalesTaxCode;
}

/** One group a rate. The order's tax is divided as its rates say; if they don't make it, each rate's own tax counts. */
function groupsOf(
  order: OrderAmounts,
  { doubt }: FoundRates,
  parts: ReadonlyMap<string, readonly Part[]>,
  { codeOf }: ByCode,
): CodedGroup[] {
  const groups = [...parts].flatMap(([rate, group]) => {
    const taxCode = codeOf.get(rate);
    const exact = group.reduce((sum, part) => sum.plus(taxOfPart(part, rate, order.isInside)), new Big(0));
    return taxCode ? [{ taxCode, code: taxCode.id, parts: group, exact }] : [];
  });
  const stated = share(
    order.tax,
    groups.map(({ exact }) => weightOf(exact)),
  );
  return groups.map(({ exact, ...group }, index) => ({
    ...group,
    tax: doubt ? Number(exact.round(0, Big.roundHalfUp).toFixed()) : (stated[index] ?? 0),
  }));
}

/** Every rate of the groups' codes with its tax; two codes may have a rate in common. */
function taxLinesOf(groups: readonly CodedGroup[], isInside: boolean): BookedTax[] {
  const lines = new Map<string, BookedTax>();
  for (const group of groups) {
    const taxable = netOf(group, isInside);
    for (const { rateId, amount } of divided(group.tax, taxable, group.taxCode)) {
      const before = lines.get(rateId) ?? { rateId, amount: 0, taxable: 0 };
      lines.set(rateId, { rateId, amount: before.amount + amount, taxable: before.taxable + taxable });
    }
  }
  return [...lines.values()];
}

/** The tax of a code by its rates: each rounded by itself, and what that leaves on the highest. */
function divided(tax: number, taxable: number, { rates }: SalesTaxCode): { rateId: string; amount: number }[] {
  const amounts = rates.map(({ rateId, percent }) => ({
    rateId,
    percent,
    amount: Number(new Big(taxable).times(percent).div(100).round(0, Big.roundHalfUp).toFixed()),
  }));
  const highest = amounts.toSorted((a, b) => new Big(b.percent).cmp(a.percent))[0];
  if (highest) highest.amount += tax - amounts.reduce((sum, { amount }) => sum + amount, 0);
  return amounts;
}
