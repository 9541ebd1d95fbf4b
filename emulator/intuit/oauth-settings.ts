/**
 * How Intuit's OAuth behaves here: rotation, lifetimes, registered addresses. The defaults are the strictest readings
 * of docs/qbo-api.md, section 1; a test may relax them. Stored with the control state, read with every token call.
 */
import { z } from "zod";

const DAY_S = 86_400;

export const oauthSettingsSchema = z.object({
  /** `always`: each refresh gives a new refresh token; `daily`: the same value for its first 24 hours. */
  rotate: z.enum(["always", "daily"]),
  /** How long a rotated value keeps working; 0 means not at all. */
  grace_seconds: z
    .number()
    .int()
    .min(0)
    .max(7 * DAY_S),
  code_ttl_seconds: z.number().int().min(1).max(DAY_S),
  access_ttl_seconds: z.number().int().min(1).max(DAY_S),
  refresh_ttl_seconds: z
    .number()
    .int()
    .min(1)
    .max(400 * DAY_S),
  hard_ttl_seconds: z
    .number()
    .int()
    .min(1)
    .max(20 * 365 * DAY_S),
  /** Registered redirect addresses; an empty list accepts every http(s) address. */
  redirect_uris: z.array(z.string().max(2000)).max(100),
  /** Where a person who disconnects in QuickBooks is sent; empty: nowhere. */
  disconnect_url: z.string().max(2000),
  reconnect_url: z.string().max(2000),
});

export type OauthSettings = z.infer<typeof oauthSettingsSchema>;

export const oauthPatchSchema = oauthSettingsSchema.partial().strict();

export type OauthPatch = z.infer<typeof oauthPatchSchema>;

export const DEFAULT_OAUTH_SETTINGS: OauthSettings = {
  rotate: "always",
  grace_seconds: 0,
  code_ttl_seconds: 600,
  access_ttl_seconds: 3600,
  refresh_ttl_seconds: 101 * DAY_S,
  hard_ttl_seconds: 5 * 365 * DAY_S,
  redirect_uris: [],
  disconnect_url: "",
  reconnect_url: "",
};
