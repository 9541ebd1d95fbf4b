/**
 * `POST /webhooks/instances/:instanceId`: the endpoint for order systems (docs/contract.md, section 5). Checks the
 * request from the outside in and turns the result into an HTTP response. 202 only once the event is durable; 5xx only
 * if storage is unavailable, never because of what was sent.
 */
import type { Runtime } from "../app-context.ts";
import type { Env } from "../env.ts";
import { validSecrets } from "../instances/signing-secrets.ts";
import { findInstance } from "../instances/store.ts";
import { causeText } from "../platform/cause.ts";
import { log } from "../platform/log.ts";
import { problem } from "../platform/problem.ts";
import { verifyDelivery } from "../platform/standard-signature.ts";
import { formatNumber } from "../platform/words.ts";
import { countRefused } from "./count-refused.ts";
import { MAX_ACCEPTED_PER_DAY } from "./delivery-counts.ts";
import { decodeUtf8, isJsonBody, readBody } from "./read-body.ts";
import { type DeliveryLimit, type Receipt, receiveDelivery } from "./receive.ts";
import { MAX_REFUSED_PER_MINUTE } from "./refusal-pace.ts";
import { MAX_UNSETTLED } from "./refusals.ts";

const MAX_BODY_BYTES = 256 * 1024;
const RETRY_AFTER_SECONDS = 30;

/** Responds to one delivery from an order system. */
export async function receiveOrderWebhook(
  { env, config, db, now }: Runtime,
  request: Request,
  instanceId: string,
): Promise<Response> {
  try {
    const instance = await findInstance(db, instanceId);
    if (!instance) return noInstance();
    if (instance.removedAt !== null) return removed();
    const refuse = (response: Response, kind: Refused = "wrong_content") =>
      refuseWithin(env, { instanceId, kind, response }, now);
    if (!isJsonBody(request.headers)) return await refuse(notJson());
    const bytes = await readBody(request, MAX_BODY_BYTES);
    if (!bytes) return await refuse(tooLarge());
    const secrets = await validSecrets(db, config.keys, instanceId, now);
    const webhookId = await verifyDelivery(request.headers, bytes, secrets, now);
    if (webhookId === null) return await refuse(unsigned(), "wrong_signature");
    const body = decodeUtf8(bytes);
    if (body === null) return await refuse(notUtf8());
    return responseTo(await receiveDelivery(env, db, { instanceId, webhookId, body, receivedAt: now }, now));
  } catch (cause) {
    log("order_event.unavailable", { instanceId, cause: causeText(cause) });
    return unavailable();
  }
}

type Refused = "wrong_signature" | "wrong_content";

/** The response that refuses, or 429 where refused requests come too fast. Never slows down a delivery that is right. */
async function refuseWithin(
  env: Env,
  { instanceId, kind, response }: { instanceId: string; kind: Refused; response: Response },
  now: Date,
): Promise<Response> {
  const waitSeconds = await countRefused(env, instanceId, kind, now);
  return waitSeconds > 0 ? limited("refused_per_minute", waitSeconds) : response;
}

function responseTo(receipt: Receipt): Response {
  switch (receipt.kind) {
    case "accepted": {
      const body = { status: "accepted", event_id: receipt.eventId, duplicate: receipt.isDuplicate };
      return Response.json(body, { status: 202, headers: { "cache-control": "no-store" } });
    }
    case "rejected": {
      const { status, title, errors } = receipt.refusal;
      return problem({ status, title, errors });
    }
    case "limited":
      return limited(receipt.limit, receipt.retryAfterSeconds);
    case "not_found":
      return noInstance();
    case "removed":
      return removed();
    case "busy":
      return unavailable();
  }
}

function noInstance(): Response {
  return problem({ status: 404, title: "No such instance", detail: "Check the webhook URL on the instance's page." });
}

function removed(): Response {
  return problem({
    status: 410,
    title: "Instance removed",
    detail: "This instance was removed and no longer accepts events.",
  });
}

function notJson(): Response {
  return problem({
    status: 415,
    title: "Unsupported content type",
    detail: "Send UTF-8 JSON with Content-Type: application/json.",
  });
}

function tooLarge(): Response {
  return problem({
    status: 413,
    title: "Body too large",
    detail: `A delivery can be at most ${MAX_BODY_BYTES} bytes.`,
  });
}

const LIMIT_WORDS: Readonly<Record<DeliveryLimit, string>> = {
  accepted_per_day: `An instance's deliveries of a day are at most ${formatNumber(MAX_ACCEPTED_PER_DAY)} (UTC), and today's are used up.`,
  refused_per_minute: `Refused requests of an instance are at most ${formatNumber(MAX_REFUSED_PER_MINUTE)} a minute. Fix what was refused before.`,
  refused_open: `${formatNumber(MAX_UNSETTLED)} refused deliveries of this instance are open. Settle them on the Deliveries page.`,
};

function limited(limit: DeliveryLimit, retryAfterSeconds: number): Response {
  return problem({
    status: 429,
    title: "Too many requests",
    detail: `${LIMIT_WORDS[limit]} Nothing was stored.`,
    headers: { "retry-after": String(retryAfterSeconds) },
  });
}

/** Does not say what was wrong. */
function unsigned(): Response {
  return problem({ status: 401, title: "Signature not accepted" });
}

function notUtf8(): Response {
  return problem({
    status: 400,
    title: "The body is not valid JSON",
    errors: [{ path: "", message: "The body is not valid UTF-8." }],
  });
}

function unavailable(): Response {
  return problem({
    status: 503,
    title: "Not available",
    detail: "The event was not accepted. Send it again.",
    headers: { "retry-after": String(RETRY_AFTER_SECONDS) },
  });
}
