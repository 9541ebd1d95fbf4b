/**
 * The payload that will be or was sent, made by the same mapping as a real push. It creates nothing in QuickBooks: a
 * record that does not exist there yet is shown as its name in brackets.
 */
import type { Connection } from "../../connections/connection.ts";
import { timeZoneOf } from "../../connections/time-zone.ts";
import { findConnection } from "../../connections/store.ts";
import { findInstance } from "../../instances/store.ts";
import type { InvoiceRow } from "../invoice-row.ts";
import { type InvoiceContent, readContent } from "../../invoices/invoice.ts";
import type { Db } from "../../platform/db.ts";
import type { PushError } from "../../failures/push-error.ts";
import { type Warning, readWarnings } from "../../failures/warning.ts";
import { LocalRefusal } from "../../failures/local-refusal.ts";
import { noConnection } from "../../failures/own-errors.ts";
import { nextRevision } from "../../pushes/revision.ts";
import { toQboInvoice } from "../../mapping/to-qbo-invoice.ts";
import { knownLinks } from "../../mapping/known-links.ts";
import { type PlannedTax, planOrder } from "../../mapping/tax/plan-order.ts";

export type Preview = { json: string; warnings: Warning[]; frozen: boolean } | { missing: PushError };

/** The frozen bytes if there are any and nothing has changed since; otherwise what would be sent now. */
export async function previewPayload(db: Db, row: InvoiceRow): Promise<Preview> {
  const isFrozen =
    row.frozenPayload !== null && (row.frozenContentVersion === row.contentVersion || row.sentAt !== null);
  if (isFrozen && row.frozenPayload !== null) {
    return { json: row.frozenPayload, warnings: readWarnings(row.frozenWarnings), frozen: true };
  }
  const instance = await findInstance(db, row.instanceId);
  if (!instance) throw new Error(`Invoice ${row.id} has no instance`);
  const connectionId = row.connectionId ?? instance.connectionId;
  const connection = connectionId === null ? null : await findConnection(db, connectionId);
  if (!connection) return { missing: noConnection(instance) };
  const content = readContent(row.body);
  const existing =
    row.qboId !== null && row.qboSyncToken !== null ? { qboInvoiceId: row.qboId, syncToken: row.qboSyncToken } : null;
  const tax = planned(connection, content);
  if ("missing" in tax) return tax;
  const mapped = toQboInvoice({
    invoiceId: row.id,
    revision: nextRevision(row),
    content,
    docNumber: row.docNumber,
    company: connection.company,
    timeZone: timeZoneOf(connection),
    letters: connection.letters,
    customerMode: connection.customerMode,
    links: await knownLinks(db, connection, row.instanceId, content.order),
    tax,
    existing,
  });
  return { ...mapped, frozen: false };
}

/** The tax plan, or why there is none. */
function planned(connection: Connection, content: InvoiceContent): PlannedTax | { missing: PushError } {
  try {
    return planOrder(connection, content);
  } catch (error) {
    if (error instanceof LocalRefusal) return { missing: error.error };
    throw error;
  }
}
