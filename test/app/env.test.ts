import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { ConfigError, type Env, readConfig } from "../../src/env.ts";

function problemsOf(changes: Partial<Env>): Record<string, string> {
  try {
    readConfig({ ...env, ...changes });
    return {};
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return Object.fromEntries(error.problems.map(({ name, message }) => [name, message]));
  }
}

describe("readConfig", () => {
  it("reads what is set, without slashes at the ends", () => {
    const config = readConfig({
      ...env,
      APP_ORIGIN: "https://books.example.com/",
      QBO_API_URL: "https://qbo.example.com/",
    });
    expect(config).toMatchObject({
      appOrigin: "https://books.example.com",
      isSecure: true,
      qboApiUrl: "https://qbo.example.com",
      access: null,
    });
  });

  it.each([
    "APP_ORIGIN",
    "INTUIT_DISCOVERY_URL",
    "INTUIT_CLIENT_ID",
    "INTUIT_CLIENT_SECRET",
    "INTUIT_WEBHOOK_VERIFIER",
    "QBO_API_URL",
    "QBO_APP_URL",
    "ENCRYPTION_KEYS",
    "SETUP_TOKEN",
  ] as const)("names %s where it is missing or blank, and says how to set it", (name) => {
    const { [name]: _left, ...rest } = env;
    const missing = new Map(Object.entries(rest));
    const without = Object.fromEntries(missing) as unknown as Env;
    expect(() => readConfig(without)).toThrow(ConfigError);
    const problems = problemsOf({ [name]: "  " });
    expect(Object.keys(problems)).toEqual([name]);
    expect(problems[name]).toMatch(new RegExp(`^${name} .*(wrangler secret put ${name}|wrangler.toml)`));
  });

  it("names all of them at once", () => {
    expect(
      Object.keys(problemsOf({ APP_ORIGIN: "books", ENCRYPTION_KEYS: "x", QBO_APP_URL: "ftp://x.example" })),
    ).toEqual(["APP_ORIGIN", "QBO_APP_URL", "ENCRYPTION_KEYS"]);
  });

  it("never shows the value of a secret", () => {
    expect(problemsOf({ ENCRYPTION_KEYS: "k1=c2VjcmV0" })["ENCRYPTION_KEYS"]).not.toContain("c2VjcmV0");
  });

  it("refuses an origin with a path", () => {
    expect(problemsOf({ APP_ORIGIN: "https://books.example.com/app" })["APP_ORIGIN"]).toContain("without a path");
  });

  it.each([
    ["SETUP_TOKEN", "fifteen-letters", "can be guessed"],
    ["INTUIT_WEBHOOK_VERIFIER", "y", "can be guessed"],
    ["ENCRYPTION_KEYS", `zero=${"A".repeat(43)}=`, "one byte repeated"],
    ["QBO_API_URL", "http://quickbooks.example.com", "must be an https address"],
    ["INTUIT_DISCOVERY_URL", "http://intuit.example.com/x", "must be an https address"],
    ["APP_ORIGIN", "http://books.example.com", "must be an https address"],
    ["PASSWORD_SIGN_IN", "no", "must be 'off'"],
  ] as const)("refuses %s where it cannot be safe", (name, value, message) => {
    const problems = problemsOf({ [name]: value });
    expect(Object.keys(problems)).toEqual([name]);
    expect(problems[name]).toContain(message);
  });

  it.each(["http://localhost:8787", "http://127.0.0.1:8787", "http://[::1]:8787", "http://books.localhost"])(
    "takes http on this machine: %s",
    (origin) => expect(problemsOf({ APP_ORIGIN: origin, QBO_API_URL: origin })).toEqual({}),
  );

  it("wants a way in: where passwords and passkeys are off, Cloudflare Access", () => {
    const off = { PASSWORD_SIGN_IN: "off", PASSKEY_SIGN_IN: "off" };
    expect(Object.keys(problemsOf(off))).toEqual(["PASSKEY_SIGN_IN"]);
    expect(problemsOf({ ...off, ACCESS_TEAM_DOMAIN: "team.example.com", ACCESS_AUD: "aud" })).toEqual({});
    expect(problemsOf({ PASSWORD_SIGN_IN: "off" })).toEqual({});
  });

  it("wants both halves of Cloudflare Access or neither", () => {
    expect(Object.keys(problemsOf({ ACCESS_TEAM_DOMAIN: "team.example.com" }))).toEqual(["ACCESS_AUD"]);
    expect(Object.keys(problemsOf({ ACCESS_AUD: "aud" }))).toEqual(["ACCESS_TEAM_DOMAIN"]);
    const config = readConfig({ ...env, ACCESS_TEAM_DOMAIN: "team.example.com", ACCESS_AUD: "aud" });
    expect(config.access).toEqual({ teamDomain: "https://team.example.com", aud: "aud" });
  });
});
