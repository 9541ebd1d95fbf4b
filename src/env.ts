/**
 * The bindings and variables of the Worker. `readConfig` checks the variables once and names every one that is missing or
 * malformed, with how to set it; it must never put the value of a secret into a message.
 */
import { z } from "zod";
import type { RealmGate } from "./connections/realm-gate.ts";
import type { RefusedRequests } from "./inbox/refused-requests.ts";
import { parseKeyRing, type KeyRing } from "./platform/keys.ts";

export interface Env {
  DB: D1Database;
  TOKENS: KVNamespace;
  PUSH_QUEUE: Queue;
  ASSETS: Fetcher;
  REALM_GATE: DurableObjectNamespace<RealmGate>;
  REFUSED_REQUESTS: DurableObjectNamespace<RefusedRequests>;
  APP_ORIGIN?: string;
  INTUIT_DISCOVERY_URL?: string;
  INTUIT_CLIENT_ID?: string;
  INTUIT_CLIENT_SECRET?: string;
  INTUIT_WEBHOOK_VERIFIER?: string;
  QBO_API_URL?: string;
  QBO_APP_URL?: string;
  ENCRYPTION_KEYS?: string;
  SETUP_TOKEN?: string;
  ACCESS_TEAM_DOMAIN?: string;
  ACCESS_AUD?: string;
  SUPPORT_URL?: string;
  PASSWORD_SIGN_IN?: string;
  PASSKEY_SIGN_IN?: string;
}

export interface Config {
  /** Without a slash at its end, e.g. `https://books.example.com`. */
  appOrigin: string;
  /** True where the app is reached by https: cookies are then Secure. */
  isSecure: boolean;
  intuit: { discoveryUrl: string; clientId: string; clientSecret: string; webhookVerifier: string };
  /** Without a slash at its end; requests go to `qboApiUrl/v3/company/…`. */
  qboApiUrl: string;
  /** Without a slash at its end; 'View in QuickBooks' links start with it. */
  qboAppUrl: string;
  keys: KeyRing;
  setupToken: string;
  /** Cloudflare Access; `teamDomain` is an origin such as `https://team.cloudflareaccess.com`. */
  access: { teamDomain: string; aud: string } | null;
  /** Where Help leads beyond our own page: an https address or a mailto link. */
  supportUrl: string | null;
  /** The ways in beside Cloudflare Access; with neither, Access is the only one. */
  signIn: { byPassword: boolean; byPasskey: boolean };
}

export interface ConfigProblem {
  name: string;
  /** What is wrong with it and how to set it. */
  message: string;
}

/** Names every variable that is missing or malformed. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";
  constructor(readonly problems: ConfigProblem[]) {
    super(`not configured: ${problems.map((problem) => problem.name).join(", ")}`);
  }
}

const SECRETS = new Set([
  "INTUIT_CLIENT_ID",
  "INTUIT_CLIENT_SECRET",
  "INTUIT_WEBHOOK_VERIFIER",
  "ENCRYPTION_KEYS",
  "SETUP_TOKEN",
]);

const MIN_TOKEN_CHARACTERS = 16;
const LOOPBACK_HOSTS = new Set(["localhost", "127.0.0.1", "[::1]"]);

const filled = z.string("is not set").trim().min(1, "is empty");
const unguessable = filled.refine(
  (text) => text.length >= MIN_TOKEN_CHARACTERS,
  `has fewer than ${MIN_TOKEN_CHARACTERS} characters, which can be guessed`,
);
const address = filled.transform((text, context) => {
  const url = URL.canParse(text) ? new URL(text) : null;
  const isSafe = url?.protocol === "https:" || (url?.protocol === "http:" && isLoopback(url.hostname));
  if (url && isSafe && !url.username && !url.search && !url.hash) return url;
  context.addIssue("must be an https address such as https://example.com (http is for your own machine)");
  return z.NEVER;
});
const origin = address.transform((url, context) => {
  if (url.pathname === "/") return url.origin;
  context.addIssue("must be an origin only, such as https://books.example.com, without a path");
  return z.NEVER;
});
const baseUrl = address.transform((url) => url.href.replace(/\/+$/, ""));
const keyRing = filled.transform((text, context) => {
  try {
    const ring = parseKeyRing(text);
    for (const [kid, bytes] of ring.keys)
      if (new Set(bytes).size === 1) throw new Error(`the key '${kid}' is one byte repeated, which can be guessed`);
    return ring;
  } catch (error) {
    context.addIssue(`is malformed: ${error instanceof Error ? error.message : "unreadable"}`);
    return z.NEVER;
  }
});
const wayIn = z.enum(["on", "off"], "must be 'off' or 'on', or left out");
const blankAsMissing = (value: unknown): unknown =>
  typeof value === "string" && value.trim() === "" ? undefined : value;
const teamDomain = z
  .string()
  .trim()
  .transform((text) => (text.includes("://") ? text : `https://${text}`))
  .pipe(origin);

const supportUrl = z
  .string()
  .trim()
  .refine(
    (text) => URL.canParse(text) && ["https:", "mailto:"].includes(new URL(text).protocol),
    "must be an https address or a mail address such as mailto:help@example.com",
  );

const variables = z.object({
  APP_ORIGIN: origin,
  INTUIT_DISCOVERY_URL: address.transform((url) => url.href),
  INTUIT_CLIENT_ID: filled,
  INTUIT_CLIENT_SECRET: filled,
  INTUIT_WEBHOOK_VERIFIER: unguessable,
  QBO_API_URL: baseUrl,
  QBO_APP_URL: baseUrl,
  ENCRYPTION_KEYS: keyRing,
  SETUP_TOKEN: unguessable,
  ACCESS_TEAM_DOMAIN: z.preprocess(blankAsMissing, teamDomain.optional()),
  ACCESS_AUD: z.preprocess(blankAsMissing, z.string().trim().optional()),
  SUPPORT_URL: z.preprocess(blankAsMissing, supportUrl.optional()),
  PASSWORD_SIGN_IN: z.preprocess(blankAsMissing, wayIn.default("on")),
  PASSKEY_SIGN_IN: z.preprocess(blankAsMissing, wayIn.default("on")),
});

const cache = new WeakMap<Env, Config>();

/** Whether a host name is this machine's own, the only one that may be reached by http. */
export function isLoopback(hostname: string): boolean {
  return LOOPBACK_HOSTS.has(hostname) || hostname.endsWith(".localhost");
}

/** The checked configuration of this Worker; throws ConfigError. Read once per `env` object. */
export function readConfig(env: Env): Config {
  const known = cache.get(env);
  if (known) return known;
  const config = parseConfig(env);
  cache.set(env, config);
  return config;
}

function parseConfig(env: Env): Config {
  const parsed = variables.safeParse(env);
  const problems = parsed.success
    ? []
    : parsed.error.issues.map((issue) => describe(String(issue.path[0]), issue.message));
  const { ACCESS_TEAM_DOMAIN, ACCESS_AUD } = env;
  if (!blankAsMissing(ACCESS_TEAM_DOMAIN) !== !blankAsMissing(ACCESS_AUD)) {
    const missing = blankAsMissing(ACCESS_AUD) ? "ACCESS_TEAM_DOMAIN" : "ACCESS_AUD";
    problems.push(describe(missing, "is not set, but the other half of Cloudflare Access is: set both or neither"));
  }
  const isOff = parsed.data?.PASSWORD_SIGN_IN === "off" && parsed.data.PASSKEY_SIGN_IN === "off";
  if (isOff && !blankAsMissing(ACCESS_AUD)) {
    const fault = "is off, as passwords are, and Cloudflare Access is not set: nobody could sign in";
    problems.push(describe("PASSKEY_SIGN_IN", fault));
  }
  if (!parsed.success || problems.length > 0) throw new ConfigError(problems);
  const { data } = parsed;
  return {
    appOrigin: data.APP_ORIGIN,
    isSecure: data.APP_ORIGIN.startsWith("https:"),
    intuit: {
      discoveryUrl: data.INTUIT_DISCOVERY_URL,
      clientId: data.INTUIT_CLIENT_ID,
      clientSecret: data.INTUIT_CLIENT_SECRET,
      webhookVerifier: data.INTUIT_WEBHOOK_VERIFIER,
    },
    qboApiUrl: data.QBO_API_URL,
    qboAppUrl: data.QBO_APP_URL,
    keys: data.ENCRYPTION_KEYS,
    setupToken: data.SETUP_TOKEN,
    access:
      data.ACCESS_TEAM_DOMAIN && data.ACCESS_AUD ? { teamDomain: data.ACCESS_TEAM_DOMAIN, aud: data.ACCESS_AUD } : null,
    supportUrl: data.SUPPORT_URL ?? null,
    signIn: { byPassword: data.PASSWORD_SIGN_IN === "on", byPasskey: data.PASSKEY_SIGN_IN === "on" },
  };
}

function describe(name: string, fault: string): ConfigProblem {
  const how = SECRETS.has(name)
    ? `set it with 'wrangler secret put ${name}', or in the file given with --env-file`
    : "set it under [vars] in wrangler.toml, or in the file given with --env-file";
  return { name, message: `${name} ${fault}: ${how}.` };
}
