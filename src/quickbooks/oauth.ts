/**
 * Intuit's OAuth 2.0 (docs/qbo-api.md, section 1): the discovery document, the authorize address, and the three calls
 * with tokens. Every address except that of the discovery document comes from the document. Stores nothing but the
 * document, and decides nothing: a result reports Intuit's answer; only `invalid_grant` means that a grant is dead.
 */
import { z } from "zod";

const TIMEOUT_MS = 30_000;
const MAX_ANSWER_CHARS = 256 * 1024;
const DISCOVERY_FRESH_MS = 60 * 60 * 1000;
/** While Intuit's document can't be read, one up to this old is still used: its addresses hardly ever change. */
const DISCOVERY_USABLE_MS = 7 * 24 * 60 * 60 * 1000;
const SCOPE = "com.intuit.quickbooks.accounting";

/** A document read over https may contain only https addresses; plain http is for a local QuickBooks. */
function discoveryDocument(documentUrl: string) {
  const protocols = documentUrl.startsWith("https:") ? ["https:"] : ["https:", "http:"];
  const endpoint = z.url().refine((url) => protocols.includes(new URL(url).protocol), "must be an https address");
  return z.object({
    issuer: z.string().min(1),
    authorization_endpoint: endpoint,
    token_endpoint: endpoint,
    revocation_endpoint: endpoint,
  });
}

/** Addresses of Intuit's discovery document. */
export interface Discovery {
  issuer: string;
  authorizationEndpoint: string;
  tokenEndpoint: string;
  revocationEndpoint: string;
}

/** Thrown by `discover` if there is no usable document. Temporary; never a disconnect. */
export class DiscoveryError extends Error {
  constructor(readonly detail: string) {
    super(`Intuit's discovery document can't be used: ${detail}`);
    this.name = "DiscoveryError";
  }
}

/** Per isolate; the document is the same for everybody. */
const documents = new Map<string, { discovery: Discovery; readAt: number }>();

/** Reads the discovery document, at most once an hour in an isolate. Throws DiscoveryError. */
export async function discover(doFetch: typeof fetch, url: string, now: Date = new Date()): Promise<Discovery> {
  const known = documents.get(url);
  const ageMs = known === undefined ? Number.POSITIVE_INFINITY : now.getTime() - known.readAt;
  if (known !== undefined && ageMs < DISCOVERY_FRESH_MS) return known.discovery;
  try {
    const discovery = await readDiscovery(doFetch, url);
    documents.set(url, { discovery, readAt: now.getTime() });
    return discovery;
  } catch (error) {
    if (known !== undefined && ageMs < DISCOVERY_USABLE_MS) return known.discovery;
    throw error;
  }
}

async function readDiscovery(doFetch: typeof fetch, url: string): Promise<Discovery> {
  const answer = await send(doFetch, url, { headers: { Accept: "application/json" } });
  if (answer.httpStatus === null) throw new DiscoveryError(answer.detail);
  if (answer.httpStatus !== 200) throw new DiscoveryError(`${url} answered HTTP ${answer.httpStatus}.`);
  const read = discoveryDocument(url).safeParse(jsonOrNull(answer.text));
  if (!read.success) {
    const fields = read.error.issues.map((issue) => issue.path.join(".") || "document").join(", ");
    throw new DiscoveryError(`${url} has nothing usable for: ${fields}.`);
  }
  return {
    issuer: read.data.issuer,
    authorizationEndpoint: read.data.authorization_endpoint,
    tokenEndpoint: read.data.token_endpoint,
    revocationEndpoint: read.data.revocation_endpoint,
  };
}

/** Where the person's browser goes to grant us the company. */
export function authorizeUrl(
  discovery: Discovery,
  request: { clientId: string; redirectUri: string; state: string },
): string {
  const url = new URL(discovery.authorizationEndpoint);
  url.searchParams.set("client_id", request.clientId);
  url.searchParams.set("response_type", "code");
  url.searchParams.set("scope", SCOPE);
  url.searchParams.set("redirect_uri", request.redirectUri);
  url.searchParams.set("state", request.state);
  return url.toString();
}

/** Tokens with their expiry times (ISO). Nothing is assumed about a token's length or form. */
export interface TokenSet {
  accessToken: string;
  refreshToken: string;
  accessExpiresAt: string;
  /** Rolling, 100 days after the last refresh. */
  refreshExpiresAt: string;
  /** The end that no refresh extends, at most five years; null if Intuit did not say. */
  refreshHardExpiresAt: string | null;
}

export interface ClientKeys {
  clientId: string;
  clientSecret: string;
}

/** What calls to Intuit need: fetch, addresses, and our client keys. */
export interface OauthClient {
  fetch: typeof fetch;
  discovery: Discovery;
  keys: ClientKeys;
}

/** `refused`: Intuit refused for a reason other than the grant, e.g. wrong client keys. `unavailable`: try again later. */
export type TokenResult =
  | { kind: "ok"; tokens: TokenSet }
  | { kind: "invalid_grant"; intuitTid: string | null }
  | { kind: "refused"; error: string; httpStatus: number; intuitTid: string | null }
  | { kind: "unavailable"; detail: string; httpStatus: number | null; intuitTid: string | null };

export type RevokeResult =
  | { kind: "revoked"; wasGone: boolean }
  | Extract<TokenResult, { kind: "refused" | "unavailable" }>;

/** Turns the code of a callback into tokens. A code works once: a second use revokes the tokens of the first. */
export async function exchangeCode(
  client: OauthClient,
  grant: { code: string; redirectUri: string },
  now: Date,
): Promise<TokenResult> {
  const form = { grant_type: "authorization_code", code: grant.code, redirect_uri: grant.redirectUri };
  return askForTokens(client, form, now);
}

/** Fresh tokens for a refresh token. The returned refresh token must be stored before the access token is used. */
export async function refreshTokens(client: OauthClient, refreshToken: string, now: Date): Promise<TokenResult> {
  return askForTokens(client, { grant_type: "refresh_token", refresh_token: refreshToken }, now);
}

/** Ends the whole grant. Intuit answers 400 for a grant that has ended already, which counts as success (docs/qbo-api.md, section 1.7). */
export async function revokeToken({ fetch, discovery, keys }: OauthClient, token: string): Promise<RevokeResult> {
  const answer = await send(fetch, discovery.revocationEndpoint, {
    method: "POST",
    headers: { Authorization: basic(keys), Accept: "application/json", "Content-Type": "application/json" },
    body: JSON.stringify({ token }),
  });
  if (answer.httpStatus === null) return unavailable(answer);
  if (answer.httpStatus >= 200 && answer.httpStatus < 300) return { kind: "revoked", wasGone: false };
  if (answer.httpStatus === 400) return { kind: "revoked", wasGone: true };
  const failure = refusedOrUnavailable(answer);
  return failure.kind === "invalid_grant" ? { kind: "revoked", wasGone: true } : failure;
}

/**
 * Intuit's documented lifetimes (docs/qbo-api.md, sections 1.4 and 1.5), used if an answer lacks them: tokens must never
 * be lost because of that.
 */
const ACCESS_LIFE_SECONDS = 3_600;
const REFRESH_LIFE_SECONDS = 8_640_000;

const tokenAnswer = z.object({
  access_token: z.string().min(1),
  refresh_token: z.string().min(1),
  expires_in: z.coerce.number().positive().catch(ACCESS_LIFE_SECONDS),
  x_refresh_token_expires_in: z.coerce.number().positive().catch(REFRESH_LIFE_SECONDS),
  x_refresh_token_hard_expires_in: z.number().nullish(),
  /** The same under its former name (docs/qbo-api.md, *Newer facts*). */
  x_refresh_token_lifetime_expires_in: z.number().nullish(),
});

async function askForTokens(
  { fetch, discovery, keys }: OauthClient,
  form: Record<string, string>,
  now: Date,
): Promise<TokenResult> {
  const answer = await send(fetch, discovery.tokenEndpoint, {
    method: "POST",
    headers: {
      Authorization: basic(keys),
      Accept: "application/json",
      "Content-Type": "application/x-www-form-urlencoded",
      // Without it Intuit does not report the end that no refresh extends (docs/qbo-api.md, section 1.5).
      "x-include-refresh-token-hard-expires-in": "true",
    },
    body: new URLSearchParams(form).toString(),
  });
  if (answer.httpStatus === null) return unavailable(answer);
  if (answer.httpStatus !== 200) return refusedOrUnavailable(answer);
  const read = tokenAnswer.safeParse(jsonOrNull(answer.text));
  // Truncated or garbled: Intuit may have rotated the token, but for a day the old one still yields the same new one.
  if (!read.success) return unavailable({ ...answer, detail: "Intuit's answer with the tokens can't be read." });
  const hardSeconds =
    read.data.x_refresh_token_hard_expires_in ?? read.data.x_refresh_token_lifetime_expires_in ?? null;
  return {
    kind: "ok",
    tokens: {
      accessToken: read.data.access_token,
      refreshToken: read.data.refresh_token,
      accessExpiresAt: later(now, read.data.expires_in),
      refreshExpiresAt: later(now, read.data.x_refresh_token_expires_in),
      refreshHardExpiresAt: hardSeconds === null ? null : later(now, hardSeconds),
    },
  };
}

interface HttpAnswer {
  httpStatus: number | null;
  text: string;
  intuitTid: string | null;
  detail: string;
}

/** Only the field `error` counts; its description varies (docs/qbo-api.md, section 1.6). */
function refusedOrUnavailable(answer: HttpAnswer): Exclude<TokenResult, { kind: "ok" }> {
  const httpStatus = answer.httpStatus ?? 0;
  const error = z.object({ error: z.string() }).safeParse(jsonOrNull(answer.text)).data?.error;
  const isForLater = httpStatus >= 500 || httpStatus === 429 || httpStatus === 408 || httpStatus < 400;
  if (isForLater) return unavailable({ ...answer, detail: `Intuit answered HTTP ${httpStatus}.` });
  if (error === "invalid_grant") return { kind: "invalid_grant", intuitTid: answer.intuitTid };
  if (error === undefined && httpStatus !== 401) {
    return unavailable({ ...answer, detail: `Intuit answered HTTP ${httpStatus} without a reason.` });
  }
  return { kind: "refused", error: error ?? "invalid_client", httpStatus, intuitTid: answer.intuitTid };
}

function unavailable(answer: HttpAnswer): Extract<TokenResult, { kind: "unavailable" }> {
  return { kind: "unavailable", detail: answer.detail, httpStatus: answer.httpStatus, intuitTid: answer.intuitTid };
}

async function send(doFetch: typeof fetch, url: string, init: RequestInit): Promise<HttpAnswer> {
  try {
    const response = await doFetch(url, { ...init, redirect: "manual", signal: AbortSignal.timeout(TIMEOUT_MS) });
    const text = (await response.text()).slice(0, MAX_ANSWER_CHARS);
    return { httpStatus: response.status, text, intuitTid: response.headers.get("intuit_tid"), detail: "" };
  } catch (error) {
    const isTimeout = error instanceof Error && (error.name === "TimeoutError" || error.name === "AbortError");
    const detail = isTimeout ? `Intuit did not answer within ${TIMEOUT_MS / 1000} s.` : "Intuit can't be reached.";
    return { httpStatus: null, text: "", intuitTid: null, detail };
  }
}

function basic(keys: ClientKeys): string {
  return `Basic ${btoa(`${keys.clientId}:${keys.clientSecret}`)}`;
}

function later(now: Date, seconds: number): string {
  return new Date(now.getTime() + seconds * 1000).toISOString();
}

function jsonOrNull(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
