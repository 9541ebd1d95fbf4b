/**
 * Every kind of document that is delivered. A new kind is a file beside this one and a line here; nothing of pushes/
 * changes with it.
 */
import type { InvoiceRow } from "../invoices/invoice.ts";
import type { DocumentKind } from "./document-kind.ts";
import { invoiceDocument } from "./invoice.ts";

const KINDS = { invoice: invoiceDocument } as const satisfies Record<string, DocumentKind>;

/** The kind of a row; all rows are invoices as yet. */
export function kindOf(_row: Pick<InvoiceRow, "id">): DocumentKind {
  return KINDS.invoice;
}
