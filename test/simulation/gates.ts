/**
 * The realm gates of a simulated world. A gate is somebody else than its caller: what it was asked to do it does, also
 * when the caller dies meanwhile. In memory it is the real class over a storage made of a map; tests inside workerd
 * use the real Durable Objects (gates-in-workerd.ts).
 */
import type { RealmGate } from "../../src/connections/realm-gate.ts";
import type { Env } from "../../src/env.ts";
import type { TokenSet } from "../../src/quickbooks/oauth.ts";
import { apart, seam } from "./process.ts";
import type { VirtualTime } from "./virtual-time.ts";

export interface Gates {
  /** The binding. */
  namespace: DurableObjectNamespace<RealmGate>;
  install: (connectionId: string, tokens: TokenSet) => Promise<void>;
  /** When the company's alarm goes off (epoch ms), or null. */
  alarmAt: (connectionId: string) => Promise<number | null>;
  /** The gate loses its memory, as when Cloudflare moves it. */
  restart: (connectionId: string) => void;
}

/** Methods that others call; everything else of a gate is its own. */
const CALLABLE = [
  "enter",
  "leave",
  "plan",
  "install",
  "retire",
  "giveUp",
  "arm",
  "nextDue",
  "mayLook",
  "report",
] as const;
type Callable = (typeof CALLABLE)[number];
type GateClass = new (ctx: DurableObjectState, env: Env) => RealmGate;

interface Seat {
  storage: Map<string, unknown>;
  alarmAt: number | null;
  cancelAlarm: () => void;
  gate: RealmGate | null;
  ready: Promise<unknown>;
}

/** Gates in memory. `env` is asked for when a gate is made, since it holds the gates itself. */
export function gatesInMemory(time: VirtualTime, gateClass: GateClass, env: () => Env): Gates {
  const seats = new Map<string, Seat>();
  const seatOf = (id: string): Seat => {
    const seat = seats.get(id) ?? {
      storage: new Map(),
      alarmAt: null,
      cancelAlarm: () => undefined,
      gate: null,
      ready: Promise.resolve(),
    };
    seats.set(id, seat);
    return seat;
  };
  const gateOf = (id: string): RealmGate => {
    const seat = seatOf(id);
    seat.gate ??= apart(
      () =>
        new gateClass(
          stateOf(time, seat, () => gateOf(id)),
          env(),
        ),
    );
    return seat.gate;
  };
  const callOf =
    (id: string, method: Callable) =>
    async (...args: unknown[]) => {
      const run = async (): Promise<unknown> => {
        const gate = gateOf(id);
        await seatOf(id).ready;
        const called = gate[method] as unknown as (...given: unknown[]) => unknown;
        return structuredClone(await called.apply(gate, structuredClone(args)));
      };
      return seam(time, "gate", () => apart(run));
    };
  const stubOf = (id: string) => Object.fromEntries(CALLABLE.map((method) => [method, callOf(id, method)]));
  return {
    namespace: { idFromName: (name: string) => name, get: stubOf } as unknown as DurableObjectNamespace<RealmGate>,
    install: async (connectionId, tokens) => {
      await callOf(connectionId, "install")(connectionId, tokens);
    },
    alarmAt: async (connectionId) => seatOf(connectionId).alarmAt,
    restart: (connectionId) => {
      seatOf(connectionId).gate = null;
    },
  };
}

/** What the class sees of its Durable Object: storage, one alarm, and its first moments alone. */
function stateOf(time: VirtualTime, seat: Seat, gate: () => RealmGate): DurableObjectState {
  const setAlarm = async (at: number | Date): Promise<void> => {
    seat.cancelAlarm();
    seat.alarmAt = Number(at);
    seat.cancelAlarm = time.at(Number(at), () => {
      seat.alarmAt = null;
      void apart(async () => {
        const awake = gate();
        await seat.ready;
        await awake.alarm();
      });
    });
  };
  const storage = {
    get: async (key: string) => structuredClone(seat.storage.get(key)),
    put: async (key: string | Record<string, unknown>, value?: unknown) => {
      const entries = typeof key === "string" ? [[key, value] as const] : Object.entries(key);
      for (const [name, stored] of entries) seat.storage.set(name, structuredClone(stored));
    },
    delete: async (key: string) => seat.storage.delete(key),
    getAlarm: async () => seat.alarmAt,
    setAlarm,
    deleteAlarm: async () => {
      seat.cancelAlarm();
      seat.alarmAt = null;
    },
  };
  const blockConcurrencyWhile = (work: () => Promise<unknown>): Promise<unknown> => {
    seat.ready = work();
    return seat.ready;
  };
  return { storage, blockConcurrencyWhile } as unknown as DurableObjectState;
}
