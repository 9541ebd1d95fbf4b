/**
 * The payload that will be or was sent, from the very function that sends. Reads links only; what is not in
 * QuickBooks yet stands there as a name in brackets, since its ID is made at the push.
 */
import type { Connection } from "../../connections/connection.ts";
import { findLinks } from "../../mapping/links.ts";
import { findConnection } from "../../connections/store.ts";
import { findInstance } from "../../instances/store.ts";
import type { InvoiceRow } from "../invoice-row.ts";
import { readContent } from "../../invoices/invoice.ts";
import type { Db } from "../../platform/db.ts";
import type { PushError } from "../../failures/push-error.ts";
import { type Warning, readWarnings } from "../../failures/warning.ts";
import { noConnection } from "../../failures/own-errors.ts";
import { nextRevision } from "../revision.ts";
import { customerKeyOf } from "../../mapping/resolve-customer.ts";
import { itemKeysOf } from "../../mapping/resolve-items.ts";
import { type ResolvedLinks, discountMinor, toQboInvoice } from "../../mapping/to-qbo-invoice.ts";

export type Preview = { json: string; warnings: Warning[]; frozen: boolean } | { missing: PushError };

/** The frozen bytes where there are any and nothing changed since; else what would be sent now. */
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
    row.qboInvoiceId !== null && row.qboSyncToken !== null
      ? { qboInvoiceId: row.qboInvoiceId, syncToken: row.qboSyncToken }
      : null;
  const mapped = toQboInvoice({
    invoiceId: row.id,
    revision: nextRevision(row),
    content,
    docNumber: row.docNumber,
    company: connection.company,
    customerMode: connection.customerMode,
    links: await knownLinks(db, connection, row),
    existing,
  });
  return { ...mapped, frozen: false };
}

async function knownLinks(db: Db, connection: Connection, row: InvoiceRow): Promise<ResolvedLinks> {
  const content = readContent(row.body);
  const { order } = content;
  const customerKey = customerKeyOf(connection, row.instanceId, content);
  const customer = (await findLinks(db, connection.id, "customer", [customerKey.key])).get(customerKey.key);
  const keys = itemKeysOf(content);
  const items = await findLinks(db, connection.id, "item", [
    ...keys.map((item) => item.key),
    "name:shipping",
    "name:discount",
  ]);
  const codes = await findLinks(
    db,
    connection.id,
    "tax_code",
    [connection.salesTaxCode, connection.zeroRateCode].flatMap((code) => (code ? [`name:${code.toLowerCase()}`] : [])),
  );
  const codeOf = (name: string | null) =>
    codes.get(`name:${(name ?? "").toLowerCase()}`)?.qboId ?? pending(name ?? "tax code");
  return {
    customerId: customer?.qboId ?? pending(customerKey.name),
    itemIds: keys.map((item) => items.get(item.key)?.qboId ?? pending(item.name)),
    shippingItemId:
      order.shippingMinor > 0 && !connection.company.allowShipping
        ? (items.get("name:shipping")?.qboId ?? pending("Shipping"))
        : null,
    discountItemId:
      discountMinor(order) > 0 && !connection.company.allowDiscount
        ? (items.get("name:discount")?.qboId ?? pending("Discount"))
        : null,
    taxCodes: { sales: codeOf(connection.salesTaxCode), zero: codeOf(connection.zeroRateCode) },
    warnings: [...(customer?.warnings ?? []), ...keys.flatMap((item) => items.get(item.key)?.warnings ?? [])],
  };
}

/** Stands for an ID that does not exist before the push. */
function pending(name: string): string {
  return `[${name}]`;
}
