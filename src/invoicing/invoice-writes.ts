/**
 * Creates and changes an invoice together with its push, in one batch: its content goes into `invoices`, the rest through
 * the ledger. A change of content also raises the version of the push, so a decision made on the former row writes
 * nothing.
 */
import { type SQL, and, eq, getTableColumns, sql } from "drizzle-orm";
import { invoices } from "../invoices/schema.ts";
import type { BatchItem, Db } from "../platform/db.ts";
import { insertWhere } from "../platform/insert-where.ts";
import type { Delivery } from "../pushes/document-row.ts";
import type { InvoiceRow, NewInvoiceRow } from "./invoice-row.ts";
import { sortNumberOf } from "./lists/order.ts";
import { type NewPush, moveRow, open } from "../pushes/ledger.ts";
import { pushes } from "../pushes/schema.ts";

const PUSH_COLUMNS = getTableColumns(pushes);
const CONTENT_COLUMNS = getTableColumns(invoices);

/** Creates the invoice if `condition` holds, and opens its push. */
export function makeInvoice(db: Db, row: NewInvoiceRow, condition: SQL): BatchItem[] {
  return [insertWhere(db, invoices, row, condition), open(db, "invoice", [pushOf(row)])];
}

/**
 * Writes a patch that was decided on the row as read, if the row is still unchanged (`guard` as in the ledger's
 * `moveRow`). The last statement is the ledger's: with `returning` it shows whether anything was written.
 */
export function changeInvoice(
  db: Db,
  row: InvoiceRow,
  patch: Partial<InvoiceRow>,
  { now, guard }: { now: Date; guard?: SQL },
) {
  const said = part(patch, CONTENT_COLUMNS, (key) => !(key in PUSH_COLUMNS));
  const delivery: Partial<Delivery> & { documentDate?: string } = part(patch, PUSH_COLUMNS, () => true);
  if (patch.date !== undefined) delivery.documentDate = patch.date;
  if (patch.number !== undefined) delivery.sortNumber = sortNumberOf(patch.number);
  const moved = moveRow(db, row, delivery, { now, guard });
  if (Object.keys(said).length === 0) return { content: [], moved };
  const isSo =
    guard ??
    sql`(select row_version from pushes where kind = 'invoice' and document_id = ${row.id}) = ${row.rowVersion}`;
  const content = db
    .update(invoices)
    .set({ ...said, updatedAt: now.toISOString() })
    .where(and(eq(invoices.id, row.id), isSo));
  return { content: [content] satisfies BatchItem[], moved };
}

/** The push of a new invoice. */
export function pushOf(row: NewInvoiceRow): NewPush {
  const { id, date, ...rest } = row;
  return { ...rest, documentId: id, documentDate: date, sortNumber: sortNumberOf(row.number) };
}

function part(patch: Partial<InvoiceRow>, columns: object, isIn: (key: string) => boolean): Partial<InvoiceRow> {
  return Object.fromEntries(
    Object.entries(patch).filter(([key, value]) => value !== undefined && key in columns && isIn(key)),
  );
}
