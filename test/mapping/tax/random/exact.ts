/**
 * Exact fractions of whole numbers, for the judge and the order systems of the random proof: they may share no arithmetic
 * with the product or the emulator.
 */
export interface Exact {
  n: bigint;
  /** Positive. */
  d: bigint;
}

/** Reads decimal text such as `-12.50`. */
export function exact(text: string | number): Exact {
  const [, sign = "", whole = "0", fraction = ""] = /^(-?)(\d+)(?:\.(\d+))?$/.exec(String(text)) ?? [];
  const n = BigInt(whole + fraction);
  return { n: sign === "-" ? -n : n, d: 10n ** BigInt(fraction.length) };
}

export const ZERO: Exact = { n: 0n, d: 1n };

export const plus = (a: Exact, b: Exact): Exact => ({ n: a.n * b.d + b.n * a.d, d: a.d * b.d });
export const minus = (a: Exact, b: Exact): Exact => plus(a, { n: -b.n, d: b.d });
export const times = (a: Exact, b: Exact): Exact => ({ n: a.n * b.n, d: a.d * b.d });
export const sumOf = (all: readonly Exact[]): Exact => all.reduce(plus, ZERO);

/** Throws for a division by zero. */
export function over(a: Exact, b: Exact): Exact {
  if (b.n === 0n) throw new RangeError("Division by zero");
  return b.n < 0n ? { n: -a.n * b.d, d: a.d * -b.n } : { n: a.n * b.d, d: a.d * b.n };
}

/** Below, at or above zero if `a` is below, at or above `b`. */
export function compare(a: Exact, b: Exact): number {
  const difference = a.n * b.d - b.n * a.d;
  return difference < 0n ? -1 : difference > 0n ? 1 : 0;
}

export function isWithin(a: Exact, b: Exact, distance: Exact): boolean {
  const difference = minus(a, b);
  return compare(difference.n < 0n ? minus(ZERO, difference) : difference, distance) <= 0;
}

/** Rounded to so many decimals; a half goes away from zero. */
export function rounded({ n, d }: Exact, digits: number): Exact {
  const scale = 10n ** BigInt(digits);
  const size = ((n < 0n ? -n : n) * scale * 2n + d) / (d * 2n);
  return { n: n < 0n ? -size : size, d: scale };
}

/** As decimal text with so many digits; throws if it has more. */
export function decimal(value: Exact, digits: number): string {
  const { n, d } = rounded(value, digits);
  if (compare({ n, d }, value) !== 0) throw new RangeError(`${value.n}/${value.d} has more than ${digits} decimals`);
  const text = (n < 0n ? -n : n).toString().padStart(digits + 1, "0");
  const whole = text.slice(0, text.length - digits);
  return `${n < 0n ? "-" : ""}${whole}${digits === 0 ? "" : `.${text.slice(-digits)}`}`;
}
