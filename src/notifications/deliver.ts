/**
 * Delivers what is due. One worker at a time serves a receiver, and a receiver that fails gets a pause: one that is
 * down is tried once in ten seconds, however much is waiting, and never holds up another receiver. Duplicates that this
 * stops: two workers for one notification (one claim in D1 wins), and anything after an acknowledgement. A duplicate
 * that it lets through: a worker dies between the receiver's response and its own write in D1; the notification is sent
 * again with the same `webhook-id`.
 */
import { type Config, type Env, readConfig } from "../env.ts";
import { type Db, openDb } from "../platform/db.ts";
import { log } from "../platform/log.ts";
import { SealError } from "../platform/seal.ts";
import { checkAddress } from "./address.ts";
import { leaseEndpoint, releaseEndpoint } from "./endpoints.ts";
import { notificationData } from "./invoice-events.ts";
import { wakeForNext } from "./wake.ts";
import type { Endpoint, Notification } from "./schema.ts";
import { signingSecretsOf } from "./secrets.ts";
import { sendNotification } from "./send-notification.ts";
import { type TryResult, claim, listDue, listReadyEndpoints, recordTry } from "./store.ts";

/** Together no more than the six connections that a Worker may have open. */
const ENDPOINTS_AT_ONCE = 3;
const SENDS_AT_ONCE = 2;
/** A worker starts no new send to a receiver after this long; well within the lease. */
const RUN_MS = 20_000;
const PAUSE_AFTER_FAILURE_MS = 10_000;

interface Delivery {
  db: Db;
  config: Config;
  now: () => Date;
  /** Runs a send once it may open a connection; if this is left out, immediately. */
  connect?: Connect;
}

/** Waits for a free connection: an invocation has six, shared by everything that runs in it. */
export type Connect = <T>(send: () => Promise<T>) => Promise<T>;

/** Delivers to every receiver that something is due for, and wakes the consumer again for the rest. */
export async function deliverNotifications(
  env: Env,
  now: () => Date = () => new Date(),
  connect: Connect = (send) => send(),
): Promise<void> {
  const delivery: Delivery = { db: openDb(env.DB), config: readConfig(env), now, connect };
  const ready = await listReadyEndpoints(delivery.db, now(), ENDPOINTS_AT_ONCE);
  const tried = await Promise.all(ready.map((id) => deliverTo(delivery, id)));
  if (tried.some((count) => count > 0)) await wakeForNext(env, delivery.db, now());
}

/**
 * Tries one notification immediately, whatever else waits for its receiver. Null: it is not due, or another worker has
 * it.
 */
export async function deliverOne(
  delivery: Delivery,
  endpoint: Endpoint,
  notificationId: string,
): Promise<TryResult | null> {
  const claimed = await claim(delivery.db, notificationId, delivery.now());
  if (!claimed) return null;
  const result = await send(delivery, endpoint, claimed);
  await recordTry(delivery.db, claimed, result, delivery.now());
  log("notification.tried", {
    notificationId,
    endpointId: endpoint.id,
    type: claimed.type,
    tryCount: claimed.tryCount,
    outcome: result.outcome,
    httpStatus: result.httpStatus,
    durationMs: delivery.now().getTime() - Date.parse(claimed.lastTriedAt ?? ""),
  });
  return result;
}

/** Returns the number of tries. */
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
      const results = await Promise.all(due.map((notification) => deliverOne(delivery, endpoint, notification.id)));
      tries += results.length;
      hasFailed = results.some((result) => result !== null && result.outcome !== "acknowledged");
    }
  } finally {
    await releaseEndpoint(db, endpoint, new Date(now().getTime() + (hasFailed ? PAUSE_AFTER_FAILURE_MS : 0)));
  }
  return tries;
}

async function send(delivery: Delivery, endpoint: Endpoint, notification: Notification): Promise<TryResult> {
  const { config } = delivery;
  if (endpoint.url === null) return { outcome: "no_address", httpStatus: null };
  // Checked again: the database may come from another installation, with other rules.
  if (!checkAddress(endpoint.url, config.appOrigin).ok) return { outcome: "not_allowed", httpStatus: null };
  const body = JSON.stringify({
    type: notification.type,
    timestamp: notification.createdAt,
    data: notificationData(notification, config.qboAppUrl),
  });
  const now = delivery.now();
  const secrets = await openSecrets(delivery, endpoint, now);
  if (secrets === null) return { outcome: "no_secret", httpStatus: null };
  const { url } = endpoint;
  const connect = delivery.connect ?? ((run) => run());
  return connect(() => sendNotification({ url, id: notification.id, body, secrets, now }));
}

/** Null if its key was removed from ENCRYPTION_KEYS; an admin then has to rotate the secret. */
async function openSecrets({ config }: Delivery, endpoint: Endpoint, now: Date): Promise<string[] | null> {
  try {
    return await signingSecretsOf(config.keys, endpoint, now);
  } catch (error) {
    if (!(error instanceof SealError)) throw error;
    log("notifications.secret_unreadable", { endpointId: endpoint.id });
    return null;
  }
}
