/** Finds invoices for tests by the order systems' IDs. */
import { and, eq } from "drizzle-orm";
import { invoices } from "../../src/invoices/schema.ts";
import type { Db } from "../../src/platform/db.ts";
import { type InvoiceRow, selectInvoices } from "../../src/invoicing/invoice-row.ts";

/** The invoice that an instance knows by this ID, or null. */
export async function findByExternalId(db: Db, instanceId: string, externalId: string): Promise<InvoiceRow | null> {
  const isIt = and(eq(invoices.instanceId, instanceId), eq(invoices.externalId, externalId));
  const [row] = await selectInvoices(db).where(isIt).limit(1);
  return row ?? null;
}

/** The invoices of an order, oldest first; void ones too. */
export async function listOfOrder(db: Db, orderId: string): Promise<InvoiceRow[]> {
  return selectInvoices(db).where(eq(invoices.orderId, orderId)).orderBy(invoices.id);
}
