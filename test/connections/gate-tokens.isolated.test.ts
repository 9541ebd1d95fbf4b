/**
 * Tokens that QuickBooks refuses, as the gate sees them: one that was refused goes out to nobody any more, an end is
 * renewed at once and once, only fresh ones refused five times in a row end a connection, and no late word ends one that
 * was renewed meanwhile. Also what the gate writes and when its alarm goes off.
 */
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { accessTo } from "../../src/connections/company-access.ts";
import { gateOf } from "../../src/connections/gate.ts";
import { RealmGate } from "../../src/connections/realm-gate.ts";
import { MAX_TOKEN_REFUSALS } from "../../src/connections/token-refusals.ts";
import { QuickBooksError } from "../../src/quickbooks/faults.ts";
import { GateWorld, ID } from "./gate-double.ts";

vi.mock("../../src/connections/gate.ts", () => ({ gateOf: vi.fn<() => RealmGate>() }));

const MINUTE_MS = 60_000;
const ENDS = 100;
const REALM = { id: ID, realmId: "9341450000000000001" };

let world: GateWorld;

beforeEach(async () => {
  vi.useFakeTimers({ toFake: ["Date"] });
  const realTimeout = globalThis.setTimeout;
  vi.stubGlobal("setTimeout", (run: () => void, ms = 0) => {
    vi.setSystemTime(Date.now() + ms);
    return realTimeout(run, 0);
  });
  vi.spyOn(console, "log").mockImplementation(() => undefined);
  world = await GateWorld.connected(RealmGate);
  vi.mocked(gateOf).mockImplementation(() => world.gate as never);
});
afterEach(() => {
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
  vi.useRealTimers();
});

function pass(ms: number): void {
  vi.setSystemTime(Date.now() + ms);
}

async function permit(): Promise<string> {
  const answer = await world.enter();
  if (answer.kind !== "go") throw new Error(`The gate said ${JSON.stringify(answer)}`);
  return answer.permit;
}

/** Calls with each fresh token until the gate gives none; every call is refused. Answers the waits in between, in ms. */
async function refuseAll(limit: number): Promise<number[]> {
  const waits: number[] = [];
  while (waits.length < limit) {
    const before = Date.now();
    let answer = await world.enter();
    while (answer.kind !== "go") {
      const at = answer.kind === "waiting" ? answer.until : answer.retryAt;
      if (at === null) return waits;
      vi.setSystemTime(at);
      answer = await world.enter();
    }
    waits.push(Date.now() - before);
    await world.gate.leave(answer.permit, "token_refused", 0);
  }
  return waits;
}

describe("a token that worked and is refused", () => {
  it("is renewed at once and once, however many calls of it are refused", async () => {
    await world.callWith("answered");
    const permits = [await permit(), await permit(), await permit()];
    for (const one of permits) await world.gate.leave(one, "token_refused", 0);
    const answers = await Promise.all([world.enter(), world.enter(), world.enter()]);
    expect(answers.map((answer) => answer.kind === "go" && answer.accessToken)).toEqual(Array(3).fill("access-2"));
    expect(world.refreshes).toEqual(["refresh-1"]);
  });

  it("goes out to nobody from the moment on at which that is known, not even while it is written down", async () => {
    await world.callWith("answered");
    const one = await permit();
    const leaving = world.gate.leave(one, "token_refused", 0);
    const answer = await world.enter();
    await leaving;
    expect(answer).toMatchObject({ kind: "go", accessToken: "access-2" });
  });

  it(`may do so ${ENDS} times: one refresh each, and the connection lives`, async () => {
    for (let end = 0; end < ENDS; end += 1) {
      await world.callWith("answered");
      expect(await world.callWith("token_refused")).toBe(`access-${end + 1}`);
      pass(2_500);
    }
    expect(world.refreshes).toHaveLength(ENDS - 1);
    expect((await world.row()).state).toBe("connected");
  });

  it("is not handed out by a gate that was restarted either", async () => {
    await world.callWith("answered");
    await world.callWith("token_refused");
    world.tokenEndpoint = async () => new Response("", { status: 503 });
    await world.restart();
    expect(await world.enter()).toMatchObject({ kind: "not_connected", reason: "token_unavailable" });
    world.tokenEndpoint = null;
    pass(16_000);
    expect(await world.enter()).toMatchObject({ kind: "go", accessToken: "access-2" });
  });

  it("whose answer of success comes after the refusal of another call, is still one that worked", async () => {
    const [good, bad] = [await permit(), await permit()];
    await world.gate.leave(bad, "token_refused", 0);
    await world.gate.leave(good, "answered", 0);
    expect(world.storage.get("refused")).toMatchObject({ generation: 1, inARow: 0 });
  });
});

describe("a refusal that comes late", () => {
  it("of an older generation says nothing about the one in force", async () => {
    await world.callWith("answered");
    const slow = await permit();
    await world.callWith("token_refused");
    expect(await world.callWith("answered")).toBe("access-2");
    pass(2 * MINUTE_MS);
    await world.gate.leave(slow, "token_refused", 0);
    expect(await world.callWith("answered")).toBe("access-2");
    expect(world.refreshes).toHaveLength(1);
  });

  it("of a permit that the gate gave before its restart counts for that permit's generation", async () => {
    await world.callWith("answered");
    const slow = await permit();
    await world.restart();
    await world.gate.leave(slow, "token_refused", 0);
    expect(await world.callWith("answered")).toBe("access-2");
  });

  it("of a generation that was only renewed for its age is not counted", async () => {
    const slow = await permit();
    pass(60 * MINUTE_MS);
    await world.callWith("answered");
    await world.gate.leave(slow, "token_refused", 0);
    expect(world.storage.get("refused")).toBeUndefined();
  });

  it("frees no permit that was given since the gate was restarted", async () => {
    const slow = await permit();
    pass(1_000);
    await world.restart();
    for (let i = 0; i < 6; i += 1) await permit();
    await world.gate.leave(slow, "unanswered", 0);
    expect(await world.enter()).toMatchObject({ kind: "waiting", reason: "pace" });
  });

  it("of a permit as former versions gave them is taken for nothing", async () => {
    await world.gate.leave("17", "token_refused", 0);
    expect(await world.callWith("answered")).toBe("access-1");
  });

  it("can't end a connection that was renewed meanwhile", async () => {
    await world.gate.install(ID, world.grant());
    await world.gate.giveUp(ID, 1);
    await world.gate.giveUp(ID);
    expect(world.storage.get("tokens")).toMatchObject({ generation: 2 });
    expect(await world.row()).toEqual({ state: "connected", generation: 2 });
    expect(await world.callWith("answered")).toBe("access-2");
  });
});

describe("fresh tokens that never work", () => {
  it("are tried five times, with growing pauses; then only a Reconnect can help", async () => {
    world.queued.length = 0;
    const waits = await refuseAll(100);
    expect(waits).toEqual([0, 0, 1_000, 4_000, 30_000]);
    expect(waits).toHaveLength(MAX_TOKEN_REFUSALS);
    expect(world.refreshes).toHaveLength(MAX_TOKEN_REFUSALS - 1);
    expect(await world.row()).toMatchObject({ state: "reconnect_needed" });
    expect(world.queued).toEqual([{ kind: "due", connectionId: ID }]);
    expect(world.storage.get("tokens")).toBeUndefined();
  });

  it("behind one that worked are five of their own", async () => {
    await world.callWith("answered");
    expect(await refuseAll(100)).toEqual([0, 0, 0, 1_000, 4_000, 30_000]);
  });

  it("are counted over restarts of the gate", async () => {
    for (let i = 0; i < MAX_TOKEN_REFUSALS; i += 1) {
      await refuseAll(1);
      await world.restart();
    }
    expect((await world.row()).state).toBe("reconnect_needed");
  });

  it("a single success in between begins the count anew", async () => {
    for (let i = 0; i < 3; i += 1) {
      await refuseAll(MAX_TOKEN_REFUSALS - 1);
      pass(MINUTE_MS);
      await world.callWith("answered");
    }
    expect((await world.row()).state).toBe("connected");
  });

  it("as does a Reconnect", async () => {
    await refuseAll(100);
    await world.gate.install(ID, world.grant());
    await refuseAll(MAX_TOKEN_REFUSALS - 1);
    expect((await world.row()).state).toBe("connected");
  });

  it("a short pause is worth waiting for, a long one is not", async () => {
    await refuseAll(2);
    expect(await world.enter(null, 5_000)).toMatchObject({ kind: "waiting", reason: "pace" });
    expect(await world.enter(null, 500)).toMatchObject({ kind: "not_connected", reason: "token_unavailable" });
  });

  it("where D1 can't be told, it is told at the next call", async () => {
    await refuseAll(MAX_TOKEN_REFUSALS - 1);
    world.fault = (place, _operation, what) =>
      place === "d1" && /^update/i.test(what) && what.includes("state_changed");
    await expect(refuseAll(1)).rejects.toThrow(/Network connection lost|Failed query/);
    world.fault = () => false;
    expect(await world.enter()).toMatchObject({ kind: "not_connected", reason: "reconnect_needed" });
    expect((await world.row()).state).toBe("reconnect_needed");
  });
});

describe("a grant that is dead", () => {
  it("while D1 can't be told is no error of the caller's, and D1 is told at the next call", async () => {
    pass(60 * MINUTE_MS);
    world.liveRefreshToken = "none";
    world.fault = (place, _operation, what) => place === "d1" && /^update/i.test(what);
    expect(await world.enter()).toMatchObject({ kind: "not_connected", reason: "token_unavailable" });
    world.fault = () => false;
    pass(MINUTE_MS);
    expect(await world.enter()).toMatchObject({ kind: "not_connected", reason: "reconnect_needed" });
    expect((await world.row()).state).toBe("reconnect_needed");
  });
});

describe("access to a company", () => {
  it("exchanges a permit whose token was refused while it waited for its start", async () => {
    const [one, other] = [accessTo(world.env, REALM), accessTo(world.env, REALM)];
    const first = await one.acquire("write", 5_000);
    first.startedAt = Date.now();
    // Its start is 125 ms ahead; the refusal comes meanwhile.
    const entering = other.acquire("write", 5_000);
    await one.release(first, "token_refused");
    const second = await entering;
    expect(second.accessToken).toBe("access-2");
    expect(second.isRefused?.()).toBe(false);
  });

  it("reports that the token of a permit was refused after it was given", async () => {
    const [one, other] = [accessTo(world.env, REALM), accessTo(world.env, REALM)];
    const [first, second] = [await one.acquire("write", 5_000), await other.acquire("write", 5_000)];
    first.startedAt = Date.now();
    expect(second.isRefused?.()).toBe(false);
    await one.release(first, "token_refused");
    expect(second.isRefused?.()).toBe(true);
  });

  it("a permit that was never used is no sign that its token works", async () => {
    const access = accessTo(world.env, REALM);
    await access.release(await access.acquire("write", 5_000), "answered");
    await world.callWith("token_refused");
    expect(world.storage.get("refused")).toMatchObject({ generation: 1, inARow: 1 });
  });

  it("says what the gate says", async () => {
    await refuseAll(100);
    const error: unknown = await accessTo(world.env, REALM)
      .acquire("write", 5_000)
      .catch((thrown: unknown) => thrown);
    expect(error instanceof QuickBooksError && error.failure).toMatchObject({
      kind: "not_connected",
      reason: "reconnect_needed",
    });
  });
});

describe("what the gate writes", () => {
  it("nothing for a call that is let in, and once for a token that is refused", async () => {
    await world.callWith("answered");
    world.storageWrites = 0;
    for (let i = 0; i < 10; i += 1) await world.callWith("answered");
    expect(world.storageWrites).toBe(0);
    const permits = [await permit(), await permit(), await permit()];
    for (const one of permits) await world.gate.leave(one, "token_refused", 0);
    expect(world.storageWrites).toBe(1);
  });
});

describe("the alarm", () => {
  const SOON_MS = 10_000;
  const LATER_MS = 600_000;

  async function quietGate(): Promise<number> {
    pass(1_000);
    await world.gate.nextDue(null);
    return Date.now();
  }

  it("is never moved behind the smallest armed time, by what is armed or due later", async () => {
    const now = await quietGate();
    await world.gate.arm(ID, now + SOON_MS);
    await world.gate.arm(ID, now + LATER_MS);
    await world.gate.nextDue(now + LATER_MS);
    expect(world.alarmAt).toBe(now + SOON_MS);
    await world.gate.nextDue(null);
    expect(world.alarmAt).toBe(now + SOON_MS);
  });

  it("nor behind the next one, when the first has passed", async () => {
    const now = await quietGate();
    await world.gate.arm(ID, now + SOON_MS);
    await world.gate.arm(ID, now + SOON_MS + 3_000);
    vi.setSystemTime(now + SOON_MS);
    await world.gate.alarm();
    expect(world.alarmAt).toBe(now + SOON_MS + 3_000);
    await world.gate.nextDue(now + LATER_MS);
    expect(world.alarmAt).toBe(now + SOON_MS + 3_000);
  });

  it("nor by a gate that was restarted", async () => {
    const now = await quietGate();
    await world.gate.arm(ID, now + SOON_MS);
    await world.restart();
    await world.gate.nextDue(now + LATER_MS);
    expect(world.alarmAt).toBe(now + SOON_MS);
  });

  it("a backlog that is due no more puts fresh invoices off no more", async () => {
    world.gate.plan(1_000, 1_000);
    expect(world.gate.plan(1, 1_000)).toMatchObject({ go: 0 });
    await world.gate.nextDue(null);
    expect(world.gate.plan(1, 1_000)).toMatchObject({ go: 1 });
  });
});
