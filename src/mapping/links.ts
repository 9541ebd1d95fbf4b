/**
 * Links: the names and QuickBooks IDs that we have stored, so that no call is spent on what we know. A link is a cache
 * with consequences: if QuickBooks says that the record is gone, the link is forgotten.
 */
import { type SQL, and, eq, ne, or, sql } from "drizzle-orm";
import { z } from "zod";
import { warningSchema } from "../failures/warning.ts";
import type { Db } from "../platform/db.ts";
import { links } from "./schema.ts";

export type LinkKind = (typeof links.$inferSelect)["kind"];

/** How a link came about. `chosen`: by a person. */
export type LinkOrigin = NonNullable<(typeof links.$inferSelect)["origin"]>;

/** How the order system calls a buyer: by these we notice that one ID is given to two people. */
export interface Buyer {
  name: string;
  email: string | null;
}

const linkWarningSchema = warningSchema.extend({ order: z.string().optional() });
const linkWarnings = z.array(linkWarningSchema);

/** `order`: only documents of that order carry it (see `orderKeyOf`); left out: every one that uses the link. */
export type LinkWarning = z.infer<typeof linkWarningSchema>;

export interface Link {
  kind: LinkKind;
  key: string;
  qboId: string;
  name: string;
  /** Null: stored by a version that did not keep it. */
  origin: LinkOrigin | null;
  /** Buyers only. Null: none, or stored by a version that did not keep it. */
  buyer: Buyer | null;
  /** Customers: whether QuickBooks charges tax, as last read; null: not known. */
  isTaxable: boolean | null;
  warnings: readonly LinkWarning[];
}

/** The order of a document, for warnings that are about it alone. The same for every try and change of it. */
export function orderKeyOf(instanceId: string, order: { id: string }): string {
  return `${instanceId}:${order.id}`;
}

/**
 * The prefix of buyers' keys: a customer in QuickBooks belongs to one buyer at most, but can also be the shared one.
 */
export const BUYER_PREFIX = "buyer:";

/** What the index `links_buyer_once` covers; links that came from a merge count as well. */
function isBuyer(table: SQL): SQL {
  return sql`${table}.kind = 'customer' AND substr(${table}.key, 1, 6) = 'buyer:'`;
}

/** The links of the given keys; keys without one are absent. Any number of keys (passed as one JSON parameter). */
export async function findLinks(
  db: Db,
  connectionId: string,
  kind: LinkKind,
  keys: readonly string[],
): Promise<Map<string, Link>> {
  if (keys.length === 0) return new Map();
  const rows = await db
    .select()
    .from(links)
    .where(
      and(
        eq(links.connectionId, connectionId),
        eq(links.kind, kind),
        eq(links.isGone, false),
        sql`${links.key} IN (SELECT value FROM json_each(${JSON.stringify(keys)}))`,
      ),
    );
  return new Map(rows.map((row) => [row.key, toLink(row)]));
}

/**
 * The link of a key, also one whose record is gone in QuickBooks; null if there never was one. A link that an earlier
 * version stored under `formerKey` gets its key of today, so that a buyer has one link whatever spelled it.
 */
export async function findStoredLink(
  db: Db,
  connectionId: string,
  { kind, key, formerKey = null }: { kind: LinkKind; key: string; formerKey?: string | null },
): Promise<{ link: Link; isGone: boolean } | null> {
  const isOf = (one: string) => and(eq(links.connectionId, connectionId), eq(links.kind, kind), eq(links.key, one));
  const [row] = await db.select().from(links).where(isOf(key)).limit(1);
  if (row) return { link: toLink(row), isGone: row.isGone };
  if (formerKey === null) return null;
  const [renamed] = await db
    .update(links)
    .set({ key })
    .where(
      and(
        isOf(formerKey),
        sql`NOT EXISTS (SELECT 1 FROM links AS other
          WHERE other.connection_id = ${connectionId} AND other.kind = ${kind} AND other.key = ${key})`,
      ),
    )
    .returning();
  return renamed ? { link: toLink(renamed), isGone: renamed.isGone } : null;
}

/** Remembers how the order system calls a buyer now, as long as the link is the one that was read. */
export async function recordBuyer(
  db: Db,
  connectionId: string,
  { kind, key, qboId }: Pick<Link, "kind" | "key" | "qboId">,
  buyer: Buyer,
): Promise<void> {
  await db
    .update(links)
    .set({ buyerName: buyer.name, buyerEmail: buyer.email })
    .where(and(eq(links.connectionId, connectionId), eq(links.kind, kind), eq(links.key, key), eq(links.qboId, qboId)));
}

/**
 * Whether another key is linked to this QuickBooks ID already (that customer is another buyer). One that is gone there, by
 * what we last saw, is still that buyer's: somebody may make it active again.
 */
export async function isLinkedElsewhere(
  db: Db,
  connectionId: string,
  { kind, qboId, key }: Pick<Link, "kind" | "qboId" | "key">,
): Promise<boolean> {
  const rows = await db
    .select({ key: links.key })
    .from(links)
    .where(
      and(
        eq(links.connectionId, connectionId),
        eq(links.kind, kind),
        eq(links.qboId, qboId),
        or(eq(links.isGone, false), ne(links.origin, "forgotten")),
        ne(links.key, key),
      ),
    )
    .limit(1);
  return rows.length > 0;
}

/**
 * Stores a link, replacing an older one. False: another buyer has that customer, perhaps since a moment ago
 * (`links_buyer_once`), and nothing was written. What is gone for another buyer can be had by a person's choice only.
 */
export async function recordLink(db: Db, connectionId: string, link: Link, now: Date): Promise<boolean> {
  const warnings = JSON.stringify(link.warnings);
  const isTaxable = link.isTaxable === null ? null : Number(link.isTaxable);
  const buyerName = link.buyer?.name ?? null;
  const buyerEmail = link.buyer?.email ?? null;
  const isTaken = sql`EXISTS (SELECT 1 FROM links AS other WHERE other.connection_id = ${connectionId}
    AND other.qbo_id = ${link.qboId} AND other.key <> ${link.key} AND ${isBuyer(sql`other`)}
    AND (other.is_gone = 0 OR (other.origin <> 'forgotten' AND ${link.origin} <> 'chosen')))`;
  const isRecorded = link.kind === "customer" && link.key.startsWith(BUYER_PREFIX) ? sql`NOT ${isTaken}` : sql`1`;
  const recorded = await db.all(sql`
    INSERT INTO links (connection_id, kind, key, qbo_id, name, is_taxable, warnings, origin, buyer_name, buyer_email, updated_at)
    SELECT ${connectionId}, ${link.kind}, ${link.key}, ${link.qboId}, ${link.name}, ${isTaxable}, ${warnings},
      ${link.origin}, ${buyerName}, ${buyerEmail}, ${now.toISOString()}
    WHERE ${isRecorded}
    ON CONFLICT (connection_id, kind, key) DO UPDATE SET
      qbo_id = excluded.qbo_id, is_merged = 0, is_gone = 0, name = excluded.name, is_taxable = excluded.is_taxable,
      warnings = excluded.warnings, origin = excluded.origin, buyer_name = excluded.buyer_name,
      buyer_email = excluded.buyer_email, updated_at = excluded.updated_at
    RETURNING key`);
  return recorded.length > 0;
}

/**
 * Remembers whether QuickBooks charges a customer tax; null: it may have changed, so it is read before it matters next.
 */
export async function recordTaxable(
  db: Db,
  connectionId: string,
  qboId: string,
  isTaxable: boolean | null,
): Promise<void> {
  await db
    .update(links)
    .set({ isTaxable })
    .where(and(eq(links.connectionId, connectionId), eq(links.kind, "customer"), eq(links.qboId, qboId)));
}

/**
 * Forgets every link to a QuickBooks ID: it was deactivated, deleted or merged there. Returns when those that were not
 * forgotten yet were stored (ISO).
 */
export async function forgetLinksTo(db: Db, connectionId: string, kind: LinkKind, qboId: string): Promise<string[]> {
  const forgotten = await db
    .update(links)
    .set({ isGone: true })
    .where(
      and(eq(links.connectionId, connectionId), eq(links.kind, kind), eq(links.qboId, qboId), eq(links.isGone, false)),
    )
    .returning({ updatedAt: links.updatedAt });
  return forgotten.map(({ updatedAt }) => updatedAt);
}

/** The QuickBooks ID that the key had until it was gone there, or null. */
export async function findGoneId(db: Db, connectionId: string, kind: LinkKind, key: string): Promise<string | null> {
  const [row] = await db
    .select({ qboId: links.qboId })
    .from(links)
    .where(and(eq(links.connectionId, connectionId), eq(links.kind, kind), eq(links.key, key), eq(links.isGone, true)))
    .limit(1);
  return row?.qboId ?? null;
}

/**
 * Points all links of `goneId` to `survivorId`, under the name that is stored for the survivor: the two were merged in
 * QuickBooks (docs/qbo-api.md, section 8).
 */
export async function followMerge(
  db: Db,
  connectionId: string,
  merge: { kind: LinkKind; goneId: string; survivorId: string },
  now: Date,
): Promise<void> {
  const { kind, goneId, survivorId } = merge;
  const survivor = sql`SELECT s.name FROM links AS s WHERE s.connection_id = ${connectionId} AND s.kind = ${kind} AND s.qbo_id = ${survivorId} LIMIT 1`;
  await db
    .update(links)
    .set({
      qboId: survivorId,
      isMerged: true,
      isGone: false,
      name: sql`coalesce((${survivor}), name)`,
      isTaxable: null,
      origin: "merged",
      updatedAt: now.toISOString(),
    })
    .where(and(eq(links.connectionId, connectionId), eq(links.kind, kind), eq(links.qboId, goneId)));
}

/** A stored link. */
export function toLink(row: typeof links.$inferSelect): Link {
  return {
    kind: row.kind,
    key: row.key,
    qboId: row.qboId,
    name: row.name,
    isTaxable: row.isTaxable,
    warnings: linkWarnings.parse(JSON.parse(row.warnings)),
    origin: row.origin,
    buyer: row.buyerName === null ? null : { name: row.buyerName, email: row.buyerEmail },
  };
}
