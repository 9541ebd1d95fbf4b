/**
 * `POST /webhooks/instances/:instanceId`: the endpoint for order systems (docs/contract.md, section 5). Checks the
 * request from the outside in and turns the result into an HTTP response. 202 only once the event is durable; 5xx only
 * if storage is unavailable, never because of what was sent.
 */
import type { Runtime } from "../app-context.ts";
import type { Instance } from "../instances/instance.ts";
import { validSecrets } from "../instances/signing-secrets.ts";
import { findInstance } from "../instances/store.ts";
import { causeText } from "../platform/cause.ts";
import { log } from "../platform/log.ts";
import { problem } from "../platform/problem.ts";
import { decodeUtf8, isJsonBody, readBody } from "./read-body.ts";
import { type Receipt, receiveDelivery } from "./receive.ts";
import { verifyDelivery } from "../platform/standard-signature.ts";

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
    const refused = refuseEarly(instance, request.headers);
    if (refused) return refused;
    const bytes = await readBody(request, MAX_BODY_BYTES);
    if (!bytes) return tooLarge();
    const webhookId = await verifyDelivery(
      request.headers,
      bytes,
      await validSecrets(db, config.keys, instanceId, now),
      now,
    );
    if (webhookId === null) return unsigned();
    const body = decodeUtf8(bytes);
    if (body === null) return notUtf8();
    return responseTo(await receiveDelivery(env, db, { instanceId, webhookId, body, receivedAt: now }, now));
  } catch (cause) {
    log("order_event.unavailable", { instanceId, cause: causeText(cause) });
    return unavailable();
  }
}

function refuseEarly(instance: Instance | null, headers: Headers): Response | null {
  if (!instance) return noInstance();
  if (instance.removedAt !== null) return removed();
  if (isJsonBody(headers)) return null;
  return problem({
    status: 415,
    title: "Unsupported content type",
    detail: "Send UTF-8 JSON with Content-Type: application/json.",
  });
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

function tooLarge(): Response {
  return problem({
    status: 413,
    title: "Body too large",
    detail: `A delivery can be at most ${MAX_BODY_BYTES} bytes.`,
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
