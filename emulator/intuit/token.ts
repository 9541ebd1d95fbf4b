/**
 * The token endpoint (docs/qbo-api.md, sections 1.4 to 1.6): exchanges codes and refreshes tokens, with Intuit's fields
 * and errors. grants.ts decides which values are valid; two scenarios (unavailable, rotated but lost) strike here.
 */
import { Hono, type Context } from "hono";
import { htmlReply, numberOption } from "../api/bend-call.ts";
import { droppedResponse } from "../api/broken-response.ts";
import { newTid } from "../api/routes.ts";
import type { Env } from "../env.ts";
import { intuitStub } from "../stubs.ts";
import { clientOfBasic } from "./client.ts";
import { ISSUER } from "./discovery.ts";
import type { TokenSet } from "./grants.ts";

const PATH = "/oauth2/v1/tokens/bearer";
const HARD_EXPIRY_HEADER = "x-include-refresh-token-hard-expires-in";
/** The one person who ever consents here. */
export const SUBJECT = "5d1c4ae2-7f0b-4c35-9a66-2f8f0a4f1e11";

export const tokenRoutes = new Hono<{ Bindings: Env }>();

interface TokenReply {
  status: number;
  body: Record<string, unknown>;
  tokens: TokenSet | null;
}

tokenRoutes.post(PATH, async (c) => {
  const startedMs = Date.now();
  const intuit = intuitStub(c.env);
  const text = new TextDecoder().decode(await c.req.arrayBuffer());
  const tid = newTid();
  const form = new URLSearchParams(text);
  const { seq, bend } = await intuit.admitOauth(
    { kind: "token", method: "POST", path: PATH, query: "", requestId: null, requestBody: text, tid },
    form.get("refresh_token") ?? form.get("code"),
  );
  const end = { faultCode: null, replayed: false, entityType: null, entityId: null, scenario: bend?.scenario ?? null };
  if (bend?.scenario === "token_endpoint_unavailable") {
    const page = htmlReply(numberOption(bend.options, "status", 503), "503 Service Temporarily Unavailable");
    await intuit.finish(seq, { ...end, status: page.status, committed: false, durationMs: Date.now() - startedMs });
    return new Response(page.body, { status: page.status, headers: { "content-type": "text/html", intuit_tid: tid } });
  }
  const reply = await replyTo(c, form);
  const isDropped = bend?.scenario === "rotate_and_drop";
  await intuit.finish(seq, {
    ...end,
    faultCode: reply.tokens === null ? String(reply.body["error"]) : null,
    status: isDropped ? null : reply.status,
    committed: reply.tokens !== null,
    durationMs: Date.now() - startedMs,
  });
  if (isDropped) return droppedResponse();
  return new Response(JSON.stringify(reply.body), { status: reply.status, headers: tokenHeaders(tid, reply.status) });
});

tokenRoutes.all(PATH, () => new Response("", { status: 405, headers: { allow: "POST", intuit_tid: newTid() } }));

async function replyTo(c: Context<{ Bindings: Env }>, form: URLSearchParams): Promise<TokenReply> {
  const refuse = (status: number, error: string, description?: string): TokenReply => ({
    status,
    body: { error, ...(description === undefined ? {} : { error_description: description }) },
    tokens: null,
  });
  const clientId = clientOfBasic(c.req.header("authorization"), c.env);
  if (clientId === null) return refuse(401, "invalid_client");
  const contentType = (c.req.header("content-type") ?? "").split(";")[0]?.trim().toLowerCase();
  if (contentType !== "application/x-www-form-urlencoded")
    return refuse(400, "invalid_request", "The body has to be a form");
  const grant = form.get("grant_type");
  const intuit = intuitStub(c.env);
  if (grant === "authorization_code") {
    const code = form.get("code");
    const redirectUri = form.get("redirect_uri");
    if (code === null || redirectUri === null) return refuse(400, "invalid_request", "Missing parameter");
    const result = await intuit.exchangeCode(code, clientId, redirectUri);
    return result.ok ? granted(c, result.tokens, clientId, true) : refuse(400, "invalid_grant", result.reason);
  }
  if (grant === "refresh_token") {
    const value = form.get("refresh_token");
    if (value === null || value === "") return refuse(400, "invalid_request", "Missing parameter");
    const result = await intuit.refresh(value, clientId);
    return result.ok ? granted(c, result.tokens, clientId, false) : refuse(400, "invalid_grant", result.reason);
  }
  return grant === null ? refuse(400, "invalid_request", "Missing parameter") : refuse(400, "unsupported_grant_type");
}

async function granted(
  c: Context<{ Bindings: Env }>,
  tokens: TokenSet,
  clientId: string,
  isFirst: boolean,
): Promise<TokenReply> {
  const wantsId = isFirst && tokens.scope.split(" ").includes("openid");
  const idToken = wantsId
    ? await intuitStub(c.env).idToken({
        issuer: ISSUER,
        clientId,
        subject: SUBJECT,
        realmId: tokens.realmId,
        authTimeMs: tokens.authTimeMs,
      })
    : null;
  const { hard_expiry_field } = await intuitStub(c.env).oauthSettings();
  const body = {
    token_type: "bearer",
    expires_in: tokens.expiresInS,
    x_refresh_token_expires_in: tokens.refreshExpiresInS,
    ...(c.req.header(HARD_EXPIRY_HEADER) === "true" ? { [hard_expiry_field]: tokens.hardExpiresInS } : {}),
    refresh_token: tokens.refreshToken,
    access_token: tokens.accessToken,
    ...(idToken === null ? {} : { id_token: idToken }),
  };
  return { status: 200, body, tokens };
}

function tokenHeaders(tid: string, status: number): Record<string, string> {
  return {
    "content-type": "application/json;charset=UTF-8",
    "cache-control": "no-cache, no-store",
    pragma: "no-cache",
    intuit_tid: tid,
    "x-spanid": crypto.randomUUID(),
    "x-amzn-trace-id": `Root=${tid}`,
    ...(status === 401 ? { "www-authenticate": 'Basic realm="Intuit"' } : {}),
  };
}
