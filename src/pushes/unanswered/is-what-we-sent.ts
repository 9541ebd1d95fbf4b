/**
 * Whether a document in QuickBooks is the result of our update. It is recognized by the revision in its mark: a matching
 * total proves nothing (docs/architecture.md, section 3, rule 7). Pure.
 */
import type { DocumentRow } from "../document-row.ts";
import { toMinor } from "../../platform/money.ts";
import type { QboDocument } from "../../kinds/document-kind.ts";
import { findMark } from "../../mapping/mark.ts";

/** Whether QuickBooks has the frozen update of the row. */
export function isWhatWeSent(row: DocumentRow, found: QboDocument): boolean {
  const mark = findMark(found.privateNote, row.id);
  if (mark === null) return false;
  if (findMark(row.frozenPayload, row.id)?.revision !== null) return mark.revision === row.revision;
  // Frozen by an earlier version, whose marks have no revision: compare the total instead.
  const total = row.frozenTotalMinor ?? row.totalMinor;
  return toMinor(found.totalAmount, row.currency) === total;
}
