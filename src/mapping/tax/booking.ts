/**
 * What an invoice says of money, in QuickBooks' units: the amount and tax code of each line, of the shipping and of the
 * discounts, and the tax. Made by the plans of the ways of taxing, written out by to-qbo-invoice.ts, judged by
 * expected-total.ts. Also how the parts of an order become such amounts, with tax inside or not. Pure.
 */
import type { CompanyFacts } from "../../connections/connection.ts";
import type { SalesTaxCode } from "../../quickbooks/tax-codes.ts";
import { type OrderAmounts, type Part, baseOf } from "./order-amounts.ts";
import { share } from "./share.ts";

/** `code`: `TAX` or `NON` in the US, a code's ID elsewhere; null if lines carry none. */
export interface BookedAmount {
  amount: number;
  code: string | null;
}

/** A `TaxLine`: what one rate comes to. */
export interface BookedTax {
  rateId: string;
  amount: number;
  /** Net amount that it is charged on. */
  taxable: number;
}

export interface Booking {
  /** One per order line, in order, before discounts. */
  lines: readonly BookedAmount[];
  shipping: BookedAmount | null;
  /** Positive amounts. */
  discounts: readonly BookedAmount[];
  /** QuickBooks' own discount line has them, without a code; otherwise they are negative lines of an item. */
  hasDiscountLine: boolean;
  /** `TotalTax`. */
  tax: number;
  /** Every rate's own tax: together with `tax` it replaces what QuickBooks would compute. Empty: not stated. */
  taxLines: readonly BookedTax[];
  /** US, by hand: `TxnTaxCodeRef`. */
  taxCode: SalesTaxCode | null;
  /** US, by hand: QuickBooks taxes what the discount line leaves. */
  isTaxAfterDiscount: boolean;
  /** Decimal places of a unit. */
  digits: number;
}

/** Parts with one tax code, and their tax in units. */
export interface TaxedGroup {
  code: string | null;
  parts: readonly Part[];
  tax: number;
}

/** Whether discounts go on QuickBooks' own discount line: outside the US it spreads them over all rates. */
export function hasDiscountLine(company: Pick<CompanyFacts, "country" | "allowDiscount">): boolean {
  return company.country === "US" && company.allowDiscount;
}

/** Net amount after discounts. */
export function netOf({ parts, tax }: TaxedGroup, isInside: boolean): number {
  const base = parts.reduce((sum, part) => sum + baseOf(part), 0);
  return isInside ? base - tax : base;
}

/** The amounts of all lines, the shipping and the discounts. The groups hold every part of the order once. */
export function bookAmounts(
  { parts, isInside }: OrderAmounts,
  groups: readonly TaxedGroup[],
  company: CompanyFacts,
): Pick<Booking, "lines" | "shipping" | "discounts" | "hasDiscountLine"> {
  const booked = new Map<Part, BookedAmount>();
  const discounts: BookedAmount[] = [];
  for (const group of groups) {
    const net = isInside ? withoutTax(group) : asTheyAre(group);
    for (const [index, part] of group.parts.entries())
      booked.set(part, { amount: net.amounts[index] ?? 0, code: group.code });
    addTo(discounts, { amount: net.discount, code: group.code });
  }
  const amountOf = (part: Part): BookedAmount => {
    const found = booked.get(part);
    if (!found) throw new Error(`Line ${(part.line ?? -1) + 1} is in no group`);
    return found;
  };
  const shipping = parts.find(({ line }) => line === null);
  const isOneLine = hasDiscountLine(company);
  const sum = { amount: discounts.reduce((all, { amount }) => all + amount, 0), code: null };
  return {
    lines: parts.filter(({ line }) => line !== null).map(amountOf),
    shipping: shipping ? amountOf(shipping) : null,
    discounts: (isOneLine ? [sum] : discounts).filter(({ amount }) => amount !== 0),
    hasDiscountLine: isOneLine,
  };
}

interface NetAmounts {
  /** One per part, before discounts. */
  amounts: number[];
  /** Of all parts together. */
  discount: number;
}

function asTheyAre({ parts }: TaxedGroup): NetAmounts {
  return { amounts: parts.map(({ amount }) => amount), discount: parts.reduce((sum, part) => sum + part.discount, 0) };
}

/**
 * Takes the group's tax out of its amounts, in proportion, since all of them have one rate. Their sum less the discount is
 * exactly what the prices leave without the tax.
 */
function withoutTax(group: TaxedGroup): NetAmounts {
  const gross = asTheyAre(group);
  const base = group.parts.reduce((sum, part) => sum + baseOf(part), 0);
  const net = base - group.tax;
  if (base <= 0) return gross;
  const discount = Number((BigInt(gross.discount) * BigInt(net) * 2n + BigInt(base)) / (BigInt(base) * 2n));
  return { amounts: share(net + discount, gross.amounts.map(BigInt)), discount };
}

function addTo(discounts: BookedAmount[], added: BookedAmount): void {
  const same = discounts.find(({ code }) => code === added.code);
  if (same) same.amount += added.amount;
  else discounts.push(added);
}
