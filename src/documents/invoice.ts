/**
 * Invoices as a kind of document. Only combines functions of mapping/ and quickbooks/; has no rules of its own.
 */
import { timeZoneOf } from "../connections/time-zone.ts";
import { readContent } from "../invoices/invoice.ts";
import { isCustomerTaxable } from "../mapping/customer-taxable.ts";
import { resolveLinks } from "../mapping/resolve-links.ts";
import { planOrder } from "../mapping/tax/plan-order.ts";
import { mayBeExempt, totalWarnings } from "../mapping/tax/total-policy.ts";
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
    const { connection } = context;
    const content = readContent(row.body);
    const tax = planOrder(connection, content);
    // What is refused for its own sake leaves no customer or item behind.
    totalWarnings({ connection, content, tax, isTaxableCustomer: true });
    const task = { context, qb, instanceId: row.instanceId, content, keepLease };
    const links = await resolveLinks(task);
    const isTaxableCustomer = !mayBeExempt(tax) || (await isCustomerTaxable(task, links));
    const warnings = totalWarnings({ connection, content, tax, isTaxableCustomer });
    const isUpdate = row.operation === "update";
    const mapped = toQboInvoice({
      invoiceId: row.id,
      revision,
      content,
      docNumber: row.docNumber,
      company: connection.company,
      timeZone: timeZoneOf(connection),
      customerMode: connection.customerMode,
      links,
      tax,
      existing:
        isUpdate && row.qboInvoiceId !== null && row.qboSyncToken !== null
          ? { qboInvoiceId: row.qboInvoiceId, syncToken: row.qboSyncToken }
          : null,
    });
    return { ...mapped, warnings: [...mapped.warnings, ...warnings] };
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
