/**
 * Signatures of the Standard Webhooks specification (https://www.standardwebhooks.com, version 1): HMAC-SHA256 over
 * `id.timestamp.body`, secret `whsec_<base64>`. Works on the raw bytes, limits every header before reading it, and
 * never reveals which part was wrong.
 */
import { fromBase64, toBase64 } from "./bytes.ts";

const TOLERANCE_SECONDS = 5 * 60;
const MAX_SIGNATURE_HEADER_CHARACTERS = 4096;
const MAX_SIGNATURES = 20;
const HMAC_BYTES = 32;
const SECRET_PREFIX = "whsec_";
const SECRET_BYTES = 32;
/** Visible ASCII: an ID becomes a key in D1 and part of what is signed. */
const ID_PATTERN = /^[\x21-\x7e]{1,256}$/;
const TIMESTAMP_PATTERN = /^\d{1,12}$/;
const HMAC = { name: "HMAC", hash: "SHA-256" };
const encoder = new TextEncoder();

/**
 * The `webhook-id` of a delivery that was signed with one of `secrets` within the tolerance, otherwise null. The time
 * it takes does not reveal how much of a signature was right.
 */
export async function verifyDelivery(
  headers: Headers,
  body: Uint8Array<ArrayBuffer>,
  secrets: readonly string[],
  now: Date,
): Promise<string | null> {
  const id = headers.get("webhook-id") ?? "";
  const timestamp = headers.get("webhook-timestamp") ?? "";
  if (!ID_PATTERN.test(id) || !TIMESTAMP_PATTERN.test(timestamp)) return null;
  if (Math.abs(now.getTime() / 1000 - Number(timestamp)) > TOLERANCE_SECONDS) return null;
  const signatures = readSignatures(headers.get("webhook-signature") ?? "");
  const signed = signedBytes(id, timestamp, body);
  for (const secret of secrets) {
    const key = await importKey(secret, "verify");
    for (const signature of signatures) {
      if (await crypto.subtle.verify("HMAC", key, signature, signed)) return id;
    }
  }
  return null;
}

/** A new random secret, `whsec_<base64>`. */
export function newSigningSecret(): string {
  return SECRET_PREFIX + toBase64(crypto.getRandomValues(new Uint8Array(SECRET_BYTES)));
}

/** The three headers of a delivery that we send, signed with `secret` at `now`; `id` stays the same over retries. */
export async function signDelivery(
  secret: string,
  id: string,
  body: string,
  now: Date,
): Promise<Record<string, string>> {
  const timestamp = String(Math.floor(now.getTime() / 1000));
  const key = await importKey(secret, "sign");
  const mac = await crypto.subtle.sign("HMAC", key, signedBytes(id, timestamp, encoder.encode(body)));
  const signature = `v1,${toBase64(new Uint8Array(mac))}`;
  return { "webhook-id": id, "webhook-timestamp": timestamp, "webhook-signature": signature };
}

/** The `v1` signatures of the header; other versions and malformed ones are skipped. */
function readSignatures(header: string): Uint8Array<ArrayBuffer>[] {
  if (header.length > MAX_SIGNATURE_HEADER_CHARACTERS) return [];
  return header
    .split(" ")
    .slice(0, MAX_SIGNATURES)
    .filter((entry) => entry.startsWith("v1,"))
    .map((entry) => fromBase64(entry.slice("v1,".length)))
    .filter((bytes) => bytes !== null)
    .filter((bytes) => bytes.length === HMAC_BYTES);
}

function signedBytes(id: string, timestamp: string, body: Uint8Array): Uint8Array<ArrayBuffer> {
  const head = encoder.encode(`${id}.${timestamp}.`);
  const bytes = new Uint8Array(head.length + body.length);
  bytes.set(head);
  bytes.set(body, head.length);
  return bytes;
}

async function importKey(secret: string, use: "sign" | "verify"): Promise<CryptoKey> {
  const bytes = secret.startsWith(SECRET_PREFIX) ? fromBase64(secret.slice(SECRET_PREFIX.length)) : null;
  if (!bytes) throw new Error("A signing secret is not of the form whsec_<base64>");
  return crypto.subtle.importKey("raw", bytes, HMAC, false, [use]);
}
