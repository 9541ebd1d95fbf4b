/**
 * Invoices as a kind of document. Only combines functions of mapping/ and quickbooks/; has no rules of its own.
 */
import { timeZoneOf } from "../connections/time-zone.ts";
import { readContent } from "../invoices/invoice.ts";
import { resolveLinks } from "../mapping/resolve-links.ts";
import { toQboInvoice } from "../mapping/to-qbo-invoice.ts";
import {
  createInvoice,
  findInvoicesByNumbers,
  findInvoicesCreatedIn,
  readInvoice,
  updateInvoice,
  voidInvoice,
} from "../quickbooks/invoices.ts";
import type { DocumentKind } from "./document-kind.ts";

export const invoiceDocument: DocumentKind = {
  map: async ({ context, qb, row, revision, keepLease }) => {
    const content = readContent(row.body);
    const links = await resolveLinks({ context, qb, instanceId: row.instanceId, content, keepLease });
    const isUpdate = row.operation === "update";
    return toQboInvoice({
      invoiceId: row.id,
      revision,
      content,
      docNumber: row.docNumber,
      company: context.connection.company,
      timeZone: timeZoneOf(context.connection),
      letters: context.connection.letters,
      customerMode: context.connection.customerMode,
      links,
      existing:
        isUpdate && row.qboInvoiceId !== null && row.qboSyncToken !== null
          ? { qboInvoiceId: row.qboInvoiceId, syncToken: row.qboSyncToken }
          : null,
    });
  },
  send: (qb, operation, { bytes, requestId, permit }) => {
    switch (operation) {
      case "create":
        return createInvoice(qb, bytes, requestId, permit);
      case "update":
        return updateInvoice(qb, bytes, requestId, permit);
      case "void":
        return voidInvoice(qb, bytes, requestId, permit);
    }
  },
  read: readInvoice,
  findByNumbers: findInvoicesByNumbers,
  findCreatedIn: findInvoicesCreatedIn,
};
