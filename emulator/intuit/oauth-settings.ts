/**
 * How Intuit treats the app: rotation, lifetimes, registered addresses, budget of reads. The defaults are the strictest readings
 * of docs/qbo-api.md, section 1; a test may relax them. Stored with the control state, read with every token call.
 */
import { z } from "zod";
import { readSetting, writeSetting } from "../control/clock.ts";

const DAY_S = 86_400;

const oauthSettingsSchema = z.object({
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
  /** The field that holds a refresh token's hard end: Intuit has used both names. */
  hard_expiry_field: z.enum(["x_refresh_token_hard_expires_in", "x_refresh_token_lifetime_expires_in"]),
  /** The free tier's monthly budget of reads, which counts for the app; null means unlimited. */
  app_reads_left: z.number().int().min(0).nullable(),
});

export type OauthSettings = z.infer<typeof oauthSettingsSchema>;

export const oauthPatchSchema = oauthSettingsSchema.partial().strict();

export type OauthPatch = z.infer<typeof oauthPatchSchema>;

const DEFAULT_OAUTH_SETTINGS: OauthSettings = {
  rotate: "always",
  grace_seconds: 0,
  code_ttl_seconds: 600,
  access_ttl_seconds: 3600,
  refresh_ttl_seconds: 101 * DAY_S,
  hard_ttl_seconds: 5 * 365 * DAY_S,
  redirect_uris: [],
  disconnect_url: "",
  reconnect_url: "",
  hard_expiry_field: "x_refresh_token_hard_expires_in",
  app_reads_left: null,
};

/** The settings as they stand; one that was stored before it existed has its default. */
export function loadOauthSettings(sql: SqlStorage): OauthSettings {
  const stored = readSetting(sql, "oauth");
  const changed: object = stored === null ? {} : oauthPatchSchema.parse(JSON.parse(stored));
  return oauthSettingsSchema.parse({ ...DEFAULT_OAUTH_SETTINGS, ...changed });
}

/** Changes only what the patch names. */
export function storeOauthSettings(sql: SqlStorage, patch: OauthPatch): OauthSettings {
  const settings = oauthSettingsSchema.parse({ ...loadOauthSettings(sql), ...patch });
  writeSetting(sql, "oauth", JSON.stringify(settings));
  return settings;
}
