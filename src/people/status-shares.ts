/**
 * Shared links to the status page: a signed token contains only the ID of a row, and opens the page, read-only, until
 * the row expires or is revoked. A link belongs to the person who made it, and ends with them unless it is handed over.
 */
import { and, desc, eq, gt, isNull } from "drizzle-orm";
import { z } from "zod";
import type { Config } from "../env.ts";
import type { Db } from "../platform/db.ts";
import { newId } from "../platform/ids.ts";
import { signToken, verifyToken } from "../platform/signed-token.ts";
import { statusShares } from "./schema.ts";

const PURPOSE = "status share";
const SHARE_DAYS = 30;
const DAY_MS = 86_400_000;

const payloadShape = z.object({ share: z.string() });

export type StatusShare = typeof statusShares.$inferSelect;

/** Creates a share, which expires after 30 days. */
export async function createShare(db: Db, maker: { id: string; name: string }, now: Date): Promise<StatusShare> {
  const expiresAt = new Date(now.getTime() + SHARE_DAYS * DAY_MS).toISOString();
  const row = {
    id: newId(now),
    createdBy: maker.name,
    createdAt: now.toISOString(),
    expiresAt,
    revokedAt: null,
    ownerId: maker.id,
  };
  await db.insert(statusShares).values(row);
  return row;
}

/** The link of a share: `/status/s/<signed token>`. */
export async function shareUrl(config: Config, share: Pick<StatusShare, "id" | "expiresAt">): Promise<string> {
  const token = await signToken(config.keys, PURPOSE, { share: share.id }, new Date(share.expiresAt));
  return `${config.appOrigin}/status/s/${token}`;
}

/** The share of a token, or null if it is forged, expired or revoked. */
export async function findShare(db: Db, config: Config, token: string, now: Date): Promise<StatusShare | null> {
  const payload = payloadShape.safeParse(await verifyToken(config.keys, PURPOSE, token, now));
  if (!payload.success) return null;
  const inForce = and(
    eq(statusShares.id, payload.data.share),
    gt(statusShares.expiresAt, now.toISOString()),
    isNull(statusShares.revokedAt),
  );
  return (await db.select().from(statusShares).where(inForce).get()) ?? null;
}

/** Shares that still open the page, newest first. */
export async function listShares(db: Db, now: Date): Promise<StatusShare[]> {
  const inForce = and(gt(statusShares.expiresAt, now.toISOString()), isNull(statusShares.revokedAt));
  return db.select().from(statusShares).where(inForce).orderBy(desc(statusShares.id));
}

/** Ends a share immediately; false if there is none, or it has ended. */
export async function endShare(db: Db, id: string, now: Date): Promise<boolean> {
  const ended = await db
    .update(statusShares)
    .set({ revokedAt: now.toISOString() })
    .where(and(eq(statusShares.id, id), isNull(statusShares.revokedAt)))
    .returning({ id: statusShares.id });
  return ended.length > 0;
}
