/**
 * Invoices as a kind of document. Only combines functions of invoices/, mapping/ and quickbooks/; has no rules of its own.
 */
import { type InferSelectModel, getTableColumns } from "drizzle-orm";
import { z } from "zod";
import { timeZoneOf } from "../connections/time-zone.ts";
import { readContent } from "../invoices/invoice.ts";
import { invoices } from "../invoices/schema.ts";
import { isCustomerTaxable } from "../mapping/customer-taxable.ts";
import { desiredCustomer } from "../mapping/desired-customer.ts";
import { FittedTexts } from "../mapping/fitted-texts.ts";
import { resolveLinks } from "../mapping/resolve-links.ts";
import { planOrder } from "../mapping/tax/plan-order.ts";
import { mayBeExempt, totalWarnings } from "../mapping/tax/total-policy.ts";
import { docNumberOf, toQboInvoice } from "../mapping/to-qbo-invoice.ts";
import { invoiceNotifications } from "../notifications/invoice-events.ts";
import { refreshIsInvoiced } from "../orders/store.ts";
import {
  type WrittenInvoice,
  createInvoice,
  findInvoicesByNumbers,
  findInvoicesCreatedIn,
  isVoided,
  readInvoice,
  updateInvoice,
  voidInvoice,
} from "../quickbooks/invoices.ts";
import { LETTERS } from "../quickbooks/letters.ts";
import { readPayment } from "../quickbooks/payments.ts";
import { decimal } from "../quickbooks/wire.ts";
import type { DocumentKind, FrozenDocument, KnownDocument, WrittenDocument } from "./document-kind.ts";
import { readFrozenPayload } from "./frozen-payload.ts";

/** What an invoice says; times and version are those of its push. */
export type InvoiceContentRow = Omit<InferSelectModel<typeof invoices>, "formerState" | "createdAt" | "updatedAt">;

const { formerState: _state, createdAt: _createdAt, updatedAt: _updatedAt, ...columns } = getTableColumns(invoices);
export const INVOICE_CONTENT_COLUMNS = columns;

const reference = z.object({ value: z.string() });
const frozenInvoice = z
  .object({
    DocNumber: z.string(),
    CustomerRef: reference,
    ShipAddr: z.unknown().optional(),
    Line: z.array(z.object({ SalesItemLineDetail: z.object({ ItemRef: reference }).optional() })),
    TxnTaxDetail: z.object({ TotalTax: decimal }).nullish(),
  })
  .transform((payload): FrozenDocument => ({
    number: payload.DocNumber,
    customerId: payload.CustomerRef.value,
    hasShippingAddress: payload.ShipAddr !== undefined,
    totalTax: payload.TxnTaxDetail?.TotalTax ?? null,
    itemIds: payload.Line.flatMap((line) => line.SalesItemLineDetail?.ItemRef.value ?? []),
  }));

export const invoiceKind: DocumentKind<InvoiceContentRow & KnownDocument> = {
  noun: "invoice",
  table: invoices,
  columns,
  alsoWrite: (db, before, after, now) => [
    ...(after.state === "voided" ? [refreshIsInvoiced(db, after.orderId)] : []),
    ...invoiceNotifications(db, before, after, now),
  ],

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
      letters: connection.letters,
      customerMode: connection.customerMode,
      links,
      tax,
      existing:
        isUpdate && row.qboId !== null && row.qboSyncToken !== null
          ? { qboInvoiceId: row.qboId, syncToken: row.qboSyncToken }
          : null,
    });
    return { ...mapped, warnings: [...mapped.warnings, ...warnings] };
  },
  readFrozen: (payload) => readFrozenPayload(frozenInvoice, payload),
  searchTerms: (row, connection) => ({
    // What the company keeps may have been learned since.
    numbers: [...new Set([row.number, row.docNumber ?? row.number].flatMap(spellingsOf))],
    customerKey: desiredCustomer(connection, row.instanceId, readContent(row.body).order).key,
  }),

  entity: "invoice",
  payments: {
    entity: "payment",
    read: async (qb, id) => {
      const payment = await readPayment(qb, id);
      return payment && { date: payment.date, documentIds: payment.invoiceIds };
    },
  },
  send: async (qb, operation, { bytes, requestId, permit }) => {
    switch (operation) {
      case "create":
        return written(await createInvoice(qb, bytes, requestId, permit));
      case "update":
        return written(await updateInvoice(qb, bytes, requestId, permit));
      case "void":
        return written(await voidInvoice(qb, bytes, requestId, permit));
    }
  },
  read: readInvoice,
  findByNumbers: findInvoicesByNumbers,
  findCreatedIn: findInvoicesCreatedIn,
  isVoided,
};

/** A document number as companies get it, whatever they keep. */
function spellingsOf(number: string): string[] {
  return LETTERS.map((letters) => docNumberOf(number, new FittedTexts(letters)));
}

function written({ invoice, httpStatus, intuitTid }: WrittenInvoice): WrittenDocument {
  return { document: invoice, httpStatus, intuitTid };
}
