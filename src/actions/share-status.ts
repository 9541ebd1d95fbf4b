/**
 * Sharing the status page: a signed link that anybody may open, read only, until it ends or is revoked.
 * The token names a row and nothing else; revoking is a write to that row.
 */
import { and, desc, eq, gt, isNull } from "drizzle-orm";
import { z } from "zod";
import type { Act } from "../app-context.ts";
import type { Config } from "../env.ts";
import { recordActivity } from "../people/activity.ts";
import { statusShares } from "../people/schema.ts";
import type { Db } from "../platform/db.ts";
import { newId } from "../platform/ids.ts";
import { signToken, verifyToken } from "../platform/signed-token.ts";
import { notFound, type Result } from "./result.ts";

const PURPOSE = "status share";
const SUBJECT_NAME = "Status page";
const SHARE_DAYS = 30;
const DAY_MS = 86_400_000;

const payloadShape = z.object({ share: z.string() });

export type StatusShare = typeof statusShares.$inferSelect;

/** Makes a link to the status page, `/status/s/<signed token>`; it ends after 30 days. */
export async function shareStatus(act: Act): Promise<Result<{ url: string; expiresAt: Date }>> {
  const id = newId(act.now);
  const expiresAt = new Date(act.now.getTime() + SHARE_DAYS * DAY_MS);
  const row = { id, createdBy: act.actor.name, createdAt: act.now.toISOString(), expiresAt: expiresAt.toISOString() };
  await act.db.insert(statusShares).values(row);
  await recordActivity(act.db, act.now, act.actor, {
    action: "status_share.created",
    subject: { kind: "status_share", id, name: SUBJECT_NAME },
  });
  return { ok: true, url: await shareUrl(act.config, row), expiresAt };
}

/** The link of a share that was made earlier. */
export async function shareUrl(config: Config, share: Pick<StatusShare, "id" | "expiresAt">): Promise<string> {
  const token = await signToken(config.keys, PURPOSE, { share: share.id }, new Date(share.expiresAt));
  return `${config.appOrigin}/status/s/${token}`;
}

/** The share of a token, or null where it is forged, past its end or revoked. */
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

/** Ends a share at once. */
export async function revokeShare(act: Act, id: string): Promise<Result> {
  const revoked = await act.db
    .update(statusShares)
    .set({ revokedAt: act.now.toISOString() })
    .where(and(eq(statusShares.id, id), isNull(statusShares.revokedAt)))
    .returning({ id: statusShares.id });
  if (revoked.length === 0) return notFound("link");
  await recordActivity(act.db, act.now, act.actor, {
    action: "status_share.revoked",
    subject: { kind: "status_share", id, name: SUBJECT_NAME },
  });
  return { ok: true };
}
