/** Connecting, renewing, refusing, and another company: against D1, KV and the gate as they are, Intuit faked. */
import { env } from "cloudflare:workers";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { beginConnect, choosePending, completeConnect } from "../../src/connections/connect.ts";
import { disconnect } from "../../src/connections/disconnect.ts";
import { findPending } from "../../src/connections/pending.ts";
import { findConnectionByRealm, listConnections, loadConnection, saveSettings } from "../../src/connections/store.ts";
import { readConfig } from "../../src/env.ts";
import { openDb } from "../../src/platform/db.ts";
import { type FakeIntuit, companyNameOf, fakeIntuit } from "./fake-intuit.ts";

const config = readConfig(env);
const db = openDb(env.DB);
const SESSION = "session-hash";
let intuit: FakeIntuit;
let realms = 0;
const newRealm = () => `93414500000000${(10_000 + (realms += 1)).toString()}`;
const now = () => new Date();

beforeEach(() => {
  intuit = fakeIntuit();
});
afterEach(() => {
  vi.unstubAllGlobals();
});

async function begin(connectionId: string | null = null, at = now()): Promise<string> {
  const begun = await beginConnect(config, db, { sessionHash: SESSION, connectionId }, at);
  if (begun.kind !== "go") throw new Error(begun.detail);
  return new URL(begun.url).searchParams.get("state") ?? "";
}

function callback(query: Record<string, string>, sessionHash = SESSION, at = now()) {
  return completeConnect({ env, config, db, now: at }, { query: new URLSearchParams(query), sessionHash });
}

async function connect(realmId: string, connectionId: string | null = null) {
  const result = await callback({ state: await begin(connectionId), code: intuit.grant(realmId), realmId });
  if (result.kind !== "connected") throw new Error(result.kind);
  return result;
}

describe("connecting", () => {
  it("goes to Intuit with our redirect URI and a state", async () => {
    const begun = await beginConnect(config, db, { sessionHash: SESSION, connectionId: null }, now());
    const url = new URL(begun.kind === "go" ? begun.url : "");
    expect(url.origin + url.pathname).toBe("https://intuit.example.com/authorize");
    expect(url.searchParams.get("redirect_uri")).toBe("https://books.example.com/oauth/intuit/callback");
    expect(url.searchParams.get("state")).toMatch(/^[\w-]{43}$/);
  });

  it("makes a connection: connected, named, with tokens, and no setting that nobody chose", async () => {
    const realmId = newRealm();
    const result = await connect(realmId);
    expect(result).toMatchObject({ isNew: true, companyName: companyNameOf(realmId) });
    const connection = await loadConnection(db, result.connectionId);
    expect(connection).toMatchObject({
      realmId,
      state: "connected",
      generation: 1,
      enabled: true,
      autoInvoice: false,
      customerMode: "per_buyer",
      incomeAccount: null,
      itemType: null,
      company: { country: "US", homeCurrency: "USD", subscriptionStatus: "PAID", quantityOnHand: true },
    });
    expect(connection.refreshHardExpiresAt).not.toBeNull();
    const sealed = await env.TOKENS.get(`token:${connection.id}:1`);
    expect(sealed).not.toBeNull();
    expect(sealed).not.toContain("refresh-");
  });

  it("renews a known company: one connection, settings kept, newer tokens", async () => {
    const realmId = newRealm();
    const { connectionId } = await connect(realmId);
    await saveSettings(db, connectionId, { incomeAccount: "Web sales", autoInvoice: true }, now());
    const again = await connect(realmId);
    expect(again).toMatchObject({ connectionId, isNew: false });
    expect(await loadConnection(db, connectionId)).toMatchObject({
      generation: 2,
      incomeAccount: "Web sales",
      autoInvoice: true,
    });
    expect((await listConnections(db)).filter((one) => one.realmId === realmId)).toHaveLength(1);
  });
});

describe("a lapsed subscription", () => {
  const refuse = () =>
    Response.json({ Fault: { Error: [{ code: "6190", Detail: "ended" }], type: "ValidationFault" } });

  it("does not keep a known company from being renewed, and is remembered", async () => {
    const realmId = newRealm();
    const { connectionId } = await connect(realmId);
    intuit.bend("/companyinfo", refuse);
    await connect(realmId, connectionId);
    const connection = await loadConnection(db, connectionId);
    expect(connection).toMatchObject({ state: "connected", generation: 2, companyName: companyNameOf(realmId) });
    expect(connection.subscriptionLapsedAt).not.toBeNull();
  });

  it("keeps an unknown company out, with QuickBooks' words", async () => {
    const realmId = newRealm();
    intuit.bend("/companyinfo", refuse);
    const result = await callback({ state: await begin(), code: intuit.grant(realmId), realmId });
    expect(result.kind === "exchange_failed" && result.detail).toContain("6190 ended");
  });
});

describe("the state", () => {
  it("works once", async () => {
    const realmId = newRealm();
    const query = { state: await begin(), code: intuit.grant(realmId), realmId };
    expect(await callback(query)).toMatchObject({ kind: "connected" });
    expect(await callback({ ...query, code: intuit.grant(realmId) })).toEqual({ kind: "bad_state" });
  });

  it("of two callbacks at once only one goes through", async () => {
    const realmId = newRealm();
    const state = await begin();
    const results = await Promise.all([1, 2].map(() => callback({ state, code: intuit.grant(realmId), realmId })));
    expect(results.map(({ kind }) => kind).toSorted()).toEqual(["bad_state", "connected"]);
  });

  it("belongs to the session that began, and another's try leaves it usable", async () => {
    const realmId = newRealm();
    const query = { state: await begin(), code: intuit.grant(realmId), realmId };
    expect(await callback(query, "somebody-else")).toEqual({ kind: "bad_state" });
    expect(await callback(query)).toMatchObject({ kind: "connected" });
  });

  it("ends after ten minutes", async () => {
    const begun = now();
    const state = await begin(null, begun);
    const late = new Date(begun.getTime() + 10 * 60_000 + 1);
    expect(await callback({ state, code: intuit.grant("9"), realmId: "9" }, SESSION, late)).toEqual({
      kind: "bad_state",
    });
  });

  it.each([{}, { state: "" }, { state: "made-up" }])("has to be one of ours: %j", async (query) => {
    expect(await callback({ ...query, code: "c", realmId: "9" })).toEqual({ kind: "bad_state" });
    expect(intuit.asked).not.toContain("/token");
  });
});

describe("nothing changes", () => {
  it("where the person says no", async () => {
    expect(await callback({ state: await begin(), error: "access_denied" })).toEqual({
      kind: "denied",
      connectionId: null,
      error: "access_denied",
    });
    expect(intuit.asked).not.toContain("/token");
  });

  it("where the realm ID in the address is not that of the token, and the grant is dropped", async () => {
    const claimed = newRealm();
    const result = await callback({ state: await begin(), code: intuit.grant(newRealm()), realmId: claimed });
    expect(result).toMatchObject({ kind: "exchange_failed" });
    expect(result.kind === "exchange_failed" && result.detail).toContain("3100");
    expect(await findConnectionByRealm(db, claimed)).toBeNull();
    expect(intuit.revoked).toHaveLength(1);
  });

  it("a false realm ID of a company that is connected does not end that company's access", async () => {
    const realmId = newRealm();
    const { connectionId } = await connect(realmId);
    await callback({ state: await begin(), code: intuit.grant(newRealm()), realmId });
    expect(await loadConnection(db, connectionId)).toMatchObject({ state: "connected", generation: 1 });
    expect(intuit.revoked).toEqual([]);
  });

  it.each([
    ["the code is used up", "/token", () => Response.json({ error: "invalid_grant" }, { status: 400 }), "start again"],
    [
      "the client keys are wrong",
      "/token",
      () => Response.json({ error: "invalid_client" }, { status: 401 }),
      "INTUIT_CLIENT_SECRET",
    ],
    ["the token endpoint is down", "/token", () => new Response("", { status: 503 }), "try again in a moment"],
    ["QuickBooks is down", "/companyinfo", () => new Response("<html>", { status: 503 }), "did not answer"],
    [
      "the company is locked",
      "/preferences",
      () => Response.json({ Fault: { Error: [{ code: "140", Detail: "Locked" }] } }, { status: 403 }),
      "140 Locked",
    ],
  ])("where %s", async (_what, path, answer, words) => {
    const realmId = newRealm();
    intuit.bend(path, answer);
    const result = await callback({ state: await begin(), code: intuit.grant(realmId), realmId });
    expect(result.kind === "exchange_failed" && result.detail).toContain(words);
    expect(await findConnectionByRealm(db, realmId)).toBeNull();
  });

  it("reads the company a second time before it gives up", async () => {
    let reads = 0;
    const realmId = newRealm();
    intuit.bend("/preferences", () => {
      reads += 1;
      if (reads > 1) intuit.straighten();
      return new Response("", { status: 502 });
    });
    await callback({ state: await begin(), code: intuit.grant(realmId), realmId });
    expect(reads).toBe(2);
  });
});

describe("another company", () => {
  it("changes nothing until the person chooses; then connects", async () => {
    const first = await connect(newRealm());
    const other = newRealm();
    const result = await callback({
      state: await begin(first.connectionId),
      code: intuit.grant(other),
      realmId: other,
    });
    if (result.kind !== "another_company") throw new Error(result.kind);
    expect(result.expectedCompanyName).toBe(first.companyName);
    expect(await findConnectionByRealm(db, other)).toBeNull();
    const { id } = result.pending;
    expect(await env.TOKENS.get(`pending:${id}`)).not.toContain("refresh-");
    expect(await findPending(db, id, SESSION, now())).toMatchObject({ companyName: companyNameOf(other) });
    expect(await findPending(db, id, "somebody-else", now())).toBeNull();

    const choice = { pendingId: id, choice: "connect" } as const;
    expect(await choosePending({ env, config, db, now: now() }, { ...choice, sessionHash: "somebody-else" })).toEqual({
      kind: "gone",
    });
    expect(await choosePending({ env, config, db, now: now() }, { ...choice, sessionHash: SESSION })).toMatchObject({
      kind: "connected",
      isNew: true,
    });
    expect(await choosePending({ env, config, db, now: now() }, { ...choice, sessionHash: SESSION })).toEqual({
      kind: "gone",
    });
    expect(await findConnectionByRealm(db, other)).toMatchObject({ state: "connected" });
    expect(await loadConnection(db, first.connectionId)).toMatchObject({ state: "connected", generation: 1 });
    expect(await env.TOKENS.get(`pending:${id}`)).toBeNull();
  });

  it("is forgotten and its grant ended where the person cancels", async () => {
    const first = await connect(newRealm());
    const other = newRealm();
    const result = await callback({
      state: await begin(first.connectionId),
      code: intuit.grant(other),
      realmId: other,
    });
    const pendingId = result.kind === "another_company" ? result.pending.id : "";
    const cancelled = await choosePending(
      { env, config, db, now: now() },
      { pendingId, sessionHash: SESSION, choice: "cancel" },
    );
    expect(cancelled).toEqual({ kind: "cancelled", connectionId: first.connectionId });
    expect(await findConnectionByRealm(db, other)).toBeNull();
    expect(await env.TOKENS.get(`pending:${pendingId}`)).toBeNull();
    expect(intuit.revoked).toHaveLength(1);
  });

  it("cancelling one that is connected already does not end its access", async () => {
    const [first, second] = [await connect(newRealm()), await connect(newRealm())];
    const { realmId } = await loadConnection(db, second.connectionId);
    const result = await callback({ state: await begin(first.connectionId), code: intuit.grant(realmId), realmId });
    const pendingId = result.kind === "another_company" ? result.pending.id : "";
    await choosePending({ env, config, db, now: now() }, { pendingId, sessionHash: SESSION, choice: "cancel" });
    expect(intuit.revoked).toEqual([]);
  });

  it("is gone after half an hour", async () => {
    const first = await connect(newRealm());
    const other = newRealm();
    const result = await callback({
      state: await begin(first.connectionId),
      code: intuit.grant(other),
      realmId: other,
    });
    const pendingId = result.kind === "another_company" ? result.pending.id : "";
    const late = new Date(Date.now() + 31 * 60_000);
    expect(
      await choosePending({ env, config, db, now: late }, { pendingId, sessionHash: SESSION, choice: "connect" }),
    ).toEqual({
      kind: "gone",
    });
  });
});

describe("disconnecting", () => {
  it("revokes at Intuit, forgets the tokens and keeps the settings", async () => {
    const { connectionId } = await connect(newRealm());
    await saveSettings(db, connectionId, { incomeAccount: "Web sales" }, now());
    expect(await disconnect(env, config, await loadConnection(db, connectionId), now())).toEqual({ kind: "revoked" });
    expect(intuit.revoked).toEqual([expect.stringContaining("refresh-")]);
    expect(await loadConnection(db, connectionId)).toMatchObject({ state: "disconnected", incomeAccount: "Web sales" });
    expect(await env.TOKENS.get(`token:${connectionId}:1`)).toBeNull();
  });

  it.each([
    ["gone already", () => new Response("", { status: 400 }), "revoked"],
    ["Intuit is down", () => new Response("", { status: 503 }), "not_revoked"],
  ])("%s: disconnected here all the same", async (_what, answer, kind) => {
    const { connectionId } = await connect(newRealm());
    intuit.bend("/revoke", answer);
    expect(await disconnect(env, config, await loadConnection(db, connectionId), now())).toMatchObject({ kind });
    expect(await loadConnection(db, connectionId)).toMatchObject({ state: "disconnected" });
  });

  it("can be connected again, to the same company, with everything kept", async () => {
    const realmId = newRealm();
    const { connectionId } = await connect(realmId);
    await saveSettings(db, connectionId, { incomeAccount: "Web sales" }, now());
    await disconnect(env, config, await loadConnection(db, connectionId), now());
    expect(await connect(realmId, connectionId)).toMatchObject({ connectionId, isNew: false });
    expect(await loadConnection(db, connectionId)).toMatchObject({
      state: "connected",
      incomeAccount: "Web sales",
      generation: 2,
    });
  });
});
