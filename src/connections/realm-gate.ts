/**
 * The realm gate: one Durable Object per connection, the only way to a QuickBooks company. It issues access tokens
 * together with start times, remembers blocks, counts metered reads, and keeps its alarm at the earliest time at which
 * work for that company is due. It knows nothing about invoices: when work is due it only sends a message to the queue.
 * Its alarm must never throw. Tokens are stored and renewed in gate-tokens.ts.
 *
 * Its methods are called by Workers of the former version during a deploy, so they keep their names.
 */
import { DurableObject } from "cloudflare:workers";
import { type Env, readConfig } from "../env.ts";
import { causeText } from "../platform/cause.ts";
import { openDb } from "../platform/db.ts";
import { log } from "../platform/log.ts";
import type { TokenSet } from "../quickbooks/oauth.ts";
import { ArmedTimes } from "./armed-times.ts";
import { GateTokens, type NotConnected } from "./gate-tokens.ts";
import type { CallResult } from "../quickbooks/client.ts";
import { type Block, CallPace } from "./call-pace.ts";

/** The alarm's own safety net, until the consumer reports what is due next. */
const REARM_MS = 10_000;

export type EnterAnswer =
  | { kind: "go"; accessToken: string; generation: number; permit: string; startAt: number }
  | { kind: "waiting"; until: number; reason: "pace" | "throttled" | "circuit" }
  | NotConnected;

export interface GateReport {
  /** Metered reads of the current month (UTC). */
  reads: { month: string; count: number };
  blockedUntil: number | null;
  blockedReason: "throttled" | "circuit" | null;
}

export class RealmGate extends DurableObject<Env> {
  readonly #tokens: GateTokens;
  #pace = new CallPace();
  #reads = { month: "", count: 0 };
  readonly #armed = new ArmedTimes();
  /** Begins elsewhere after each restart, so that nobody who asked before takes it for the same. */
  #dueReports = Date.now();
  /** The time to which the alarm was last set. */
  #alarmAt = 0;
  /** Distinguishes permits issued since the last restart from earlier ones, which also start at 1. */
  readonly #bornAt = String(Date.now());

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    const db = openDb(env.DB);
    this.#tokens = new GateTokens({
      storage: ctx.storage,
      places: () => ({ storage: ctx.storage, db, vault: { kv: env.TOKENS, keys: readConfig(env).keys } }),
      intuit: () => readConfig(env).intuit,
      wakeCompany: async (connectionId) => void (await env.PUSH_QUEUE.send({ kind: "due", connectionId })),
    });
    void ctx.blockConcurrencyWhile(async () => {
      const block = await ctx.storage.get<Block>("block");
      if (block) this.#pace = new CallPace(block);
      this.#reads = (await ctx.storage.get<{ month: string; count: number }>("reads")) ?? this.#reads;
      await this.#tokens.wake();
      // The alarm may be for a row that is being written right now.
      const alarmAt = await ctx.storage.getAlarm();
      if (alarmAt !== null) this.#armed.add(alarmAt);
    });
  }

  /**
   * A token and a start time for one call, or why not now. `rejectedGeneration`: QuickBooks refused that token. Times are by
   * the gate's clock, which showed `at`; the caller's may differ.
   */
  async enter(
    connectionId: string,
    kind: "read" | "write" | "batch",
    maxWaitMs: number,
    rejectedGeneration: number | null,
  ): Promise<EnterAnswer & { at: number }> {
    const answer = await this.#enter(connectionId, kind, maxWaitMs, rejectedGeneration);
    return { ...answer, at: Date.now() };
  }

  async #enter(
    connectionId: string,
    kind: "read" | "write" | "batch",
    maxWaitMs: number,
    rejectedGeneration: number | null,
  ): Promise<EnterAnswer> {
    const token = await this.#tokens.token(connectionId, maxWaitMs, rejectedGeneration);
    if (token.kind === "not_connected") return token;
    if (token.kind === "waiting") return { kind: "waiting", until: token.until, reason: "pace" };
    const answer = this.#pace.acquire(Date.now(), kind, maxWaitMs);
    if (answer.kind === "later") return { kind: "waiting", until: answer.until, reason: answer.reason };
    if (kind !== "write") this.#countRead();
    const { generation, tokens } = token.held;
    return {
      kind: "go",
      accessToken: tokens.accessToken,
      generation,
      permit: `${generation}.${this.#bornAt}.${answer.permit}`,
      startAt: answer.startAt,
    };
  }

  /**
   * Releases the permit; called once for every `enter` that returned go. A permit contains its token generation: a refused
   * one is never handed out again, and enough refusals in a row end the connection.
   */
  async leave(permit: string, result: CallResult, lateMs: number): Promise<void> {
    const [generationText = "", bornAt, pacePermit = ""] = permit.split(".");
    // A permit without it was issued by an earlier version.
    const generation = bornAt === undefined ? 0 : Number(generationText);
    const ofThisLife = bornAt === this.#bornAt ? pacePermit : "";
    const isBlockChanged = this.#pace.release(Date.now(), ofThisLife, result, lateMs);
    if (result === "answered") await this.#tokens.worked(generation);
    if (result === "token_refused") await this.#tokens.refused(generation);
    if (isBlockChanged) await this.ctx.storage.put("block", this.#pace.block);
  }

  /** See `CallPace.plan`: which of the new invoices may be sent now, and when the others get their turn. */
  plan(count: number, horizonMs: number): { go: number; laterAt: number[] } {
    return this.#pace.plan(Date.now(), count, horizonMs);
  }

  /** Activates a new authorization: stores the tokens, and generation and state in D1. */
  async install(connectionId: string, tokens: TokenSet): Promise<void> {
    await this.#tokens.install(connectionId, tokens);
    await this.arm(connectionId, Date.now());
  }

  /** Deletes the tokens after a disconnect; returns the refresh token to be revoked, if it can be read. */
  async retire(connectionId: string): Promise<string | null> {
    return this.#tokens.retire(connectionId);
  }

  /**
   * Marks that only a person's Reconnect can replace the tokens of this generation. The gate counts refusals and does this
   * itself; without a generation nothing happens, because the connection may have been renewed meanwhile.
   */
  async giveUp(connectionId: string, generation?: number): Promise<void> {
    if (generation !== undefined) await this.#tokens.giveUp(connectionId, generation);
  }

  /** Makes sure that the alarm goes off at `atMs` at the latest. Call it before the write that makes something due. */
  async arm(connectionId: string, atMs: number): Promise<void> {
    this.#armed.add(atMs);
    await this.ctx.storage.put("connectionId", connectionId);
    await this.#setAlarmBy(atMs);
  }

  /** How often it was told what is due next. To be asked before that is read; `nextDue` takes it back. */
  dueReports(): number {
    return this.#dueReports;
  }

  /**
   * Reports when the consumer found work to be due next, or null. The alarm is never moved past a time armed meanwhile: a
   * row that was being written while the consumer read would be missed. `seen`: what `dueReports` said before it read. If
   * another report came since, this one is about the past, and the alarm is moved to an earlier time only.
   */
  async nextDue(atMs: number | null, seen = this.#dueReports): Promise<void> {
    if (seen !== this.#dueReports) return atMs === null ? undefined : this.#setAlarmBy(atMs);
    this.#dueReports += 1;
    this.#pace.noneDueBefore(atMs);
    const tokensAt = await this.#tokens.nextAt(Date.now());
    const now = Date.now();
    const times = [atMs, this.#armed.nextAfter(now), tokensAt].filter((time) => time !== null);
    if (times.length === 0) await this.ctx.storage.deleteAlarm();
    else await this.#setAlarm(Math.max(now, Math.min(...times)));
  }

  /** Whether the company may be read again now: at most once per `everyMs`, because reads are metered and may fail for days. */
  async mayLook(everyMs: number): Promise<boolean> {
    const now = Date.now();
    const lookedAt = (await this.ctx.storage.get<number>("lookedAt")) ?? 0;
    if (now < lookedAt + everyMs) return false;
    await this.ctx.storage.put("lookedAt", now);
    return true;
  }

  /** What pages show about the gate. */
  report(): GateReport {
    const { block } = this.#pace;
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
      await this.#armAgain();
      await this.env.PUSH_QUEUE.send({ kind: "due", connectionId });
      await this.#tokens.finish(connectionId);
      await this.#tokens.refreshDaily(connectionId);
    } catch (cause) {
      log("gate.alarm_failed", { cause: causeText(cause) });
      await this.#armAgain();
    }
  }

  /** The alarm went off, so its time has come, although this clock may be behind the one that fired it. */
  async #armAgain(): Promise<void> {
    const now = Math.max(Date.now(), this.#alarmAt);
    await this.#setAlarm(Math.min(now + REARM_MS, this.#armed.nextAfter(now) ?? Infinity));
  }

  async #setAlarmBy(atMs: number): Promise<void> {
    const current = await this.ctx.storage.getAlarm();
    if (current === null || current > atMs) await this.#setAlarm(atMs);
  }

  async #setAlarm(atMs: number): Promise<void> {
    this.#alarmAt = atMs;
    await this.ctx.storage.setAlarm(atMs);
  }

  #countRead(): void {
    const month = currentMonth();
    this.#reads = { month, count: (this.#reads.month === month ? this.#reads.count : 0) + 1 };
    void this.ctx.storage.put("reads", this.#reads);
  }
}

function currentMonth(): string {
  return new Date().toISOString().slice(0, 7);
}
