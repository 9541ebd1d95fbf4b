/**
 * The revocation endpoint (docs/qbo-api.md, section 1.7): ends the whole connection, once; the second time is a 400
 * without a body. It accepts a form as well as JSON.
 */
import { Hono } from "hono";
import { z } from "zod";
import { numberOption } from "../api/bend-call.ts";
import { newTid } from "../api/routes.ts";
import type { Env } from "../env.ts";
import { intuitStub } from "../stubs.ts";
import { clientOfBasic } from "./client.ts";

const PATH = "/v2/oauth2/tokens/revoke";
const bodySchema = z.object({ token: z.string().min(1) });

export const revokeRoutes = new Hono<{ Bindings: Env }>();

revokeRoutes.post(PATH, async (c) => {
  const startedMs = Date.now();
  const intuit = intuitStub(c.env);
  const text = new TextDecoder().decode(await c.req.arrayBuffer());
  const tid = newTid();
  const token = tokenOf(text, c.req.header("content-type") ?? "");
  const { seq, bend } = await intuit.admitOauth(
    { kind: "revoke", method: "POST", path: PATH, query: "", requestId: null, requestBody: text, tid },
    token,
  );
  const clientId = clientOfBasic(c.req.header("authorization"), c.env);
  const isUnavailable = bend?.scenario === "token_endpoint_unavailable";
  const isRevoked =
    !isUnavailable && clientId !== null && token !== null && (await intuit.revokeToken(token, clientId));
  const status = isUnavailable
    ? numberOption(bend.options, "status", 503)
    : clientId === null
      ? 401
      : isRevoked
        ? 200
        : 400;
  await intuit.finish(seq, {
    status,
    faultCode: null,
    committed: isRevoked,
    replayed: false,
    entityType: null,
    entityId: null,
    durationMs: Date.now() - startedMs,
    scenario: bend?.scenario ?? null,
  });
  return new Response(null, { status, headers: { intuit_tid: tid } });
});

function tokenOf(text: string, contentType: string): string | null {
  if (contentType.startsWith("application/x-www-form-urlencoded")) return new URLSearchParams(text).get("token");
  try {
    const parsed = bodySchema.safeParse(JSON.parse(text));
    return parsed.success ? parsed.data.token : null;
  } catch {
    return null;
  }
}
