/**
 * Connects a company: sends the person to Intuit, and creates or renews a connection from the callback. Nothing is stored
 * until a read with the new token has proved that the token belongs to that company: the realm ID in the address is only
 * a claim. It never touches the connection of any other realm ID.
 */
import type { Runtime } from "../app-context.ts";
import type { Config } from "../env.ts";
import type { Db } from "../platform/db.ts";
import { SUBSCRIPTION_LAPSED } from "../quickbooks/codes.ts";
import { QuickBooksError } from "../quickbooks/faults.ts";
import {
  type TokenResult,
  type TokenSet,
  DiscoveryError,
  authorizeUrl,
  discover,
  exchangeCode,
  revokeToken,
} from "../quickbooks/oauth.ts";
import { type CompanyReading, isLapsed, accessWithToken, quickBooksFor, readCompany } from "./company-facts.ts";
import { gateOf } from "./gate.ts";
import { tryAgain } from "./kept-tokens.ts";
import { beginState, consumeState } from "./oauth-state.ts";
import { type PendingConnection, recordPending, takePending } from "./pending.ts";
import {
  clearSubscriptionLapsed,
  ensureConnection,
  findConnection,
  findConnectionByRealm,
  markSubscriptionLapsed,
} from "./store.ts";

/** A second try, because the code is used up and the person would have to start over. */
const MAX_COMPANY_READS = 2;
const MAX_REALM_ID_CHARS = 40;

export type BeginResult = { kind: "go"; url: string } | { kind: "unavailable"; detail: string };

/** Where to send the person's browser. `connectionId`: the connection for which Reconnect was clicked, else null. */
export async function beginConnect(
  config: Config,
  db: Db,
  owner: { sessionHash: string; connectionId: string | null },
  now: Date,
): Promise<BeginResult> {
  try {
    const discovery = await discover(fetch, config.intuit.discoveryUrl, now);
    const state = await beginState(db, owner, now);
    const request = { clientId: config.intuit.clientId, redirectUri: redirectUriOf(config), state };
    return { kind: "go", url: authorizeUrl(discovery, request) };
  } catch (error) {
    if (error instanceof DiscoveryError) return { kind: "unavailable", detail: error.message };
    throw error;
  }
}

/** The redirect URI that must be registered with Intuit (docs/contract.md, section 2). */
export function redirectUriOf(config: Config): string {
  return `${config.appOrigin}/oauth/intuit/callback`;
}

export interface Connected {
  kind: "connected";
  connectionId: string;
  companyName: string;
  /** False if an existing connection was renewed; its settings and links are unchanged. */
  isNew: boolean;
}

export type CompleteResult =
  | Connected
  /** The person, or Intuit, refused. `error` is Intuit's code. */
  | { kind: "denied"; connectionId: string | null; error: string }
  /** Unknown, used, too old, or of another session. */
  | { kind: "bad_state" }
  /** Nothing changed. `detail` is a sentence for people. */
  | { kind: "exchange_failed"; connectionId: string | null; detail: string; intuitTid: string | null }
  /** Reconnect came back with another company; nothing changes until `choosePending`. */
  | { kind: "another_company"; pending: PendingConnection; expectedCompanyName: string };

/** Finishes an authorization with the query that Intuit's redirect carried. */
export async function completeConnect(
  runtime: Runtime,
  callback: { query: URLSearchParams; sessionHash: string },
): Promise<CompleteResult> {
  const { config, db, now } = runtime;
  const { query, sessionHash } = callback;
  const begun = await consumeState(db, { state: query.get("state") ?? "", sessionHash }, now);
  if (begun === null) return { kind: "bad_state" };
  const { connectionId } = begun;
  const error = query.get("error");
  if (error !== null) return { kind: "denied", connectionId, error: error.slice(0, 100) };
  const code = query.get("code") ?? "";
  const realmId = query.get("realmId") ?? "";
  if (code === "" || realmId === "" || realmId.length > MAX_REALM_ID_CHARS) {
    return {
      kind: "exchange_failed",
      connectionId,
      detail: "Intuit sent no code or no company back.",
      intuitTid: null,
    };
  }

  const exchanged = await exchange(config, code, now);
  if (exchanged.kind !== "ok") return { kind: "exchange_failed", connectionId, ...sentenceOf(exchanged) };
  const { tokens } = exchanged;
  const found = await readNewCompany(config, db, realmId, tokens);
  if (found.kind === "failed") {
    await forgetGrant(runtime, realmId, tokens);
    return { kind: "exchange_failed", connectionId, detail: found.detail, intuitTid: found.intuitTid };
  }

  const expected = connectionId === null ? null : await findConnection(db, connectionId);
  if (expected !== null && expected.realmId !== realmId) {
    const kept = { connectionId: expected.id, realmId, sessionHash, reading: found.reading, tokens };
    const pending = await recordPending(runtime, kept);
    return { kind: "another_company", pending, expectedCompanyName: expected.companyName };
  }
  return connect(runtime, { realmId, reading: found.reading, isLapsed: found.isLapsed }, tokens);
}

export type ChoiceResult = Connected | { kind: "cancelled"; connectionId: string } | { kind: "gone" };

/**
 * The person's choice after 'another company': `connect` creates (or renews) the connection of that company, `cancel`
 * discards the new tokens. Works once; `gone` if the choice was made already or half an hour has passed.
 */
export async function choosePending(
  runtime: Runtime,
  given: { pendingId: string; sessionHash: string; choice: "connect" | "cancel" },
): Promise<ChoiceResult> {
  const taken = await takePending(runtime, { id: given.pendingId, sessionHash: given.sessionHash });
  if (taken === null) return { kind: "gone" };
  if (given.choice === "cancel") {
    if (taken.tokens !== null) await forgetGrant(runtime, taken.realmId, taken.tokens);
    return { kind: "cancelled", connectionId: taken.connectionId };
  }
  if (taken.tokens === null) return { kind: "gone" };
  const { realmId, reading } = taken;
  return connect(runtime, { realmId, reading, isLapsed: isLapsed(reading.facts) }, taken.tokens);
}

async function connect(
  { env, db, now }: Runtime,
  found: { realmId: string; reading: CompanyReading; isLapsed: boolean },
  tokens: TokenSet,
): Promise<Connected> {
  const { companyName, facts } = found.reading;
  const { connection, isNew } = await ensureConnection(db, { realmId: found.realmId, companyName, facts }, now);
  if (found.isLapsed) await markSubscriptionLapsed(db, connection.id, now);
  else await clearSubscriptionLapsed(db, connection.id, now);
  // The code is used up: a gate that is briefly unreachable must not cost the person's authorization.
  await tryAgain(() => gateOf(env, connection.id).install(connection.id, tokens));
  return { kind: "connected", connectionId: connection.id, companyName: connection.companyName, isNew };
}

async function exchange(config: Config, code: string, now: Date): Promise<TokenResult> {
  try {
    const discovery = await discover(fetch, config.intuit.discoveryUrl, now);
    const client = { fetch, discovery, keys: config.intuit };
    return await exchangeCode(client, { code, redirectUri: redirectUriOf(config) }, now);
  } catch (error) {
    if (error instanceof DiscoveryError)
      return { kind: "unavailable", detail: error.message, httpStatus: null, intuitTid: null };
    throw error;
  }
}

function sentenceOf(result: Exclude<TokenResult, { kind: "ok" }>): { detail: string; intuitTid: string | null } {
  const { intuitTid } = result;
  switch (result.kind) {
    case "invalid_grant":
      return {
        detail:
          "Intuit no longer accepts this authorization: it was used already or took too long. Please start again.",
        intuitTid,
      };
    case "refused":
      return {
        detail: `Intuit refused the app itself (${result.error}, HTTP ${result.httpStatus}): check INTUIT_CLIENT_ID and INTUIT_CLIENT_SECRET.`,
        intuitTid,
      };
    case "unavailable":
      return { detail: `${result.detail} Please try again in a moment.`, intuitTid };
  }
}

type CompanyRead =
  | { kind: "read"; reading: CompanyReading; isLapsed: boolean }
  | { kind: "failed"; detail: string; intuitTid: string | null };

async function readNewCompany(config: Config, db: Db, realmId: string, tokens: TokenSet): Promise<CompanyRead> {
  const qb = quickBooksFor(config, accessWithToken(realmId, tokens.accessToken));
  let failure: QuickBooksError["failure"] | null = null;
  for (let read = 0; read < MAX_COMPANY_READS; read++) {
    try {
      const reading = await readCompany(qb);
      return { kind: "read", reading, isLapsed: isLapsed(reading.facts) };
    } catch (error) {
      if (!(error instanceof QuickBooksError)) throw error;
      failure = error.failure;
      if (failure.kind !== "unanswered") break;
    }
  }
  // A company whose subscription has lapsed may refuse even reads: the token is valid then, and the stored facts are used.
  const isRefusedAsLapsed =
    failure?.kind === "refused" && failure.faults.some((fault) => fault.code === SUBSCRIPTION_LAPSED);
  const known = isRefusedAsLapsed ? await findConnectionByRealm(db, realmId) : null;
  if (known !== null)
    return { kind: "read", reading: { companyName: known.companyName, facts: known.company }, isLapsed: true };
  return { kind: "failed", ...companySentence(failure) };
}

function companySentence(failure: QuickBooksError["failure"] | null): { detail: string; intuitTid: string | null } {
  switch (failure?.kind) {
    case "refused":
    case "not_let_in": {
      const fault = failure.faults[0];
      const said = fault ? `${fault.code} ${fault.detail || fault.message}` : `HTTP ${failure.httpStatus}`;
      return {
        detail: `QuickBooks did not let us read the company: ${said}. Nothing was changed.`,
        intuitTid: failure.intuitTid,
      };
    }
    case "unanswered":
      return {
        detail: "QuickBooks did not answer when the company was read. Please try again in a moment.",
        intuitTid: failure.intuitTid,
      };
    default:
      return { detail: "The company could not be read. Please try again in a moment.", intuitTid: null };
  }
}

/**
 * Discards a grant that will not be used. Revoking ends every token of that company, so it is only done if no connection of
 * ours uses one. Best effort: unused tokens also expire.
 */
async function forgetGrant({ config, db, now }: Runtime, realmId: string, tokens: TokenSet): Promise<void> {
  const known = await findConnectionByRealm(db, realmId);
  if (known !== null && known.state !== "disconnected") return;
  try {
    const discovery = await discover(fetch, config.intuit.discoveryUrl, now);
    await revokeToken({ fetch, discovery, keys: config.intuit }, tokens.refreshToken);
  } catch (error) {
    if (!(error instanceof DiscoveryError)) throw error;
  }
}
