/**
 * Whether an invoice in QuickBooks is what an update of ours made of it. It is recognised by the revision in its mark: a
 * total may be anybody's (docs/architecture.md, section 3, rule 7). Pure.
 */
import type { InvoiceRow } from "../invoice-row.ts";
import { toMinor } from "../../platform/money.ts";
import type { Invoice } from "../../quickbooks/wire.ts";
import { findMark } from "../../mapping/mark.ts";

/** Whether QuickBooks has the frozen update of the row. */
export function isWhatWeSent(row: InvoiceRow, found: Invoice): boolean {
  const mark = findMark(found.privateNote, row.id);
  if (mark === null) return false;
  if (findMark(row.frozenPayload, row.id)?.revision !== null) return mark.revision === row.revision;
  // Frozen by an earlier version, whose marks name no revision: its total has to do.
  const total = row.frozenTotalMinor ?? row.totalMinor;
  return toMinor(found.totalAmount, row.currency) === total;
}
