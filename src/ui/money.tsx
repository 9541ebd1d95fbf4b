/**
 * Amounts for people: tabular figures, the currency named where it is not plain from the place.
 */
import { displayMinor } from "../platform/money.ts";

/** `minor` in minor units of `currency`. */
export function Money({ minor, currency }: { minor: number; currency: string }) {
  return <span class="money">{displayMinor(minor, currency)}</span>;
}
