/**
 * The names to try for a new customer or item, one after another while QuickBooks says that the name is taken. Pure.
 */
import { cleanText } from "../quickbooks/text.ts";

/** After the meaningful suffixes come 'Name (2)' to 'Name (9)': more records of one name are a mistake. */
const LAST_NUMBER = 9;

/** The name itself, then with each suffix, then with a number; each at most `maxChars` long. */
export function namesToTry(name: string, suffixes: readonly string[], maxChars: number): string[] {
  const numbers = Array.from({ length: LAST_NUMBER - 1 }, (_, index) => String(index + 2));
  return [name, ...[...suffixes, ...numbers].map((suffix) => withSuffix(name, suffix, maxChars))];
}

/** A suffix gets at most half of the length, so that part of the name is left. */
function withSuffix(name: string, suffix: string, maxChars: number): string {
  const tail = ` (${cleanText(suffix, Math.floor(maxChars / 2), { isName: true }).text})`;
  return `${cleanText(name, maxChars - tail.length, { isName: true }).text}${tail}`;
}
