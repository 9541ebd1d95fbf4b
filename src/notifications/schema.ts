/**
 * Tables of what we notify of: receivers (endpoints), notifications, alerts that are on, and failures that have not
 * been reported yet. Signing secrets are stored sealed, never in clear text.
 */
import { sql } from "drizzle-orm";
import { index, integer, sqliteTable, text, uniqueIndex } from "drizzle-orm/sqlite-core";

export const NOTIFICATION_STATES = ["waiting", "delivered", "gave_up"] as const;

/** How a try ended; null: it was not tried yet, or its last try ended in a crash. */
export const TRY_OUTCOMES = [
  "acknowledged",
  "refused",
  "redirected",
  "timeout",
  "unreachable",
  "not_allowed",
  "no_address",
  "no_secret",
] as const;

/** A receiver. `id` is `alerts` for the admins' own, otherwise the ID of the instance whose invoice events it gets. */
export const notificationEndpoints = sqliteTable("notice_endpoints", {
  id: text("id").primaryKey(),
  /** Null: nothing is sent. */
  url: text("url"),
  /** JSON list of what is sent: kinds of alerts, or types of invoice events. */
  events: text("events").notNull().default("[]"),
  sealedSecret: text("sealed_secret").notNull(),
  /** After a rotation the previous secret signs as well, until `oldSecretUntil`. */
  oldSealedSecret: text("old_sealed_secret"),
  oldSecretUntil: text("old_secret_until"),
  /** End of the lease of the worker that delivers to it now, or of the pause after a failed try; empty: free. */
  freeAt: text("free_at").notNull().default(""),
  createdAt: text("created_at").notNull(),
  updatedAt: text("updated_at").notNull(),
});

/** One message to one receiver. `id` is its `webhook-id`, the same over all tries. */
export const notifications = sqliteTable(
  "notices",
  {
    id: text("id").primaryKey(),
    endpointId: text("endpoint_id").notNull(),
    type: text("type").notNull(),
    /** What it is about, once only: e.g. an invoice and the version of its row. */
    source: text("source").notNull(),
    /** JSON of the body's `data`. */
    data: text("data").notNull(),
    /** The body's `timestamp`. */
    createdAt: text("created_at").notNull(),
    state: text("state", { enum: NOTIFICATION_STATES }).notNull(),
    /** The next try, or the end of the current one; null unless waiting. */
    dueAt: text("due_at"),
    /** The 24 hours of tries count from here: when it was made, or the last manual retry. */
    retrySince: text("retry_since").notNull(),
    /** Tries since `retrySince`. */
    tryCount: integer("try_count").notNull().default(0),
    lastTriedAt: text("last_tried_at"),
    lastOutcome: text("last_outcome", { enum: TRY_OUTCOMES }),
    lastHttpStatus: integer("last_http_status"),
    deliveredAt: text("delivered_at"),
  },
  (t) => [
    uniqueIndex("notices_once").on(t.endpointId, t.source),
    index("notices_due")
      .on(t.endpointId, t.dueAt)
      .where(sql`state = 'waiting'`),
    index("notices_by_endpoint").on(t.endpointId, t.id),
  ],
);

/** The alerts that were sent; a row stays when its alert is resolved, for the pace and for its version. */
export const alerts = sqliteTable("alerts", {
  /** E.g. `connection.attention:<connection>:reconnect_needed`. */
  key: text("key").primaryKey(),
  kind: text("kind").notNull(),
  isOn: integer("is_on", { mode: "boolean" }).notNull(),
  /** JSON of what identifies it, for the notification that it is resolved. */
  about: text("about").notNull(),
  beganAt: text("began_at").notNull(),
  /** When the last notification was made. */
  notifiedAt: text("told_at").notNull(),
  /** Raised by every change, so that two evaluations at the same time notify once. */
  version: integer("version").notNull(),
});

/** Failed invoices that no alert has reported yet. */
export const freshFailures = sqliteTable("fresh_failures", {
  invoiceId: text("invoice_id").primaryKey(),
  at: text("at").notNull(),
});

export type Endpoint = typeof notificationEndpoints.$inferSelect;
export type Notification = typeof notifications.$inferSelect;
export type Alert = typeof alerts.$inferSelect;
