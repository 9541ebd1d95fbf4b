/**
 * Takes the rules of tokens out, one at a time (docs/architecture.md, section 4): each story holds with the rule in
 * force and fails without it. What stands in for the product's functions does as if the rule were not there while its
 * name is in `broken`; the product has no such switches.
 */
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { RealmGate } from "../../src/connections/realm-gate.ts";
import { connections } from "../../src/connections/schema.ts";
import { sealTokens } from "../../src/connections/token-vault.ts";
import { readConfig } from "../../src/env.ts";
import { type Fault, GateWorld, ID } from "./gate-double.ts";

type Rule =
  | "T1 invalid_grant is believed only after another look"
  | "T2 a newer generation is looked for before the refresh"
  | "T3 every generation has a key of its own"
  | "T4 the gate's own generation has a say"
  | "T5 install, retire and refresh follow one another"
  | "T6 refreshes under way are joined"
  | "T7 a token endpoint that is down is no disconnect"
  | "T8 a miss in KV is no disconnect"
  | "T9 a smaller generation never wins"
  | "the gate's storage comes first"
  | "what is unwritten is written later"
  | "a refused token is not handed out again"
  | "a token that works begins the count anew"
  | "fresh tokens refused again and again end the connection"
  | "a late refusal says nothing about newer tokens";

const knobs = vi.hoisted(() => ({ broken: null as string | null }));

vi.mock("../../src/connections/kept-tokens.ts", async (original) => {
  const real = await original<typeof import("../../src/connections/kept-tokens.ts")>();
  const findNewer: typeof real.findNewer = async (places, connectionId, generation, isVaultAsked) => {
    const isOutOfForce = isVaultAsked
      ? isOut("T1 invalid_grant is believed only after another look")
      : isOut("T2 a newer generation is looked for before the refresh");
    if (isOutOfForce || isOut("T4 the gate's own generation has a say")) return null;
    return real.findNewer(places, connectionId, generation, isVaultAsked);
  };
  const currentGeneration: typeof real.currentGeneration = async (places, connection) =>
    isOut("T4 the gate's own generation has a say")
      ? (connection?.generation ?? 0)
      : real.currentGeneration(places, connection);
  const keepTokens: typeof real.keepTokens = async (places, connectionId, kept, isNewGrant) => {
    if (isOut("the gate's storage comes first")) {
      const all = { generation: kept.generation, storage: false, vault: true, row: true, state: isNewGrant };
      return real.writeRest(places, connectionId, kept, all);
    }
    const left = await real.keepTokens(places, connectionId, kept, isNewGrant);
    return isOut("what is unwritten is written later") ? null : left;
  };
  return { ...real, findNewer, currentGeneration, keepTokens };
});
vi.mock("../../src/connections/store.ts", async (original) => {
  const real = await original<typeof import("../../src/connections/store.ts")>();
  const markGeneration: typeof real.markGeneration = async (db, id, tokens, now) => {
    if (!isOut("T9 a smaller generation never wins")) return real.markGeneration(db, id, tokens, now);
    await db.update(connections).set(tokens);
    return true;
  };
  return { ...real, markGeneration };
});
vi.mock("../../src/connections/turns.ts", async (original) => {
  const real = await original<typeof import("../../src/connections/turns.ts")>();
  class Turns extends real.Turns {
    override async run<T>(work: () => Promise<T>): Promise<T> {
      return isOut("T5 install, retire and refresh follow one another") ? work() : super.run(work);
    }
  }
  class Joined<T> extends real.Joined<T> {
    override async run(work: () => Promise<T>): Promise<T> {
      return isOut("T6 refreshes under way are joined") ? work() : super.run(work);
    }
  }
  return { ...real, Turns, Joined };
});
vi.mock("../../src/connections/refresh-tokens.ts", async (original) => {
  const real = await original<typeof import("../../src/connections/refresh-tokens.ts")>();
  const refreshGeneration: typeof real.refreshGeneration = async (...given) => {
    const result = await real.refreshGeneration(...given);
    const isTakenForTheEnd =
      isOut("T7 a token endpoint that is down is no disconnect") && result.kind === "unavailable";
    return isTakenForTheEnd ? { kind: "reconnect_needed" } : result;
  };
  return { ...real, refreshGeneration };
});
vi.mock("../../src/connections/token-refusals.ts", async (original) => {
  const real = await original<typeof import("../../src/connections/token-refusals.ts")>();
  class TokenRefusals extends real.TokenRefusals {
    override isRefused(generation: number): boolean {
      return !isOut("a refused token is not handed out again") && super.isRefused(generation);
    }
    override noteWorked(generation: number): boolean {
      return !isOut("a token that works begins the count anew") && super.noteWorked(generation);
    }
    override isHopeless(generation: number): boolean {
      return !isOut("fresh tokens refused again and again end the connection") && super.isHopeless(generation);
    }
  }
  return { ...real, TokenRefusals };
});

class BreakableGate extends RealmGate {
  override async enter(...given: Parameters<RealmGate["enter"]>): ReturnType<RealmGate["enter"]> {
    const answer = await super.enter(...given);
    if (isOut("T8 a miss in KV is no disconnect") && answer.kind === "not_connected") await this.giveUp(ID, 99);
    return answer;
  }

  override async leave(permit: string, ...rest: [Parameters<RealmGate["leave"]>[1], number]): Promise<void> {
    const isTakenForTheNewest = isOut("a late refusal says nothing about newer tokens") && rest[0] === "token_refused";
    const newest = isTakenForTheNewest ? await this.ctx.storage.get<number>("generation") : null;
    await super.leave(newest ? permit.replace(/^\d+/, String(newest)) : permit, ...rest);
  }
}

const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;

const stories: Record<Rule, (world: GateWorld) => Promise<void>> = {
  "T1 invalid_grant is believed only after another look": async (world) => {
    pass(HOUR_MS);
    world.fault = (...call) => isStorageWrite(...call) || isRowWrite(...call);
    await world.enter();
    await world.restart();
    world.fault = () => false;
    expect(await world.enter()).toMatchObject({ kind: "go", accessToken: "access-2" });
  },
  "T2 a newer generation is looked for before the refresh": async (world) => {
    await putInForce(world, 2);
    expect(await world.enter(1)).toMatchObject({ kind: "go", accessToken: "access-of-another" });
  },
  "T3 every generation has a key of its own": async (world) => {
    world.hasOneKey = isOut("T3 every generation has a key of its own");
    pass(HOUR_MS);
    await world.enter();
    expect([...world.kv.keys()]).toEqual([`token:${ID}:1`, `token:${ID}:2`]);
  },
  "T4 the gate's own generation has a say": async (world) => {
    pass(HOUR_MS);
    await world.enter();
    await world.db.update(connections).set({ generation: 1 });
    await world.restart();
    expect(await world.enter()).toMatchObject({ kind: "go", accessToken: "access-2" });
    expect(world.refreshes).toEqual(["refresh-1"]);
  },
  "T5 install, retire and refresh follow one another": async (world) => {
    pass(HOUR_MS);
    const { promise: reached, resolve: reach } = Promise.withResolvers<void>();
    const { promise: released, resolve: goOn } = Promise.withResolvers<void>();
    world.tokenEndpoint = async () => {
      reach();
      await released;
      return null;
    };
    const entering = world.enter();
    await reached;
    const installing = world.gate.install(ID, world.grant());
    // Where it does not wait for its turn it gets as far as it can.
    await new Promise((resolve) => setTimeout(resolve, 0));
    goOn();
    await Promise.all([entering, installing]);
    expect(await world.enter()).toMatchObject({ kind: "go", accessToken: "access-3", generation: 3 });
  },
  "T6 refreshes under way are joined": async (world) => {
    pass(HOUR_MS);
    world.tokenEndpoint = async () => new Response("", { status: 503 });
    await Promise.all(Array.from({ length: 6 }, () => world.enter()));
    expect(world.refreshes).toHaveLength(1);
  },
  "T7 a token endpoint that is down is no disconnect": async (world) => {
    pass(HOUR_MS);
    world.tokenEndpoint = async () => new Response("", { status: 503 });
    await world.enter();
    expect((await world.row()).state).toBe("connected");
  },
  "T8 a miss in KV is no disconnect": async (world) => {
    world.storage.delete("tokens");
    world.kv.clear();
    await world.restart();
    await world.enter();
    expect((await world.row()).state).toBe("connected");
  },
  "T9 a smaller generation never wins": async (world) => {
    pass(HOUR_MS);
    world.fault = isRowWrite;
    await world.enter();
    world.fault = () => false;
    await world.db.update(connections).set({ generation: 7 });
    await world.gate.alarm();
    expect((await world.row()).generation).toBe(7);
  },
  "the gate's storage comes first": async (world) => {
    pass(HOUR_MS);
    world.fault = (...call) => isVaultWrite(...call) || isRowWrite(...call);
    await world.enter();
    world.fault = () => false;
    await world.restart();
    expect(await world.enter()).toMatchObject({ kind: "go", accessToken: "access-2" });
  },
  "what is unwritten is written later": async (world) => {
    pass(HOUR_MS);
    world.fault = isRowWrite;
    await world.enter();
    world.fault = () => false;
    await world.gate.alarm();
    expect((await world.row()).generation).toBe(2);
  },
  "a refused token is not handed out again": async (world) => {
    await world.callWith("answered");
    await world.callWith("token_refused");
    expect(await world.callWith("answered")).toBe("access-2");
  },
  "a token that works begins the count anew": async (world) => {
    for (let end = 0; end < 10; end += 1) {
      await world.callWith("answered");
      await world.callWith("token_refused");
    }
    expect((await world.row()).state).toBe("connected");
  },
  "fresh tokens refused again and again end the connection": async (world) => {
    for (let i = 0; i < 5; i += 1) {
      pass(MINUTE_MS);
      await world.callWith("token_refused");
    }
    expect((await world.row()).state).toBe("reconnect_needed");
  },
  "a late refusal says nothing about newer tokens": async (world) => {
    await world.callWith("answered");
    const slow = await world.enter();
    await world.callWith("token_refused");
    await world.callWith("answered");
    if (slow.kind === "go") await world.gate.leave(slow.permit, "token_refused", 0);
    expect(await world.callWith("answered")).toBe("access-2");
  },
};

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["Date"] });
  const realTimeout = globalThis.setTimeout;
  vi.stubGlobal("setTimeout", (run: () => void) => realTimeout(run, 0));
  vi.spyOn(console, "log").mockImplementation(() => undefined);
});
afterEach(() => {
  knobs.broken = null;
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
  vi.useRealTimers();
});

test.each(Object.keys(stories) as Rule[])("%s: holds, and is noticed where it is out of force", async (rule) => {
  const play = async () => stories[rule](await GateWorld.connected(BreakableGate));
  await play();
  knobs.broken = rule;
  await expect(play()).rejects.toThrow(/^expected|^The gate said/);
});

function isOut(rule: Rule): boolean {
  return knobs.broken === rule;
}

const isStorageWrite: Fault = (place, operation) => place === "storage" && operation === "put";
const isVaultWrite: Fault = (place, operation) => place === "kv" && operation === "put";
const isRowWrite: Fault = (place, _operation, what) => place === "d1" && /^update/i.test(what);

function pass(ms: number): void {
  vi.setSystemTime(Date.now() + ms);
}

/** Another writer puts a generation in force: in the vault and in D1. */
async function putInForce(world: GateWorld, generation: number): Promise<void> {
  const at = new Date(Date.now() + HOUR_MS).toISOString();
  const ends = { accessExpiresAt: at, refreshExpiresAt: at, refreshHardExpiresAt: null };
  const tokens = { accessToken: "access-of-another", refreshToken: "r", ...ends };
  world.kv.set(`token:${ID}:${generation}`, await sealTokens(readConfig(world.env).keys, ID, generation, tokens));
  await world.db.update(connections).set({ generation });
}
