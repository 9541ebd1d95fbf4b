/**
 * A realm gate for tests of its tokens: the real class over a storage made of a map, SQLite for D1, a map for KV, and an
 * Intuit whose refresh tokens rotate at every use. Each place can be made to fail, and KV to lag. A file that uses it has
 * to give `cloudflare:workers` a `DurableObject` class (`vi.mock`), hence the class is handed in.
 */
import { vi } from "vitest";
import type { RealmGate } from "../../src/connections/realm-gate.ts";
import { connections } from "../../src/connections/schema.ts";
import type { Env } from "../../src/env.ts";
import { openDb } from "../../src/platform/db.ts";
import type { TokenSet } from "../../src/quickbooks/oauth.ts";
import { InMemoryD1 } from "../simulation/d1-in-memory.ts";
import { US_COMPANY } from "./company-fixture.ts";

const ORIGIN = "https://intuit.example.com";
export const ID = "c-1";
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

const VARIABLES = {
  APP_ORIGIN: "https://books.example.com",
  INTUIT_DISCOVERY_URL: `${ORIGIN}/.well-known/openid_sandbox_configuration`,
  INTUIT_CLIENT_ID: "test-client",
  INTUIT_CLIENT_SECRET: "test-client-secret",
  INTUIT_WEBHOOK_VERIFIER: "test-webhook-verifier",
  QBO_API_URL: "https://quickbooks.example.com",
  QBO_APP_URL: "https://app.quickbooks.example.com",
  ENCRYPTION_KEYS: "test-1=BwgJCgsMDQ4PEBESExQVFhcYGRobHB0eHyAhIiMkJSY=",
  SETUP_TOKEN: "test-setup-token",
};

const COMPANY = { ...US_COMPANY, automatedSalesTax: false, offeringSku: null };

type GateClass = new (ctx: DurableObjectState, env: Env) => RealmGate;

/** Says before each call of a place whether it fails; `what` is the key, or the statement. */
export type Fault = (place: "storage" | "kv" | "d1", operation: string, what: string) => boolean | Promise<boolean>;

export class GateWorld {
  readonly d1 = new InMemoryD1();
  readonly storage = new Map<string, unknown>();
  readonly kv = new Map<string, string>();
  readonly queued: unknown[] = [];
  /** Refresh tokens that Intuit was shown, in order. */
  readonly refreshes: string[] = [];
  /** The only refresh token that Intuit takes. */
  liveRefreshToken = "";
  /** What the token endpoint does; null: it answers as it should. */
  tokenEndpoint: (() => Promise<Response | null>) | null = null;
  alarmAt: number | null = null;
  storageWrites = 0;
  fault: Fault = () => false;
  /** A mutation: one key of the vault for every generation. */
  hasOneKey = false;
  gate: RealmGate;
  #serial = 0;

  constructor(readonly gateClass: GateClass) {
    vi.stubGlobal("fetch", this.#fetch);
    this.gate = this.#wake();
  }

  static async connected(gateClass: GateClass): Promise<GateWorld> {
    const world = new GateWorld(gateClass);
    const at = new Date().toISOString();
    const row = {
      id: ID,
      realmId: "9341450000000000001",
      companyName: "Wholesale Ltd",
      company: JSON.stringify(COMPANY),
    };
    const times = { stateChangedAt: at, companyReadAt: at, createdAt: at, updatedAt: at };
    await world.db.insert(connections).values({ ...row, ...times, state: "disconnected" });
    await world.ready();
    await world.gate.install(ID, world.grant());
    return world;
  }

  get db() {
    return openDb(this.env.DB);
  }

  readonly env = this.#env();

  /** The gate loses its memory. */
  async restart(): Promise<void> {
    this.gate = this.#wake();
    await this.ready();
  }

  /** A new authorization; the former grant is dead. */
  grant(accessLifeMs = HOUR_MS): TokenSet {
    this.#serial += 1;
    this.liveRefreshToken = `refresh-${this.#serial}`;
    const at = (ms: number) => new Date(Date.now() + ms).toISOString();
    return {
      accessToken: `access-${this.#serial}`,
      refreshToken: this.liveRefreshToken,
      accessExpiresAt: at(accessLifeMs),
      refreshExpiresAt: at(100 * DAY_MS),
      refreshHardExpiresAt: null,
    };
  }

  async enter(rejected: number | null = null, maxWaitMs = 5_000) {
    return this.gate.enter(ID, "write", maxWaitMs, rejected);
  }

  /** Enters, which has to work, and leaves with `result`; answers the access token. */
  async callWith(result: "answered" | "token_refused"): Promise<string> {
    const answer = await this.enter();
    if (answer.kind !== "go") throw new Error(`The gate said ${JSON.stringify(answer)}`);
    await this.gate.leave(answer.permit, result, 0);
    return answer.accessToken;
  }

  async row(): Promise<{ state: string; generation: number }> {
    const [row] = await this.db.select().from(connections);
    if (!row) throw new Error("No connection");
    return { state: row.state, generation: row.generation };
  }

  async ready(): Promise<void> {
    await this.#waking;
  }

  #waking: Promise<unknown> = Promise.resolve();

  #wake(): RealmGate {
    const maybeFail = async (operation: string, what: string): Promise<void> => {
      if (await this.fault("storage", operation, what)) throw new Error("storage: Network connection lost.");
    };
    const storage = {
      get: async (key: string) => structuredClone(this.storage.get(key)),
      put: async (key: string | Record<string, unknown>, value?: unknown) => {
        this.storageWrites += 1;
        const entries = typeof key === "string" ? { [key]: value } : key;
        await maybeFail("put", Object.keys(entries).join());
        for (const [name, stored] of Object.entries(entries)) this.storage.set(name, structuredClone(stored));
      },
      delete: async (key: string) => {
        await maybeFail("delete", key);
        return this.storage.delete(key);
      },
      getAlarm: async () => this.alarmAt,
      setAlarm: async (at: number) => void (this.alarmAt = at),
      deleteAlarm: async () => void (this.alarmAt = null),
    };
    const blockConcurrencyWhile = (work: () => Promise<unknown>) => (this.#waking = work());
    return new this.gateClass({ storage, blockConcurrencyWhile } as unknown as DurableObjectState, this.env);
  }

  #env(): Env {
    const keyOf = (key: string): string => (this.hasOneKey ? key.replace(/:\d+$/, "") : key);
    const maybeFail = async (operation: string, what: string): Promise<void> => {
      if (await this.fault("kv", operation, what)) throw new Error("KV PUT failed: 500 Internal Server Error");
    };
    const kv = {
      get: async (key: string) => {
        await maybeFail("get", key);
        return this.kv.get(keyOf(key)) ?? null;
      },
      put: async (key: string, value: string) => {
        await maybeFail("put", key);
        this.kv.set(keyOf(key), value);
      },
      delete: async (key: string) => {
        await maybeFail("delete", key);
        this.kv.delete(keyOf(key));
      },
    };
    const d1 = this.d1.binding({
      around: async (_count, run, sql) => {
        if (await this.fault("d1", "run", sql)) throw new Error("D1_ERROR: Network connection lost.");
        return run();
      },
      rewrite: (sql) => sql,
      isAtomic: () => true,
    });
    const queue = { send: async (body: unknown) => void this.queued.push(body) };
    return { ...VARIABLES, DB: d1, TOKENS: kv, PUSH_QUEUE: queue } as unknown as Env;
  }

  readonly #fetch = async (input: RequestInfo | URL, init?: RequestInit): Promise<Response> => {
    const { pathname } = new URL(input instanceof Request ? input.url : input);
    if (pathname.startsWith("/.well-known/")) {
      const [authorization_endpoint, token_endpoint, revocation_endpoint] = ["authorize", "token", "revoke"].map(
        (path) => `${ORIGIN}/${path}`,
      );
      return Response.json({ issuer: ORIGIN, authorization_endpoint, token_endpoint, revocation_endpoint });
    }
    const shown = new URLSearchParams(typeof init?.body === "string" ? init.body : "").get("refresh_token") ?? "";
    this.refreshes.push(shown);
    const isLive = shown === this.liveRefreshToken;
    const fresh = isLive ? this.grant() : null;
    const bent = await this.tokenEndpoint?.();
    if (bent) {
      // Nothing was issued after all.
      if (isLive) {
        this.liveRefreshToken = shown;
        this.#serial -= 1;
      }
      return bent;
    }
    if (!fresh) return Response.json({ error: "invalid_grant" }, { status: 400 });
    const ends = { expires_in: 3600, x_refresh_token_expires_in: 8_726_400 };
    return Response.json({ access_token: fresh.accessToken, refresh_token: fresh.refreshToken, ...ends });
  };
}
