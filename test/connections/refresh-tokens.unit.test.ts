/**
 * What Intuit gave is never lost: refresh tokens rotate at every use here, so one that was dropped can't be had again.
 * Every place that keeps tokens fails in turn, the gate loses its memory, D1 is restored, and others work at the same
 * time; a connection may end only where the grant is really dead.
 */
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { RealmGate } from "../../src/connections/realm-gate.ts";
import { connections } from "../../src/connections/schema.ts";
import { markGeneration } from "../../src/connections/store.ts";
import { sealTokens } from "../../src/connections/token-vault.ts";
import { readConfig } from "../../src/env.ts";
import { type Fault, GateWorld, ID } from "./gate-double.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
/** As often as a write is tried at most. */
const TRIES = 3;

let world: GateWorld;

beforeEach(async () => {
  vi.useFakeTimers({ toFake: ["Date"] });
  const realTimeout = globalThis.setTimeout;
  vi.stubGlobal("setTimeout", (run: () => void) => realTimeout(run, 0));
  vi.spyOn(console, "log").mockImplementation(() => undefined);
  world = await GateWorld.connected(RealmGate);
});
afterEach(() => {
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
  vi.useRealTimers();
});

function pass(ms: number): void {
  vi.setSystemTime(Date.now() + ms);
}

/** Fails the first `times` calls that fit. */
function failing(times: number, fits: (...call: Parameters<Fault>) => boolean): Fault {
  let left = times;
  return (...call) => {
    if (left === 0 || !fits(...call)) return false;
    left -= 1;
    return true;
  };
}

const isStorageWrite = (...[place, operation]: Parameters<Fault>) => place === "storage" && operation === "put";
const isVaultWrite = (...[place, operation]: Parameters<Fault>) => place === "kv" && operation === "put";
const isRowWrite = (...[place, , what]: Parameters<Fault>) => place === "d1" && /^update/i.test(what);
const isAnyWrite = (...call: Parameters<Fault>) =>
  isStorageWrite(...call) || isVaultWrite(...call) || isRowWrite(...call);

describe("a refresh whose writes fail", () => {
  const places = { storage: isStorageWrite, vault: isVaultWrite, row: isRowWrite };
  const cases = (Object.keys(places) as (keyof typeof places)[]).flatMap((place) =>
    [1, TRIES].flatMap((times) => [false, true].map((isRestarted) => ({ place, times, isRestarted }))),
  );

  it.each(cases)("$place, $times times; restarted: $isRestarted", async ({ place, times, isRestarted }) => {
    pass(HOUR_MS);
    world.fault = failing(times, places[place]);
    expect(await world.enter()).toMatchObject({ kind: "go", accessToken: "access-2", generation: 2 });
    world.fault = () => false;
    if (isRestarted) await world.restart();
    expect(await world.enter()).toMatchObject({ kind: "go", accessToken: "access-2", generation: 2 });
    pass(HOUR_MS);
    expect(await world.enter()).toMatchObject({ kind: "go", accessToken: "access-3", generation: 3 });
    expect(world.refreshes).toEqual(["refresh-1", "refresh-2"]);
    expect(await world.row()).toEqual({ state: "connected", generation: 3 });
  });

  it.each(Object.keys(places) as (keyof typeof places)[])("%s once: it is tried again at once", async (place) => {
    pass(HOUR_MS);
    world.fault = failing(1, places[place]);
    await world.enter();
    expect([...world.kv.keys()]).toContain(`token:${ID}:2`);
    expect(await world.row()).toEqual({ state: "connected", generation: 2 });
    expect([world.storage.get("generation"), world.storage.get("unwritten")]).toEqual([2, undefined]);
  });

  it("all of them: the token is used from memory, and the alarm writes what is left", async () => {
    pass(HOUR_MS);
    world.fault = isAnyWrite;
    expect(await world.enter()).toMatchObject({ kind: "go", accessToken: "access-2" });
    await world.gate.nextDue(null);
    expect(world.alarmAt).toBeLessThanOrEqual(Date.now() + 10_000);
    expect([...world.kv.keys()]).toEqual([`token:${ID}:1`]);
    world.fault = () => false;
    await world.gate.alarm();
    expect([...world.kv.keys()]).toEqual([`token:${ID}:1`, `token:${ID}:2`]);
    expect(await world.row()).toEqual({ state: "connected", generation: 2 });
    expect(world.storage.get("unwritten")).toBeUndefined();
    await world.restart();
    expect(await world.enter()).toMatchObject({ kind: "go", accessToken: "access-2" });
  });

  it("and the gate is restarted before the alarm: what the storage noted is written then", async () => {
    pass(HOUR_MS);
    world.fault = (...call) => isVaultWrite(...call) || isRowWrite(...call);
    await world.enter();
    await world.restart();
    world.fault = () => false;
    await world.gate.alarm();
    expect([...world.kv.keys()]).toContain(`token:${ID}:2`);
    expect(await world.row()).toEqual({ state: "connected", generation: 2 });
  });

  it("KV can't be read after the write: the gate's storage has the tokens", async () => {
    pass(HOUR_MS);
    const kv = world.env.TOKENS;
    vi.spyOn(kv, "get").mockImplementation(() => Promise.resolve(null) as never);
    expect(await world.enter()).toMatchObject({ kind: "go", accessToken: "access-2" });
    await world.restart();
    expect(await world.enter()).toMatchObject({ kind: "go", accessToken: "access-2" });
    expect(await world.row()).toEqual({ state: "connected", generation: 2 });
  });
});

describe("invalid_grant", () => {
  it("of a grant that is dead: reconnect needed, the consumer is woken for the company, no token is left here", async () => {
    pass(HOUR_MS);
    world.liveRefreshToken = "none";
    world.queued.length = 0;
    expect(await world.enter()).toMatchObject({ kind: "not_connected", reason: "reconnect_needed", retryAt: null });
    expect(await world.row()).toEqual({ state: "reconnect_needed", generation: 1 });
    expect(world.queued).toEqual([{ kind: "due", connectionId: ID }]);
    expect(world.storage.get("tokens")).toBeUndefined();
    expect((await world.enter()).kind).toBe("not_connected");
    expect(world.refreshes).toHaveLength(1);
  });

  it("is not believed while the vault has the next generation, which nothing else knows of", async () => {
    pass(HOUR_MS);
    world.fault = (...call) => isStorageWrite(...call) || isRowWrite(...call);
    await world.enter();
    await world.restart();
    world.fault = () => false;
    expect(await world.enter()).toMatchObject({ kind: "go", accessToken: "access-2", generation: 2 });
    expect(world.refreshes).toEqual(["refresh-1", "refresh-1"]);
    expect(await world.row()).toEqual({ state: "connected", generation: 2 });
  });

  it("is not believed where D1 learns of a newer generation meanwhile", async () => {
    pass(HOUR_MS);
    world.liveRefreshToken = "refresh-of-another";
    world.tokenEndpoint = async () => {
      await putInForce(5, "access-5");
      return null;
    };
    expect(await world.enter()).toMatchObject({ kind: "go", accessToken: "access-5", generation: 5 });
    expect((await world.row()).state).toBe("connected");
  });

  it("is not believed where a newer generation can't be read yet", async () => {
    pass(HOUR_MS);
    world.liveRefreshToken = "refresh-of-another";
    world.tokenEndpoint = async () => {
      await world.db.update(connections).set({ generation: 5 });
      return null;
    };
    expect(await world.enter()).toMatchObject({ kind: "not_connected", reason: "token_unavailable" });
    expect((await world.row()).state).toBe("connected");
  });
});

describe("which generation counts", () => {
  it("a newer one in D1 is used instead of a refresh", async () => {
    await putInForce(2, "access-of-another");
    expect(await world.enter(1)).toMatchObject({ kind: "go", accessToken: "access-of-another", generation: 2 });
    expect(world.refreshes).toEqual([]);
  });

  it("a restored D1 resurrects no dead token, and is put right", async () => {
    pass(HOUR_MS);
    await world.enter();
    await world.db.update(connections).set({ generation: 1 });
    await world.restart();
    expect(await world.enter()).toMatchObject({ kind: "go", accessToken: "access-2", generation: 2 });
    expect(world.refreshes).toEqual(["refresh-1"]);
    expect(await world.row()).toEqual({ state: "connected", generation: 2 });
  });

  it("a smaller generation never wins over a larger one in D1", async () => {
    await world.db.update(connections).set({ generation: 7 });
    const ends = { refreshExpiresAt: new Date().toISOString(), refreshHardExpiresAt: null };
    expect(await markGeneration(world.db, ID, { generation: 6, ...ends }, new Date())).toBe(false);
    expect((await world.row()).generation).toBe(7);
  });

  it("each generation has a key of its own in the vault, written once", async () => {
    const written: string[] = [];
    world.fault = (place, operation, what) => {
      if (place === "kv" && operation === "put") written.push(what);
      return false;
    };
    for (let i = 0; i < 3; i += 1) {
      pass(HOUR_MS);
      await world.enter();
    }
    expect(written).toEqual([2, 3, 4].map((generation) => `token:${ID}:${generation}`));
    expect([...world.kv.keys()]).toEqual([1, 2, 3, 4].map((generation) => `token:${ID}:${generation}`));
  });
});

describe("at the same time", () => {
  it("many who need a fresh token share one refresh", async () => {
    pass(HOUR_MS);
    const answers = await Promise.all(Array.from({ length: 6 }, () => world.enter()));
    expect(answers.map((answer) => answer.kind === "go" && answer.accessToken)).toEqual(Array(6).fill("access-2"));
    expect(world.refreshes).toEqual(["refresh-1"]);
  });

  it("a Reconnect during a refresh: both grants get a generation of their own, the new authorization stays", async () => {
    pass(HOUR_MS);
    const endpoint = heldUp();
    world.tokenEndpoint = endpoint.wait;
    const entering = world.enter();
    await endpoint.reached;
    const installing = world.gate.install(ID, world.grant());
    endpoint.goOn();
    await Promise.all([entering, installing]);
    world.tokenEndpoint = null;
    expect(await world.enter()).toMatchObject({ kind: "go", accessToken: "access-3", generation: 3 });
    await world.restart();
    expect(await world.enter()).toMatchObject({ kind: "go", accessToken: "access-3", generation: 3 });
  });

  it("a Disconnect during a refresh: the newest refresh token is revoked, and nothing is handed out afterwards", async () => {
    pass(HOUR_MS);
    const endpoint = heldUp();
    world.tokenEndpoint = endpoint.wait;
    const entering = world.enter();
    await endpoint.reached;
    const retiring = world.gate.retire(ID);
    endpoint.goOn();
    await entering;
    expect(await retiring).toBe("refresh-2");
    expect(await world.enter()).toMatchObject({ kind: "not_connected", reason: "disconnected" });
    expect([world.storage.get("tokens"), world.kv.get(`token:${ID}:2`)]).toEqual([undefined, undefined]);
    expect((await world.row()).state).toBe("disconnected");
  });
});

describe("when nothing can be had just now", () => {
  it.each([
    ["503", () => new Response("down", { status: 503 })],
    ["429", () => new Response("", { status: 429 })],
    ["wrong client keys", () => Response.json({ error: "invalid_client" }, { status: 401 })],
  ])("a token endpoint that answers %s is no disconnect", async (_what, answer) => {
    pass(HOUR_MS);
    world.tokenEndpoint = async () => answer();
    expect(await world.enter()).toMatchObject({ kind: "not_connected", reason: "token_unavailable" });
    expect((await world.row()).state).toBe("connected");
    world.tokenEndpoint = null;
    pass(16_000);
    expect(await world.enter()).toMatchObject({ kind: "go", accessToken: "access-2" });
  });

  it("a token endpoint that is down: a token that is still good is used until shortly before its end", async () => {
    world.tokenEndpoint = async () => new Response("down", { status: 503 });
    pass(51 * MINUTE_MS);
    expect(await world.enter()).toMatchObject({ kind: "go", accessToken: "access-1" });
    expect(world.refreshes).toHaveLength(1);
    pass(8 * MINUTE_MS);
    expect(await world.enter()).toMatchObject({ kind: "go", accessToken: "access-1" });
    pass(45_000);
    expect(await world.enter()).toMatchObject({ kind: "not_connected", reason: "token_unavailable" });
  });

  it("a miss in KV is no disconnect", async () => {
    const sealed = [...world.kv];
    world.storage.delete("tokens");
    world.kv.clear();
    await world.restart();
    expect(await world.enter()).toMatchObject({ kind: "not_connected", reason: "token_unavailable" });
    expect((await world.row()).state).toBe("connected");
    for (const [key, value] of sealed) world.kv.set(key, value);
    expect(await world.enter()).toMatchObject({ kind: "go", accessToken: "access-1" });
  });
});

describe("a Reconnect", () => {
  it("whose every write to D1 fails is in force at once, and in D1 as soon as that can be written", async () => {
    await world.enter();
    world.fault = (...call) => isRowWrite(...call);
    await world.gate.install(ID, world.grant());
    expect(await world.enter()).toMatchObject({ kind: "go", accessToken: "access-2", generation: 2 });
    world.fault = () => false;
    await world.gate.alarm();
    expect(await world.row()).toEqual({ state: "connected", generation: 2 });
    expect(world.refreshes).toEqual([]);
  });

  it("of a connection that had ended is told to the company once D1 says connected", async () => {
    pass(HOUR_MS);
    world.liveRefreshToken = "none";
    await world.enter();
    world.fault = isRowWrite;
    await world.gate.install(ID, world.grant());
    world.fault = () => false;
    world.queued.length = 0;
    await world.gate.alarm();
    expect(await world.row()).toEqual({ state: "connected", generation: 2 });
    // Once as every alarm does, once since what was held can go on.
    const due = { kind: "due", connectionId: ID };
    expect(world.queued).toEqual([due, due]);
  });

  it("while D1 can't even be read takes a generation that is larger than any", async () => {
    world.fault = (place) => place === "d1";
    await world.gate.install(ID, world.grant());
    world.fault = () => false;
    await world.gate.alarm();
    expect((await world.row()).generation).toBeGreaterThan(1);
    await world.restart();
    expect(await world.enter()).toMatchObject({ kind: "go", accessToken: "access-2" });
  });
});

it("no token lies anywhere in the clear", async () => {
  pass(HOUR_MS);
  await world.enter();
  const everything = JSON.stringify([[...world.storage], [...world.kv], await world.db.select().from(connections)]);
  expect(everything).not.toMatch(/access-\d|refresh-\d/);
});

/** Another writer (a gate that nobody knew of) puts a generation in force: in the vault and in D1. */
async function putInForce(generation: number, accessToken: string): Promise<void> {
  const at = new Date(Date.now() + HOUR_MS).toISOString();
  const tokens = {
    accessToken,
    refreshToken: "r",
    accessExpiresAt: at,
    refreshExpiresAt: at,
    refreshHardExpiresAt: null,
  };
  world.kv.set(`token:${ID}:${generation}`, await sealTokens(readConfig(world.env).keys, ID, generation, tokens));
  await world.db.update(connections).set({ generation });
}

/** A token endpoint that waits for a word. */
function heldUp() {
  const { promise: reached, resolve: reach } = Promise.withResolvers<void>();
  const { promise: released, resolve: goOn } = Promise.withResolvers<void>();
  const wait = async (): Promise<null> => {
    reach();
    await released;
    return null;
  };
  return { wait, reached, goOn };
}
