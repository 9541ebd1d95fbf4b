/**
 * The invoices of one order.
 */
import { asc, eq } from "drizzle-orm";
import { invoices } from "../../invoices/schema.ts";
import type { Db } from "../../platform/db.ts";
import { type InvoiceRow, selectInvoices } from "../invoice-row.ts";

/** All of them, voided ones too, the oldest first. */
export async function listInvoicesOfOrder(db: Db, orderId: string): Promise<InvoiceRow[]> {
  return selectInvoices(db).where(eq(invoices.orderId, orderId)).orderBy(asc(invoices.id));
}
