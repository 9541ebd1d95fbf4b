/**
 * The realm gate: one Durable Object per connection, the one door to a QuickBooks company. It hands out access
 * tokens and start times together, refreshes tokens one at a time, remembers blocks, counts metered reads, and
 * keeps the alarm at the earliest time at which something of that company is due. It knows nothing of invoices:
 * when something is due it only says so on the queue. Its alarm must never throw.
 */
import { DurableObject } from "cloudflare:workers";
import { type Config, type Env, readConfig } from "../env.ts";
import { causeText } from "../platform/cause.ts";
import { type Db, openDb } from "../platform/db.ts";
import { log } from "../platform/log.ts";
import type { TokenSet } from "../quickbooks/oauth.ts";
import { type RefreshResult, endsOf, refreshGeneration } from "./refresh-tokens.ts";
import { type Block, type CallResult, SendSlots } from "./send-slots.ts";
import { findConnection, markGeneration, markState } from "./store.ts";
import { type Vault, forgetTokens, readTokens, storeTokens } from "./token-vault.ts";

/** A token with less than this left is refreshed before it is handed out. */
const REFRESH_BEFORE_END_MS = 10 * 60_000;
/** Refreshed at least this often, so that the 100 days never run out. */
const REFRESH_AT_LEAST_MS = 20 * 3_600_000;
const ACCESS_LIFE_MS = 3_600_000;
/** A token refused this soon after it was issued would only be refused again. */
const FRESH_TOKEN_MS = 10_000;
const FRESH_REFUSED_PAUSE_MS = 30_000;
/** How long a failed refresh is not tried again by the next caller. */
const REFRESH_PAUSE_MS = 15_000;
/** A daily refresh that failed has 80 days left: it needs no hurry, and Intuit's endpoint no hammering. */
const DAILY_REFRESH_RETRY_MS = 15 * 60_000;
/** The alarm's own safety net: until the consumer tells what is due next. */
const REARM_MS = 10_000;

export type EnterAnswer =
  | { kind: "go"; accessToken: string; generation: number; permit: string; startAt: number }
  | { kind: "waiting"; until: number; reason: "pace" | "throttled" | "circuit" }
  | {
      kind: "not_connected";
      reason: "reconnect_needed" | "disconnected" | "token_unavailable";
      retryAt: number | null;
    };

export interface GateReport {
  /** Metered reads of the current month (UTC). */
  reads: { month: string; count: number };
  blockedUntil: number | null;
  blockedReason: "throttled" | "circuit" | null;
}

interface Held {
  generation: number;
  tokens: TokenSet;
}

export class RealmGate extends DurableObject<Env> {
  readonly #db: Db;
  #slots = new SendSlots();
  #held: Held | null = null;
  #refreshing: Promise<RefreshResult> | null = null;
  #refreshPausedUntil = 0;
  #refreshedAt = 0;
  /** The last change of tokens: install, retire and refresh follow one another, since each takes the next generation. */
  #tokenWork: Promise<unknown> = Promise.resolve();
  #reads = { month: "", count: 0 };
  #armedUntil = 0;

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    this.#db = openDb(env.DB);
    void ctx.blockConcurrencyWhile(async () => {
      const block = await ctx.storage.get<Block>("block");
      if (block) this.#slots = new SendSlots(block);
      this.#reads = (await ctx.storage.get<{ month: string; count: number }>("reads")) ?? this.#reads;
    });
  }

  /** A token and a start time for one call, or why not now. `rejectedGeneration`: QuickBooks just refused that token. */
  async enter(
    connectionId: string,
    kind: "read" | "write" | "batch",
    maxWaitMs: number,
    rejectedGeneration: number | null,
  ): Promise<EnterAnswer> {
    const token = await this.#token(connectionId, rejectedGeneration);
    if (token.kind === "not_connected") return token;
    const slot = this.#slots.enter(Date.now(), kind, maxWaitMs);
    if (slot.kind === "later") return { kind: "waiting", until: slot.until, reason: slot.reason };
    if (kind !== "write") this.#countRead();
    return {
      kind: "go",
      accessToken: token.held.tokens.accessToken,
      generation: token.held.generation,
      permit: slot.permit,
      startAt: slot.startAt,
    };
  }

  /** Gives the permit back; called once for every `enter` that said go. */
  async leave(permit: string, result: CallResult, lateMs: number): Promise<void> {
    if (this.#slots.leave(Date.now(), permit, result, lateMs)) await this.ctx.storage.put("block", this.#slots.block);
  }

  /** See `SendSlots.plan`: which of the invoices that came in may go now, and when the others' turns are. */
  plan(count: number, horizonMs: number): { go: number; laterAt: number[] } {
    return this.#slots.plan(Date.now(), count, horizonMs);
  }

  /** Puts a new authorization in force: tokens into the vault, generation into D1 and here, state connected. */
  async install(connectionId: string, tokens: TokenSet): Promise<void> {
    await this.#inTurn(() => this.#install(connectionId, tokens));
  }

  async #install(connectionId: string, tokens: TokenSet): Promise<void> {
    const now = new Date();
    const generation = (await this.#knownGeneration(connectionId)) + 1;
    await storeTokens(this.#vault(), connectionId, generation, tokens);
    await this.ctx.storage.put({ connectionId, generation, refreshDueAt: refreshDueAt(tokens) });
    await markGeneration(this.#db, connectionId, generation, endsOf(tokens), now);
    await markState(this.#db, connectionId, "connected", now);
    this.#held = { generation, tokens };
    this.#refreshPausedUntil = 0;
    await this.arm(connectionId, now.getTime());
  }

  /** Forgets the tokens after a disconnect; answers the refresh token that is to be revoked, if it can be read. */
  async retire(connectionId: string): Promise<string | null> {
    return this.#inTurn(() => this.#retire(connectionId));
  }

  async #retire(connectionId: string): Promise<string | null> {
    const generation = await this.#knownGeneration(connectionId);
    const tokens = this.#held?.tokens ?? (await readTokens(this.#vault(), connectionId, generation));
    await markState(this.#db, connectionId, "disconnected", new Date());
    this.#held = null;
    await this.ctx.storage.delete("refreshDueAt");
    await forgetTokens(this.#vault(), connectionId, generation);
    return tokens?.refreshToken ?? null;
  }

  /** QuickBooks goes on refusing freshly renewed tokens: only a person's Reconnect can help. */
  async giveUp(connectionId: string): Promise<void> {
    this.#held = null;
    await this.ctx.storage.delete("refreshDueAt");
    await markState(this.#db, connectionId, "reconnect_needed", new Date());
    await this.env.PUSH_QUEUE.send({ kind: "due", connectionId });
  }

  /** Makes sure that the alarm goes off at `atMs` at the latest. Call it before the write that makes something due. */
  async arm(connectionId: string, atMs: number): Promise<void> {
    await this.ctx.storage.put("connectionId", connectionId);
    this.#armedUntil = Math.max(this.#armedUntil, atMs);
    const current = await this.ctx.storage.getAlarm();
    if (current === null || current > atMs) await this.ctx.storage.setAlarm(atMs);
  }

  /**
   * What the consumer found to be due next after reading the rows, or null. The alarm is never moved behind a time
   * that somebody armed meanwhile: a row that was being written while the rows were read would be overlooked.
   */
  async nextDue(atMs: number | null): Promise<void> {
    const now = Date.now();
    const armed = this.#armedUntil > now ? this.#armedUntil : null;
    const refreshAt = await this.ctx.storage.get<number>("refreshDueAt");
    const times = [atMs, armed, refreshAt ?? null].filter((time) => time !== null);
    if (times.length === 0) await this.ctx.storage.deleteAlarm();
    else await this.ctx.storage.setAlarm(Math.max(now, Math.min(...times)));
  }

  /** Leave to read the company itself again, given once in `everyMs` whoever asks: reads are metered, and may fail for days. */
  async mayLook(everyMs: number): Promise<boolean> {
    const now = Date.now();
    const lookedAt = (await this.ctx.storage.get<number>("lookedAt")) ?? 0;
    if (now < lookedAt + everyMs) return false;
    await this.ctx.storage.put("lookedAt", now);
    return true;
  }

  /** What pages show of the gate. */
  report(): GateReport {
    const { block } = this.#slots;
    const isBlocked = block.until > Date.now();
    const month = currentMonth();
    return {
      reads: this.#reads.month === month ? this.#reads : { month, count: 0 },
      blockedUntil: isBlocked ? block.until : null,
      blockedReason: isBlocked ? block.reason : null,
    };
  }

  override async alarm(): Promise<void> {
    try {
      const connectionId = await this.ctx.storage.get<string>("connectionId");
      if (!connectionId) return;
      await this.ctx.storage.setAlarm(Date.now() + REARM_MS);
      await this.env.PUSH_QUEUE.send({ kind: "due", connectionId });
      await this.#refreshDaily(connectionId);
    } catch (cause) {
      log("gate.alarm_failed", { cause: causeText(cause) });
      await this.ctx.storage.setAlarm(Date.now() + REARM_MS);
    }
  }

  async #token(
    connectionId: string,
    rejectedGeneration: number | null,
  ): Promise<{ kind: "go"; held: Held } | Extract<EnterAnswer, { kind: "not_connected" }>> {
    const held = this.#held ?? (await this.#load(connectionId));
    if ("kind" in held) return held;
    const isRejected = rejectedGeneration !== null && rejectedGeneration >= held.generation;
    if (!isRejected && Date.parse(held.tokens.accessExpiresAt) - Date.now() > REFRESH_BEFORE_END_MS)
      return { kind: "go", held };
    if (isRejected && Date.now() - this.#refreshedAt < FRESH_TOKEN_MS)
      this.#refreshPausedUntil = Date.now() + FRESH_REFUSED_PAUSE_MS;
    if (Date.now() < this.#refreshPausedUntil) return this.#unavailable();
    return this.#refresh(connectionId, held.generation);
  }

  async #load(connectionId: string): Promise<Held | Extract<EnterAnswer, { kind: "not_connected" }>> {
    const connection = await findConnection(this.#db, connectionId);
    if (!connection) return { kind: "not_connected", reason: "disconnected", retryAt: null };
    if (connection.state !== "connected") return { kind: "not_connected", reason: connection.state, retryAt: null };
    const generation = Math.max(connection.generation, (await this.ctx.storage.get<number>("generation")) ?? 0);
    const tokens = await readTokens(this.#vault(), connectionId, generation);
    if (!tokens) return this.#unavailable();
    this.#held = { generation, tokens };
    return this.#held;
  }

  /** Joins the refresh under way, or begins one. */
  async #refresh(
    connectionId: string,
    generation: number,
  ): Promise<{ kind: "go"; held: Held } | Extract<EnterAnswer, { kind: "not_connected" }>> {
    this.#refreshing ??= this.#inTurn(() => this.#runRefresh(connectionId, generation)).finally(() => {
      this.#refreshing = null;
    });
    const result = await this.#refreshing;
    if (result.kind === "fresh" && this.#held) return { kind: "go", held: this.#held };
    if (result.kind === "reconnect_needed") return { kind: "not_connected", reason: "reconnect_needed", retryAt: null };
    return this.#unavailable();
  }

  async #runRefresh(connectionId: string, generation: number): Promise<RefreshResult> {
    const startedAt = Date.now();
    const tools = { config: this.#config(), db: this.#db, vault: this.#vault(), now: () => new Date() };
    let result: RefreshResult;
    try {
      result = await refreshGeneration(tools, connectionId, generation);
    } catch (cause) {
      result = { kind: "unavailable", detail: causeText(cause) };
    }
    log("tokens.refreshed", { connectionId, generation, result: result.kind, durationMs: Date.now() - startedAt });
    if (result.kind === "fresh") {
      await this.ctx.storage.put({ generation: result.generation, refreshDueAt: refreshDueAt(result.tokens) });
      this.#held = { generation: result.generation, tokens: result.tokens };
      this.#refreshedAt = Date.now();
    } else if (result.kind === "reconnect_needed") {
      await this.giveUp(connectionId);
    } else {
      this.#refreshPausedUntil = Date.now() + REFRESH_PAUSE_MS;
    }
    return result;
  }

  async #refreshDaily(connectionId: string): Promise<void> {
    const dueAt = await this.ctx.storage.get<number>("refreshDueAt");
    if (dueAt === undefined || dueAt > Date.now()) return;
    // A refresh that succeeds puts the next day's time here.
    await this.ctx.storage.put("refreshDueAt", Date.now() + DAILY_REFRESH_RETRY_MS);
    const held = this.#held ?? (await this.#load(connectionId));
    if (!("kind" in held)) await this.#refresh(connectionId, held.generation);
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const mine = this.#tokenWork.then(work, work);
    this.#tokenWork = mine.catch(() => undefined);
    return mine;
  }

  async #knownGeneration(connectionId: string): Promise<number> {
    const connection = await findConnection(this.#db, connectionId);
    const own = (await this.ctx.storage.get<number>("generation")) ?? 0;
    return Math.max(connection?.generation ?? 0, own);
  }

  #unavailable(): Extract<EnterAnswer, { kind: "not_connected" }> {
    return {
      kind: "not_connected",
      reason: "token_unavailable",
      retryAt: Math.max(this.#refreshPausedUntil, Date.now() + 5_000),
    };
  }

  #countRead(): void {
    const month = currentMonth();
    this.#reads = { month, count: (this.#reads.month === month ? this.#reads.count : 0) + 1 };
    void this.ctx.storage.put("reads", this.#reads);
  }

  #vault(): Vault {
    return { kv: this.env.TOKENS, keys: this.#config().keys };
  }

  #config(): Config {
    return readConfig(this.env);
  }
}

/** The access token lives an hour, so its end tells when the set was issued. */
function refreshDueAt(tokens: TokenSet): number {
  return Date.parse(tokens.accessExpiresAt) - ACCESS_LIFE_MS + REFRESH_AT_LEAST_MS;
}

function currentMonth(): string {
  return new Date().toISOString().slice(0, 7);
}
