/**
 * The gate's alarm while what it rings for keeps failing: it comes back after minutes, never at once, so that neither
 * Intuit's token endpoint nor the metered reads are hammered until somebody mends what is broken.
 */
import { env } from "cloudflare:workers";
import { runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { gateOf } from "../../src/connections/gate.ts";
import { connections } from "../../src/connections/schema.ts";
import { runCompany } from "../../src/pushes/queue/run-company.ts";
import { Invocation } from "../../src/pushes/queue/invocation.ts";
import { db, emptyTables, makeConnection, testEnv } from "../api/fixture.ts";

const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;
const ORIGIN = "https://intuit.example.com";

/** Paths that were asked for. */
let asked: string[];

beforeEach(async () => {
  await emptyTables();
  asked = [];
  vi.stubGlobal("fetch", async (input: RequestInfo | URL, init?: RequestInit) => {
    const { pathname } = new URL(new Request(input, init).url);
    asked.push(pathname);
    if (!pathname.startsWith("/.well-known/")) return new Response("down", { status: 503 });
    return Response.json({
      issuer: ORIGIN,
      authorization_endpoint: `${ORIGIN}/authorize`,
      token_endpoint: `${ORIGIN}/token`,
      revocation_endpoint: `${ORIGIN}/revoke`,
      userinfo_endpoint: `${ORIGIN}/userinfo`,
      jwks_uri: `${ORIGIN}/jwks`,
    });
  });
});
afterEach(() => vi.unstubAllGlobals());

it("a daily refresh that fails is tried again after minutes", async () => {
  const id = await connect(new Date(Date.now() - 20 * HOUR_MS));
  await runDurableObjectAlarm(gateOf(env, id));
  await gateOf(env, id).nextDue(null);
  expect(asked.filter((path) => path === "/token")).toHaveLength(1);
  expect(await alarmIn(id)).toBeGreaterThan(MINUTE_MS);
});

it("a lapsed company that can't be read is read again after minutes, however often it is rung for", async () => {
  const id = await connect(new Date(Date.now() + HOUR_MS));
  const longAgo = new Date(Date.now() - 2 * HOUR_MS).toISOString();
  await db.update(connections).set({ subscriptionLapsedAt: longAgo, companyReadAt: longAgo });
  for (let ring = 0; ring < 3; ring += 1) await runCompany(new Invocation(testEnv).join(), id);
  expect(asked.filter((path) => path.includes("/companyinfo/"))).toHaveLength(1);
  await gateOf(env, id).nextDue(null);
  await runCompany(new Invocation(testEnv).join(), id);
  expect(await alarmIn(id)).toBeGreaterThan(MINUTE_MS);
});

/** A connected company whose access token ends at `endsAt`. */
async function connect(endsAt: Date): Promise<string> {
  const id = await makeConnection();
  await gateOf(env, id).install(id, {
    accessToken: "access",
    refreshToken: "refresh",
    accessExpiresAt: endsAt.toISOString(),
    refreshExpiresAt: new Date(Date.now() + 90 * 24 * HOUR_MS).toISOString(),
    refreshHardExpiresAt: null,
  });
  return id;
}

/** How far off the alarm is, in ms; it has to be set. */
async function alarmIn(id: string): Promise<number> {
  const at = await runInDurableObject(gateOf(env, id), (_, state) => state.storage.getAlarm());
  if (at === null) throw new Error("No alarm is set.");
  return at - Date.now();
}
