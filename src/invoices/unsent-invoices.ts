/**
 * What Check configuration needs to know about unsent invoices: how old they are.
 */
import { sql } from "drizzle-orm";
import type { UnsentInvoices } from "../connections/check-line.ts";
import type { Connection } from "../connections/connection.ts";
import type { Db } from "../platform/db.ts";

/**
 * Dates and counts the invoices of a connection that QuickBooks does not have yet. Reads only those, through the index
 * by status.
 */
export async function readUnsent(
  db: Db,
  connection: Pick<Connection, "id" | "inventoryStartDate">,
): Promise<UnsentInvoices> {
  const [row] = await db.all<{ oldest: string | null; older: number | null }>(sql`
    SELECT min(document_date) AS oldest, sum(document_date < ${connection.inventoryStartDate}) AS older
    FROM pushes INDEXED BY pushes_by_status WHERE kind = 'invoice' AND push_status IN ('not_sent', 'queued', 'held', 'failed') AND connection_id = ${connection.id}`);
  return { oldestDate: row?.oldest ?? null, countOlder: row?.older ?? 0 };
}
