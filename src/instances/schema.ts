/**
 * Tables of the order-system instances and the secrets that sign their deliveries. Secrets are stored sealed
 * (platform/seal.ts), never in clear text.
 */
import { index, integer, sqliteTable, text } from "drizzle-orm/sqlite-core";

export const instances = sqliteTable(
  "instances",
  {
    id: text("id").primaryKey(),
    name: text("name").notNull(),
    connectionId: text("connection_id"),
    enabled: integer("enabled", { mode: "boolean" }).notNull().default(true),
    autoInvoice: integer("auto_invoice", { mode: "boolean" }).notNull().default(false),
    createdAt: text("created_at").notNull(),
    updatedAt: text("updated_at").notNull(),
    /** Set when the instance was removed: its webhook then responds 410; its orders and invoices stay. */
    removedAt: text("removed_at"),
  },
  (t) => [index("instances_by_connection").on(t.connectionId)],
);

export const signingSecrets = sqliteTable(
  "signing_secrets",
  {
    id: text("id").primaryKey(),
    instanceId: text("instance_id").notNull(),
    sealed: text("sealed").notNull(),
    createdAt: text("created_at").notNull(),
    /** Null for the current secret; an old one verifies until this time. */
    expiresAt: text("expires_at"),
  },
  (t) => [index("signing_secrets_by_instance").on(t.instanceId)],
);
