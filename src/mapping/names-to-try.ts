/**
 * The names to try for a new customer or item, one after another while QuickBooks says that the name is taken. Pure.
 */
import type { Letters } from "../quickbooks/letters.ts";
import { cleanText } from "../quickbooks/text.ts";

/** After the meaningful suffixes come 'Name (2)' to 'Name (9)': more records of one name are a mistake. */
const LAST_NUMBER = 9;

/** The name itself, then with each suffix, then with a number; each at most `maxChars` long, as a company keeps it. */
export function namesToTry(
  { name, letters }: { name: string; letters: Letters },
  suffixes: readonly string[],
  maxChars: number,
): string[] {
  const numbers = Array.from({ length: LAST_NUMBER - 1 }, (_, index) => String(index + 2));
  const fitted = (text: string, max: number): string => cleanText(text, max, letters, { isName: true }).text;
  /** A suffix gets at most half of the length, so that part of the name is left. */
  const withSuffix = (suffix: string): string => {
    const tail = ` (${fitted(suffix, Math.floor(maxChars / 2))})`;
    return `${fitted(name, maxChars - tail.length)}${tail}`;
  };
  return [name, ...[...suffixes, ...numbers].map(withSuffix)];
}
