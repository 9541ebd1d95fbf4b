/**
 * The secrets that sign our notifications (Standard Webhooks: `whsec_` and base64). They are stored in D1 sealed and
 * bound to their receiver; the clear text is for signing and for an admin who asks, never for a log.
 */
import { eq, sql } from "drizzle-orm";
import type { Db } from "../platform/db.ts";
import type { KeyRing } from "../platform/keys.ts";
import { SealError } from "../platform/seal.ts";
import { OLD_SECRET_VALID_MS, sealedSigningSecrets } from "../platform/signing-secret.ts";
import { type Endpoint, notificationEndpoints } from "./schema.ts";

/** The purpose is bound into every stored secret, so it keeps the name that notifications had at first. */
const SECRETS = sealedSigningSecrets("notice-secret", "endpoint_id");

/** A new secret, sealed for its receiver. */
export async function sealNewSecret(ring: KeyRing, endpointId: string): Promise<string> {
  return (await SECRETS.make(ring, endpointId)).sealed;
}

/** The current secret. Throws SealError. */
export async function openSecret(ring: KeyRing, endpoint: Endpoint): Promise<string> {
  return SECRETS.open(ring, endpoint.id, endpoint.sealedSecret);
}

/**
 * All secrets that sign at `now`, the current one first. Throws SealError if that one can't be opened; an old one that
 * can't be (its key was removed from ENCRYPTION_KEYS) is skipped.
 */
export async function signingSecretsOf(ring: KeyRing, endpoint: Endpoint, now: Date): Promise<string[]> {
  const secret = await openSecret(ring, endpoint);
  const { oldSealedSecret, oldSecretUntil } = endpoint;
  if (oldSealedSecret === null || oldSecretUntil === null || oldSecretUntil <= now.toISOString()) return [secret];
  const old = await SECRETS.open(ring, endpoint.id, oldSealedSecret).catch(asNothing);
  return old === null ? [secret] : [secret, old];
}

/**
 * Replaces the secret; the previous one signs as well for 24 h, so that the receiver has time to change. After two
 * rotations within that time only the latest old secret still signs. Null if there is no such receiver.
 */
export async function rotateEndpointSecret(
  db: Db,
  ring: KeyRing,
  endpointId: string,
  now: Date,
): Promise<Endpoint | null> {
  const [row] = await db
    .update(notificationEndpoints)
    .set({
      oldSealedSecret: sql`sealed_secret`,
      oldSecretUntil: new Date(now.getTime() + OLD_SECRET_VALID_MS).toISOString(),
      sealedSecret: await sealNewSecret(ring, endpointId),
      updatedAt: now.toISOString(),
    })
    .where(eq(notificationEndpoints.id, endpointId))
    .returning();
  return row ?? null;
}

function asNothing(error: unknown): null {
  if (error instanceof SealError) return null;
  throw error;
}
