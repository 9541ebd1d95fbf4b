/**
 * Compares secrets in a time that does not depend on how much of them is equal. It compares hashes of both, so that not
 * even their lengths can be learned, and must never return early at the first difference.
 */

/** True if both have the same bytes; a text counts as its UTF-8. */
export async function isSameSecret(a: string | Uint8Array, b: string | Uint8Array): Promise<boolean> {
  const [left, right] = await Promise.all([digest(a), digest(b)]);
  let difference = 0;
  for (const [i, byte] of left.entries()) difference |= byte ^ (right[i] ?? 0);
  return difference === 0;
}

async function digest(secret: string | Uint8Array): Promise<Uint8Array> {
  const bytes = typeof secret === "string" ? new TextEncoder().encode(secret) : new Uint8Array(secret);
  return new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
}
