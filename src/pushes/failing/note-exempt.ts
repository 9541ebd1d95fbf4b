/**
 * QuickBooks left out the tax of a document: somebody may have made its customer exempt since it was last read, so it is
 * read again before its next taxed document. Never throws: an answer counts whatever becomes of this.
 */
import type { QboDocument } from "../../kinds/document-kind.ts";
import { recordTaxable } from "../../mapping/links.ts";
import { causeText } from "../../platform/cause.ts";
import { log } from "../../platform/log.ts";
import type { DocumentRow } from "../document-row.ts";
import { isTaxLeftOut } from "../outcome/total-difference.ts";
import type { PushContext } from "../push-context.ts";

export async function noteExempt(
  { connection, db }: PushContext,
  row: DocumentRow,
  { customer, totalTax }: QboDocument,
): Promise<void> {
  if (row.operation === "void" || customer === null || !isTaxLeftOut(row, totalTax)) return;
  try {
    await recordTaxable(db, connection.id, customer.value, null);
  } catch (cause) {
    log("customer.taxable_lost", { connectionId: connection.id, cause: causeText(cause) });
  }
}
