/**
 * The secrets that an order system signs its deliveries with (Standard Webhooks: `whsec_` and base64). They are stored
 * in D1 sealed and bound to their instance; callers get the clear text, a log never does.
 */
import { and, desc, eq, gt, isNull, lte, or } from "drizzle-orm";
import type { InferInsertModel } from "drizzle-orm";
import type { Db } from "../platform/db.ts";
import { newId } from "../platform/ids.ts";
import type { KeyRing } from "../platform/keys.ts";
import { SealError } from "../platform/seal.ts";
import { OLD_SECRET_VALID_MS, sealedSigningSecrets } from "../platform/signing-secret.ts";
import { signingSecrets } from "./schema.ts";

const SECRETS = sealedSigningSecrets("signing-secret", "instance_id");

/** A new secret, and the sealed row for it; the caller writes the row. */
export async function newSecret(
  ring: KeyRing,
  instanceId: string,
  now: Date,
): Promise<{ secret: string; row: InferInsertModel<typeof signingSecrets> }> {
  const { secret, sealed } = await SECRETS.make(ring, instanceId);
  return { secret, row: { id: newId(now), instanceId, sealed, createdAt: now.toISOString(), expiresAt: null } };
}

/** The secret to show and to sign with: the newest. Throws SealError, or an Error if the instance has none. */
export async function currentSecret(db: Db, ring: KeyRing, instanceId: string): Promise<string> {
  const [row] = await db
    .select({ sealed: signingSecrets.sealed })
    .from(signingSecrets)
    .where(and(eq(signingSecrets.instanceId, instanceId), isNull(signingSecrets.expiresAt)))
    .orderBy(desc(signingSecrets.id))
    .limit(1);
  if (!row) throw new Error(`Instance ${instanceId} has no signing secret`);
  return SECRETS.open(ring, instanceId, row.sealed);
}

/**
 * Every secret that verifies at `now`, newest first: the current one and those rotated less than 24 h ago. One that
 * can't be opened (its key was removed from ENCRYPTION_KEYS too early) is skipped; throws SealError if none can be
 * opened.
 */
export async function validSecrets(db: Db, ring: KeyRing, instanceId: string, now: Date): Promise<string[]> {
  const rows = await db
    .select({ sealed: signingSecrets.sealed })
    .from(signingSecrets)
    .where(
      and(
        eq(signingSecrets.instanceId, instanceId),
        or(isNull(signingSecrets.expiresAt), gt(signingSecrets.expiresAt, now.toISOString())),
      ),
    )
    .orderBy(desc(signingSecrets.id));
  const opened = await Promise.allSettled(rows.map((row) => SECRETS.open(ring, instanceId, row.sealed)));
  const secrets = opened.flatMap((result) => (result.status === "fulfilled" ? [result.value] : []));
  if (secrets.length === 0) throw new SealError(`No signing secret of instance ${instanceId} can be opened`);
  return secrets;
}

/**
 * Replaces the current secret; older ones that are still valid keep their expiry, at most 24 h after their rotation.
 */
export async function rotateSigningSecret(db: Db, ring: KeyRing, instanceId: string, now: Date): Promise<string> {
  const { secret, row } = await newSecret(ring, instanceId, now);
  const end = new Date(now.getTime() + OLD_SECRET_VALID_MS).toISOString();
  await db.batch([
    db
      .delete(signingSecrets)
      .where(and(eq(signingSecrets.instanceId, instanceId), lte(signingSecrets.expiresAt, now.toISOString()))),
    db
      .update(signingSecrets)
      .set({ expiresAt: end })
      .where(and(eq(signingSecrets.instanceId, instanceId), isNull(signingSecrets.expiresAt))),
    db.insert(signingSecrets).values(row),
  ]);
  return secret;
}
