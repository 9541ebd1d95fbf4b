/**
 * The invoices: what each of them says. Where its delivery stands is in `pushes` (pushes/schema.ts), one row for each.
 *
 * The columns of the delivery that the table still has are the former version's; triggers keep them, and nothing here
 * knows them but `state` (docs/decisions/0013-one-ledger.md). They go with the next release.
 */
import { sql } from "drizzle-orm";
import { index, integer, sqliteTable, text, uniqueIndex } from "drizzle-orm/sqlite-core";

export const invoices = sqliteTable(
  "invoices",
  {
    id: text("id").primaryKey(),
    instanceId: text("instance_id").notNull(),
    /** The order system's ID; null for one made on Fulfillment until its `invoice.created` comes. */
    externalId: text("external_id"),
    orderId: text("order_id").notNull(),
    orderExternalId: text("order_external_id").notNull(),
    orderNumber: text("order_number").notNull(),
    madeBy: text("made_by", { enum: ["webhook", "fulfillment"] }).notNull(),

    // What it says. `body` is JSON of `InvoiceContent` (invoices/invoice.ts).
    number: text("number").notNull(),
    /** Another number for QuickBooks, chosen by a person because this one is taken there. */
    docNumber: text("doc_number"),
    date: text("date").notNull(),
    dueDate: text("due_date"),
    customerName: text("customer_name").notNull(),
    currency: text("currency").notNull(),
    totalMinor: integer("total_minor").notNull(),
    body: text("body").notNull(),
    /** Envelope timestamp of the newest telling. */
    eventAt: text("event_at").notNull(),

    /** Of the former version. An empty one tells its triggers that the ledger opens the push. */
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
  ],
);
