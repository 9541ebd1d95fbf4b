/**
 * Intuit's discovery documents and public keys (docs/qbo-api.md, section 1.1), with every address on the emulator's own
 * origin. The origin is that of the request, so the emulator runs on any port. Only the issuer is Intuit's: its clients
 * compare it with that text (*Newer facts*).
 */
import { Hono } from "hono";
import type { Env } from "../env.ts";
import { intuitStub } from "../stubs.ts";

/** The issuer of ID tokens, in the discovery document and in each token. */
export const ISSUER = "https://oauth.platform.intuit.com/op/v1";

export const discoveryRoutes = new Hono<{ Bindings: Env }>();

for (const path of ["openid_sandbox_configuration", "openid_configuration", "openid-sandbox-configuration"]) {
  discoveryRoutes.get(`/.well-known/${path}`, (c) => c.json(discovery(new URL(c.req.url).origin)));
}

discoveryRoutes.get("/op/v1/jwks", async (c) =>
  c.body(await intuitStub(c.env).jwks(), 200, { "content-type": "application/json;charset=UTF-8" }),
);

function discovery(origin: string) {
  return {
    issuer: ISSUER,
    authorization_endpoint: `${origin}/connect/oauth2`,
    token_endpoint: `${origin}/oauth2/v1/tokens/bearer`,
    userinfo_endpoint: `${origin}/v1/openid_connect/userinfo`,
    revocation_endpoint: `${origin}/v2/oauth2/tokens/revoke`,
    jwks_uri: `${origin}/op/v1/jwks`,
    response_types_supported: ["code"],
    subject_types_supported: ["public"],
    id_token_signing_alg_values_supported: ["RS256"],
    scopes_supported: ["openid", "email", "profile", "address", "phone"],
    token_endpoint_auth_methods_supported: ["client_secret_post", "client_secret_basic"],
    claims_supported: ["aud", "exp", "iat", "iss", "realmid", "sub"],
  };
}
