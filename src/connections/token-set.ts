/**
 * A token set as it is sealed and stored, in the vault, in the gate's storage and while a Reconnect waits for a choice.
 */
import { z } from "zod";
import type { TokenSet } from "../quickbooks/oauth.ts";

const tokenSetSchema: z.ZodType<TokenSet> = z.object({
  accessToken: z.string(),
  refreshToken: z.string(),
  accessExpiresAt: z.string(),
  refreshExpiresAt: z.string(),
  refreshHardExpiresAt: z.string().nullable(),
});

/** Reads the JSON of a token set; throws if it is invalid. */
export function readTokenSet(text: string): TokenSet {
  return tokenSetSchema.parse(JSON.parse(text));
}
