/**
 * Amounts of an order's raw JSON, for the rules between its fields: what can't be read is null, since order.ts reports
 * it. Pure.
 */
import Big from "big.js";
import { minorDigits } from "../platform/money.ts";
import { fractionDigits, readDecimal } from "./field.ts";

/** Keeps every amount and every sum of a few amounts an exact integer of minor units (below 2^53). */
const MAX_AMOUNT_MINOR = new Big(2).pow(50);

/** The order's currency and its decimal places. */
export interface Money {
  code: string;
  digits: number;
}

/** Null if it is not a currency code. */
export function currencyOf(raw: unknown): Money | null {
  return typeof raw === "string" && /^[A-Z]{3}$/.test(raw) ? { code: raw, digits: minorDigits(raw) } : null;
}

/** The number in a field, or null if it can't be read; `whenMissing` if it is missing. */
export function numberOf(raw: unknown, whenMissing: Big | null = null): Big | null {
  const read = readDecimal(raw);
  if ("fault" in read) return null;
  return read.value ?? whenMissing;
}

export function sum(amounts: readonly Big[]): Big {
  return amounts.reduce((total, amount) => total.plus(amount), new Big(0));
}

/** The largest amount that is accepted. */
export function maxAmount(money: Money): Big {
  return MAX_AMOUNT_MINOR.div(new Big(10).pow(money.digits));
}

/** With the currency's digits, or more if the amount has more. */
export function shown(amount: Big, money: Money): string {
  return amount.toFixed(Math.max(money.digits, fractionDigits(amount)));
}
