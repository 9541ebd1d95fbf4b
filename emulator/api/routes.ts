/**
 * The front of QuickBooks' API: /v3/company/<realm>/… Reads the call, asks the gateway (token, throttle, scenario),
 * lets the company handle it, and writes the response in the requested dialect. Every response carries an intuit_tid.
 */
import { Hono, type Context } from "hono";
import { companyStub, intuitStub } from "../stubs.ts";
import type { Change } from "../company/context.ts";
import type { CallEnd } from "../control/record.ts";
import type { Env } from "../env.ts";
import type { Admission } from "../intuit/intuit-object.ts";
import { gatewayRefusal, type GatewayFault } from "../wire/faults.ts";
import { xmlFromJson } from "../wire/xml.ts";
import { planCall, type CallPlan } from "./bend-call.ts";
import { droppedResponse, hangingResponse, truncatedText } from "./broken-response.ts";
import { kindOfCall, operationOf } from "./call-kind.ts";
import type { ApiResponse, ApiCall } from "./dispatch.ts";

const MAX_BODY_BYTES = 4_000_000;

interface Received {
  realmId: string;
  call: ApiCall;
  token: string | null;
  tid: string;
  wantsJson: boolean;
  startedMs: number;
  /** What the call changed in the books, once it has been handled. */
  changes: Change[];
}

export const apiRoutes = new Hono<{ Bindings: Env }>();

apiRoutes.all("/v3/company/:realm/*", async (c) => {
  const received = await receive(c, c.req.param("realm"));
  if (received instanceof Response) return received;
  const { call, realmId, tid } = received;
  const intuit = intuitStub(c.env);
  const admission = await intuit.admit(
    {
      realmId,
      kind: kindOfCall(call.method, call.path, operationOf(call.query), call.body),
      method: call.method,
      path: new URL(c.req.url).pathname,
      query: new URL(c.req.url).search,
      requestId: call.query["requestid"] ?? null,
      requestBody: call.body,
      tid,
    },
    received.token,
  );
  const plan = planCall(admission.bend, admission.nowMs);
  const end: CallEnd = {
    status: null,
    faultCode: null,
    committed: false,
    replayed: false,
    entityType: null,
    entityId: null,
    durationMs: 0,
    scenario: admission.bend?.scenario ?? null,
  };
  return respondToCall({ env: c.env, received, admission, plan, end });
});

/** One call on its way through the emulator; `end` is filled in along the way, for the record of calls. */
interface CallUnderWay {
  env: Env;
  received: Received;
  admission: Admission;
  plan: CallPlan;
  end: CallEnd;
}

async function respondToCall(underWay: CallUnderWay): Promise<Response> {
  const { env, received, admission, plan, end } = underWay;
  const { facts } = admission;
  const refused = admission.refused ?? plan.gateway;
  if (refused !== null || facts === null) return gatewayResponse(underWay, refused ?? "wrong_realm");
  if (facts.profile.latency_ms > 0) await scheduler.wait(facts.profile.latency_ms);
  const response: ApiResponse | null = plan.commits
    ? await companyStub(env, received.realmId).call(facts, received.call, plan.company)
    : null;
  if (response !== null) {
    end.committed = response.committed;
    end.replayed = response.replayed;
    end.entityType = response.entityType;
    end.entityId = response.entityId;
    end.faultCode = response.faultCode;
    received.changes = response.changes;
  }
  return plan.spoiled === null && response !== null
    ? plainResponse(underWay, response)
    : spoiledResponse(underWay, response);
}

async function plainResponse(underWay: CallUnderWay, response: ApiResponse): Promise<Response> {
  const { received, end } = underWay;
  end.status = response.status;
  await finish(underWay);
  if (response.pdf === null) return written(received, response.status, response.body);
  const bytes = Uint8Array.from(response.pdf, (char) => char.charCodeAt(0));
  return new Response(bytes, { status: response.status, headers: headers(received.tid, "application/pdf") });
}

async function spoiledResponse(underWay: CallUnderWay, response: ApiResponse | null): Promise<Response> {
  const { received, plan, end } = underWay;
  const spoiled = plan.spoiled ?? { as: "dropped" as const };
  switch (spoiled.as) {
    case "reply":
      end.status = spoiled.status;
      end.faultCode = spoiled.faultCode ?? end.faultCode;
      await finish(underWay);
      return new Response(spoiled.body, {
        status: spoiled.status,
        headers: headers(received.tid, spoiled.contentType),
      });
    case "truncated":
      end.status = response?.status ?? 200;
      await finish(underWay);
      return new Response(truncatedText(response?.body ?? '{"time":null}'), {
        status: end.status,
        headers: headers(received.tid, "application/json"),
      });
    case "dropped":
      await finish(underWay);
      return droppedResponse();
    case "hang":
      await finish(underWay);
      return hangingResponse(spoiled.seconds);
  }
}

async function gatewayResponse(underWay: CallUnderWay, refused: GatewayFault): Promise<Response> {
  const { received, admission, end } = underWay;
  const { status, code, body } = gatewayRefusal(refused, admission.nowMs);
  end.status = status;
  end.faultCode = code;
  await finish(underWay);
  const response = written(received, status, body);
  if (status === 401) response.headers.set("www-authenticate", 'Bearer realm="Intuit", error="invalid_token"');
  return response;
}

async function finish({ env, received, admission, end }: CallUnderWay): Promise<void> {
  end.durationMs = Date.now() - received.startedMs;
  await intuitStub(env).finish(admission.seq, end, { realmId: received.realmId, changes: received.changes });
}

/** Reads the call; bytes that are not UTF-8 are marked, so that QuickBooks can refuse them. */
async function receive(c: Context<{ Bindings: Env }>, realmId: string): Promise<Received | Response> {
  const url = new URL(c.req.url);
  const tid = newTid();
  const bytes = await c.req.arrayBuffer();
  const wantsJson = (c.req.header("accept") ?? "").toLowerCase().includes("application/json");
  if (bytes.byteLength > MAX_BODY_BYTES) return new Response("", { status: 413, headers: headers(tid, "text/html") });
  const body = decodeUtf8(bytes);
  const authorization = c.req.header("authorization") ?? "";
  return {
    realmId,
    call: {
      method: c.req.method,
      path: url.pathname
        .split("/")
        .slice(4)
        .filter((part) => part !== "")
        .map(decodePart),
      query: Object.fromEntries(url.searchParams),
      body: body ?? "",
      isUtf8: body !== null,
      contentType: c.req.header("content-type") ?? "",
    },
    token: /^Bearer \S+$/.test(authorization) ? authorization.slice(7) : null,
    tid,
    wantsJson,
    startedMs: Date.now(),
    changes: [],
  };
}

function decodeUtf8(bytes: ArrayBuffer): string | null {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return null;
  }
}

function decodePart(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

function written(received: Received, status: number, json: string): Response {
  return received.wantsJson
    ? new Response(json, { status, headers: headers(received.tid, "application/json;charset=UTF-8") })
    : new Response(xmlFromJson(json), { status, headers: headers(received.tid, "application/xml") });
}

function headers(tid: string, contentType: string): Record<string, string> {
  return { "content-type": contentType, "cache-control": "no-cache, no-store", intuit_tid: tid };
}

/** `1-xxxxxxxx-…`, as Intuit's gateway makes them. */
export function newTid(): string {
  const hex = crypto.randomUUID().replaceAll("-", "");
  return `1-${hex.slice(0, 8)}-${hex.slice(8, 32)}`;
}
