/**
 * One try of one notice: the request, signed for that moment, and a name for how it ended. It stores nothing, follows no
 * redirect and reads nothing of the answer but its status: a receiver must not be able to tell us anything.
 */
import { signDelivery } from "../platform/standard-signature.ts";
import type { TryResult } from "./store.ts";

const TIMEOUT_MS = 10_000;
const USER_AGENT = "Bookbridge-Webhooks/1";

export interface Sending {
  url: string;
  /** The `webhook-id`: the same over all tries. */
  id: string;
  body: string;
  /** Each adds a signature; a receiver needs one that it knows. */
  secrets: readonly string[];
  now: Date;
}

/** Sends it; never throws. Only a 2xx acknowledges (Standard Webhooks, 'Consuming webhooks'). */
export async function sendNotice(sending: Sending): Promise<TryResult> {
  try {
    const response = await fetch(sending.url, {
      method: "POST",
      headers: { "content-type": "application/json", "user-agent": USER_AGENT, ...(await signedHeaders(sending)) },
      body: sending.body,
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

async function signedHeaders({ secrets, id, body, now }: Sending): Promise<Record<string, string>> {
  const signed = await Promise.all(secrets.map((secret) => signDelivery(secret, id, body, now)));
  return { ...signed[0], "webhook-signature": signed.map((headers) => headers["webhook-signature"]).join(" ") };
}

function outcomeOf(status: number): TryResult["outcome"] {
  if (status >= 200 && status < 300) return "acknowledged";
  return status >= 300 && status < 400 ? "redirected" : "refused";
}
