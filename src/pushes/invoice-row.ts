/**
 * An invoice and its push as one flat row: its content, and how far its delivery has come. Every read of both starts
 * here. Writes nothing: only the ledger writes a push (ledger.ts).
 */
import { type InferInsertModel, type InferSelectModel, type SQL, getTableColumns, sql } from "drizzle-orm";
import { invoices } from "../invoices/schema.ts";
import type { Db } from "../platform/db.ts";
import { pushes } from "./schema.ts";

/** The columns of the push; times and version are those of both. */
export type Delivery = Omit<InferSelectModel<typeof pushes>, "documentId" | "documentDate">;
type Content = Omit<InferSelectModel<typeof invoices>, "formerState" | "createdAt" | "updatedAt">;
export type InvoiceRow = Content & Delivery;

type NewDelivery = Omit<InferInsertModel<typeof pushes>, "kind" | "documentId" | "documentDate">;
/** A row to be inserted; columns that are left out get their default. */
export type NewInvoiceRow = Omit<InferInsertModel<typeof invoices>, "formerState"> & NewDelivery;

const { formerState: _state, createdAt: _createdAt, updatedAt: _updatedAt, ...content } = getTableColumns(invoices);
const { documentId: _id, documentDate: _date, ...delivery } = getTableColumns(pushes);
export const DELIVERY_COLUMNS = delivery;
/** No two columns have the same SQL name: D1 returns the rows of a batch by name. */
export const INVOICE_COLUMNS = { ...content, ...delivery };

/** Joins an invoice to its push. */
export const IS_ITS_INVOICE: SQL = sql`${pushes.kind} = 'invoice' AND ${invoices.id} = ${pushes.documentId}`;

/** `SELECT` of flat rows; conditions and sort order may use the columns of `pushes` and `invoices`. */
export function selectInvoices(db: Db) {
  return db.select(INVOICE_COLUMNS).from(pushes).innerJoin(invoices, IS_ITS_INVOICE);
}

/** The push of an invoice. */
export function isPushOf(invoiceId: string): SQL {
  return sql`${pushes.kind} = 'invoice' AND ${pushes.documentId} = ${invoiceId}`;
}

/** The pushes of these invoices, any number. */
export function isPushOfAny(invoiceIds: readonly string[]): SQL {
  return sql`${pushes.kind} = 'invoice' AND ${pushes.documentId} IN (SELECT value FROM json_each(${JSON.stringify(invoiceIds)}))`;
}
