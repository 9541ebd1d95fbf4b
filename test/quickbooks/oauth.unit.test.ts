/** What each answer of Intuit's OAuth endpoints means (docs/qbo-api.md, sections 1.1 to 1.7). */
import { describe, expect, it } from "vitest";
import {
  DiscoveryError,
  authorizeUrl,
  discover,
  exchangeCode,
  refreshTokens,
  revokeToken,
} from "../../src/quickbooks/oauth.ts";

const NOW = new Date("2026-01-05T12:00:00Z");
const KEYS = { clientId: "client", clientSecret: "secret" };
const clientOf = (doFetch: typeof fetch) => ({ fetch: doFetch, discovery: DISCOVERY, keys: KEYS });
const DOCUMENT = {
  issuer: "https://oauth.platform.intuit.com/op/v1",
  authorization_endpoint: "https://appcenter.intuit.com/connect/oauth2",
  token_endpoint: "https://oauth.platform.intuit.com/oauth2/v1/tokens/bearer",
  revocation_endpoint: "https://developer.api.intuit.com/v2/oauth2/tokens/revoke",
};
const DISCOVERY = {
  issuer: DOCUMENT.issuer,
  authorizationEndpoint: DOCUMENT.authorization_endpoint,
  tokenEndpoint: DOCUMENT.token_endpoint,
  revocationEndpoint: DOCUMENT.revocation_endpoint,
};
const TOKENS = {
  token_type: "bearer",
  expires_in: 3600,
  x_refresh_token_expires_in: 8726400,
  access_token: "eyJ..a",
  refresh_token: "RT1-1",
};

interface Asked {
  url: string;
  init: RequestInit | undefined;
}

/** A fetch that gives one answer, or breaks. */
function answering(answer: Response | Error): { doFetch: typeof fetch; asked: Asked[] } {
  const asked: Asked[] = [];
  const doFetch = async (input: RequestInfo | URL, init?: RequestInit): Promise<Response> => {
    asked.push({ url: typeof input === "string" ? input : input instanceof URL ? input.href : input.url, init });
    if (answer instanceof Error) throw answer;
    return answer.clone();
  };
  return { doFetch, asked };
}
const json = (body: unknown, status = 200) =>
  new Response(JSON.stringify(body), { status, headers: { intuit_tid: "tid-1" } });

let documents = 0;
/** Documents are remembered by address, so that each test has its own. */
const newUrl = () => `https://discovery-${(documents += 1)}.example.com/.well-known/openid_configuration`;
const hours = (count: number) => new Date(NOW.getTime() + count * 3_600_000);

describe("discover", () => {
  it("reads the document once an hour", async () => {
    const url = newUrl();
    const { doFetch, asked } = answering(json(DOCUMENT));
    expect(await discover(doFetch, url, NOW)).toEqual(DISCOVERY);
    await discover(doFetch, url, hours(0.9));
    expect(asked).toHaveLength(1);
    await discover(doFetch, url, hours(1.1));
    expect(asked).toHaveLength(2);
  });

  it("lives on with the old document for a week, and then says so", async () => {
    const url = newUrl();
    await discover(answering(json(DOCUMENT)).doFetch, url, NOW);
    const { doFetch } = answering(new TypeError("no route"));
    expect(await discover(doFetch, url, hours(24))).toEqual(DISCOVERY);
    await expect(discover(doFetch, url, hours(24 * 8))).rejects.toThrow(DiscoveryError);
  });

  it.each([
    ["an error", new Response("", { status: 503 })],
    ["a page", new Response("<html></html>")],
    ["a missing endpoint", json({ ...DOCUMENT, token_endpoint: undefined })],
    [
      "plain http in a document that came by https",
      json({ ...DOCUMENT, token_endpoint: "http://intuit.example.com/token" }),
    ],
  ])("refuses %s", async (_what, answer) => {
    await expect(discover(answering(answer).doFetch, newUrl(), NOW)).rejects.toThrow(DiscoveryError);
  });

  it("takes plain http where the document itself came that way", async () => {
    const local = { ...DOCUMENT, token_endpoint: "http://localhost:8788/token" };
    const found = await discover(
      answering(json(local)).doFetch,
      "http://localhost:8788/.well-known/openid_configuration",
      NOW,
    );
    expect(found).toMatchObject({ tokenEndpoint: local.token_endpoint });
  });
});

describe("authorizeUrl", () => {
  it("asks for the accounting scope only", () => {
    const url = new URL(
      authorizeUrl(DISCOVERY, {
        clientId: "client",
        redirectUri: "https://b.example.com/oauth/intuit/callback",
        state: "s t",
      }),
    );
    expect(Object.fromEntries(url.searchParams)).toEqual({
      client_id: "client",
      response_type: "code",
      scope: "com.intuit.quickbooks.accounting",
      redirect_uri: "https://b.example.com/oauth/intuit/callback",
      state: "s t",
    });
  });
});

describe("tokens", () => {
  it("a code is exchanged with Basic authentication and the header for the hard end", async () => {
    const { doFetch, asked } = answering(json({ ...TOKENS, x_refresh_token_hard_expires_in: 157680000 }));
    expect(await exchangeCode(clientOf(doFetch), { code: "c1", redirectUri: "https://b.example.com/cb" }, NOW)).toEqual(
      {
        kind: "ok",
        tokens: {
          accessToken: "eyJ..a",
          refreshToken: "RT1-1",
          accessExpiresAt: "2026-01-05T13:00:00.000Z",
          refreshExpiresAt: "2026-04-16T12:00:00.000Z",
          refreshHardExpiresAt: "2031-01-04T12:00:00.000Z",
        },
      },
    );
    const headers = new Headers(asked[0]?.init?.headers);
    expect(asked[0]?.url).toBe(DISCOVERY.tokenEndpoint);
    expect(headers.get("authorization")).toBe(`Basic ${btoa("client:secret")}`);
    expect(headers.get("x-include-refresh-token-hard-expires-in")).toBe("true");
    expect(asked[0]?.init?.body).toBe(
      "grant_type=authorization_code&code=c1&redirect_uri=https%3A%2F%2Fb.example.com%2Fcb",
    );
  });

  it.each(["x_refresh_token_hard_expires_in", "x_refresh_token_lifetime_expires_in"])(
    "the end that no refresh extends is read as %s",
    async (field) => {
      const { doFetch } = answering(json({ ...TOKENS, [field]: 157680000 }));
      expect(await refreshTokens(clientOf(doFetch), "old", NOW)).toMatchObject({
        tokens: { refreshHardExpiresAt: "2031-01-04T12:00:00.000Z" },
      });
    },
  );

  it("a refresh keeps whatever refresh token comes back, of any length", async () => {
    const refreshToken = "x".repeat(3000);
    const { doFetch } = answering(json({ ...TOKENS, refresh_token: refreshToken }));
    expect(await refreshTokens(clientOf(doFetch), "old", NOW)).toMatchObject({
      kind: "ok",
      tokens: { refreshToken, refreshHardExpiresAt: null },
    });
  });

  it("tokens without their ends are kept, with the ends that Intuit's tokens have", async () => {
    const { doFetch } = answering(json({ access_token: "a", refresh_token: "r", x_refresh_token_expires_in: null }));
    expect(await refreshTokens(clientOf(doFetch), "old", NOW)).toMatchObject({
      kind: "ok",
      tokens: {
        accessToken: "a",
        refreshToken: "r",
        accessExpiresAt: hours(1).toISOString(),
        refreshExpiresAt: hours(2400).toISOString(),
      },
    });
  });

  it.each([
    ["a dead grant", json({ error: "invalid_grant", error_description: "any words" }, 400), { kind: "invalid_grant" }],
    [
      "wrong client keys",
      json({ error: "invalid_client" }, 401),
      { kind: "refused", error: "invalid_client", httpStatus: 401 },
    ],
    [
      "wrong client keys without a body",
      new Response("", { status: 401 }),
      { kind: "refused", error: "invalid_client" },
    ],
    ["a malformed request", json({ error: "invalid_request" }, 400), { kind: "refused", error: "invalid_request" }],
    ["429", new Response("", { status: 429 }), { kind: "unavailable", httpStatus: 429 }],
    ["503", new Response("<html></html>", { status: 503 }), { kind: "unavailable", httpStatus: 503 }],
    ["invalid_grant with a 5xx", json({ error: "invalid_grant" }, 500), { kind: "unavailable" }],
    ["400 without a reason", new Response("<html></html>", { status: 400 }), { kind: "unavailable", httpStatus: 400 }],
    [
      "a redirect",
      new Response("", { status: 302, headers: { location: "https://x.example.com" } }),
      { kind: "unavailable" },
    ],
    ["half an answer", new Response('{"access_token":"a'), { kind: "unavailable", httpStatus: 200 }],
    ["an answer without a refresh token", json({ ...TOKENS, refresh_token: "" }), { kind: "unavailable" }],
    ["a broken line", new TypeError("reset"), { kind: "unavailable", httpStatus: null }],
    [
      "no answer in time",
      new DOMException("slow", "TimeoutError"),
      { kind: "unavailable", detail: "Intuit did not answer within 30 s." },
    ],
  ])("%s", async (_what, answer, expected) => {
    expect(await refreshTokens(clientOf(answering(answer).doFetch), "old", NOW)).toMatchObject(expected);
  });
});

describe("revokeToken", () => {
  it.each([
    ["200 with an empty body", new Response(""), { kind: "revoked", wasGone: false }],
    ["400 with an empty body: gone already", new Response("", { status: 400 }), { kind: "revoked", wasGone: true }],
    ["401", new Response("", { status: 401 }), { kind: "refused" }],
    ["429", new Response("", { status: 429 }), { kind: "unavailable" }],
    ["a broken line", new TypeError("reset"), { kind: "unavailable", httpStatus: null }],
  ])("%s", async (_what, answer, expected) => {
    const { doFetch, asked } = answering(answer);
    expect(await revokeToken(clientOf(doFetch), "RT1-1")).toMatchObject(expected);
    expect(asked[0]?.init?.body).toBe('{"token":"RT1-1"}');
  });
});
