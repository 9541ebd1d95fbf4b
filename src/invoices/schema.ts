/**
 * The invoices: what we promise to deliver, and how far each delivery has come.
 * One row is the whole truth of one invoice, so every step of a push is one statement on one row.
 *
 * `state` is the inner state of the operation under way (create, update or void); `push_status` is what
 * people and the API see: an invoice that is in QuickBooks stays Sent while an update or a void of it waits.
 */
import { type SQL, sql } from "drizzle-orm";
import { index, integer, sqliteTable, text, uniqueIndex } from "drizzle-orm/sqlite-core";

/**
 * The conditions of the partial indexes. A query finds such an index only where it repeats these words: neither a bound
 * value nor `state = 'queued'` alone proves to SQLite that the row is in it, and then it reads every invoice there is.
 */
export const IS_UNDER_WAY: SQL = sql`state IN ('queued', 'sending', 'unknown')`;
export const IS_HELD: SQL = sql`state = 'held'`;

/** Claims in a row that ended without any outcome; then a person has to look. Another number needs another index. */
export const MAX_OPEN_CLAIMS = 5;
export const IS_EXHAUSTED: SQL = sql.raw(`state = 'queued' AND open_claims >= ${MAX_OPEN_CLAIMS}`);

export const INVOICE_STATES = ["not_sent", "queued", "sending", "sent", "failed", "held", "unknown", "voided"] as const;

export const invoices = sqliteTable(
  "invoices",
  {
    id: text("id").primaryKey(),
    instanceId: text("instance_id").notNull(),
    /** The order system's ID; null for one made on Fulfillment until its `invoice.created` comes. */
    externalId: text("external_id"),
    orderId: text("order_id").notNull(),
    orderExternalId: text("order_external_id").notNull(),
    orderNumber: text("order_number").notNull(),
    madeBy: text("made_by", { enum: ["webhook", "fulfillment"] }).notNull(),

    // What it says. `body` is JSON of `InvoiceContent` (invoices/invoice.ts).
    number: text("number").notNull(),
    /** Another number for QuickBooks, chosen by a person because this one is taken there. */
    docNumber: text("doc_number"),
    date: text("date").notNull(),
    dueDate: text("due_date"),
    customerName: text("customer_name").notNull(),
    currency: text("currency").notNull(),
    totalMinor: integer("total_minor").notNull(),
    body: text("body").notNull(),
    /** Raised whenever the content changes; compared with `frozenContentVersion` after a push. */
    contentVersion: integer("content_version").notNull().default(1),
    /** Envelope timestamp of the newest telling. */
    eventAt: text("event_at").notNull(),

    // Where its delivery stands.
    operation: text("operation", { enum: ["create", "update", "void"] })
      .notNull()
      .default("create"),
    state: text("state", { enum: INVOICE_STATES }).notNull(),
    pushStatus: text("push_status", { enum: INVOICE_STATES }).generatedAlwaysAs(
      (): SQL => sql`CASE WHEN operation = 'create' OR state = 'voided' THEN state ELSE 'sent' END`,
      { mode: "virtual" },
    ),
    /** The connection that it goes to, or went to; follows the instance until a payload is frozen. */
    connectionId: text("connection_id"),
    /** queued: next try; sending: end of the lease; unknown: next look-up. Null in every other state. */
    dueAt: text("due_at"),
    /** Number of the claim that may write; a worker that lost its lease writes nothing. */
    fence: integer("fence").notNull().default(0),
    openClaims: integer("open_claims").notNull().default(0),
    /** How often the frozen payload went out and stayed unanswered. */
    unansweredCount: integer("unanswered_count").notNull().default(0),
    /** Waits since it was asked for; in state unknown: looks that QuickBooks could not process. */
    retryCount: integer("retry_count").notNull().default(0),
    /** Tries in a row that something of ours threw in, before anything was sent. */
    crashCount: integer("crash_count").notNull().default(0),
    /**
     * Number of the payload that is frozen, or was last: part of the request ID and of our mark (docs/architecture.md,
     * section 3, rule 3).
     */
    revision: integer("revision").notNull().default(1),
    /** The last revision that QuickBooks answered for good; 0: none, or it was answered before this column existed. */
    closedRevision: integer("closed_revision").notNull().default(0),
    /** The exact bytes that QuickBooks was given, kept while the outcome is open and after it was accepted. */
    frozenPayload: text("frozen_payload"),
    frozenContentVersion: integer("frozen_content_version"),
    frozenWarnings: text("frozen_warnings"),
    frozenTotalMinor: integer("frozen_total_minor"),
    /** When the first byte of the frozen payload left at the latest; null again as soon as the outcome is known. */
    sentAt: text("sent_at"),
    /** Written by earlier versions: SHA-256 of the bytes last refused, whose revision is closed. Set back at the next freeze. */
    refusedHash: text("refused_hash"),
    /** A void or cancellation asked for while the outcome was open. */
    voidRequestedAt: text("void_requested_at"),
    /** JSON of `PushError`, null when there is none. */
    error: text("error"),
    /** JSON list of `{code, message}`. */
    warnings: text("warnings").notNull().default("[]"),
    attemptCount: integer("attempt_count").notNull().default(0),

    // What QuickBooks has.
    qboInvoiceId: text("qbo_invoice_id"),
    qboSyncToken: text("qbo_sync_token"),
    qboTotalMinor: integer("qbo_total_minor"),
    qboBalanceMinor: integer("qbo_balance_minor"),
    qboLastUpdatedAt: text("qbo_last_updated_at"),
    paidOn: text("paid_on"),

    /** When it was last asked to be sent (auto push or a person): the start of the push latency. */
    requestedAt: text("requested_at"),
    /** When it first was in QuickBooks. */
    deliveredAt: text("delivered_at"),
    createdAt: text("created_at").notNull(),
    updatedAt: text("updated_at").notNull(),
    rowVersion: integer("row_version").notNull().default(0),
  },
  (t) => [
    uniqueIndex("invoices_external")
      .on(t.instanceId, t.externalId)
      .where(sql`external_id IS NOT NULL`),
    uniqueIndex("invoices_fulfillment_once")
      .on(t.orderId)
      .where(sql`made_by = 'fulfillment' AND state <> 'voided'`),
    index("invoices_by_order").on(t.orderId),
    index("invoices_by_date").on(t.date, t.id),
    index("invoices_by_status").on(t.pushStatus, t.date, t.id),
    index("invoices_by_instance").on(t.instanceId, t.date, t.id),
    index("invoices_by_instance_status").on(t.instanceId, t.pushStatus, t.date, t.id),
    index("invoices_by_number").on(t.number),
    index("invoices_due").on(t.connectionId, t.state, t.dueAt, t.id).where(IS_UNDER_WAY),
    index("invoices_exhausted").on(t.connectionId).where(IS_EXHAUSTED),
    index("invoices_held").on(t.connectionId, t.instanceId).where(IS_HELD),
    // One document of ours for one of QuickBooks' (docs/architecture.md, section 3, rule 7).
    uniqueIndex("invoices_qbo_id_once")
      .on(t.connectionId, t.qboInvoiceId)
      .where(sql`qbo_invoice_id IS NOT NULL`),
    index("invoices_delivered")
      .on(t.deliveredAt)
      .where(sql`delivered_at IS NOT NULL`),
  ],
);
