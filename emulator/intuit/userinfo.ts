/**
 * The userinfo endpoint (docs/qbo-api.md, section 1.8): what the granted scopes show of the emulator's one person. The
 * person is invented, and the same for every company.
 */
import { Hono } from "hono";
import { newTid } from "../api/routes.ts";
import type { Env } from "../env.ts";
import { intuitStub } from "../stubs.ts";
import { gatewayRefusal } from "../wire/faults.ts";
import { SUBJECT } from "./token.ts";

export const userinfoRoutes = new Hono<{ Bindings: Env }>();

userinfoRoutes.get("/v1/openid_connect/userinfo", async (c) => {
  const intuit = intuitStub(c.env);
  const token = /^Bearer (\S+)$/.exec(c.req.header("authorization") ?? "")?.[1] ?? "";
  const { state, scope } = await intuit.checkToken(token);
  const scopes = scope.split(" ");
  const headers = { "content-type": "application/json;charset=UTF-8", intuit_tid: newTid() };
  if (state !== "live" || !scopes.includes("openid")) {
    const { nowMs } = await intuit.readClock();
    const refused = gatewayRefusal(state === "expired" ? "token_expired" : "token_revoked", nowMs);
    return new Response(refused.body, { status: refused.status, headers });
  }
  const has = (name: string): boolean => scopes.includes(name);
  const person = {
    sub: SUBJECT,
    ...(has("email") ? { email: "admin@company.example", emailVerified: true } : {}),
    ...(has("profile") ? { givenName: "Demo", familyName: "Administrator" } : {}),
    ...(has("phone") ? { phoneNumber: "+1 775-555-0134", phoneNumberVerified: false } : {}),
    ...(has("address")
      ? {
          address: { streetAddress: "1 Dock Road", locality: "Reno", region: "NV", postalCode: "89501", country: "US" },
        }
      : {}),
  };
  return new Response(JSON.stringify(person), { status: 200, headers });
});
