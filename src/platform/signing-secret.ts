/**
 * The secrets of signed webhooks (`whsec_` and base64, Standard Webhooks) as they are stored: sealed, and bound to
 * their owner, so that they can't be opened for another. The clear text is for signing, verifying and an admin who
 * asks, never for a log.
 */
import type { KeyRing } from "./keys.ts";
import { open, seal } from "./seal.ts";
import { newSigningSecret } from "./standard-signature.ts";

/** How long a secret stays valid after it was rotated (docs/contract.md, section 3). */
export const OLD_SECRET_VALID_MS = 24 * 60 * 60 * 1000;

export interface SigningSecrets {
  /** A new secret for an owner, in clear and sealed. */
  make: (ring: KeyRing, ownerId: string) => Promise<{ secret: string; sealed: string }>;
  /** Throws SealError. */
  open: (ring: KeyRing, ownerId: string, sealed: string) => Promise<string>;
}

/** The secrets of one kind of owner: `purpose` and `ownerKey` are bound into each and may never change. */
export function sealedSigningSecrets(purpose: string, ownerKey: string): SigningSecrets {
  return {
    make: async (ring, ownerId) => {
      const secret = newSigningSecret();
      return { secret, sealed: await seal(ring, purpose, secret, { [ownerKey]: ownerId }) };
    },
    open: (ring, ownerId, sealed) => open(ring, purpose, sealed, { [ownerKey]: ownerId }),
  };
}
