/**
 * The realm gates of a simulated world. A gate is independent of its caller: it does what it was asked to do even
 * if the caller dies meanwhile. In memory it is the real class over a storage made of a map; tests inside workerd
 * use the real Durable Objects (in-workerd.ts).
 */
import type { RealmGate } from "../../src/connections/realm-gate.ts";
import type { Env } from "../../src/env.ts";
import type { TokenSet } from "../../src/quickbooks/oauth.ts";
import { type Fate, Process, apart, seam, within } from "./process.ts";
import type { VirtualTime } from "./virtual-time.ts";

export interface Gates {
  /** The binding. */
  namespace: DurableObjectNamespace<RealmGate>;
  install: (connectionId: string, tokens: TokenSet) => Promise<void>;
  /** When the company's alarm goes off (epoch ms), or null. */
  alarmAt: (connectionId: string) => Promise<number | null>;
  /** The gate loses its memory, as if Cloudflare moved it. */
  restart: (connectionId: string) => void;
}

type GateClass = new (ctx: DurableObjectState, env: Env) => RealmGate;

interface Seat {
  storage: Map<string, unknown>;
  alarmAt: number | null;
  /** While its alarm goes off; the platform repeats one that does not come to its end. */
  isRinging: boolean;
  cancelAlarm: () => void;
  gate: RealmGate | null;
  /** The life of that object: it ends when the gate dies or is moved. */
  life: Process;
  ready: Promise<unknown>;
}

/** Cloudflare repeats a failed alarm after 2 s, doubling. */
const ALARM_RETRY_MS = 2_000;
/** The error that callers of a dead gate receive. */
const GATE_DIED = "internal error; reference = simulated";

/** Failures of the gates themselves, and how far their clocks are ahead of the true one. */
export interface GateNature {
  fate: Fate;
  skewMs: number;
  /** Called when one of them dies. */
  died: (connectionId: string) => void;
}

/** Gates in memory. `env` is asked for when a gate is made, since it holds the gates itself. */
export function gatesInMemory(time: VirtualTime, gateClass: GateClass, env: () => Env, nature: GateNature): Gates {
  const seats = new Map<string, Seat>();
  const newLife = (id: string): Process =>
    new Process(`gate ${id}`, nature.fate, { skewMs: nature.skewMs, isInvocation: false });
  const seatOf = (id: string): Seat => {
    const known = seats.get(id);
    if (known) return known;
    const seat: Seat = {
      storage: new Map(),
      alarmAt: null,
      isRinging: false,
      cancelAlarm: () => undefined,
      gate: null,
      life: newLife(id),
      ready: Promise.resolve(),
    };
    seats.set(id, seat);
    return seat;
  };
  const gateOf = (id: string): RealmGate => {
    const seat = seatOf(id);
    if (seat.life.isDead || seat.gate === null) {
      const life = newLife(id);
      void life.died.then(() => nature.died(id));
      const work: Work = { awake: () => awake(id), life };
      seat.life = life;
      seat.gate = within(life, () => new gateClass(stateOf(time, seat, work), env()));
      // An object whose first moments failed is made anew for the next caller.
      void seat.ready.catch(() => life.die());
    }
    return seat.gate;
  };
  const awake = async (id: string): Promise<{ gate: RealmGate; life: Process }> => {
    const gate = gateOf(id);
    const { life, ready } = seatOf(id);
    await orDeath(life, ready);
    return { gate, life };
  };
  const callOf =
    (id: string, method: string) =>
    async (...args: unknown[]) => {
      const run = async (): Promise<unknown> => {
        const { gate, life } = await awake(id);
        const called = (gate as unknown as Record<string, (...given: unknown[]) => unknown>)[method];
        const answer = within(life, async () => called?.apply(gate, structuredClone(args)));
        return structuredClone(await orDeath(life, answer));
      };
      return seam(time, "gate", () => apart(run));
    };
  const stubOf = (id: string): object =>
    new Proxy(
      {},
      {
        get: (_target, method) => (typeof method === "string" && method !== "then" ? callOf(id, method) : undefined),
      },
    );
  return {
    namespace: { idFromName: (name: string) => name, get: stubOf } as unknown as DurableObjectNamespace<RealmGate>,
    install: async (connectionId, tokens) => {
      await callOf(connectionId, "install")(connectionId, tokens);
    },
    alarmAt: async (connectionId) => {
      const seat = seatOf(connectionId);
      return seat.isRinging ? time.now : seat.alarmAt;
    },
    restart: (connectionId) => {
      seatOf(connectionId).life.die();
    },
  };
}

/** Waits for a gate's answer; if the gate dies first, the caller gets an error. */
async function orDeath<T>(life: Process, answer: Promise<T>): Promise<T> {
  const end = await Promise.race([answer, life.died]);
  if (end === "died") throw new Error(GATE_DIED);
  return end;
}

interface Work {
  awake: () => Promise<{ gate: RealmGate; life: Process }>;
  life: Process;
}

/** What the class sees of its Durable Object: storage, one alarm, and its first moments alone. */
function stateOf(time: VirtualTime, seat: Seat, work: Work): DurableObjectState {
  const through = <T>(run: () => T): Promise<T> => {
    const done = seam(time, "storage", async () => run());
    // Not everybody waits for a write.
    done.catch(() => undefined);
    return done;
  };
  const ring = async (): Promise<void> => {
    seat.isRinging = true;
    try {
      const { gate, life } = await work.awake();
      await orDeath(
        life,
        within(life, async () => gate.alarm()),
      );
    } catch {
      // The platform repeats an alarm that did not come to its end.
      setAlarm(time.now + ALARM_RETRY_MS);
    } finally {
      seat.isRinging = false;
    }
  };
  const setAlarm = (at: number): void => {
    seat.cancelAlarm();
    seat.alarmAt = at;
    seat.cancelAlarm = time.at(at, () => {
      seat.alarmAt = null;
      void apart(ring);
    });
  };
  const storage = {
    get: async (key: string) => through(() => structuredClone(seat.storage.get(key))),
    put: (key: string | Record<string, unknown>, value?: unknown) =>
      through(() => {
        const entries = typeof key === "string" ? [[key, value] as const] : Object.entries(key);
        for (const [name, stored] of entries) seat.storage.set(name, structuredClone(stored));
      }),
    delete: (key: string | string[]) =>
      through(() => (Array.isArray(key) ? key : [key]).map((one) => seat.storage.delete(one)).some(Boolean)),
    list: async ({ prefix = "" }: { prefix?: string } = {}) =>
      through(
        () =>
          new Map([...seat.storage].filter(([key]) => key.startsWith(prefix)).toSorted(([a], [b]) => (a < b ? -1 : 1))),
      ),
    sync: async () => through(() => undefined),
    getAlarm: async () => through(() => seat.alarmAt),
    setAlarm: (at: number | Date) => through(() => setAlarm(Number(at))),
    deleteAlarm: () =>
      through(() => {
        seat.cancelAlarm();
        seat.alarmAt = null;
      }),
  };
  const blockConcurrencyWhile = (run: () => Promise<unknown>): Promise<unknown> => {
    seat.ready = run();
    return seat.ready;
  };
  return { storage, blockConcurrencyWhile } as unknown as DurableObjectState;
}
