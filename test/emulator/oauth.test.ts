// Intuit's OAuth in the emulator: consent, codes, rotation, revocation, the gateway's refusals (docs/qbo-api.md,
// section 1).

import { createLocalJWKSet, jwtVerify } from "jose";
import { afterEach, describe, expect, it } from "vitest";
import { z } from "zod";
import {
  at,
  BASIC,
  Company,
  connect,
  consent,
  control,
  exchange,
  newCompany,
  ORIGIN,
  REDIRECT_URI,
  send,
  textAt,
  tokenCall,
} from "./emulator-client.ts";

/** Intuit's own clients compare the issuer with this text (docs/qbo-api.md, *Newer facts*). */
const ISSUER = "https://oauth.platform.intuit.com/op/v1";

const AUTHORIZE = {
  client_id: "emulator-client",
  response_type: "code",
  scope: "com.intuit.quickbooks.accounting",
  redirect_uri: REDIRECT_URI,
  state: "s 1",
};

const jwksSchema = z.object({
  keys: z.array(z.looseObject({ kty: z.literal("RSA"), kid: z.string(), n: z.string(), e: z.string() })),
});

afterEach(async () => {
  await control("PATCH", "/oauth", {
    rotate: "always",
    grace_seconds: 0,
    redirect_uris: [],
    hard_expiry_field: "x_refresh_token_hard_expires_in",
    app_reads_left: null,
  });
});

function authorizePath(changes: Record<string, string | undefined> = {}): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries({ ...AUTHORIZE, ...changes }))
    if (value !== undefined) query.set(name, value);
  return `/connect/oauth2?${query.toString()}`;
}

async function decide(decision: string, realmId: string) {
  const form = new URLSearchParams({ ...AUTHORIZE, decision, realm_id: realmId });
  return send("/connect/oauth2", {
    method: "POST",
    headers: { "content-type": "application/x-www-form-urlencoded" },
    body: form.toString(),
  });
}

const refresh = (value: string, headers: Record<string, string> = {}) =>
  tokenCall({ grant_type: "refresh_token", refresh_token: value }, headers);

async function revoke(token: string, authorization = BASIC) {
  return send("/v2/oauth2/tokens/revoke", {
    method: "POST",
    headers: { authorization, "content-type": "application/json" },
    body: JSON.stringify({ token }),
  });
}

describe("discovery", () => {
  it.each(["openid_sandbox_configuration", "openid_configuration"])(
    "names every address on the emulator's own origin, and Intuit as the issuer: %s",
    async (name) => {
      const answer = await send(`/.well-known/${name}`);
      for (const property of [
        "authorization_endpoint",
        "token_endpoint",
        "revocation_endpoint",
        "userinfo_endpoint",
        "jwks_uri",
      ]) {
        expect(textAt(answer.json, property)).toMatch(new RegExp(`^${ORIGIN}/`));
      }
      expect(textAt(answer.json, "issuer")).toBe(ISSUER);
    },
  );
});

describe("consent", () => {
  it("shows the companies as radio buttons, the first chosen, with Approve and Deny in one form", async () => {
    const page = await send(authorizePath());
    expect(page.status).toBe(200);
    expect(page.text.match(/<form/g)).toHaveLength(1);
    expect(page.text.match(/type="radio"[^>]*checked/g)).toHaveLength(1);
    expect(page.text).toMatch(/<button[^>]*>\s*Approve\s*<\/button>/);
    expect(page.text).toMatch(/<button[^>]*>\s*Deny\s*<\/button>/);
    expect(page.text).not.toContain("<script");
  });

  it.each([
    ["an unknown client", { client_id: "someone" }],
    ["no redirect address", { redirect_uri: undefined }],
    ["a redirect address that is none", { redirect_uri: "javascript:alert(1)" }],
    ["an unknown scope", { scope: "everything" }],
    ["no state", { state: undefined }],
    ["another response type", { response_type: "token" }],
  ])("answers %s with a page and never redirects", async (_name, changes) => {
    const page = await send(authorizePath(changes));
    expect(page.status).toBe(400);
    expect(page.headers.get("location")).toBeNull();
  });

  it("refuses an address that is not on the list of registered ones", async () => {
    await control("PATCH", "/oauth", { redirect_uris: ["https://books.example/cb"] });
    expect((await send(authorizePath())).status).toBe(400);
    expect((await send(authorizePath({ redirect_uri: "https://books.example/cb" }))).status).toBe(200);
  });

  it("redirects with code, state and realmId on Approve, with access_denied and state on Deny", async () => {
    const realmId = await newCompany();
    const approved = new URL((await decide("approve", realmId)).headers.get("location") ?? "");
    expect(approved.searchParams.get("state")).toBe("s 1");
    expect(approved.searchParams.get("realmId")).toBe(realmId);
    expect(approved.searchParams.get("code")).toBeTruthy();
    const denied = new URL((await decide("deny", realmId)).headers.get("location") ?? "");
    expect(Object.fromEntries(denied.searchParams)).toEqual({ error: "access_denied", state: "s 1" });
  });
});

describe("codes", () => {
  it("are exchanged once; a second use revokes what the first gave", async () => {
    const realmId = await newCompany();
    const code = (await consent(realmId)).searchParams.get("code") ?? "";
    const first = await exchange(code);
    expect(first.json).toMatchObject({ token_type: "bearer", expires_in: 3600, x_refresh_token_expires_in: 8_726_400 });
    expect(at(first.json, "id_token")).toBeUndefined();
    expect(first.headers.get("cache-control")).toContain("no-store");
    const company = new Company(realmId, {
      access: textAt(first.json, "access_token"),
      refresh: textAt(first.json, "refresh_token"),
    });
    expect((await company.get("preferences")).status).toBe(200);
    const second = await exchange(code);
    expect([second.status, at(second.json, "error")]).toEqual([400, "invalid_grant"]);
    expect((await company.get("preferences")).status).toBe(401);
    expect(at((await refresh(company.tokens.refresh)).json, "error")).toBe("invalid_grant");
  });

  it("need the same redirect address, the client's secret, and ten minutes", async () => {
    const realmId = await newCompany();
    const code = (await consent(realmId)).searchParams.get("code") ?? "";
    const elsewhere = await tokenCall({
      grant_type: "authorization_code",
      code,
      redirect_uri: "http://localhost:1/other",
    });
    expect(at(elsewhere.json, "error")).toBe("invalid_grant");
    const stranger = await tokenCall(
      { grant_type: "authorization_code", code, redirect_uri: REDIRECT_URI },
      { authorization: `Basic ${btoa("emulator-client:wrong")}` },
    );
    expect([stranger.status, at(stranger.json, "error")]).toEqual([401, "invalid_client"]);
    await control("POST", "/clock", { advance_seconds: 601 });
    expect(at((await exchange(code)).json, "error")).toBe("invalid_grant");
  });

  it("answers missing parameters, an unknown grant and GET as Intuit does", async () => {
    expect(at((await tokenCall({ grant_type: "authorization_code" })).json, "error")).toBe("invalid_request");
    expect(at((await tokenCall({ grant_type: "password" })).json, "error")).toBe("unsupported_grant_type");
    expect((await send("/oauth2/v1/tokens/bearer")).status).toBe(405);
  });
});

describe("refreshing", () => {
  it("rotates each time by default, and the former value is dead at once", async () => {
    const tokens = await connect(await newCompany());
    const next = await refresh(tokens.refresh);
    expect(next.status).toBe(200);
    expect(at(next.json, "refresh_token")).not.toBe(tokens.refresh);
    expect(at((await refresh(tokens.refresh)).json, "error")).toBe("invalid_grant");
    expect((await refresh(textAt(next.json, "refresh_token"))).status).toBe(200);
  });

  it("keeps the value for a day when told to, with a shrinking life, then rotates", async () => {
    await control("PATCH", "/oauth", { rotate: "daily" });
    const tokens = await connect(await newCompany());
    await control("POST", "/clock", { advance_seconds: 3600 });
    const same = await refresh(tokens.refresh);
    expect(at(same.json, "refresh_token")).toBe(tokens.refresh);
    expect(Number(at(same.json, "x_refresh_token_expires_in"))).toBeLessThanOrEqual(8_726_400 - 3600);
    await control("POST", "/clock", { advance_seconds: 86_400 });
    const rotated = await refresh(tokens.refresh);
    expect(at(rotated.json, "refresh_token")).not.toBe(tokens.refresh);
    expect((await refresh(tokens.refresh)).status).toBe(400);
  });

  it("lets a rotated value live on for the grace, without rotating again", async () => {
    await control("PATCH", "/oauth", { grace_seconds: 60 });
    const tokens = await connect(await newCompany());
    const next = await refresh(tokens.refresh);
    const late = await refresh(tokens.refresh);
    expect(at(late.json, "refresh_token")).toBe(at(next.json, "refresh_token"));
    await control("POST", "/clock", { advance_seconds: 61 });
    expect((await refresh(tokens.refresh)).status).toBe(400);
  });

  it("ends after 101 days without use, and shows the five years to who asks", async () => {
    const tokens = await connect(await newCompany());
    const shown = await refresh(tokens.refresh, { "x-include-refresh-token-hard-expires-in": "true" });
    expect(Number(at(shown.json, "x_refresh_token_hard_expires_in"))).toBeGreaterThan(157_000_000);
    await control("POST", "/clock", { advance_seconds: 102 * 86_400 });
    expect(at((await refresh(textAt(shown.json, "refresh_token"))).json, "error")).toBe("invalid_grant");
  });

  it("tells the hard end under the older name where the setting says so", async () => {
    await control("PATCH", "/oauth", { hard_expiry_field: "x_refresh_token_lifetime_expires_in" });
    const tokens = await connect(await newCompany());
    const shown = await refresh(tokens.refresh, { "x-include-refresh-token-hard-expires-in": "true" });
    expect(at(shown.json, "x_refresh_token_hard_expires_in")).toBeUndefined();
    expect(Number(at(shown.json, "x_refresh_token_lifetime_expires_in"))).toBeGreaterThan(157_000_000);
  });

  it("is refused for the former connection once the company is connected anew", async () => {
    const realmId = await newCompany();
    const former = await connect(realmId);
    await connect(realmId);
    expect((await refresh(former.refresh)).status).toBe(400);
  });
});

describe("the app's budget of reads", () => {
  it("counts for all companies together, and leaves writes alone", async () => {
    const [first, second] = [await Company.make(), await Company.make()];
    await control("PATCH", "/oauth", { app_reads_left: 2 });
    expect((await first.get("preferences")).status).toBe(200);
    expect((await second.get("preferences")).status).toBe(200);
    expect((await first.get("preferences")).status).toBe(429);
    expect((await second.post("customer", { DisplayName: "Written" })).status).toBe(200);
  });
});

describe("ending", () => {
  it("revokes with an empty 200, then with an empty 400, and kills the access token", async () => {
    const company = await Company.make();
    expect((await revoke(company.tokens.refresh, "Basic wrong")).status).toBe(401);
    const first = await revoke(company.tokens.refresh);
    expect([first.status, first.text]).toEqual([200, ""]);
    const second = await revoke(company.tokens.refresh);
    expect([second.status, second.text]).toEqual([400, ""]);
    expect((await company.get("preferences")).status).toBe(401);
  });

  it("answers an expired token with 401 in the gateway's dialect, and a token of another company with 403", async () => {
    const company = await Company.make();
    const other = await newCompany();
    const foreign = await new Company(other, company.tokens).get("preferences");
    expect([foreign.status, at(foreign.json, "fault", "error", 0, "code")]).toEqual([403, "3100"]);
    await control("POST", "/tokens/expire-access", { realm_id: company.realmId });
    const expired = await company.get("preferences");
    expect(expired.status).toBe(401);
    expect(expired.headers.get("www-authenticate")).toContain("invalid_token");
    expect(expired.json).toMatchObject({
      fault: { error: [{ code: "3200", detail: "Token expired" }], type: "AUTHENTICATION" },
    });
    expect(typeof at(expired.json, "time")).toBe("number");
    expect((await refresh(company.tokens.refresh)).status).toBe(200);
  });

  it("disconnects as a person in QuickBooks would, and ends refresh tokens alone", async () => {
    const company = await Company.make();
    expect((await control("POST", "/tokens/revoke", { realm_id: company.realmId })).json).toEqual({ ended: 1 });
    expect((await company.get("preferences")).status).toBe(401);
    const second = await Company.make();
    await control("POST", "/tokens/expire-refresh", { realm_id: second.realmId });
    expect((await second.get("preferences")).status).toBe(200);
    expect((await refresh(second.tokens.refresh)).status).toBe(400);
  });
});

describe("openid", () => {
  it("signs an ID token that the published keys verify, and shows the person by scope", async () => {
    const realmId = await newCompany();
    const callback = await consent(realmId, "com.intuit.quickbooks.accounting openid email");
    const answer = await exchange(callback.searchParams.get("code") ?? "");
    const keys = jwksSchema.parse((await send("/op/v1/jwks")).json);
    const nowMs = Date.parse(textAt((await control("GET", "/clock")).json, "now"));
    const verified = await jwtVerify(textAt(answer.json, "id_token"), createLocalJWKSet(keys), {
      issuer: ISSUER,
      audience: "emulator-client",
      currentDate: new Date(nowMs),
    });
    expect(verified.payload).toMatchObject({ realmid: realmId, aud: ["emulator-client"] });
    const person = await send("/v1/openid_connect/userinfo", {
      headers: { authorization: `Bearer ${textAt(answer.json, "access_token")}` },
    });
    expect(person.json).toMatchObject({ sub: verified.payload.sub, emailVerified: true });
    expect(at(person.json, "givenName")).toBeUndefined();
  });
});
