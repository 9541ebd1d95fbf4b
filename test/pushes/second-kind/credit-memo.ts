/**
 * A second kind of document, as src/kinds/credit-memo.ts would be: a table of its own, calls of its own, and the mapping
 * of an invoice, since it has the fields of one. Nothing in src/pushes/ knows it.
 */
import { timeZoneOf } from "../../../src/connections/time-zone.ts";
import { eq, getTableColumns } from "drizzle-orm";
import { integer, sqliteTable, text } from "drizzle-orm/sqlite-core";
import { z } from "zod";
import { readContent } from "../../../src/invoices/invoice.ts";
import type { DocumentKind, KnownDocument, QboDocument } from "../../../src/kinds/document-kind.ts";
import { readFrozenPayload } from "../../../src/kinds/frozen-payload.ts";
import { planOrder } from "../../../src/mapping/tax/plan-order.ts";
import { desiredCustomer } from "../../../src/mapping/desired-customer.ts";
import { resolveLinks } from "../../../src/mapping/resolve-links.ts";
import { toQboInvoice } from "../../../src/mapping/to-qbo-invoice.ts";
import { type QuickBooks, call } from "../../../src/quickbooks/client.ts";
import { OBJECT_NOT_FOUND } from "../../../src/quickbooks/codes.ts";
import { isRefusedWith } from "../../../src/quickbooks/faults.ts";
import { equals, inList, selectAll, since, until } from "../../../src/quickbooks/query.ts";
import { isZero, readPart } from "../../../src/quickbooks/wire.ts";
import { invoice as qboCreditMemo } from "../../../src/quickbooks/wire-invoice.ts";

/** The migration that it would bring. */
export const TABLE_OF_CREDIT_MEMOS = `CREATE TABLE credit_memos (
  id text PRIMARY KEY NOT NULL, number text NOT NULL, date text NOT NULL, customer_name text NOT NULL,
  currency text NOT NULL, total_minor integer NOT NULL, body text NOT NULL, is_booked integer NOT NULL DEFAULT 0)`;

export const creditMemos = sqliteTable("credit_memos", {
  id: text("id").primaryKey(),
  number: text("number").notNull(),
  date: text("date").notNull(),
  customerName: text("customer_name").notNull(),
  currency: text("currency").notNull(),
  totalMinor: integer("total_minor").notNull(),
  body: text("body").notNull(),
  /** Written by its kind as its push is settled. */
  isBooked: integer("is_booked", { mode: "boolean" }).notNull().default(false),
});

const MAX_FOUND = 1000;
const frozen = z
  .object({ DocNumber: z.string(), CustomerRef: z.object({ value: z.string() }) })
  .transform(({ DocNumber, CustomerRef }) => ({
    number: DocNumber,
    customerId: CustomerRef.value,
    itemIds: [],
    hasShippingAddress: true,
    totalTax: null,
  }));

export const creditMemoKind: DocumentKind<typeof creditMemos.$inferSelect & KnownDocument> = {
  noun: "credit memo",
  table: creditMemos,
  columns: getTableColumns(creditMemos),
  alsoWrite: (db, _before, after) => [
    db
      .update(creditMemos)
      .set({ isBooked: after.state === "sent" })
      .where(eq(creditMemos.id, after.id)),
  ],

  map: async ({ context, qb, row, revision, keepLease }) => {
    const content = readContent(row.body);
    const links = await resolveLinks({ context, qb, instanceId: row.instanceId, content, keepLease });
    const { company, customerMode, letters } = context.connection;
    const timeZone = timeZoneOf(context.connection);
    const isUpdate = row.operation === "update" && row.qboId !== null && row.qboSyncToken !== null;
    const existing = isUpdate ? { qboInvoiceId: row.qboId ?? "", syncToken: row.qboSyncToken ?? "" } : null;
    const numbered = { ...content, number: row.number };
    const given = { invoiceId: row.id, revision, content: numbered, docNumber: null };
    const tax = planOrder(context.connection, content);
    return toQboInvoice({ ...given, company, customerMode, letters, timeZone, links, tax, existing });
  },
  readFrozen: (payload) => readFrozenPayload(frozen, payload),
  searchTerms: (row, connection) => ({
    numbers: [row.number],
    customerKey: desiredCustomer(connection, row.instanceId, readContent(row.body).order).key,
  }),

  entity: "creditmemo",
  payments: null,
  send: async (qb, operation, { bytes, requestId, permit }) => {
    const query = operation === "void" ? { operation: "void" } : {};
    const request = { kind: "write", method: "POST", path: "/creditmemo", body: bytes, requestId, query } as const;
    const { httpStatus, intuitTid, ...answer } = await call(qb, request, permit);
    return {
      document: readPart(qboCreditMemo, { httpStatus, intuitTid, ...answer }, "CreditMemo"),
      httpStatus,
      intuitTid,
    };
  },
  read: async (qb, qboId) => {
    try {
      const answer = await call(qb, { kind: "read", method: "GET", path: `/creditmemo/${qboId}` });
      return readPart(qboCreditMemo, answer, "CreditMemo");
    } catch (error) {
      if (isRefusedWith(error, OBJECT_NOT_FOUND)) return null;
      throw error;
    }
  },
  findByNumbers: (qb, numbers) => find(qb, [inList("DocNumber", [...numbers])]),
  findCreatedIn: (qb, customerId, { from, to }) =>
    find(qb, [equals("CustomerRef", customerId), since("MetaData.CreateTime", from), until("MetaData.CreateTime", to)]),
  isVoided: ({ privateNote, totalAmount }) => /^voided\b/i.test(privateNote ?? "") && isZero(totalAmount),
};

async function find(qb: QuickBooks, clauses: string[]): Promise<QboDocument[]> {
  // The product's list of entities has no credit memos yet.
  const entity = "CreditMemo" as "Invoice";
  const { rows, isComplete } = await selectAll(qb, { entity, schema: qboCreditMemo, clauses }, MAX_FOUND);
  if (!isComplete) throw new RangeError("Too many");
  return rows;
}
