/**
 * Tables of the connections: which QuickBooks companies we may act on, and with which settings. Tokens are never stored
 * here: they are sealed in the token vault (KV); a row has only their generation and expiry times.
 */
import { LETTERS } from "../quickbooks/letters.ts";
import { integer, primaryKey, sqliteTable, text, uniqueIndex } from "drizzle-orm/sqlite-core";

/** The tax code that a rate is booked with. `rate`: per cent, as `percentText` in taxing.ts writes it. */
export interface RateCode {
  rate: string;
  tax_code: string;
}

export const connections = sqliteTable(
  "connections",
  {
    id: text("id").primaryKey(),
    realmId: text("realm_id").notNull(),
    companyName: text("company_name").notNull(),
    state: text("state", { enum: ["connected", "reconnect_needed", "disconnected"] }).notNull(),
    stateChangedAt: text("state_changed_at").notNull(),
    /** Generation of the current token set; it only grows. */
    generation: integer("generation").notNull().default(0),
    refreshExpiresAt: text("refresh_expires_at"),
    refreshHardExpiresAt: text("refresh_hard_expires_at"),
    /** Set while QuickBooks answers 6190 (subscription lapsed): everything waits, and the company is checked hourly. */
    subscriptionLapsedAt: text("subscription_lapsed_at"),
    enabled: integer("enabled", { mode: "boolean" }).notNull().default(true),
    autoInvoice: integer("auto_invoice", { mode: "boolean" }).notNull().default(false),
    customerMode: text("customer_mode", { enum: ["single", "per_buyer"] })
      .notNull()
      .default("per_buyer"),
    customerName: text("customer_name"),
    incomeAccount: text("income_account"),
    cogsAccount: text("cogs_account"),
    assetAccount: text("asset_account"),
    itemType: text("item_type", { enum: ["inventory", "non_inventory", "service"] }),
    /** Decimal text, as the admin typed it. */
    defaultInventoryQuantity: text("default_inventory_quantity"),
    inventoryStartDate: text("inventory_start_date"),
    salesTaxCode: text("sales_tax_code"),
    zeroRateCode: text("zero_rate_code"),
    /** JSON of `RateCode[]`: the tax codes of the company's further rates. */
    taxCodes: text("tax_codes", { mode: "json" }).$type<RateCode[]>(),
    /** What becomes of an invoice whose total QuickBooks would make different. */
    totalPolicy: text("total_policy", { enum: ["refuse", "warn"] })
      .notNull()
      .default("refuse"),
    /** IANA name. Null: the one proposed from the company's address (connections/time-zone.ts). */
    timeZone: text("time_zone"),
    /** Which characters the company keeps, as far as its answers have shown (docs/letters.md), and since when we know. */
    letters: text("letters", { enum: LETTERS }).notNull().default("all"),
    lettersLearnedAt: text("letters_learned_at"),
    /** JSON of `CompanyFacts` (connections/connection.ts): country, currency, preferences, as last read. */
    company: text("company").notNull(),
    companyReadAt: text("company_read_at").notNull(),
    createdAt: text("created_at").notNull(),
    updatedAt: text("updated_at").notNull(),
  },
  (t) => [uniqueIndex("connections_realm_id").on(t.realmId)],
);

/** One row per authorization that was begun; the state is single-use and bound to the session that began it. */
export const oauthStates = sqliteTable("oauth_states", {
  stateHash: text("state_hash").primaryKey(),
  sessionHash: text("session_hash").notNull(),
  /** The connection for which Reconnect was clicked; null for a new one. */
  connectionId: text("connection_id"),
  createdAt: text("created_at").notNull(),
  expiresAt: text("expires_at").notNull(),
});

/** A Reconnect that came back with another company: waits for the person's choice; its tokens are sealed in KV. */
export const pendingConnections = sqliteTable("pending_connections", {
  id: text("id").primaryKey(),
  sessionHash: text("session_hash").notNull(),
  connectionId: text("connection_id").notNull(),
  realmId: text("realm_id").notNull(),
  companyName: text("company_name").notNull(),
  company: text("company").notNull(),
  createdAt: text("created_at").notNull(),
  expiresAt: text("expires_at").notNull(),
});

/**
 * Lists read from a company for type-ahead (accounts, customers): a cache, never relied on. Earlier versions also keep a list
 * of the kind `tax_code`.
 */
export const companyLists = sqliteTable(
  "company_lists",
  {
    connectionId: text("connection_id").notNull(),
    kind: text("kind", { enum: ["account", "customer", "item"] }).notNull(),
    /** JSON list of `{id, name, type?, subType?, active}`. */
    rows: text("rows").notNull(),
    readAt: text("read_at").notNull(),
  },
  (t) => [primaryKey({ columns: [t.connectionId, t.kind] })],
);
