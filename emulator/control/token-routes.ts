/**
 * Control of Intuit's side: consent without a browser, expiry of tokens, OAuth settings, the clock. It ends tokens only
 * as Intuit could: by time, or because a person disconnects.
 */
import { Hono } from "hono";
import { z } from "zod";
import type { Env } from "../env.ts";
import { approve } from "../intuit/authorize-page.tsx";
import { judgeAuthorize } from "../intuit/authorize-request.ts";
import { oauthPatchSchema } from "../intuit/oauth-settings.ts";
import { intuitStub } from "../stubs.ts";
import { readBody } from "./read-body.ts";

const MAX_ADVANCE_S = 20 * 365 * 86_400;

const consentSchema = z
  .object({
    redirect_uri: z.string().max(2000),
    state: z.string().max(4000),
    scope: z.string().max(1000).default("com.intuit.quickbooks.accounting"),
    realm_id: z.string().max(30),
  })
  .strict();
const realmSchema = z.object({ realm_id: z.string().max(30) }).strict();
const advanceSchema = z.object({ advance_seconds: z.number().int().min(0).max(MAX_ADVANCE_S) }).strict();

export const tokenControlRoutes = new Hono<{ Bindings: Env }>();

tokenControlRoutes.post("/control/consent", async (c) => {
  const body = await readBody(c, consentSchema);
  if (!body.ok) return body.response;
  const { redirect_uri, state, scope, realm_id } = body.data;
  const parameters: Record<string, string> = {
    client_id: c.env.CLIENT_ID,
    response_type: "code",
    redirect_uri,
    state,
    scope,
  };
  const judged = judgeAuthorize((name) => parameters[name], c.env, await intuitStub(c.env).oauthSettings());
  if (!judged.ok) return c.json({ error: judged.reason }, 422);
  const redirectTo = await approve(c.env, judged.request, realm_id);
  return redirectTo === null ? c.json({ error: "There is no such company" }, 404) : c.json({ redirect_to: redirectTo });
});

for (const [path, what] of [
  ["expire-access", "access"],
  ["expire-refresh", "refresh"],
  ["revoke", "connection"],
] as const) {
  tokenControlRoutes.post(`/control/tokens/${path}`, async (c) => {
    const body = await readBody(c, realmSchema);
    if (!body.ok) return body.response;
    return c.json({ ended: await intuitStub(c.env).endTokens(body.data.realm_id, what) });
  });
}

tokenControlRoutes.get("/control/oauth", async (c) => c.json(await intuitStub(c.env).oauthSettings()));

tokenControlRoutes.patch("/control/oauth", async (c) => {
  const body = await readBody(c, oauthPatchSchema);
  if (!body.ok) return body.response;
  return c.json(await intuitStub(c.env).changeOauthSettings(body.data));
});

tokenControlRoutes.get("/control/clock", async (c) => c.json(shownClock(await intuitStub(c.env).readClock())));

tokenControlRoutes.post("/control/clock", async (c) => {
  const body = await readBody(c, advanceSchema);
  if (!body.ok) return body.response;
  const intuit = intuitStub(c.env);
  await intuit.advanceClock(body.data.advance_seconds);
  return c.json(shownClock(await intuit.readClock()));
});

function shownClock(clock: { nowMs: number; offsetSeconds: number }) {
  return { now: new Date(clock.nowMs).toISOString(), offset_seconds: clock.offsetSeconds };
}
