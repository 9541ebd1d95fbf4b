/**
 * The tax of an invoice in the US, where lines only say TAX or NON (docs/qbo-api.md, section 5.6). With automated sales
 * tax, `TotalTax` is the order's. Taxed by hand, one code for the whole invoice gives the tax. Pure.
 */
import Big from "big.js";
import type { CompanyFacts } from "../../connections/connection.ts";
import { type Taxing, proposable } from "../../connections/taxing.ts";
import type { SalesTaxCode } from "../../quickbooks/tax-codes.ts";
import { type Booking, type TaxedGroup, bookAmounts } from "./booking.ts";
import { expectedMoney } from "./expected-total.ts";
import { type OrderAmounts, type Part, baseOf } from "./order-amounts.ts";
import type { TaxPlan } from "./plan.ts";
import { taxOfPart } from "./rates.ts";
import { share, weightOf } from "./share.ts";

type ByHand = Extract<Taxing, { kind: "by_hand" }>;

export function planAutomated(order: OrderAmounts, company: CompanyFacts): TaxPlan {
  const { groups, areAllTaxable } = usGroups(order, false);
  return { booking: bookingOf(order, groups, company), areAllTaxable, doubt: null };
}

/**
 * The code of the invoice: the one code that gives the order's tax, with shipping taxed or not and with the discount before
 * tax or after it; else the one from the settings.
 */
export function planByHand(
  order: OrderAmounts,
  { codes, fallback }: ByHand,
  company: CompanyFacts,
): TaxPlan | { lacksSalesTaxCode: true } {
  const variants = variantsOf(order, company);
  const [plain] = variants;
  if (!plain) throw new Error("An invoice can be booked in one way at least");
  if (order.tax === 0) return { ...plain, doubt: null };
  const gives = (variant: Variant, code: SalesTaxCode): boolean => taxBy(variant.booking, code) === order.tax;
  const fitting = proposable(codes).filter((code) => variants.some((variant) => gives(variant, code)));
  const code = fitting.length === 1 ? fitting[0] : fallback;
  if (!code) return { lacksSalesTaxCode: true };
  const variant = variants.find((one) => gives(one, code));
  const { booking, areAllTaxable } = variant ?? plain;
  return {
    booking: { ...booking, taxCode: code },
    areAllTaxable,
    doubt: variant ? null : { kind: "code_differs", code },
  };
}

type Variant = Omit<TaxPlan, "doubt">;

/** The ways in which QuickBooks can be asked to tax the order, the usual one first. */
function variantsOf(order: OrderAmounts, company: CompanyFacts): Variant[] {
  const ofShipping = order.parts.some(isUnstatedShipping) ? [false, true] : [false];
  return ofShipping.flatMap((isShippingTaxed) => {
    const { groups, areAllTaxable } = usGroups(order, isShippingTaxed);
    const booking = bookingOf(order, groups, company);
    const isLowered = booking.hasDiscountLine && booking.discounts.length > 0;
    return (isLowered ? [true, false] : [false]).map((isTaxAfterDiscount) => ({
      booking: { ...booking, isTaxAfterDiscount },
      areAllTaxable,
    }));
  });
}

function isUnstatedShipping({ line, stated }: Part): boolean {
  return line === null && stated.rate === null && stated.tax === null;
}

function taxBy(booking: Booking, code: SalesTaxCode): number {
  return expectedMoney({ ...booking, taxCode: code }, "by_hand", true).tax;
}

function bookingOf(order: OrderAmounts, groups: readonly TaxedGroup[], company: CompanyFacts): Booking {
  return {
    ...bookAmounts(order, groups, company),
    tax: order.tax,
    taxLines: [],
    taxCode: null,
    isTaxAfterDiscount: false,
    digits: order.digits,
  };
}

/**
 * The parts by TAX and NON. `isShippingTaxed` is for shipping of which the order states nothing. Tax inside the prices is divided over what is taxed, so that each part can be booked without it.
 */
export function usGroups(
  order: OrderAmounts,
  isShippingTaxed: boolean,
): { groups: TaxedGroup[]; areAllTaxable: boolean } {
  const { taxed, areAllTaxable } = taxedParts(order, isShippingTaxed);
  const untaxed = order.parts.filter((part) => !taxed.includes(part));
  const groups = [
    ...(order.isInside ? eachWithItsTax(order, taxed) : [{ code: "TAX", parts: taxed, tax: 0 }]),
    { code: "NON", parts: untaxed, tax: 0 },
  ];
  return { groups: groups.filter(({ parts }) => parts.length > 0), areAllTaxable };
}

/**
 * What the order's tax is charged on: what is taxable, if that can carry it; else all lines, too. Prices that include more
 * tax than the taxable lines cost have it in the shipping as well.
 */
function taxedParts(order: OrderAmounts, isShippingTaxed: boolean): { taxed: readonly Part[]; areAllTaxable: boolean } {
  const { parts, isInside } = order;
  const among = (...tests: ((part: Part) => boolean)[]): Part[] =>
    parts.filter((part) => tests.some((test) => test(part)));
  const taxable = isShippingTaxed ? among(isTaxed, isUnstatedShipping) : among(isTaxed);
  const withShipping = isInside ? [among(isTaxed, isUnstatedShipping)] : [];
  const sets = [taxable, ...withShipping, among(isTaxed, isLine)];
  const taxed = sets.find((set) => canCarry(order, set)) ?? parts;
  const areAllTaxable = taxed.some((part) => isLine(part) && !isTaxed(part) && baseOf(part) > 0);
  return { taxed, areAllTaxable };
}

function canCarry({ tax, isInside }: OrderAmounts, parts: readonly Part[]): boolean {
  const base = parts.reduce((sum, part) => sum + baseOf(part), 0);
  return tax === 0 || (isInside ? base >= tax : base > 0);
}

function isLine({ line }: Part): boolean {
  return line !== null;
}

/** What the order states of a part's tax counts more than `taxable`. */
function isTaxed({ stated, isTaxable }: Part): boolean {
  if (stated.rate !== null) return new Big(stated.rate).gt(0);
  return stated.tax === null ? isTaxable : stated.tax.gt(0);
}

/** Each part with its share of the order's tax: as the order states it, and the rest in proportion. */
function eachWithItsTax(order: OrderAmounts, taxed: readonly Part[]): TaxedGroup[] {
  const parts = taxed.map((part) => ({ part, tax: statedTax(part) }));
  const left = parts.reduce((rest, { tax }) => (tax ? rest.minus(tax) : rest), new Big(order.tax));
  const base = parts.reduce((sum, { part, tax }) => sum + (tax ? 0 : baseOf(part)), 0);
  const shareOfLeft = (part: Part): Big =>
    left.lte(0) || base === 0 ? new Big(0) : left.times(baseOf(part)).div(base);
  const weights = parts.map(({ part, tax }) => weightOf(tax ?? shareOfLeft(part)));
  const shares = share(order.tax, weights);
  return taxed.map((part, index) => ({ code: "TAX", parts: [part], tax: shares[index] ?? 0 }));
}

function statedTax(part: Part): Big | null {
  const { rate, tax } = part.stated;
  return rate === null && tax === null ? null : taxOfPart(part, rate ?? "0", true);
}
