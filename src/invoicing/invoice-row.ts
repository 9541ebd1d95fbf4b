/**
 * An invoice and its push as one flat row. Every read of both for pages, API and inbox starts here; pushes/ itself reads
 * the same row through the kind (pushes/document-row.ts). Writes nothing.
 */
import { type InferInsertModel, type SQL, sql } from "drizzle-orm";
import { invoices } from "../invoices/schema.ts";
import { INVOICE_CONTENT_COLUMNS, type InvoiceContentRow } from "../kinds/invoice.ts";
import type { Db } from "../platform/db.ts";
import { DELIVERY_COLUMNS, type Delivery, isPushOf, isPushOfAny } from "../pushes/document-row.ts";
import { pushes } from "../pushes/schema.ts";

export type InvoiceRow = InvoiceContentRow & Delivery;

type NewDelivery = Omit<InferInsertModel<typeof pushes>, "kind" | "documentId" | "documentDate">;
/** A row to be inserted; columns that are left out get their default. */
export type NewInvoiceRow = Omit<InferInsertModel<typeof invoices>, "formerState"> & NewDelivery;

/** No two columns have the same SQL name: D1 returns the rows of a batch by name. */
export const INVOICE_COLUMNS = { ...INVOICE_CONTENT_COLUMNS, ...DELIVERY_COLUMNS };

/** Joins an invoice to its push. */
export const IS_ITS_INVOICE: SQL = sql`${pushes.kind} = 'invoice' AND ${invoices.id} = ${pushes.documentId}`;

/** `SELECT` of flat rows; conditions and sort order may use the columns of `pushes` and `invoices`. */
export function selectInvoices(db: Db) {
  return db.select(INVOICE_COLUMNS).from(pushes).innerJoin(invoices, IS_ITS_INVOICE);
}

/** The row, or null. */
export async function findInvoice(db: Db, id: string): Promise<InvoiceRow | null> {
  const [row] = await selectInvoices(db)
    .where(isPushOf({ kind: "invoice", id }))
    .limit(1);
  return row ?? null;
}

/** The row, which must exist. */
export async function loadInvoice(db: Db, id: string): Promise<InvoiceRow> {
  const row = await findInvoice(db, id);
  if (!row) throw new Error(`No invoice ${id}`);
  return row;
}

/** Rows of the given IDs. */
export async function listInvoicesById(db: Db, ids: readonly string[]): Promise<InvoiceRow[]> {
  if (ids.length === 0) return [];
  return selectInvoices(db).where(isPushOfAny("invoice", ids));
}
