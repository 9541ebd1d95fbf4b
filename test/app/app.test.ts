import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, it, vi } from "vitest";
import packageJson from "../../package.json" with { type: "json" };
import { app } from "../../src/app.ts";
import type { Role } from "../../src/people/roles.ts";
import type { Env } from "../../src/env.ts";
import { createApiKey } from "../../src/people/api-keys.ts";
import { accessOf } from "../../src/people/route-access.ts";
import { sessions, signInFailures, users } from "../../src/people/schema.ts";
import { startSession } from "../../src/people/sessions.ts";
import { openDb } from "../../src/platform/db.ts";

const db = openDb(env.DB);
const ORIGIN = "https://books.example.com";

async function get(path: string, headers: Record<string, string> = {}, changes: Partial<Env> = {}): Promise<Response> {
  return app.request(
    new URL(path, ORIGIN).href,
    { headers: { accept: "text/html", ...headers } },
    { ...env, ...changes },
  );
}

async function post(path: string, headers: Record<string, string>, body: BodyInit = ""): Promise<Response> {
  return app.request(
    ORIGIN + path,
    { method: "POST", headers: { "content-type": "application/x-www-form-urlencoded", ...headers }, body },
    env,
  );
}

async function cookieOf(role: Role): Promise<{ cookie: string }> {
  const { token } = await startSession(db, `user-${role}`, new Date());
  return { cookie: `__Host-session=${token}` };
}

beforeEach(async () => {
  await db.batch([db.delete(users), db.delete(sessions), db.delete(signInFailures)]);
  const roles: Role[] = ["viewer", "operator", "admin"];
  await db.insert(users).values(
    roles.map((role) => ({
      id: `user-${role}`,
      email: `${role}@example.com`,
      role,
      createdAt: new Date().toISOString(),
    })),
  );
});

describe("every route", () => {
  const byRoute = new Map<string, object[]>();
  for (const { method, path, handler } of app.routes) {
    if (method === "ALL") continue;
    byRoute.set(`${method} ${path}`, [...(byRoute.get(`${method} ${path}`) ?? []), handler]);
  }

  it("is known here", () => expect(byRoute.size).toBeGreaterThan(40));

  it.each([...byRoute.keys()])("%s names the role that it needs, before anything else", (route) => {
    expect(accessOf(byRoute.get(route)?.[0] ?? {})).toBeDefined();
  });

  it("that is open is on this list", () => {
    const open = [...byRoute]
      .filter(([, handlers]) => "openBecause" in (accessOf(handlers[0] ?? {}) ?? {}))
      .map(([route]) => route);
    expect(open.toSorted()).toEqual([
      "GET /api/docs",
      "GET /api/v1/openapi.json",
      "GET /healthz",
      "GET /help",
      "GET /invite/:token",
      "GET /login",
      "GET /privacy",
      "GET /quickbooks/disconnected",
      "GET /recover",
      "GET /reset/:token",
      "GET /setup",
      "GET /status/s/:token",
      "GET /terms",
      "POST /invite/:token",
      "POST /login",
      "POST /login/passkey",
      "POST /logout",
      "POST /recover",
      "POST /reset/:token",
      "POST /setup",
      "POST /webhooks/instances/:instanceId",
      "POST /webhooks/intuit",
    ]);
  });
});

describe("who may come in", () => {
  it("sends a page's visitor to /login and remembers where they wanted to be", async () => {
    const answer = await get("/invoices?status=failed");
    expect([answer.status, answer.headers.get("location")]).toEqual([303, "/login?next=%2Finvoices%3Fstatus%3Dfailed"]);
    expect((await get("/")).headers.get("location")).toBe("/login");
  });

  it("tells htmx to go to /login instead of putting the form into the page", async () => {
    const answer = await get("/invoices", { "hx-request": "true", "hx-current-url": `${ORIGIN}/invoices?q=x` });
    expect([answer.status, answer.headers.get("hx-redirect")]).toEqual([401, "/login?next=%2Finvoices%3Fq%3Dx"]);
  });

  it("shows a page that the role allows, and refuses one that it does not", async () => {
    expect((await get("/settings/users", await cookieOf("admin"))).status).toBe(200);
    const refused = await get("/settings/users", await cookieOf("operator"));
    expect(refused.status).toBe(403);
    expect(await refused.text()).toContain("This needs the role admin; yours is operator.");
  });

  it("takes no session on the API, and no key on the pages", async () => {
    expect((await get("/api/v1/invoices", await cookieOf("admin"))).status).toBe(401);
    const { key } = await createApiKey(db, { name: "Shop", role: "admin" }, new Date());
    expect((await get("/invoices", { authorization: `Bearer ${key}` })).status).toBe(303);
    expect((await get("/api/v1/invoices", { authorization: `Bearer ${key}` })).status).toBe(200);
  });

  it("ends at sign-out", async () => {
    const { cookie } = await cookieOf("viewer");
    expect((await get("/invoices", { cookie })).status).toBe(200);
    const answer = await post("/logout", { cookie, origin: ORIGIN });
    expect(answer.headers.get("set-cookie")).toMatch(/__Host-session=;/);
    expect((await get("/invoices", { cookie })).status).toBe(303);
  });

  it("gives a cookie that scripts and other sites do not get, Secure where the app is", async () => {
    const secure = (await post("/setup", { origin: ORIGIN }, new URLSearchParams({ token: "test-setup-token" })))
      .status;
    expect(secure).toBe(404);
    await db.delete(users);
    const form = { token: "test-setup-token", email: "boss@example.com", password: "correct horse battery" };
    const answer = await post("/setup", { origin: ORIGIN }, new URLSearchParams(form));
    const cookies = answer.headers.getSetCookie();
    expect(cookies.find((cookie) => cookie.startsWith("__Host-session="))).toMatch(
      /; Path=\/;.*HttpOnly; Secure; SameSite=Lax/,
    );
  });
});

describe("forms", () => {
  it("are taken from our own pages only", async () => {
    const form = new URLSearchParams({ email: "a@example.com", password: "x" });
    const headers = async (more: Record<string, string>) => (await post("/login", more, form)).status;
    expect(await headers({ origin: ORIGIN })).toBe(422);
    expect(await headers({ "sec-fetch-site": "same-origin" })).toBe(422);
    // No browser leaves out both, so nobody's cookie is in it against their will: a program may post a form.
    expect(await headers({})).toBe(422);
    for (const more of [
      { origin: "https://evil.example" },
      { origin: "null" },
      { "sec-fetch-site": "cross-site" },
      { "sec-fetch-site": "same-site" },
    ]) {
      expect(await headers(more)).toBe(403);
    }
  });

  it("that are none are told so, and are no fault of ours", async () => {
    const own = { origin: ORIGIN };
    expect((await post("/login", { ...own, "content-type": "application/json" }, "{}")).status).toBe(415);
    expect((await post("/login", { ...own, "content-type": "text/plain" }, "a=b")).status).toBe(415);
    expect((await post("/login", { ...own, "content-type": "multipart/form-data" }, "garbage")).status).toBe(400);
    expect(
      (await post("/login", { ...own, "content-type": "multipart/form-data; boundary=x" }, "--x\r\ngarbage")).status,
    ).toBe(400);
    expect((await post("/login", own, "%E0%A4%A=&&==&email=%00")).status).toBe(422);
    expect(
      (
        await post(
          "/login",
          { ...own, "content-type": "multipart/form-data; boundary=x" },
          '--x\r\nContent-Disposition: form-data; name="email"\r\n\r\na@b.co\r\n--x--\r\n',
        )
      ).status,
    ).toBe(422);
  });

  it("of more than 128 KiB are refused", async () => {
    expect((await post("/login", { origin: ORIGIN }, `email=${"x".repeat(140_000)}`)).status).toBe(413);
  });
});

describe("headers", () => {
  it("allow only our own code, with a nonce of its own in every answer", async () => {
    const [first, second] = [await get("/login"), await get("/login")];
    const policy = first.headers.get("content-security-policy") ?? "";
    expect(policy).toMatch(/default-src 'none'; script-src 'self' 'nonce-([\w-]{22})';/);
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).toContain("form-action 'self'");
    expect(policy).not.toMatch(/unsafe-inline|unsafe-eval|\*/);
    expect(second.headers.get("content-security-policy")).not.toBe(policy);
    const nonce = /'nonce-([\w-]+)'/.exec(policy)?.[1] ?? "";
    const nonces = [...(await first.text()).matchAll(/nonce="([^"]*)"/g)].map((match) => match[1]);
    expect(new Set(nonces)).toEqual(new Set([nonce]));
  });

  it("keep answers out of caches and addresses out of other sites", async () => {
    for (const path of ["/login", "/api/v1/invoices", "/nothing", "/healthz"]) {
      const { headers } = await get(path);
      expect(headers.get("cache-control")).toBe("no-cache, no-store");
      expect(headers.get("referrer-policy")).toBe("same-origin");
      expect(headers.get("x-content-type-options")).toBe("nosniff");
      expect(headers.get("x-frame-options")).toBe("DENY");
    }
  });

  it("name the authorization host where a person may connect, or Chromium blocks the way there", async () => {
    const document = {
      issuer: "x",
      authorization_endpoint: "https://auth.intuit.example/connect",
      token_endpoint: "https://t.example/t",
      revocation_endpoint: "https://t.example/r",
    };
    const outside = vi.spyOn(globalThis, "fetch").mockImplementation(async () => Response.json(document));
    const answer = await get("/settings/quickbooks", await cookieOf("admin"), {
      INTUIT_DISCOVERY_URL: "https://discovery.example/a",
    });
    expect(answer.headers.get("content-security-policy")).toContain("form-action 'self' https://auth.intuit.example;");
    const forAnyProgram = await get(
      "/settings/quickbooks",
      { ...(await cookieOf("admin")), accept: "*/*" },
      { INTUIT_DISCOVERY_URL: "https://discovery.example/a" },
    );
    expect(forAnyProgram.headers.get("content-security-policy")).toContain("https://auth.intuit.example;");
    outside.mockRestore();
  });

  it("name it also where a form came back with its faults: the banner's Reconnect stands there too", async () => {
    const document = {
      issuer: "x",
      authorization_endpoint: "https://auth.intuit.example/connect",
      token_endpoint: "https://t.example/t",
      revocation_endpoint: "https://t.example/r",
    };
    const outside = vi.spyOn(globalThis, "fetch").mockImplementation(async () => Response.json(document));
    const answer = await app.request(
      `${ORIGIN}/settings/users`,
      {
        method: "POST",
        headers: { ...(await cookieOf("admin")), origin: ORIGIN },
        body: new URLSearchParams({ email: "not an address", role: "viewer" }),
      },
      { ...env, INTUIT_DISCOVERY_URL: "https://discovery.example/b" },
    );
    expect(answer.status).toBe(422);
    expect(answer.headers.get("content-security-policy")).toContain("form-action 'self' https://auth.intuit.example;");
    outside.mockRestore();
  });
});

describe("another origin", () => {
  const form = { method: "POST", body: new URLSearchParams({ email: "a@example.com", password: "x" }) };
  const ask = (url: string, init: RequestInit, changes: Partial<Env> = {}) =>
    app.request(url, init, { ...env, ...changes });

  it("leads a page to APP_ORIGIN, by another host or by http", async () => {
    for (const origin of ["https://other.example", "http://books.example.com", "https://books.example.com:8443"]) {
      const answer = await get(`${origin}/invoices?q=1`);
      expect([answer.status, answer.headers.get("location")]).toEqual([302, `${ORIGIN}/invoices?q=1`]);
      expect((await get(`${origin}/login`, { accept: "*/*" })).status).toBe(302);
      expect((await get(`${origin}/healthz`)).status).toBe(200);
    }
  });

  it("refuses all else there, whatever it accepts and however it is signed in", async () => {
    const { key } = await createApiKey(db, { name: "Shop", role: "admin" }, new Date());
    const bearer = { authorization: `Bearer ${key}` };
    for (const [origin, status] of [
      ["https://bookbridge.acme.workers.dev", 421],
      ["http://books.example.com", 403],
    ] as const) {
      const api = await ask(`${origin}/api/v1/invoices`, { headers: bearer });
      expect([api.status, api.headers.get("content-type")]).toEqual([status, "application/problem+json"]);
      expect(api.headers.get("location")).toBeNull();
      const json = { ...(await cookieOf("admin")), accept: "application/json" };
      expect((await ask(`${origin}/settings/users`, { headers: json })).status).toBe(status);
      const signIn = await ask(`${origin}/login`, { ...form, headers: { origin } });
      expect([signIn.status, signIn.headers.getSetCookie()]).toEqual([status, []]);
      for (const path of ["/webhooks/intuit", "/webhooks/instances/x"])
        expect((await ask(origin + path, { method: "POST", body: "{}" })).status).toBe(status);
    }
  });

  it("takes this machine's names for one, where the app is reached by http there, and only then", async () => {
    const local = { APP_ORIGIN: "http://localhost:8787" };
    expect((await ask("http://127.0.0.1:8787/api/v1/invoices", {}, local)).status).toBe(401);
    expect((await ask("http://localhost:9999/login", { headers: { accept: "text/html" } }, local)).status).toBe(200);
    const page = await ask("http://127.0.0.1:8787/login", { headers: { accept: "text/html" } }, local);
    expect(page.headers.get("location")).toBe("http://localhost:8787/login");
    const secure = { APP_ORIGIN: "https://localhost:8787" };
    expect((await ask("http://localhost:8787/login", { headers: { accept: "text/html" } }, secure)).status).toBe(302);
    expect((await ask("http://localhost:8787/login", { ...form }, secure)).status).toBe(403);
  });
});

describe("faults", () => {
  it("are a page for people and a problem for programs", async () => {
    const page = await get("/nothing/here");
    expect([page.status, page.headers.get("content-type")]).toEqual([404, "text/html; charset=UTF-8"]);
    for (const path of ["/api/v1/nothing", "/webhooks/nothing", "/api/nothing"]) {
      const answer = await get(path);
      expect([answer.status, answer.headers.get("content-type")]).toEqual([404, "application/problem+json"]);
    }
  });

  it("name what is not configured, on a page and as a problem, without a value", async () => {
    const broken = { ENCRYPTION_KEYS: "k=c2VjcmV0", QBO_API_URL: "" };
    const page = await get("/", {}, broken);
    const text = await page.text();
    expect(page.status).toBe(503);
    expect(text).toContain("ENCRYPTION_KEYS");
    expect(text).toContain("wrangler secret put ENCRYPTION_KEYS");
    expect(text).not.toContain("c2VjcmV0");
    for (const path of ["/api/v1/invoices", "/api/v1/nothing"]) {
      const answer = await get(path, {}, broken);
      expect([answer.status, answer.headers.get("content-type")]).toEqual([503, "application/problem+json"]);
      const problem = await answer.json<{ errors: { path: string }[] }>();
      expect(problem.errors.map((error) => error.path)).toEqual(["QBO_API_URL", "ENCRYPTION_KEYS"]);
    }
  });

  it("of our own show a reference and no stack; the log has the same reference and no value", async () => {
    const lines: string[] = [];
    const logged = vi.spyOn(console, "log").mockImplementation((line: string) => void lines.push(line));
    const broken = {
      prepare: () => {
        throw new Error("Failed query: select secret-value");
      },
    } as unknown as D1Database;
    const [page, answer] = [
      await get("/invoices", await cookieOf("viewer"), { DB: broken }),
      await get("/api/v1/invoices", { authorization: `Bearer bb_${"x".repeat(43)}` }, { DB: broken }),
    ];
    logged.mockRestore();
    for (const [response, id] of [
      [page, /<code>([0-9a-f-]{36})<\/code>/],
      [answer, /Reference: ([0-9a-f-]{36})/],
    ] as const) {
      const text = await response.text();
      expect(response.status).toBe(500);
      expect(text).not.toMatch(/secret-value|\bat \w+|\.ts:/);
      const reference = id.exec(text)?.[1] ?? "none";
      expect(lines.some((line) => line.includes("request.failed") && line.includes(reference))).toBe(true);
    }
    expect(lines.join("\n")).not.toContain("secret-value");
  });

  it("say 405 and which methods there are", async () => {
    const answer = await app.request(`${ORIGIN}/api/v1/status`, { method: "DELETE" }, env);
    expect(answer.status).toBe(405);
    expect(answer.headers.get("allow")).toContain("GET");
  });
});

describe("/healthz", () => {
  it("is well when D1 and KV answer, and names the version", async () => {
    const answer = await get("/healthz");
    expect(packageJson.version).toMatch(/^\d+\.\d+\.\d+$/);
    expect([answer.status, await answer.json()]).toEqual([200, { ok: true, version: packageJson.version }]);
  });

  it.each<Partial<Env>>([
    {
      DB: {
        prepare: () => {
          throw new Error("down");
        },
      } as unknown as D1Database,
    },
    { TOKENS: { get: () => Promise.reject(new Error("down")) } as unknown as KVNamespace },
  ])("is not when one of them does not", async (changes) => {
    const answer = await get("/healthz", {}, changes);
    expect([answer.status, await answer.json()]).toEqual([503, { ok: false }]);
  });

  it("does not need any variable", async () =>
    expect((await get("/healthz", {}, { APP_ORIGIN: "" })).status).toBe(200));
});

it("names a person and a key in the request's line by their ID, never by name", async () => {
  const lines: string[] = [];
  const { id, key } = await createApiKey(db, { name: "Shop", role: "admin" }, new Date());
  const logged = vi.spyOn(console, "log").mockImplementation((line: string) => void lines.push(line));
  await get("/invoices", await cookieOf("viewer"));
  await get("/api/v1/invoices", { authorization: `Bearer ${key}` });
  logged.mockRestore();
  const who = lines.map((line) => JSON.parse(line)).filter((line) => line.event === "request");
  expect(who.map((line) => [line.who, line.whoId])).toEqual([
    ["user", "user-viewer"],
    ["api_key", id],
  ]);
  expect(lines.join()).not.toMatch(/@example|Shop/);
});

it("logs one line per request, with the route's pattern and nothing of the address", async () => {
  const lines: string[] = [];
  const logged = vi.spyOn(console, "log").mockImplementation((line: string) => void lines.push(line));
  await get("/invite/a-secret-token?name=somebody");
  logged.mockRestore();
  const requests = lines
    .map((line) => JSON.parse(line) as Record<string, unknown>)
    .filter((line) => line["event"] === "request");
  expect(requests).toMatchObject([{ method: "GET", route: "/invite/:token", who: "nobody" }]);
  expect(requests[0]?.["durationMs"]).toBeTypeOf("number");
  expect(lines.join("\n")).not.toMatch(/a-secret-token|somebody/);
});
