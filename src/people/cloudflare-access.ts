/**
 * Cloudflare Access as a second way in: where it is configured, a valid Access token signs in the person with that
 * address. It must never make a person on its own: only who exists here or was invited comes in.
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

const claims = z.object({ email: emailField });

const keySets = new Map<string, JWTVerifyGetKey>();

interface AccessToken {
  access: NonNullable<Config["access"]>;
  token: string;
  /** The team's keys, where they are not to be fetched. */
  keys?: JWTVerifyGetKey;
}

/** The person of an Access token; null where the token is not valid or nobody of that address belongs here. */
export async function findAccessPerson(db: Db, given: AccessToken, now: Date): Promise<Person | null> {
  const email = await verifiedEmail(given, now);
  if (email === null) return null;
  const user = await findUserByEmail(db, email);
  return user ? { id: user.id, email: user.email, role: user.role } : acceptByEmail(db, email, now);
}

async function verifiedEmail({ access, token, keys }: AccessToken, now: Date): Promise<string | null> {
  try {
    const options = {
      issuer: access.teamDomain,
      audience: access.aud,
      algorithms: ["RS256"],
      requiredClaims: ["exp"],
      currentDate: now,
    };
    const { payload } = await jwtVerify(token, keys ?? keysOf(access.teamDomain), options);
    return claims.parse(payload).email;
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
