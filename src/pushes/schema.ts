/**
 * The pushes: how far the delivery of each document has come, so that every step is one statement on one row; the
 * attempts, one row each, never changed afterwards; and the events from Intuit's webhooks, kept until they are handled.
 *
 * `state` is the state of the operation under way (create, update or void); `push_status` is what people and the API see:
 * a document in QuickBooks stays Sent while an update or a void of it waits.
 */
import { type SQL, sql } from "drizzle-orm";
import { index, integer, primaryKey, sqliteTable, text, uniqueIndex } from "drizzle-orm/sqlite-core";
import { attentionSql } from "../documents/attention.ts";
import { DOCUMENT_STATES, OPERATIONS } from "../documents/status.ts";
import type { KindName } from "../kinds/kinds.ts";

/**
 * The conditions of the partial indexes. SQLite uses such an index only if the query repeats exactly this condition: with
 * a bound value, or `state = 'queued'` alone, it would read every push there is.
 */
export const IS_UNDER_WAY: SQL = sql`pushes.state IN ('queued', 'sending', 'unknown')`;
export const IS_HELD: SQL = sql`pushes.state = 'held'`;
/** Views of a list; see documents/attention.ts for the first. */
export const NEEDS_ATTENTION: SQL = sql.raw(attentionSql("pushes."));
export const IS_WAITING: SQL = sql`pushes.push_status IN ('queued', 'sending', 'held', 'unknown')`;
export const IS_SENT_WITH_WARNINGS: SQL = sql`pushes.push_status = 'sent' AND pushes.warnings <> '[]'`;

/** After this many claims in a row without any outcome a person has to look. Another number needs another index. */
export const MAX_OPEN_CLAIMS = 5;
export const IS_EXHAUSTED: SQL = sql.raw(`pushes.state = 'queued' AND pushes.open_claims >= ${MAX_OPEN_CLAIMS}`);

export const pushes = sqliteTable(
  "pushes",
  {
    // The document. Each kind has its own table, with this ID.
    kind: text("kind").$type<KindName>().notNull(),
    documentId: text("document_id").notNull(),
    /** Calendar date of the document: what lists are sorted by. */
    documentDate: text("document_date").notNull(),
    /** Its number as lists sort it within a day: its length, then itself. */
    sortNumber: text("sort_number").notNull().default(""),
    /** Raised whenever the document changes; compared with `frozenContentVersion` after a push. */
    contentVersion: integer("content_version").notNull().default(1),

    // The state of its delivery. The instance is the one whose switches apply.
    instanceId: text("instance_id").notNull(),
    /** The connection to which it is, or was, sent; follows the instance until a payload is frozen. */
    connectionId: text("connection_id"),
    operation: text("operation", { enum: OPERATIONS }).notNull().default("create"),
    state: text("state", { enum: DOCUMENT_STATES }).notNull(),
    pushStatus: text("push_status", { enum: DOCUMENT_STATES }).generatedAlwaysAs(
      (): SQL => sql`CASE WHEN operation = 'create' OR state = 'voided' THEN state ELSE 'sent' END`,
      { mode: "virtual" },
    ),
    /** queued: next try; sending: end of the lease; unknown: next look-up. Null in every other state. */
    dueAt: text("due_at"),
    /** Number of the claim that may write; a worker that lost its lease writes nothing. */
    fence: integer("fence").notNull().default(0),
    openClaims: integer("open_claims").notNull().default(0),
    /** How often the frozen payload was sent without an answer. */
    unansweredCount: integer("unanswered_count").notNull().default(0),
    /** Retries since it was requested; in state unknown: look-ups that QuickBooks could not process. */
    retryCount: integer("retry_count").notNull().default(0),
    /** Tries in a row in which our own code threw before anything was sent. */
    crashCount: integer("crash_count").notNull().default(0),
    /** Number of the payload that is frozen, or was frozen last: part of the request ID and of our mark (docs/architecture.md, section 3, rule 3). */
    revision: integer("revision").notNull().default(1),
    /** The last revision with a definite answer from QuickBooks; 0: none, or answered before this column existed. */
    closedRevision: integer("closed_revision").notNull().default(0),
    /** The exact bytes sent to QuickBooks, kept while the outcome is open and after acceptance. */
    frozenPayload: text("frozen_payload"),
    frozenContentVersion: integer("frozen_content_version"),
    frozenWarnings: text("frozen_warnings"),
    frozenTotalMinor: integer("frozen_total_minor"),
    /** When the first byte of the frozen payload left at the latest; null again as soon as the outcome is known. */
    sentAt: text("sent_at"),
    /** Written by earlier versions: SHA-256 of the bytes last refused, whose revision is closed. Reset at the next freeze. */
    refusedHash: text("refused_hash"),
    /** A void or cancellation requested while the outcome was open. */
    voidRequestedAt: text("void_requested_at"),
    /** JSON of `PushError`, null when there is none. */
    error: text("error"),
    /** JSON list of `{code, message}`. */
    warnings: text("warnings").notNull().default("[]"),
    attemptCount: integer("attempt_count").notNull().default(0),
    /**
     * A person linked it to a document in QuickBooks, and nothing of ours was written there since: JSON of the `PushError`
     * that it had before. Null: nobody did.
     */
    errorBeforeLink: text("error_before_link"),

    // What QuickBooks has.
    qboId: text("qbo_id"),
    qboSyncToken: text("qbo_sync_token"),
    qboTotalMinor: integer("qbo_total_minor"),
    qboBalanceMinor: integer("qbo_balance_minor"),
    qboLastUpdatedAt: text("qbo_last_updated_at"),
    /** Since when its balance there is 0: an invoice is paid, a credit memo would be used up. */
    paidOn: text("paid_on"),

    /** When a send was last requested (auto push or a person): the start of the push latency. */
    requestedAt: text("requested_at"),
    /** When it first reached QuickBooks. */
    deliveredAt: text("delivered_at"),
    createdAt: text("created_at").notNull(),
    updatedAt: text("updated_at").notNull(),
    /** Raised by every write, including each change of the document: a decision is written only if the row is unchanged. */
    rowVersion: integer("row_version").notNull().default(0),
  },
  (t) => [
    // The kind is last everywhere: if an index begins with it, SQLite assumes only a handful of pushes of that kind.
    primaryKey({ columns: [t.documentId, t.kind] }),
    index("pushes_by_date").on(t.documentDate, t.sortNumber, t.documentId, t.kind),
    index("pushes_by_status").on(t.pushStatus, t.documentDate, t.sortNumber, t.documentId, t.kind),
    index("pushes_by_instance").on(t.instanceId, t.documentDate, t.sortNumber, t.documentId, t.kind),
    index("pushes_by_instance_status").on(
      t.instanceId,
      t.pushStatus,
      t.documentDate,
      t.sortNumber,
      t.documentId,
      t.kind,
    ),
    index("pushes_by_connection").on(t.connectionId, t.documentDate, t.sortNumber, t.documentId, t.kind),
    index("pushes_by_number").on(t.sortNumber, t.documentId, t.kind),
    index("pushes_attention").on(t.documentDate, t.sortNumber, t.documentId, t.kind).where(sql.raw(attentionSql())),
    index("pushes_waiting")
      .on(t.documentDate, t.sortNumber, t.documentId, t.kind)
      .where(sql`push_status IN ('queued', 'sending', 'held', 'unknown')`),
    index("pushes_warned")
      .on(t.documentDate, t.sortNumber, t.documentId, t.kind)
      .where(sql`push_status = 'sent' AND warnings <> '[]'`),
    index("pushes_requested")
      .on(t.requestedAt)
      .where(sql`requested_at IS NOT NULL`),
    index("pushes_due")
      .on(t.connectionId, t.state, t.dueAt, t.documentId)
      .where(sql`state IN ('queued', 'sending', 'unknown')`),
    index("pushes_exhausted")
      .on(t.connectionId)
      .where(sql`state = 'queued' AND open_claims >= 5`),
    index("pushes_held")
      .on(t.connectionId, t.instanceId)
      .where(sql`state = 'held'`),
    // One document of ours for one of QuickBooks (docs/architecture.md, section 3, rule 7).
    uniqueIndex("pushes_qbo_id_once")
      .on(t.connectionId, t.qboId, t.kind)
      .where(sql`qbo_id IS NOT NULL`),
    index("pushes_delivered")
      .on(t.deliveredAt)
      .where(sql`delivered_at IS NOT NULL`),
  ],
);

export const pushAttempts = sqliteTable(
  "push_attempts",
  {
    id: text("id").primaryKey(),
    /** IDs are unique over all kinds; the column has the name that the former version reads. */
    documentId: text("invoice_id").notNull(),
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
    uniqueIndex("push_attempts_number").on(t.documentId, t.number),
    index("push_attempts_by_time").on(t.startedAt),
  ],
);

/** Intuit's webhook deliveries, kept until their work is done, and for a while after that (forget-done-events.ts). */
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
    /** When it is to be handled; while a worker has it: when that worker's time is over. */
    dueAt: text("due_at").notNull().default(""),
    /** Waits, without a time, until the creates that may have created its document have an outcome. */
    isParked: integer("is_parked", { mode: "boolean" }).notNull().default(false),
    /** JSON of the payment as read, so that it is read only once: `{date, invoiceIds}`. */
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
