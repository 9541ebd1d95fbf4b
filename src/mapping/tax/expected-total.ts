/**
 * Which tax and total QuickBooks will make of an invoice, one branch for each way of taxing (docs/qbo-api.md, section 5.6
 * and *Newer facts*). Knows nothing of the order that the invoice came from. Pure.
 */
import Big from "big.js";
import type { BookedAmount, Booking } from "./booking.ts";
import type { KnownTaxing } from "./plan.ts";

/** In units. */
export interface ExpectedMoney {
  tax: number;
  total: number;
}

/** `isTaxableCustomer`: whether QuickBooks charges the customer tax; counts in the US only. */
export function expectedMoney(booking: Booking, way: KnownTaxing["kind"], isTaxableCustomer: boolean): ExpectedMoney {
  const tax = expectedTax(booking, way, isTaxableCustomer);
  const sum = (amounts: readonly BookedAmount[]): number => amounts.reduce((all, { amount }) => all + amount, 0);
  return { tax, total: sum(booking.lines) + (booking.shipping?.amount ?? 0) - sum(booking.discounts) + tax };
}

function expectedTax(booking: Booking, way: KnownTaxing["kind"], isTaxableCustomer: boolean): number {
  switch (way) {
    case "off":
      return 0;
    case "automated":
      // The engine keeps a TotalTax that taxable lines can carry.
      return isTaxableCustomer && hasTaxed(booking) ? booking.tax : 0;
    case "by_hand":
      return isTaxableCustomer ? taxByCode(booking) : 0;
    case "by_code":
      // Together with every TaxLine, TotalTax replaces what the rates give.
      return booking.tax;
  }
}

function hasTaxed({ lines, shipping, discounts }: Booking): boolean {
  return [...lines, ...discounts, ...(shipping ? [shipping] : [])].some(({ code }) => code === "TAX");
}

/** Without a code nothing is taxed; otherwise each of its rates is rounded by itself. */
function taxByCode(booking: Booking): number {
  const taxable = taxableOf(booking);
  return (booking.taxCode?.rates ?? []).reduce(
    (sum, { percent }) => sum + Number(new Big(taxable).times(percent).div(100).round(0, Big.roundHalfUp).toFixed()),
    0,
  );
}

/** Net amount under TAX. A discount line is spread over the goods in proportion, if tax comes after it. */
function taxableOf({ lines, shipping, discounts, hasDiscountLine, isTaxAfterDiscount }: Booking): number {
  const taxed = (amounts: readonly BookedAmount[]): number =>
    amounts.reduce((sum, { amount, code }) => sum + (code === "TAX" ? amount : 0), 0);
  const freight = shipping ? taxed([shipping]) : 0;
  if (!hasDiscountLine) return taxed(lines) + freight - taxed(discounts);
  const goods = lines.reduce((sum, { amount }) => sum + amount, 0);
  const discount = isTaxAfterDiscount ? discounts.reduce((sum, { amount }) => sum + amount, 0) : 0;
  const lowered = goods === 0 ? new Big(0) : new Big(discount).times(taxed(lines)).div(goods).round(0, Big.roundHalfUp);
  return taxed(lines) + freight - Number(lowered.toFixed());
}
