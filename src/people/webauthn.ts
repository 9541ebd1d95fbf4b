/**
 * What a browser answers when a passkey is added or used (W3C, Web Authentication, Level 3, its two ceremonies): reads and
 * checks it, and knows no table. A passkey proves two things at once, the device and the person (user verification), so
 * one without the second is refused. What the device is made of is nobody's business: no attestation is asked for.
 */
import { createPublicKey, verify } from "node:crypto";
import {
  type AuthenticatorData,
  ClientDataType,
  COSEKeyType,
  type COSEPublicKey,
  coseAlgorithmES256,
  coseAlgorithmRS256,
  coseEllipticCurveP256,
  createAssertionSignatureMessage,
  parseAttestationObject,
  parseAuthenticatorData,
  parseClientDataJSON,
} from "@oslojs/webauthn";
import { z } from "zod";
import { fromBase64, toBase64Url } from "../platform/bytes.ts";

const MAX_PART_CHARACTERS = 8_000;
/** An elliptic coordinate of P-256. */
const COORDINATE_BYTES = 32;

const webKey = z.record(z.string(), z.string());

const part = z
  .string()
  .max(MAX_PART_CHARACTERS)
  .transform((text, context) => {
    const bytes = /^[\w-]+$/.test(text) ? fromBase64(text) : null;
    if (bytes) return bytes;
    context.addIssue("is not base64url");
    return z.NEVER;
  });

/** What public/passkeys.js sends of a new passkey. */
const registration = z.object({ clientDataJSON: part, attestationObject: part });
/** What public/passkeys.js sends of one that was used. */
const assertion = z.object({
  id: z.string().max(MAX_PART_CHARACTERS),
  clientDataJSON: part,
  authenticatorData: part,
  signature: part,
});

export interface NewPasskey {
  /** In base64url. */
  id: string;
  /** JSON Web Key. */
  publicKey: string;
  signCount: number;
}

/** What an answer is held against. */
export interface Expected {
  appOrigin: string;
  /** Whether the challenge is one of ours, for this purpose; answers what it was for. */
  isChallenge: (challenge: string) => Promise<boolean>;
}

/** The passkey that a browser made, from its JSON; null if it breaks a rule. */
export async function readNewPasskey(json: string, expected: Expected): Promise<NewPasskey | null> {
  try {
    const { clientDataJSON, attestationObject } = registration.parse(JSON.parse(json));
    const { authenticatorData } = parseAttestationObject(attestationObject);
    const { credential } = authenticatorData;
    if (!credential || !isFromHere(authenticatorData, expected)) return null;
    if (!(await isAnswer(clientDataJSON, ClientDataType.Create, expected))) return null;
    const publicKey = JSON.stringify(webKeyOf(credential.publicKey));
    return { id: toBase64Url(credential.id), publicKey, signCount: authenticatorData.signatureCounter };
  } catch {
    return null;
  }
}

/** The ID of the passkey that a browser says it used, from its JSON; null if there is none. */
export function claimedPasskey(json: string): string | null {
  try {
    return assertion.parse(JSON.parse(json)).id;
  } catch {
    return null;
  }
}

/**
 * Whether the browser's answer was made with that passkey, now and for this site; answers its new count of signatures,
 * or null. A count that does not rise means that the passkey was copied.
 */
export async function verifyPasskey(
  json: string,
  passkey: { publicKey: string; signCount: number },
  expected: Expected,
): Promise<{ signCount: number } | null> {
  try {
    const { clientDataJSON, authenticatorData, signature } = assertion.parse(JSON.parse(json));
    const parsed = parseAuthenticatorData(authenticatorData);
    if (!isFromHere(parsed, expected)) return null;
    const key = createPublicKey({ key: webKey.parse(JSON.parse(passkey.publicKey)), format: "jwk" });
    const message = createAssertionSignatureMessage(authenticatorData, clientDataJSON);
    if (!verify("sha256", message, key, signature)) return null;
    if (!(await isAnswer(clientDataJSON, ClientDataType.Get, expected))) return null;
    const { signatureCounter: signCount } = parsed;
    const isCounting = signCount > 0 || passkey.signCount > 0;
    return isCounting && signCount <= passkey.signCount ? null : { signCount };
  } catch {
    return null;
  }
}

function isFromHere(data: AuthenticatorData, { appOrigin }: Expected): boolean {
  return data.verifyRelyingPartyIdHash(new URL(appOrigin).hostname) && data.userPresent && data.userVerified;
}

async function isAnswer(clientDataJSON: Uint8Array, type: ClientDataType, expected: Expected): Promise<boolean> {
  const client = parseClientDataJSON(clientDataJSON);
  if (client.type !== type || client.origin !== expected.appOrigin || client.crossOrigin === true) return false;
  return expected.isChallenge(new TextDecoder().decode(client.challenge));
}

/** The two kinds that browsers make: P-256 (nearly all), and RSA (Windows Hello on older machines). */
function webKeyOf(key: COSEPublicKey): z.infer<typeof webKey> {
  if (key.type() === COSEKeyType.EC2 && key.algorithm() === coseAlgorithmES256) {
    const { curve, x, y } = key.ec2();
    if (curve !== coseEllipticCurveP256) throw new Error("not P-256");
    return { kty: "EC", crv: "P-256", x: numberText(x, COORDINATE_BYTES), y: numberText(y, COORDINATE_BYTES) };
  }
  if (key.type() === COSEKeyType.RSA && key.algorithm() === coseAlgorithmRS256) {
    const { n, e } = key.rsa();
    return { kty: "RSA", n: numberText(n), e: numberText(e) };
  }
  throw new Error("unknown kind of key");
}

/** Big-endian bytes, at least so many, in base64url. */
function numberText(value: bigint, bytes = 1): string {
  const hex = value.toString(16);
  const pairs = hex.padStart(Math.max(hex.length + (hex.length % 2), 2 * bytes), "0").match(/../g) ?? [];
  return toBase64Url(Uint8Array.from(pairs, (pair) => Number.parseInt(pair, 16)));
}
