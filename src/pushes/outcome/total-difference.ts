/**
 * The total that QuickBooks made of a document, compared with ours after it was sent: a difference is a warning that names
 * both, and the cause where it can be known (docs/contract.md, section 8, *Total*). Pure.
 */
import { TOTAL_DIFFERS } from "../../failures/tax-errors.ts";
import type { Warning } from "../../failures/warning.ts";
import type { QboDocument } from "../../kinds/document-kind.ts";
import { kindOf } from "../../kinds/kinds.ts";
import { formatMinor, toMinor } from "../../platform/money.ts";
import { isZero } from "../../quickbooks/wire.ts";
import type { DocumentRow } from "../document-row.ts";

/**
 * The warnings of the frozen payload with what became of its total. One that announced the difference, with its reason,
 * stays if QuickBooks made that total.
 */
export function withTotal(row: DocumentRow, found: QboDocument, frozen: readonly Warning[]): Warning[] {
  const others = frozen.filter(({ code }) => code !== TOTAL_DIFFERS);
  const theirs = minorOrNull(found.totalAmount, row.currency);
  // The total of the frozen payload; the row's own may have changed meanwhile.
  const ours = row.frozenTotalMinor ?? row.totalMinor;
  if (theirs === ours) return others;
  const shown = `${theirs === null ? found.totalAmount : formatMinor(theirs, row.currency)} ${row.currency}`;
  const announced = frozen.find(({ code, message }) => code === TOTAL_DIFFERS && message.includes(shown));
  if (announced) return [...others, announced];
  const difference = theirs === null ? "" : ` (a difference of ${formatMinor(theirs - ours, row.currency)})`;
  const message = `QuickBooks has a total of ${shown}, the order system ${formatMinor(ours, row.currency)} ${row.currency}${difference}.${causeOf(row, found)}`;
  return [...others, { code: TOTAL_DIFFERS, message }];
}

/** Whether QuickBooks charged none of the tax that was sent. */
export function isTaxLeftOut(row: DocumentRow, totalTax: string): boolean {
  const sent = sentTax(row);
  return sent !== null && !isZero(sent) && isZero(totalTax);
}

function causeOf(row: DocumentRow, { totalTax }: QboDocument): string {
  if (isTaxLeftOut(row, totalTax))
    return " It charged no tax: as a rule because the customer is exempt from tax there, or because sales tax is off.";
  const sent = minorOrNull(sentTax(row), row.currency);
  const theirs = minorOrNull(totalTax, row.currency);
  if (sent === null || theirs === null || sent === theirs) return "";
  return ` It worked out a tax of its own, ${formatMinor(theirs, row.currency)} instead of ${formatMinor(sent, row.currency)}.`;
}

function sentTax(row: DocumentRow): string | null {
  return kindOf(row).readFrozen(row.frozenPayload)?.totalTax ?? null;
}

/** Null if there is none, if the text has more decimals than the currency, or if the amount is too large. */
export function minorOrNull(decimal: string | null, currency: string): number | null {
  try {
    return decimal === null ? null : toMinor(decimal, currency);
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}
