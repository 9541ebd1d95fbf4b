/**
 * An amount that somebody searches for, as people write it: `81.35`, `$1,081.35`, `1.081,35`, `81,35 EUR`. Pure.
 */
const AMOUNT = /^(?:[A-Z]{3}|[$€£¥])?\s*(\d[\d.,'’ ]*)\s*(?:[A-Z]{3}|[$€£¥])?$/i;
/** Digits after the last dot or comma: three may be a group of thousands as well. */
const DECIMALS = /^(.*?)[.,](\d{1,3})$/;

/** How many decimals currencies have: yen, dollars, dinars. */
const MINOR_DIGITS = [0, 2, 3];

/** What the text may mean, by how many decimals a currency has; empty if it is no amount. */
export function amountsIn(text: string): { digits: number; minor: number }[] {
  const [, figures] = AMOUNT.exec(text.trim()) ?? [];
  if (figures === undefined) return [];
  const readings = new Map<string, { digits: number; minor: number }>();
  for (const [whole, decimals] of readingsOf(figures)) {
    for (const digits of MINOR_DIGITS) {
      if (/[1-9]/.test(decimals.slice(digits))) continue;
      const minor = Number(whole + decimals.slice(0, digits).padEnd(digits, "0"));
      if (Number.isSafeInteger(minor)) readings.set(`${digits}:${minor}`, { digits, minor });
    }
  }
  return [...readings.values()];
}

function readingsOf(figures: string): [string, string][] {
  const digitsOf = (part: string): string => part.replaceAll(/\D/g, "");
  const [, whole, decimals] = DECIMALS.exec(figures.trim()) ?? [];
  const asWhole: [string, string] = [digitsOf(figures), ""];
  if (whole === undefined || decimals === undefined) return [asWhole];
  const asDecimal: [string, string] = [digitsOf(whole) || "0", decimals];
  return decimals.length === 3 ? [asDecimal, asWhole] : [asDecimal];
}
