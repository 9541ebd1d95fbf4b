/**
 * Every delivery that carried a valid signature: its content and our response. An accepted `webhook-id` is unique per
 * instance; after a rejection, the sender may fix the delivery and send it again.
 */
import { type SQL, sql } from "drizzle-orm";
import { index, integer, sqliteTable, text, uniqueIndex } from "drizzle-orm/sqlite-core";

/** The condition of a partial index: a query has to repeat it word for word. */
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
    /** What it did: an `Effect` (decision.ts). */
    effect: text("effect"),
    httpStatus: integer("http_status").notNull(),
    /** JSON list of `{path, message}`, as in the response. */
    errors: text("errors"),
    invoiceId: text("invoice_id"),
    orderId: text("order_id"),
    /** As it was received; empty once it is no longer kept (deliveries.ts). */
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

/** Voids of invoices that we don't have yet; a later `invoice.created` finds them here. */
export const rememberedVoids = sqliteTable(
  "remembered_voids",
  {
    instanceId: text("instance_id").notNull(),
    externalId: text("external_id").notNull(),
    eventAt: text("event_at").notNull(),
  },
  (t) => [uniqueIndex("remembered_voids_key").on(t.instanceId, t.externalId)],
);
