/**
 * Every try to bring an invoice into QuickBooks, one row each, never changed afterwards.
 */
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
    outcome: text("outcome", { enum: ["accepted", "refused", "not_let_in", "unanswered", "found", "held", "failed"] }).notNull(),
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
