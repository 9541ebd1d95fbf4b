/**
 * Every try to bring an invoice into QuickBooks, one row each, never changed afterwards; and what Intuit's webhooks
 * told, kept until it was read in QuickBooks.
 */
import { sql } from "drizzle-orm";
import { index, integer, sqliteTable, text, uniqueIndex } from "drizzle-orm/sqlite-core";

export const pushAttempts = sqliteTable(
  "push_attempts",
  {
    id: text("id").primaryKey(),
    invoiceId: text("invoice_id").notNull(),
    connectionId: text("connection_id"),
    number: integer("number").notNull(),
    operation: text("operation", { enum: ["create", "update", "void"] }).notNull(),
    requestId: text("request_id"),
    startedAt: text("started_at").notNull(),
    durationMs: integer("duration_ms").notNull(),
    outcome: text("outcome", {
      enum: ["accepted", "refused", "not_let_in", "unanswered", "found", "held", "failed"],
    }).notNull(),
    httpStatus: integer("http_status"),
    intuitTid: text("intuit_tid"),
    /** JSON of `PushError`. */
    error: text("error"),
  },
  (t) => [
    uniqueIndex("push_attempts_number").on(t.invoiceId, t.number),
    index("push_attempts_by_time").on(t.startedAt),
  ],
);

/** Intuit's webhook deliveries, kept until their work is done, and for a while after that (forget-events.ts). */
export const intuitEvents = sqliteTable(
  "intuit_events",
  {
    id: text("id").primaryKey(),
    realmId: text("realm_id").notNull(),
    entity: text("entity").notNull(),
    entityId: text("entity_id").notNull(),
    operation: text("operation").notNull(),
    eventAt: text("event_at").notNull(),
    receivedAt: text("received_at").notNull(),
    doneAt: text("done_at"),
    /** When it is to be looked at; while a worker has it: when that worker's time is over. */
    dueAt: text("due_at").notNull().default(""),
    /** Waits, without a time, until the creates that may have made its invoice have an outcome. */
    isParked: integer("is_parked", { mode: "boolean" }).notNull().default(false),
    /** JSON of what was read of the payment, so that it is read once: `{date, invoiceIds}`. */
    payment: text("payment"),
    /** JSON list of the IDs that are gone after a merge; `entity_id` is the one that stays. */
    deletedIds: text("deleted_ids"),
  },
  (t) => [
    uniqueIndex("intuit_events_once").on(t.realmId, t.entity, t.entityId, t.operation, t.eventAt),
    index("intuit_events_due")
      .on(t.realmId, t.isParked, t.dueAt)
      .where(sql`done_at IS NULL`),
    index("intuit_events_done")
      .on(t.doneAt)
      .where(sql`done_at IS NOT NULL`),
  ],
);
