/**
 * Every delivery that carried a valid signature: its content and our response. An accepted `webhook-id` is unique per
 * instance; after a refusal, the sender may fix the delivery and send it again. Of a delivery with a wrong signature only
 * the count is stored.
 */
import { type SQL, sql } from "drizzle-orm";
import { index, integer, primaryKey, sqliteTable, text, uniqueIndex } from "drizzle-orm/sqlite-core";

/** The conditions of partial indexes: a query has to repeat them word for word. */
export const HAS_BODY: SQL = sql`body <> ''`;
export const IS_REFUSED: SQL = sql`outcome = 'rejected'`;
export const IS_UNSETTLED: SQL = sql`outcome = 'rejected' AND settled_at IS NULL`;
export const IS_SETTLED: SQL = sql`outcome = 'rejected' AND settled_at IS NOT NULL`;

/**
 * How a refusal was settled: the same order or invoice was accepted since, a person set it aside, or the sender repeated
 * the delivery and it was refused again, so the newer refusal stands for it.
 */
export const SETTLEMENTS = ["accepted", "set_aside", "repeated"] as const;

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
    /** Of a refused one: what it is about, if that could be read: `order:<its ID>` or `invoice:<its ID>`. */
    about: text("about"),
    /** Of a refused one: the number of that order or invoice, if that could be read. */
    number: text("number"),
    /** Of a refused one: when and how it was settled; null while it needs a person. */
    settledAt: text("settled_at"),
    settledAs: text("settled_as", { enum: SETTLEMENTS }),
    /** As it was received; empty once it is no longer kept (deliveries.ts). */
    body: text("body").notNull(),
  },
  (t) => [
    uniqueIndex("order_events_accepted")
      .on(t.instanceId, t.webhookId)
      .where(sql`outcome = 'accepted'`),
    index("order_events_recent").on(t.instanceId, t.receivedAt),
    index("order_events_with_body").on(t.receivedAt).where(HAS_BODY),
    index("order_events_refused").on(t.id).where(IS_REFUSED),
    index("order_events_unsettled").on(t.instanceId, t.webhookId).where(IS_UNSETTLED),
    index("order_events_unsettled_about").on(t.instanceId, t.about).where(IS_UNSETTLED),
    index("order_events_settled").on(t.instanceId, t.id).where(IS_SETTLED),
    index("order_events_by_order")
      .on(t.orderId)
      .where(sql`order_id IS NOT NULL`),
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

/** Deliveries of an instance in one hour, for the quota and for the count of wrong signatures. */
export const deliveryCounts = sqliteTable(
  "delivery_counts",
  {
    instanceId: text("instance_id").notNull(),
    /** UTC, e.g. `2026-11-20T10`. */
    hour: text("hour").notNull(),
    accepted: integer("accepted").notNull().default(0),
    wrongSignatures: integer("wrong_signatures").notNull().default(0),
    lastWrongAt: text("last_wrong_at"),
  },
  (t) => [
    primaryKey({ columns: [t.instanceId, t.hour] }),
    index("delivery_counts_by_hour").on(t.hour),
    index("delivery_counts_wrong")
      .on(t.hour)
      .where(sql`wrong_signatures > 0`),
  ],
);
