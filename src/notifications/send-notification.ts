/**
 * One try of one notification: the request, signed at that moment, and a name for how it ended. It stores nothing,
 * follows no redirect and reads only the status of the response: a receiver must not be able to send us anything else.
 */
import { signDelivery } from "../platform/standard-signature.ts";
import type { TryResult } from "./store.ts";

const TIMEOUT_MS = 10_000;
const USER_AGENT = "Bookbridge-Webhooks/1";

export interface SendRequest {
  url: string;
  /** The `webhook-id`: the same over all tries. */
  id: string;
  body: string;
  /** Each adds a signature; the receiver has to know one of them. */
  secrets: readonly string[];
  now: Date;
}

/** Sends it; never throws. Only a 2xx acknowledges (Standard Webhooks, 'Consuming webhooks'). */
export async function sendNotification(request: SendRequest): Promise<TryResult> {
  try {
    const response = await fetch(request.url, {
      method: "POST",
      headers: { "content-type": "application/json", "user-agent": USER_AGENT, ...(await signedHeaders(request)) },
      body: request.body,
      redirect: "manual",
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    await response.body?.cancel();
    return { outcome: outcomeOf(response.status), httpStatus: response.status };
  } catch (cause) {
    const isTimeout = cause instanceof Error && cause.name === "TimeoutError";
    return { outcome: isTimeout ? "timeout" : "unreachable", httpStatus: null };
  }
}

async function signedHeaders({ secrets, id, body, now }: SendRequest): Promise<Record<string, string>> {
  const signed = await Promise.all(secrets.map((secret) => signDelivery(secret, id, body, now)));
  return { ...signed[0], "webhook-signature": signed.map((headers) => headers["webhook-signature"]).join(" ") };
}

function outcomeOf(status: number): TryResult["outcome"] {
  if (status >= 200 && status < 300) return "acknowledged";
  return status >= 300 && status < 400 ? "redirected" : "refused";
}
