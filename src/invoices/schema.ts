/**
 * The invoices and their content. Their deliveries are in `pushes` (pushes/schema.ts), one row for each invoice. The
 * delivery columns that this table still has belong to the former version; triggers maintain them, and nothing here
 * uses them but `state` (docs/decisions/0013-one-ledger.md). They go with the next release.
 */
import { sql } from "drizzle-orm";
import { index, integer, sqliteTable, text, uniqueIndex } from "drizzle-orm/sqlite-core";

export const invoices = sqliteTable(
  "invoices",
  {
    id: text("id").primaryKey(),
    instanceId: text("instance_id").notNull(),
    /** The order system's ID; null for an invoice from Fulfillment until its `invoice.created` arrives. */
    externalId: text("external_id"),
    orderId: text("order_id").notNull(),
    orderExternalId: text("order_external_id").notNull(),
    orderNumber: text("order_number").notNull(),
    madeBy: text("made_by", { enum: ["webhook", "fulfillment"] }).notNull(),

    // Its content. `body` is JSON of `InvoiceContent` (invoices/invoice.ts).
    number: text("number").notNull(),
    /** Another number for QuickBooks, chosen by a person because this one is taken there. */
    docNumber: text("doc_number"),
    date: text("date").notNull(),
    dueDate: text("due_date"),
    customerName: text("customer_name").notNull(),
    currency: text("currency").notNull(),
    totalMinor: integer("total_minor").notNull(),
    body: text("body").notNull(),
    /** Envelope timestamp of the newest event. */
    eventAt: text("event_at").notNull(),

    /** For the former version. Empty means to its triggers that the ledger creates the push. */
    formerState: text("state").notNull().default(""),
    createdAt: text("created_at").notNull(),
    updatedAt: text("updated_at").notNull(),
  },
  (t) => [
    uniqueIndex("invoices_external")
      .on(t.instanceId, t.externalId)
      .where(sql`external_id IS NOT NULL`),
    index("invoices_by_order").on(t.orderId),
    index("invoices_by_number").on(t.number),
    index("invoices_by_total").on(t.totalMinor),
  ],
);
