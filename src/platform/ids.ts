/**
 * Makes IDs and secrets. IDs are UUIDv7 (RFC 9562, section 5.7): they sort by creation time, which keeps index pages
 * warm and lists in order. They are never secret; `randomToken` is.
 */
import { toBase64Url, toHex } from "./bytes.ts";

const UUID_TIME_BYTES = 6;

/** A new UUIDv7 for the given time. */
export function newId(now: Date): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  let ms = now.getTime();
  for (let i = UUID_TIME_BYTES - 1; i >= 0; i -= 1) {
    bytes[i] = ms % 256;
    ms = Math.floor(ms / 256);
  }
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x70;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = toHex(bytes);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

/** The time of an ID that `newId` made, ISO text. */
export function timeOfId(id: string): string {
  return new Date(Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16)).toISOString();
}

/** Sorts before every ID of that time and later, and after every earlier one. */
export function lowestIdAt(time: Date): string {
  const hex = time
    .getTime()
    .toString(16)
    .padStart(UUID_TIME_BYTES * 2, "0");
  return `${hex.slice(0, 8)}-${hex.slice(8)}`;
}

/** A secret of `byteCount` random bytes in base64url without padding. */
export function randomToken(byteCount = 32): string {
  return toBase64Url(crypto.getRandomValues(new Uint8Array(byteCount)));
}

/** SHA-256 of the text's UTF-8 bytes, in lower-case hex. */
export async function sha256Hex(text: string): Promise<string> {
  return toHex(new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text))));
}
