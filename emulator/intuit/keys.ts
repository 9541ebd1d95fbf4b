/**
 * The RS256 key that signs ID tokens: created once, stored with the control state, published as JWKS. The private half
 * never leaves the Durable Object that calls this.
 */
import { calculateJwkThumbprint, exportJWK, generateKeyPair, importJWK, SignJWT, type JWK } from "jose";
import { z } from "zod";

const ID_TOKEN_LIFE_S = 3600;
const jwkSchema = z.looseObject({
  kty: z.literal("RSA"),
  n: z.string(),
  e: z.string(),
  d: z.string(),
  kid: z.string(),
});

/** A new key pair as JSON text, to be stored. */
export async function newKey(): Promise<string> {
  const { privateKey } = await generateKeyPair("RS256", { extractable: true });
  const jwk = await exportJWK(privateKey);
  return JSON.stringify({ ...jwk, alg: "RS256", use: "sig", kid: await calculateJwkThumbprint(jwk) });
}

/** The key's public half as a JWKS document. */
export function publicKeys(stored: string): { keys: JWK[] } {
  const { kty, n, e, kid } = jwkSchema.parse(JSON.parse(stored));
  return { keys: [{ kty, e, use: "sig", kid, alg: "RS256", n }] };
}

/** An ID token as Intuit makes it: `aud` is a list, `realmid` is lower case (docs/qbo-api.md, section 1.8). */
export async function signIdToken(
  stored: string,
  claims: {
    issuer: string;
    clientId: string;
    subject: string;
    realmId: string | null;
    authTimeMs: number;
    nowMs: number;
  },
): Promise<string> {
  const jwk = jwkSchema.parse(JSON.parse(stored));
  const key = await importJWK({ ...jwk, kty: "RSA" }, "RS256");
  const nowS = Math.floor(claims.nowMs / 1000);
  return new SignJWT({
    ...(claims.realmId === null ? {} : { realmid: claims.realmId }),
    auth_time: Math.floor(claims.authTimeMs / 1000),
    aud: [claims.clientId],
  })
    .setProtectedHeader({ alg: "RS256", kid: jwk.kid })
    .setSubject(claims.subject)
    .setIssuer(claims.issuer)
    .setIssuedAt(nowS)
    .setExpirationTime(nowS + ID_TOKEN_LIFE_S)
    .sign(key);
}
