/**
 * Exact money. Amounts are integers in the currency's minor unit (cents, yen); quantities and prices are
 * decimals (big.js). No floating-point number ever holds an amount.
 */
import Big from "big.js";

/** Minor-unit digits that differ from two (ISO 4217, table A.1). */
const MINOR_DIGITS: Readonly<Record<string, number>> = {
  BHD: 3,
  BIF: 0,
  CLP: 0,
  DJF: 0,
  GNF: 0,
  IQD: 3,
  ISK: 0,
  JOD: 3,
  JPY: 0,
  KMF: 0,
  KRW: 0,
  KWD: 3,
  LYD: 3,
  OMR: 3,
  PYG: 0,
  RWF: 0,
  TND: 3,
  UGX: 0,
  UYI: 0,
  VND: 0,
  VUV: 0,
  XAF: 0,
  XOF: 0,
  XPF: 0,
};

/** The currencies that have so many decimal places, where that is not two. */
export function currenciesOf(digits: number): string[] {
  return Object.keys(MINOR_DIGITS).filter((currency) => MINOR_DIGITS[currency] === digits);
}

/** How many decimal places the currency has. */
export function minorDigits(currency: string): number {
  return MINOR_DIGITS[currency] ?? 2;
}

/**
 * An exact decimal text as minor units: `toMinor("12.34", "USD")` is 1234. Throws a RangeError if the text has more
 * digits than the currency, or is beyond 2^53.
 */
export function toMinor(decimal: string, currency: string): number {
  const scaled = new Big(decimal).times(scaleOf(currency));
  if (!scaled.eq(scaled.round(0, Big.roundDown)))
    throw new RangeError(`${decimal} has more decimals than ${currency} has`);
  return toSafeInteger(scaled);
}

/**
 * Rounds an exact amount half up to the currency's minor unit, as QuickBooks does (docs/qbo-api.md, section 5.8, amount
 * rule).
 */
export function roundToMinor(amount: Big, currency: string): number {
  return toSafeInteger(amount.times(scaleOf(currency)).round(0, Big.roundHalfUp));
}

/** Minor units as a plain decimal with the currency's digits: 123450 → "1234.50". */
export function formatMinor(minor: number, currency: string): string {
  return new Big(minor).div(scaleOf(currency)).toFixed(minorDigits(currency));
}

/** Minor units for people, with the currency: "$1,234.50". Falls back to "XTS 12.00" for a code that is not known. */
export function displayMinor(minor: number, currency: string, locale = "en-US"): string {
  const decimal = formatMinor(minor, currency);
  const digits = minorDigits(currency);
  const format = new Intl.NumberFormat(locale, {
    style: "currency",
    currency,
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  });
  // ES2023: a string formats exactly; the type library still says number.
  return format.format(decimal as `${number}`);
}

function scaleOf(currency: string): Big {
  return new Big(10).pow(minorDigits(currency));
}

function toSafeInteger(value: Big): number {
  const integer = Number(value.toFixed(0));
  if (!Number.isSafeInteger(integer)) throw new RangeError("The amount is too large");
  return integer;
}
