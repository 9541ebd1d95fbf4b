/**
 * The orders, as the order systems told us, newest telling only.
 * `body` is the parsed order (orders/order.ts) in JSON; the columns beside it are what lists filter and sort by.
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
    /** Calendar date that Fulfillment filters and sorts by: of shipped_at, else of the event. */
    shippedOn: text("shipped_on").notNull(),
    /** True while a not voided invoice for it exists; kept by `refreshIsInvoiced` in the same batch as what changes it. */
    isInvoiced: integer("is_invoiced", { mode: "boolean" }).notNull().default(false),
    /** JSON of the order; null for one that was cancelled before we ever heard of it. */
    body: text("body"),
    /** Envelope timestamp of the newest telling. */
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
  ],
);
