/**
 * Encrypts small secrets at rest: a JWE (`dir`, A256GCM; RFC 7516) with the key ID in its header and, inside, what it
 * is bound to. A sealed text that was moved to another row or purpose must never open.
 */
import { CompactEncrypt, compactDecrypt } from "jose";
import { z } from "zod";
import { deriveKey, type KeyRing } from "./keys.ts";

const sealedContent = z.object({ text: z.string(), binding: z.record(z.string(), z.string()) });

export class SealError extends Error {
  override readonly name = "SealError";
}

/** Seals `plaintext` for `purpose`; `binding` names what it belongs to, e.g. `{connection_id, generation}`. */
export async function seal(
  ring: KeyRing,
  purpose: string,
  plaintext: string,
  binding: Record<string, string>,
): Promise<string> {
  const key = await deriveKey(ring, ring.current, `seal ${purpose}`);
  const content = new TextEncoder().encode(JSON.stringify({ text: plaintext, binding }));
  return new CompactEncrypt(content).setProtectedHeader({ alg: "dir", enc: "A256GCM", kid: ring.current }).encrypt(key);
}

/** Opens what `seal` made. Throws SealError for another key, purpose or binding, and for anything that was changed. */
export async function open(
  ring: KeyRing,
  purpose: string,
  sealed: string,
  binding: Record<string, string>,
): Promise<string> {
  const content = await decrypt(ring, purpose, sealed);
  if (!isSameBinding(content.binding, binding))
    throw new SealError(`what was sealed for '${purpose}' belongs to something else`);
  return content.text;
}

async function decrypt(ring: KeyRing, purpose: string, sealed: string): Promise<z.infer<typeof sealedContent>> {
  try {
    const { plaintext } = await compactDecrypt(
      sealed,
      (header) => deriveKey(ring, header.kid ?? "", `seal ${purpose}`),
      {
        keyManagementAlgorithms: ["dir"],
        contentEncryptionAlgorithms: ["A256GCM"],
      },
    );
    return sealedContent.parse(JSON.parse(new TextDecoder().decode(plaintext)));
  } catch (error) {
    throw new SealError(`could not open what was sealed for '${purpose}'`, { cause: error });
  }
}

function isSameBinding(inside: Record<string, string>, expected: Record<string, string>): boolean {
  const keys = Object.keys(expected);
  return keys.length === Object.keys(inside).length && keys.every((key) => inside[key] === expected[key]);
}
