/**
 * Links: what we remember of names and QuickBooks IDs, so that no read is spent on what we know. A link is a
 * cache with consequences: QuickBooks may say that the thing is gone, and then the link is forgotten.
 */
import { and, eq, sql } from "drizzle-orm";
import { z } from "zod";
import type { Db } from "../platform/db.ts";
import { links } from "./schema.ts";

const warningList = z.array(z.object({ code: z.string(), message: z.string() }));

export type LinkKind = (typeof links.$inferSelect)["kind"];

export interface Link {
  kind: LinkKind;
  key: string;
  qboId: string;
  name: string;
  warnings: { code: string; message: string }[];
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
        sql`${links.key} IN (SELECT value FROM json_each(${JSON.stringify(keys)}))`,
      ),
    );
  return new Map(rows.map((row) => [row.key, toLink(row)]));
}

/** Whether another key already stands for this QuickBooks ID (another buyer is linked to that customer). */
export async function isLinkedElsewhere(
  db: Db,
  connectionId: string,
  kind: LinkKind,
  qboId: string,
  key: string,
): Promise<boolean> {
  const rows = await db
    .select({ key: links.key })
    .from(links)
    .where(
      and(
        eq(links.connectionId, connectionId),
        eq(links.kind, kind),
        eq(links.qboId, qboId),
        sql`${links.key} <> ${key}`,
      ),
    )
    .limit(1);
  return rows.length > 0;
}

/** Remembers a link; the latest word wins. */
export async function recordLink(db: Db, connectionId: string, link: Link, now: Date): Promise<void> {
  const values = {
    qboId: link.qboId,
    name: link.name,
    warnings: JSON.stringify(link.warnings),
    updatedAt: now.toISOString(),
  };
  await db
    .insert(links)
    .values({ connectionId, kind: link.kind, key: link.key, ...values })
    .onConflictDoUpdate({ target: [links.connectionId, links.kind, links.key], set: values });
}

/** Forgets every link to a QuickBooks ID: it was deactivated, deleted or merged there. */
export async function forgetLinksTo(db: Db, connectionId: string, kind: LinkKind, qboId: string): Promise<void> {
  await db.delete(links).where(and(eq(links.connectionId, connectionId), eq(links.kind, kind), eq(links.qboId, qboId)));
}

/**
 * What pointed to `goneId` points to `survivorId`, under the name that the survivor is known by: somebody merged the two
 * in QuickBooks (qbo-api.md section 8).
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
    .set({ qboId: survivorId, name: sql`coalesce((${survivor}), name)`, updatedAt: now.toISOString() })
    .where(and(eq(links.connectionId, connectionId), eq(links.kind, kind), eq(links.qboId, goneId)));
}

function toLink(row: typeof links.$inferSelect): Link {
  return {
    kind: row.kind,
    key: row.key,
    qboId: row.qboId,
    name: row.name,
    warnings: warningList.parse(JSON.parse(row.warnings)),
  };
}
