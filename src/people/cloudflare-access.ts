/**
 * Cloudflare Access as a second way to sign in: if it is configured, a valid Access token signs in the person with that
 * address. It must never create a person on its own: only people who exist here or were invited are admitted.
 */
import { createRemoteJWKSet, jwtVerify, type JWTVerifyGetKey } from "jose";
import { z } from "zod";
import type { Config } from "../env.ts";
import type { Db } from "../platform/db.ts";
import { emailField } from "./email.ts";
import { acceptByEmail } from "./invitations.ts";
import type { Person } from "./person.ts";
import { findUserByEmail } from "./users.ts";

/** The header in which Access hands the token to the origin (Cloudflare One docs, 'Validate JWTs'). */
export const ACCESS_HEADER = "cf-access-jwt-assertion";

const claims = z.object({ email: emailField, iat: z.number() });

const keySets = new Map<string, JWTVerifyGetKey>();

interface AccessToken {
  access: NonNullable<Config["access"]>;
  token: string;
  /** The team's keys, if they should not be fetched. */
  keys?: JWTVerifyGetKey;
}

/**
 * The person of an Access token, and when they signed in there; null if the token is not valid, if the person's sessions
 * were ended since, or if the address is neither known nor invited.
 */
export async function findAccessPerson(
  db: Db,
  given: AccessToken,
  now: Date,
): Promise<{ person: Person; confirmedAt: string } | null> {
  const verified = await verifiedClaims(given, now);
  if (verified === null) return null;
  const confirmedAt = new Date(verified.iat * 1000).toISOString();
  const user = await findUserByEmail(db, verified.email);
  if (user && user.accessSince !== null && confirmedAt <= user.accessSince) return null;
  const person = user ?? (await acceptByEmail(db, verified.email, now));
  return person && { person: { id: person.id, email: person.email, role: person.role }, confirmedAt };
}

async function verifiedClaims({ access, token, keys }: AccessToken, now: Date): Promise<z.infer<typeof claims> | null> {
  try {
    const options = {
      issuer: access.teamDomain,
      audience: access.aud,
      algorithms: ["RS256"],
      requiredClaims: ["exp", "iat"],
      currentDate: now,
    };
    const { payload } = await jwtVerify(token, keys ?? keysOf(access.teamDomain), options);
    return claims.parse(payload);
  } catch {
    return null;
  }
}

/** The team's public keys, fetched when first needed and again when a new key ID shows up. */
function keysOf(teamDomain: string): JWTVerifyGetKey {
  const known = keySets.get(teamDomain);
  if (known) return known;
  const keys = createRemoteJWKSet(new URL("/cdn-cgi/access/certs", teamDomain));
  keySets.set(teamDomain, keys);
  return keys;
}
