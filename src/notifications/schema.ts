/**
 * Tables of what we tell others: whom (endpoints), what (notices), which alerts are on, and which failures have not been
 * told yet. A signing secret lies here sealed, never in the clear.
 */
import { sql } from "drizzle-orm";
import { index, integer, sqliteTable, text, uniqueIndex } from "drizzle-orm/sqlite-core";

export const NOTICE_STATES = ["waiting", "delivered", "gave_up"] as const;

/** How a try ended; null on a notice: it was not tried, or its last try ended without a word (a crash). */
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

/** A receiver. `id` is `alerts` for the admins' own, else the ID of the instance whose invoices it is told of. */
export const noticeEndpoints = sqliteTable("notice_endpoints", {
  id: text("id").primaryKey(),
  /** Null: nothing is told. */
  url: text("url"),
  /** JSON list of what is told: kinds of alerts, or types of invoice events. */
  events: text("events").notNull().default("[]"),
  sealedSecret: text("sealed_secret").notNull(),
  /** After a rotation the one before it signs too, until `oldSecretUntil`. */
  oldSealedSecret: text("old_sealed_secret"),
  oldSecretUntil: text("old_secret_until"),
  /** End of the lease of the worker that delivers to it now, or of the pause after a failed try; empty: free. */
  freeAt: text("free_at").notNull().default(""),
  createdAt: text("created_at").notNull(),
  updatedAt: text("updated_at").notNull(),
});

/** One message to one receiver. `id` is its `webhook-id`, the same over all tries. */
export const notices = sqliteTable(
  "notices",
  {
    id: text("id").primaryKey(),
    endpointId: text("endpoint_id").notNull(),
    type: text("type").notNull(),
    /** What it tells of, once and only once: e.g. an invoice and the version of its row. */
    source: text("source").notNull(),
    /** JSON of the body's `data`. */
    data: text("data").notNull(),
    /** The body's `timestamp`. */
    createdAt: text("created_at").notNull(),
    state: text("state", { enum: NOTICE_STATES }).notNull(),
    /** Next try, or the end of the try under way; null unless waiting. */
    dueAt: text("due_at"),
    /** The 24 hours of tries count from here: its making, or the last Retry by hand. */
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

/** What the receiver of alerts was told is on; a row stays when it is over, for the pace and for its version. */
export const alerts = sqliteTable("alerts", {
  /** E.g. `connection.attention:<connection>:reconnect_needed`. */
  key: text("key").primaryKey(),
  kind: text("kind").notNull(),
  isOn: integer("is_on", { mode: "boolean" }).notNull(),
  /** JSON of what identifies it in the notice that it is over. */
  about: text("about").notNull(),
  beganAt: text("began_at").notNull(),
  /** When it was last told. */
  toldAt: text("told_at").notNull(),
  /** Raised by every change: two evaluations at once tell it once. */
  version: integer("version").notNull(),
});

/** Invoices that failed and that no alert has told of yet. */
export const freshFailures = sqliteTable("fresh_failures", {
  invoiceId: text("invoice_id").primaryKey(),
  at: text("at").notNull(),
});

export type Endpoint = typeof noticeEndpoints.$inferSelect;
export type Notice = typeof notices.$inferSelect;
export type Alert = typeof alerts.$inferSelect;
