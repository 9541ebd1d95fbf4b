/**
 * Delivers what is due. One worker at a time has a receiver, and a receiver that fails gets a pause: one that is down is
 * asked once in ten seconds, however much waits, and never keeps another receiver waiting.
 *
 * Duplicates stopped: two workers for one notice (one claim in D1 wins), anything after an acknowledgement. Let through:
 * a worker that dies between the receiver's answer and its write in D1; the notice comes again with the same `webhook-id`.
 */
import { type Config, type Env, readConfig } from "../env.ts";
import { type Db, openDb } from "../platform/db.ts";
import { log } from "../platform/log.ts";
import { SealError } from "../platform/seal.ts";
import { checkAddress } from "./address.ts";
import { leaseEndpoint, releaseEndpoint } from "./endpoints.ts";
import { dataOf } from "./invoice-events.ts";
import { ringNext } from "./ring.ts";
import type { Endpoint, Notice } from "./schema.ts";
import { signingSecretsOf } from "./secrets.ts";
import { sendNotice } from "./send-notice.ts";
import { type TryResult, claim, listDue, listReadyEndpoints, settleTry } from "./store.ts";

/** Together no more than the six connections that a Worker may have open. */
const ENDPOINTS_AT_ONCE = 3;
const SENDS_AT_ONCE = 2;
/** A worker begins no new send to a receiver after this long; well within the lease. */
const RUN_MS = 20_000;
const PAUSE_AFTER_FAILURE_MS = 10_000;

interface Delivery {
  db: Db;
  config: Config;
  now: () => Date;
  /** Runs a send when it may have a connection; where that is left out, at once. */
  connect?: Connect;
}

/** How a connection is got: Cloudflare gives an invocation six, whoever works in it. */
export type Connect = <T>(send: () => Promise<T>) => Promise<T>;

/** Delivers to every receiver that something is due for. What is left rings again. */
export async function deliverNotices(
  env: Env,
  now: () => Date = () => new Date(),
  connect: Connect = (send) => send(),
): Promise<void> {
  const delivery: Delivery = { db: openDb(env.DB), config: readConfig(env), now, connect };
  const ready = await listReadyEndpoints(delivery.db, now(), ENDPOINTS_AT_ONCE);
  const tried = await Promise.all(ready.map((id) => deliverTo(delivery, id)));
  if (tried.some((count) => count > 0)) await ringNext(env, delivery.db, now());
}

/** Tries one notice at once, whatever else waits for its receiver. Null: it is not due, or another worker has it. */
export async function deliverOne(delivery: Delivery, endpoint: Endpoint, noticeId: string): Promise<TryResult | null> {
  const claimed = await claim(delivery.db, noticeId, delivery.now());
  if (!claimed) return null;
  const result = await send(delivery, endpoint, claimed);
  await settleTry(delivery.db, claimed, result, delivery.now());
  log("notice.tried", {
    noticeId,
    endpointId: endpoint.id,
    type: claimed.type,
    tryCount: claimed.tryCount,
    outcome: result.outcome,
    httpStatus: result.httpStatus,
    durationMs: delivery.now().getTime() - Date.parse(claimed.lastTriedAt ?? ""),
  });
  return result;
}

/** Answers how many tries it made. */
async function deliverTo(delivery: Delivery, endpointId: string): Promise<number> {
  const { db, now } = delivery;
  const endpoint = await leaseEndpoint(db, endpointId, now());
  if (!endpoint) return 0;
  const endMs = now().getTime() + RUN_MS;
  let tries = 0;
  let hasFailed = false;
  try {
    while (!hasFailed && now().getTime() < endMs) {
      const due = await listDue(db, endpointId, now(), SENDS_AT_ONCE);
      if (due.length === 0) break;
      const results = await Promise.all(due.map((notice) => deliverOne(delivery, endpoint, notice.id)));
      tries += results.length;
      hasFailed = results.some((result) => result !== null && result.outcome !== "acknowledged");
    }
  } finally {
    await releaseEndpoint(db, endpoint, new Date(now().getTime() + (hasFailed ? PAUSE_AFTER_FAILURE_MS : 0)));
  }
  return tries;
}

async function send(delivery: Delivery, endpoint: Endpoint, notice: Notice): Promise<TryResult> {
  const { config } = delivery;
  if (endpoint.url === null) return { outcome: "no_address", httpStatus: null };
  // Asked again: the database may have come here from another place, where another rule held.
  if (!checkAddress(endpoint.url, config.appOrigin).ok) return { outcome: "not_allowed", httpStatus: null };
  const body = JSON.stringify({
    type: notice.type,
    timestamp: notice.createdAt,
    data: dataOf(notice, config.qboAppUrl),
  });
  const now = delivery.now();
  const secrets = await openSecrets(delivery, endpoint, now);
  if (secrets === null) return { outcome: "no_secret", httpStatus: null };
  const { url } = endpoint;
  const connect = delivery.connect ?? ((run) => run());
  return connect(() => sendNotice({ url, id: notice.id, body, secrets, now }));
}

/** Null where its key was taken out of ENCRYPTION_KEYS; an admin then puts a new secret in force. */
async function openSecrets({ config }: Delivery, endpoint: Endpoint, now: Date): Promise<string[] | null> {
  try {
    return await signingSecretsOf(config.keys, endpoint, now);
  } catch (error) {
    if (!(error instanceof SealError)) throw error;
    log("notices.secret_unreadable", { endpointId: endpoint.id });
    return null;
  }
}
