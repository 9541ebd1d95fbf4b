/**
 * Reads single invoices. Lists are in list.ts; what a push writes is in pushes/store.ts, what a delivery writes in inbox/.
 */
import { eq } from "drizzle-orm";
import type { Db } from "../platform/db.ts";
import type { InvoiceRow } from "./invoice.ts";
import { invoices } from "./schema.ts";

/** The invoice, or null. */
export async function findInvoice(db: Db, id: string): Promise<InvoiceRow | null> {
  const [row] = await db.select().from(invoices).where(eq(invoices.id, id)).limit(1);
  return row ?? null;
}

/** The invoice, which must exist. */
export async function loadInvoice(db: Db, id: string): Promise<InvoiceRow> {
  const row = await findInvoice(db, id);
  if (!row) throw new Error(`No invoice ${id}`);
  return row;
}
