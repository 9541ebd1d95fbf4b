/**
 * The names and QuickBooks IDs that we have stored; only links.ts reads and writes them.
 */
import { sql } from "drizzle-orm";
import { index, integer, primaryKey, sqliteTable, text, uniqueIndex } from "drizzle-orm/sqlite-core";

/** Links: a name or key of ours → QuickBooks' ID in that company. Forgotten when QuickBooks says that it is gone. */
export const links = sqliteTable(
  "links",
  {
    connectionId: text("connection_id").notNull(),
    kind: text("kind", { enum: ["customer", "item", "account", "tax_code"] }).notNull(),
    /** The kind's own key, e.g. `instance:buyer-id`, `sku:NW-011`, `name:Shipping`. */
    key: text("key").notNull(),
    qboId: text("qbo_id").notNull(),
    /** The name in QuickBooks, for messages. */
    name: text("name").notNull(),
    /** JSON list of warnings that belong to this link (a renamed customer), repeated on each invoice that uses it. */
    warnings: text("warnings").notNull().default("[]"),
    /** Customers: whether QuickBooks charges tax, as last read; null: to be read before it matters. */
    isTaxable: integer("is_taxable", { mode: "boolean" }),
    /** It got this ID through a merge in QuickBooks: then two buyers may share one customer. */
    isMerged: integer("is_merged", { mode: "boolean" }).notNull().default(false),
    /** QuickBooks no longer has that ID: the key is looked up again, and a new record is not the earlier one. */
    isGone: integer("is_gone", { mode: "boolean" }).notNull().default(false),
    /** How it came about; null: stored by a version that did not keep it. `chosen`: by a person. */
    origin: text("origin", { enum: ["found", "created", "chosen", "merged"] }),
    /** Buyers: the name by which the order system last called it; null: stored by a version that did not keep it. */
    buyerName: text("buyer_name"),
    /** Buyers: its e-mail there; null: none, or not kept. */
    buyerEmail: text("buyer_email"),
    updatedAt: text("updated_at").notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.connectionId, t.kind, t.key] }),
    index("links_by_qbo_id").on(t.connectionId, t.kind, t.qboId),
    // A customer in QuickBooks is one buyer, unless people merged two of them there (docs/contract.md, sections 7
    // and 8).
    uniqueIndex("links_buyer_once")
      .on(t.connectionId, t.qboId)
      .where(sql`kind = 'customer' AND substr(key, 1, 6) = 'buyer:' AND is_merged = 0 AND is_gone = 0`),
  ],
);
