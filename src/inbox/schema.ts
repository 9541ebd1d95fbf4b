/**
 * Every delivery that carried a valid signature: what it said, and what we answered.
 * An accepted `webhook-id` is unique per instance; a rejected one may come again, mended.
 */
import { type SQL, sql } from "drizzle-orm";
import { index, integer, sqliteTable, text, uniqueIndex } from "drizzle-orm/sqlite-core";

/** The condition of a partial index: a query has to repeat these very words. */
export const HAS_BODY: SQL = sql`body <> ''`;

export const orderEvents = sqliteTable(
  "order_events",
  {
    id: text("id").primaryKey(),
    instanceId: text("instance_id").notNull(),
    webhookId: text("webhook_id").notNull(),
    type: text("type"),
    eventAt: text("event_at"),
    receivedAt: text("received_at").notNull(),
    outcome: text("outcome", { enum: ["accepted", "rejected"] }).notNull(),
    /** What it did, in a word: `stored`, `updated`, `older`, `unchanged`, `voided`, `remembered`, `test`. */
    effect: text("effect"),
    httpStatus: integer("http_status").notNull(),
    /** JSON list of `{path, message}` that was given back. */
    errors: text("errors"),
    invoiceId: text("invoice_id"),
    orderId: text("order_id"),
    /** As it came; empty once its time is over (deliveries.ts). */
    body: text("body").notNull(),
  },
  (t) => [
    uniqueIndex("order_events_accepted")
      .on(t.instanceId, t.webhookId)
      .where(sql`outcome = 'accepted'`),
    index("order_events_recent").on(t.instanceId, t.receivedAt),
    index("order_events_with_body").on(t.receivedAt).where(HAS_BODY),
  ],
);

/** Voids of invoices that we have not heard of yet (a later `invoice.created` finds them here). */
export const rememberedVoids = sqliteTable(
  "remembered_voids",
  {
    instanceId: text("instance_id").notNull(),
    externalId: text("external_id").notNull(),
    eventAt: text("event_at").notNull(),
  },
  (t) => [uniqueIndex("remembered_voids_key").on(t.instanceId, t.externalId)],
);
