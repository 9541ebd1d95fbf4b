/**
 * Runs a world inside workerd, with its own D1, KV and Durable Objects, which verifies the doubles of in-memory.ts. Time
 * is virtual here as well, and so far ahead that no real alarm ever goes off; alarms are read and fired by hand. Only the
 * queue is a double, because the local one persists nothing and can't be killed.
 */
import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env as bindings } from "cloudflare:workers";
import type { RealmGate } from "../../src/connections/realm-gate.ts";
import type { Env } from "../../src/env.ts";
import type { Gates } from "./gates.ts";
import { Fate, apart, askDatabase, counted, isInProcess, seam } from "./process.ts";
import type { QueueDouble } from "./queue-double.ts";
import { VirtualTime } from "./virtual-time.ts";
import { type Platform, World, type WorldOptions } from "./world.ts";

const START_MS = Date.parse("2035-01-02T08:00:00Z");
/** About a millisecond each: a gate that waits for Intuit waits for the virtual clock, which nobody moves meanwhile. */
const MAX_TURNS = 25;
/** A call of a gate under way may be between two things that are counted. */
const MACROTASK_MS = 1;

const realSetTimeout = globalThis.setTimeout.bind(globalThis);
const realFetch = globalThis.fetch;
const realLog = console.log;
let worlds = 0;
/** The clock of the world that is being played; a gate of an earlier one waits no more. */
let running: VirtualTime | null = null;

/** Runs `work` in a fresh world. `seed` has no effect here: real random numbers are fine. */
export async function runInWorkerd(
  options: WorldOptions,
  _seed: number,
  work: (world: World) => Promise<void>,
): Promise<void> {
  worlds += 1;
  await empty(bindings.DB);
  const time = new VirtualTime(START_MS);
  const world = new World(time, platformOf(time, `workerd-${worlds}`), options);
  running = time;
  const uninstall = time.install();
  globalThis.fetch = world.fetch;
  console.log = world.log;
  try {
    await world.prepare();
    await work(world);
  } finally {
    console.log = realLog;
    globalThis.fetch = realFetch;
    uninstall();
    running = null;
  }
}

function platformOf(time: VirtualTime, name: string): Platform {
  return {
    name,
    d1: hooked(time, bindings.DB),
    kv: bindings.TOKENS,
    gateFate: new Fate(),
    makeGates: (_env, { queue }) => realGates(time, queue),
    macrotask: () => new Promise((resolve) => void realSetTimeout(resolve, MACROTASK_MS)),
    maxTurns: MAX_TURNS,
    sleep: (ms) => (isInProcess() ? time.sleep(ms) : watchClock(time, time.now + ms)),
  };
}

/** Nobody may fulfil the promise of another Durable Object, so a gate that waits for an answer looks at the clock itself. */
async function watchClock(time: VirtualTime, until: number): Promise<void> {
  const isOver = (): boolean => time.now >= until || running !== time;
  time.at(until, () => undefined);
  while (!isOver()) await new Promise((resolve) => void realSetTimeout(resolve, MACROTASK_MS));
}

async function empty(d1: D1Database): Promise<void> {
  const tables = await d1
    .prepare(
      "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' AND name NOT LIKE '\\_cf%' ESCAPE '\\' AND name NOT LIKE 'd1_%' AND name NOT LIKE 'invoice_search%'",
    )
    .all<{ name: string }>();
  await d1.batch(tables.results.map(({ name }) => d1.prepare(`DELETE FROM "${name}"`)));
}

/** The real D1, through the seam at which processes die. */
function hooked(time: VirtualTime, d1: D1Database): D1Database {
  const originals = new WeakMap<object, D1PreparedStatement>();
  const through = <T>(run: () => Promise<T>, count = 1): Promise<T> => askDatabase(time, count, () => counted(run));
  const wrap = (statement: D1PreparedStatement): object => {
    const wrapped = {
      bind: (...values: unknown[]) => wrap(statement.bind(...values)),
      all: () => through(() => statement.all()),
      run: () => through(() => statement.run()),
      raw: () => through(() => statement.raw()),
    };
    originals.set(wrapped, statement);
    return wrapped;
  };
  const original = (statement: object): D1PreparedStatement => {
    const found = originals.get(statement);
    if (!found) throw new Error("A batch takes statements of this database");
    return found;
  };
  const binding = {
    prepare: (sql: string) => wrap(d1.prepare(sql)),
    batch: (statements: readonly object[]) => through(() => d1.batch(statements.map(original)), statements.length),
  };
  return binding as unknown as D1Database;
}

/** The real gates; what they put on the queue comes to the double, and their alarms go off by the virtual clock. */
function realGates(time: VirtualTime, queue: () => QueueDouble): Gates {
  const cancels = new Map<string, () => void>();
  const prepared = new Set<string>();
  const stubOf = (id: string): DurableObjectStub<RealmGate> =>
    bindings.REALM_GATE.get(bindings.REALM_GATE.idFromName(id));
  const prepare = async (id: string): Promise<void> => {
    if (prepared.has(id)) return;
    prepared.add(id);
    await runInDurableObject(stubOf(id), (gate) => {
      const env: Env = { ...bindings, PUSH_QUEUE: queue().binding() };
      Object.defineProperty(gate, "env", { value: env, configurable: true });
    });
  };
  const alarmAt = (id: string): Promise<number | null> =>
    runInDurableObject(stubOf(id), (_gate, state) => state.storage.getAlarm());
  const watch = async (id: string): Promise<void> => {
    const at = await alarmAt(id);
    cancels.get(id)?.();
    if (at !== null)
      cancels.set(
        id,
        time.at(at, () => void apart(() => counted(() => ring(id)))),
      );
  };
  const ring = async (id: string): Promise<void> => {
    await prepare(id);
    const at = await alarmAt(id);
    if (at !== null && at <= time.now) await runDurableObjectAlarm(stubOf(id));
    await watch(id);
  };
  const call =
    (id: string, method: string) =>
    async (...args: unknown[]) => {
      const run = async (): Promise<unknown> => {
        await prepare(id);
        const stub = stubOf(id) as unknown as Record<string, (...given: unknown[]) => Promise<unknown>>;
        const answer = await stub[method]?.(...args);
        await watch(id);
        return answer;
      };
      return seam(time, "gate", () => apart(() => counted(run)));
    };
  const doubleOf = (id: string): object =>
    new Proxy(
      {},
      { get: (_target, method) => (typeof method === "string" && method !== "then" ? call(id, method) : undefined) },
    );
  return {
    namespace: { idFromName: (name: string) => name, get: doubleOf } as unknown as DurableObjectNamespace<RealmGate>,
    install: async (connectionId, tokens) => {
      await call(connectionId, "install")(connectionId, tokens);
    },
    alarmAt,
    restart: (connectionId) => {
      prepared.delete(connectionId);
      // One that sleeps has no memory to lose.
      void counted(() => evictDurableObject(stubOf(connectionId)).catch(() => undefined));
    },
  };
}
