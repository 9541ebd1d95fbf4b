/**
 * Amounts for people: tabular figures, and the currency unless the context makes it clear.
 */
import { displayMinor } from "../platform/money.ts";

/** `minor` in minor units of `currency`. */
export function Money({ minor, currency }: { minor: number; currency: string }) {
  return <span class="money">{displayMinor(minor, currency)}</span>;
}
