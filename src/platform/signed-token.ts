/**
 * Short signed tokens for links that are given away, such as a shared status page: a JWS (HS256; RFC 7515) with the key
 * ID in its header and an expiry time. It is signed, not sealed: its payload must never contain a secret.
 */
import { jwtVerify, SignJWT, type JWTPayload } from "jose";
import { deriveKey, type KeyRing } from "./keys.ts";

/** Signs `payload` for `purpose`; the token is worthless after `expiresAt`. */
export async function signToken(
  ring: KeyRing,
  purpose: string,
  payload: Record<string, string>,
  expiresAt: Date,
): Promise<string> {
  const key = await deriveKey(ring, ring.current, `sign ${purpose}`);
  return new SignJWT(payload)
    .setProtectedHeader({ alg: "HS256", kid: ring.current })
    .setExpirationTime(expiresAt)
    .sign(key);
}

/** The payload of a token for that purpose, or null if it is forged, changed or expired. */
export async function verifyToken(
  ring: KeyRing,
  purpose: string,
  token: string,
  now: Date,
): Promise<JWTPayload | null> {
  try {
    const { payload } = await jwtVerify(token, (header) => deriveKey(ring, header.kid ?? "", `sign ${purpose}`), {
      algorithms: ["HS256"],
      requiredClaims: ["exp"],
      currentDate: now,
    });
    return payload;
  } catch {
    return null;
  }
}
