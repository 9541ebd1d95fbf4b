/**
 * The orders as the order systems sent them, newest event only. `body` is the parsed order (orders/order.ts) as JSON;
 * the other columns are what lists filter and sort by.
 */
import { sql } from "drizzle-orm";
import { index, integer, sqliteTable, text, uniqueIndex } from "drizzle-orm/sqlite-core";

export const orders = sqliteTable(
  "orders",
  {
    id: text("id").primaryKey(),
    instanceId: text("instance_id").notNull(),
    externalId: text("external_id").notNull(),
    status: text("status", { enum: ["open", "shipped", "cancelled"] }).notNull(),
    number: text("number").notNull(),
    customerName: text("customer_name").notNull(),
    currency: text("currency").notNull(),
    totalMinor: integer("total_minor").notNull(),
    placedAt: text("placed_at"),
    shippedAt: text("shipped_at"),
    /** Calendar date that Fulfillment filters and sorts by: the date of shipped_at, otherwise of the event. */
    shippedOn: text("shipped_on").notNull(),
    /**
     * True while the order has an invoice that is not void; kept up to date by `refreshIsInvoiced` in the batch of the
     * change.
     */
    isInvoiced: integer("is_invoiced", { mode: "boolean" }).notNull().default(false),
    /** JSON of the order; null if it was cancelled before we heard of it. */
    body: text("body"),
    /** Envelope timestamp of the newest event. */
    eventAt: text("event_at").notNull(),
    createdAt: text("created_at").notNull(),
    updatedAt: text("updated_at").notNull(),
    rowVersion: integer("row_version").notNull().default(0),
  },
  (t) => [
    uniqueIndex("orders_external").on(t.instanceId, t.externalId),
    index("orders_to_invoice")
      .on(t.shippedOn, t.id)
      .where(sql`status = 'shipped' AND is_invoiced = 0`),
    index("orders_by_status").on(t.status, t.shippedOn, t.id),
    index("orders_by_date").on(t.shippedOn, t.id),
    index("orders_by_instance").on(t.instanceId, t.shippedOn, t.id),
    index("orders_by_number").on(t.number),
  ],
);
