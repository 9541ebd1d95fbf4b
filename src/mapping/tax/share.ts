/**
 * Divides a whole number of units in proportion, without losing or inventing one: the largest remainders get what rounding
 * down leaves. Pure.
 */
import type Big from "big.js";

const WEIGHT = 1_000_000;

/**
 * `total` (0 or more) in proportion to `weights` (none negative), each share within one unit of the exact one; all of it
 * goes to the first if every weight is 0.
 */
export function share(total: number, weights: readonly bigint[]): number[] {
  const sum = weights.reduce((all, weight) => all + weight, 0n);
  if (sum === 0n) return weights.map((_, index) => (index === 0 ? total : 0));
  const whole = BigInt(total);
  const shares = weights.map((weight) => (whole * weight) / sum);
  const left = Number(whole - shares.reduce((all, one) => all + one, 0n));
  const byRemainder = weights
    .map((weight, index) => ({ index, remainder: (whole * weight) % sum }))
    .toSorted((a, b) => (a.remainder === b.remainder ? a.index - b.index : a.remainder < b.remainder ? 1 : -1));
  for (const { index } of byRemainder.slice(0, left)) shares[index] = (shares[index] ?? 0n) + 1n;
  return shares.map(Number);
}

/** Exact amounts as weights, kept to a millionth. */
export function weightOf(amount: Big): bigint {
  return BigInt(amount.times(WEIGHT).toFixed(0));
}
