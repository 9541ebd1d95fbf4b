/**
 * Checks that a webhook comes from Intuit: HMAC-SHA256 of the raw bytes with the app's verifier token, base64
 * (docs/qbo-api.md, section 8). It must get the bytes as received, never a parsed and rewritten body.
 */
import { fromBase64 } from "../platform/bytes.ts";

/** Length of an HMAC-SHA256 in base64 with padding; nothing longer is decoded. */
const MAX_SIGNATURE_CHARS = 64;

/** True if `header` (`intuit-signature`) is right. The comparison takes constant time. */
export async function verifyIntuitSignature(
  rawBody: Uint8Array,
  header: string | null,
  verifier: string,
): Promise<boolean> {
  const signature = readSignature(header?.trim() ?? "");
  if (signature === null || verifier === "") return false;
  const algorithm = { name: "HMAC", hash: "SHA-256" };
  const key = await crypto.subtle.importKey("raw", new TextEncoder().encode(verifier), algorithm, false, ["verify"]);
  return crypto.subtle.verify("HMAC", key, signature, rawBody);
}

function readSignature(text: string): Uint8Array<ArrayBuffer> | null {
  return text.length <= MAX_SIGNATURE_CHARS && /^[A-Za-z0-9+/]+={0,2}$/.test(text) ? fromBase64(text) : null;
}
