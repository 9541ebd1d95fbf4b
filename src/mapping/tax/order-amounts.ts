/**
 * The amounts of an order as its tax is worked out: its lines and its shipping as parts, each with its discounts and with
 * what the order states of its tax. All in QuickBooks' units: it keeps two decimals, also of a currency that has three
 * (docs/qbo-api.md, *Newer facts*). Pure.
 */
import Big from "big.js";
import type { Order } from "../../orders/order.ts";
import { formatMinor, minorDigits } from "../../platform/money.ts";
import { share } from "./share.ts";

const MAX_DIGITS = 2;

/** A line of the order, or its shipping. Amounts are in units, and contain their tax if the order's prices do. */
export interface Part {
  /** Index of the line; null: the shipping. */
  line: number | null;
  /** Of a line; of the shipping 1. */
  quantity: Big;
  /** Before discounts. */
  amount: number;
  /** Its own discount and its share of the order's, which is spread over the lines in proportion. */
  discount: number;
  isTaxable: boolean;
  /** What the order states: the rate in per cent, and the tax in units, charged after all discounts. */
  stated: { rate: string | null; tax: Big | null };
}

export interface OrderAmounts {
  /** The lines in their order, then the shipping if there is any. */
  parts: readonly Part[];
  /** In units, as the next two. */
  tax: number;
  total: number;
  discount: number;
  /** Prices, discounts and shipping contain their tax. */
  isInside: boolean;
  /** Decimal places of a unit. */
  digits: number;
}

/** Amount that is taxed: after discounts. */
export function baseOf({ amount, discount }: Part): number {
  return amount - discount;
}

/** The order's amounts. Throws RangeError for an order with `tooFineAmount`. */
export function orderAmounts(order: Order): OrderAmounts {
  const units = (minor: number): number => toUnits(minor, order.currency);
  const left = order.lines.map((line) => units(line.amountMinor) - units(line.discountMinor));
  const shares = share(units(order.discountMinor), left.map(BigInt));
  const lines = order.lines.map((line, index): Part => ({
    line: index,
    quantity: new Big(line.quantity),
    amount: units(line.amountMinor),
    discount: units(line.discountMinor) + (shares[index] ?? 0),
    isTaxable: line.taxable,
    stated: statedOf(order.currency, line.taxRate, line.taxMinor),
  }));
  return {
    parts: order.shippingMinor === 0 ? lines : [...lines, shippingOf(order)],
    tax: units(order.taxMinor),
    total: units(order.totalMinor),
    discount: lines.reduce((sum, { discount }) => sum + discount, 0),
    isInside: order.pricesIncludeTax === true,
    digits: digitsOf(order.currency),
  };
}

function shippingOf(order: Order): Part {
  return {
    line: null,
    quantity: new Big(1),
    amount: toUnits(order.shippingMinor, order.currency),
    discount: 0,
    isTaxable: false,
    stated: statedOf(order.currency, order.shippingTaxRate, order.shippingTaxMinor),
  };
}

/** A tax that is stated need not fit units: it only states a rate, or a share of the order's tax. */
function statedOf(currency: string, rate: string | undefined, taxMinor: number | undefined): Part["stated"] {
  return { rate: rate ?? null, tax: taxMinor === undefined ? null : new Big(taxMinor).div(minorPerUnit(currency)) };
}

/** The first amount of the order that has more decimals than QuickBooks keeps, as text, and what it is; null if none. */
export function tooFineAmount(order: Order): { what: string; amount: string } | null {
  const amounts: [what: string, minor: number][] = [
    ...order.lines.flatMap((line, index): [string, number][] => [
      [`The amount of line ${index + 1}`, line.amountMinor],
      [`The discount of line ${index + 1}`, line.discountMinor],
    ]),
    ["Its discount", order.discountMinor],
    ["Its shipping", order.shippingMinor],
    ["Its tax", order.taxMinor],
  ];
  const found = amounts.find(([, minor]) => minor % minorPerUnit(order.currency) !== 0);
  return found ? { what: found[0], amount: formatMinor(found[1], order.currency) } : null;
}

/** Units as a decimal with the digits of a unit: 1250 → "12.50". */
export function formatUnits(units: number, digits: number): string {
  return new Big(units).div(new Big(10).pow(digits)).toFixed(digits);
}

/** Units as the currency's minor units. */
export function minorOf(units: number, currency: string): number {
  return units * minorPerUnit(currency);
}

function toUnits(minor: number, currency: string): number {
  const perUnit = minorPerUnit(currency);
  if (minor % perUnit !== 0)
    throw new RangeError(`${formatMinor(minor, currency)} has more decimals than QuickBooks keeps`);
  return minor / perUnit;
}

function minorPerUnit(currency: string): number {
  return 10 ** (minorDigits(currency) - digitsOf(currency));
}

function digitsOf(currency: string): number {
  return Math.min(minorDigits(currency), MAX_DIGITS);
}
