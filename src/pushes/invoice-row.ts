/**
 * An invoice and its push as one flat row: what it says, and how far its delivery has come. All that reads both begins
 * here. Writes nothing: a push is written by the ledger alone (ledger.ts).
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
/** A row that is to be made; what is left out takes its default. */
export type NewInvoiceRow = Omit<InferInsertModel<typeof invoices>, "formerState"> & NewDelivery;

const { formerState: _state, createdAt: _createdAt, updatedAt: _updatedAt, ...content } = getTableColumns(invoices);
const { documentId: _id, documentDate: _date, ...delivery } = getTableColumns(pushes);
export const DELIVERY_COLUMNS = delivery;
/** No two have the same name in SQL: D1 answers the statements of a batch by name. */
export const INVOICE_COLUMNS = { ...content, ...delivery };

/** An invoice of its push. */
export const IS_ITS_INVOICE: SQL = sql`${pushes.kind} = 'invoice' AND ${invoices.id} = ${pushes.documentId}`;

/** `SELECT` of flat rows; conditions and order may name the columns of `pushes` and of `invoices`. */
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
