/**
 * The tokens of one company in its realm gate: hands out the current access token, renews it one refresh at a time, never
 * hands out one that QuickBooks refused, and ends the connection only for a reason that a Reconnect would fix. The access
 * token in use is in memory; kept-tokens.ts says where token sets are stored.
 */
import type { Config } from "../env.ts";
import { causeText } from "../platform/cause.ts";
import { log } from "../platform/log.ts";
import type { TokenSet } from "../quickbooks/oauth.ts";
import {
  type GateStorage,
  type Kept,
  type Places,
  type Unwritten,
  currentGeneration,
  forgetInVault,
  forgetOwn,
  keepTokens,
  readGeneration,
  readOwn,
  tryAgain,
  writeRest,
} from "./kept-tokens.ts";
import { type RefreshResult, refreshGeneration } from "./refresh-tokens.ts";
import type { Connection } from "./connection.ts";
import { findConnection, markReconnectNeeded, markState } from "./store.ts";
import { type Refused, TokenRefusals } from "./token-refusals.ts";
import { Joined, Turns } from "./turns.ts";

/** A token with less than this left is refreshed before it is handed out. */
const REFRESH_BEFORE_END_MS = 10 * 60_000;
/** If Intuit can't renew it, a token is still used until shortly before its end. */
const USABLE_BEFORE_END_MS = 30_000;
/** How long after a failed refresh the next caller does not try again. */
const REFRESH_PAUSE_MS = 15_000;
/** After a failed daily refresh there are 80 days left, so there is no hurry. */
const DAILY_REFRESH_RETRY_MS = 15 * 60_000;
/** When writes that failed are tried again. */
const UNWRITTEN_RETRY_MS = 10_000;
/** If D1 can't be read at a Reconnect, adding this makes the new generation certainly larger. */
const GENERATIONS_AHEAD_WHEN_BLIND = 1_000;

export interface NotConnected {
  kind: "not_connected";
  reason: "reconnect_needed" | "disconnected" | "token_unavailable";
  /** epoch ms; null where only a person can help. */
  retryAt: number | null;
}

export type TokenAnswer =
  | { kind: "go"; held: Kept }
  /** Worth waiting for within the time that the caller has. */
  | { kind: "waiting"; until: number }
  | NotConnected;

/** What the tokens need from their gate; functions, because a missing configuration must not stop a gate. */
export interface GateTools {
  storage: GateStorage;
  places: () => Places;
  intuit: () => Config["intuit"];
  /** Wakes the consumer because the company's state changed and waiting invoices must be held or resumed. */
  wakeCompany: (connectionId: string) => Promise<void>;
}

export class GateTokens {
  #held: Kept | null = null;
  readonly #refreshing = new Joined<RefreshResult | NotConnected>();
  #refreshPausedUntil = 0;
  /** Install, retire and refresh follow one another, since each takes the next generation. */
  readonly #turns = new Turns();
  #refusals = new TokenRefusals();
  #generation = 0;
  #unwritten: Unwritten | null = null;

  constructor(readonly tools: GateTools) {}

  /** Reads the state stored before a restart; must be called first. */
  async wake(): Promise<void> {
    const { storage } = this.tools;
    this.#generation = (await storage.get<number>("generation")) ?? 0;
    this.#refusals = new TokenRefusals(await storage.get<Refused>("refused"));
    this.#unwritten = (await storage.get<Unwritten>("unwritten")) ?? null;
  }

  /** The token for a call, or why there is none now. `rejectedGeneration`: one that the caller knows to be refused. */
  async token(connectionId: string, maxWaitMs: number, rejectedGeneration: number | null): Promise<TokenAnswer> {
    if (rejectedGeneration !== null) await this.refused(rejectedGeneration);
    const held = this.#held ?? (await this.#load(connectionId));
    if ("kind" in held) return held;
    const now = Date.now();
    const isRefused = this.#refusals.isRefused(held.generation);
    if (!isRefused && leftMs(held, now) > REFRESH_BEFORE_END_MS) return { kind: "go", held };
    if (isRefused) {
      if (this.#refusals.isHopeless(held.generation)) {
        await this.giveUp(connectionId, held.generation);
        return this.#held ? this.#usable() : RECONNECT_NEEDED;
      }
      const until = this.#refusals.pausedUntil;
      if (until > now) return until <= now + maxWaitMs ? { kind: "waiting", until } : unavailable(until);
    }
    if (now >= this.#refreshPausedUntil) {
      const result = await this.#refresh(connectionId, held.generation);
      if (result.kind === "not_connected") return result;
      if (result.kind === "reconnect_needed") return RECONNECT_NEEDED;
    }
    return this.#usable();
  }

  /** QuickBooks refused a call with this generation: it is never handed out again. */
  async refused(generation: number): Promise<void> {
    // A late report about an older generation says nothing about the current one.
    if (generation < Math.max(this.#generation, this.#held?.generation ?? 0)) return;
    if (!this.#refusals.note(Date.now(), generation)) return;
    const { storage } = this.tools;
    await storage.put({ refused: this.#refusals.refused });
    const connectionId = await storage.get<string>("connectionId");
    log("tokens.refused", { connectionId, generation, inARow: this.#refusals.refused.inARow });
    if (connectionId !== undefined && this.#refusals.isHopeless(generation))
      await this.giveUp(connectionId, generation);
  }

  /** QuickBooks accepted a call with this generation. Nothing is written unless refusals were counted before. */
  async worked(generation: number): Promise<void> {
    if (this.#refusals.noteWorked(generation)) await this.tools.storage.put({ refused: this.#refusals.refused });
  }

  /** Activates a new authorization: stores it everywhere, sets state connected. A failed write never loses it. */
  async install(connectionId: string, tokens: TokenSet): Promise<void> {
    await this.#turns.run(async () => {
      const places = this.tools.places();
      const connection = await tryAgain(() => findConnection(places.db, connectionId)).catch(() => "unknown" as const);
      const known = await this.#known(places, connection === "unknown" ? null : connection);
      const generation = known + (connection === "unknown" ? GENERATIONS_AHEAD_WHEN_BLIND : 1);
      const kept = { generation, tokens };
      this.#hold(kept, await keepTokens(places, connectionId, kept, true));
      this.#refreshPausedUntil = 0;
      this.#refusals = new TokenRefusals();
      await this.tools.storage.delete("refused");
    });
  }

  /** Deletes the tokens after a disconnect; returns the refresh token to be revoked, if it can be read. */
  async retire(connectionId: string): Promise<string | null> {
    return this.#turns.run(async () => {
      const places = this.tools.places();
      const connection = await findConnection(places.db, connectionId);
      const generation = await this.#known(places, connection);
      const kept = this.#held ?? (await readGeneration(places, connectionId, generation).catch(() => null));
      await tryAgain(() => markState(places.db, connectionId, "disconnected", new Date()));
      await this.#forget(generation);
      await forgetInVault(places.vault, connectionId, generation);
      return kept?.tokens.refreshToken ?? null;
    });
  }

  /** Marks that only a person's Reconnect can help; does nothing if the connection was renewed meanwhile. */
  async giveUp(connectionId: string, generation: number): Promise<void> {
    await this.#turns.run(() => this.#giveUp(connectionId, generation));
  }

  /** Refreshes if the daily refresh is due. */
  async refreshDaily(connectionId: string): Promise<void> {
    const { storage } = this.tools;
    const dueAt = await storage.get<number>("refreshDueAt");
    if (dueAt === undefined || dueAt > Date.now()) return;
    // A refresh that succeeds puts the next day's time here.
    await storage.put({ refreshDueAt: Date.now() + DAILY_REFRESH_RETRY_MS });
    const held = this.#held ?? (await this.#load(connectionId));
    if (!("kind" in held)) await this.#refresh(connectionId, held.generation);
  }

  /** Repeats the writes that failed before; never throws. */
  async finish(connectionId: string): Promise<void> {
    if (this.#unwritten) await this.#turns.run(() => this.#finish(connectionId));
  }

  /** The latest time for the next alarm for the tokens (epoch ms), or null. */
  async nextAt(now: number): Promise<number | null> {
    const times = [
      await this.tools.storage.get<number>("refreshDueAt"),
      this.#unwritten ? now + UNWRITTEN_RETRY_MS : undefined,
    ].filter((time) => time !== undefined);
    return times.length === 0 ? null : Math.min(...times);
  }

  /** Joins a refresh under way, or starts one. */
  #refresh(connectionId: string, generation: number): Promise<RefreshResult | NotConnected> {
    return this.#refreshing.run(() => this.#turns.run(() => this.#runRefresh(connectionId, generation)));
  }

  async #runRefresh(connectionId: string, generation: number): Promise<RefreshResult | NotConnected> {
    // The turn before may have brought a newer set, or deleted the tokens.
    if (this.#held && this.#held.generation > generation) return { kind: "fresh", kept: this.#held, unwritten: null };
    await this.#finish(connectionId);
    const startedAt = Date.now();
    const result = await this.#askIntuit(connectionId, generation);
    log("tokens.refreshed", {
      connectionId,
      generation,
      result: result.kind,
      durationMs: Date.now() - startedAt,
    });
    if (result.kind === "fresh") this.#hold(result.kept, result.unwritten);
    else if (result.kind === "unavailable") this.#refreshPausedUntil = Date.now() + REFRESH_PAUSE_MS;
    return result;
  }

  async #askIntuit(connectionId: string, generation: number): Promise<RefreshResult | NotConnected> {
    try {
      const places = this.tools.places();
      const connection = await findConnection(places.db, connectionId);
      if (connection?.state !== "connected") return notConnected(connection);
      const given = { generation, held: this.#held };
      const result = await refreshGeneration(places, this.tools.intuit(), connectionId, given);
      if (result.kind === "reconnect_needed") await this.#giveUp(connectionId, generation);
      return result;
    } catch (cause) {
      return { kind: "unavailable", detail: causeText(cause) };
    }
  }

  async #load(connectionId: string): Promise<Kept | NotConnected> {
    return this.#turns.run(async () => {
      if (this.#held) return this.#held;
      await this.#finish(connectionId);
      const places = this.tools.places();
      const connection = await findConnection(places.db, connectionId);
      if (connection?.state !== "connected") return notConnected(connection);
      const generation = await currentGeneration(places, connection);
      const kept = await readGeneration(places, connectionId, generation).catch((cause: unknown) => {
        log("tokens.unreadable", { connectionId, generation, cause: causeText(cause) });
        return null;
      });
      if (!kept) return unavailable(this.#refreshPausedUntil);
      // A restored D1 has an older generation, which is corrected.
      const isRowBehind = connection.generation < generation;
      const missing = { generation, storage: false, vault: false, row: true, state: false };
      this.#hold(kept, isRowBehind ? await writeRest(places, connectionId, kept, missing) : this.#unwritten);
      return kept;
    });
  }

  async #finish(connectionId: string): Promise<void> {
    const unwritten = this.#unwritten;
    if (!unwritten) return;
    try {
      const places = this.tools.places();
      const kept = this.#held ?? (await readOwn(places, connectionId));
      if (kept?.generation !== unwritten.generation) {
        this.#unwritten = null;
        await this.tools.storage.delete("unwritten");
        return;
      }
      this.#unwritten = await writeRest(places, connectionId, kept, unwritten);
      // The company is connected in D1 only now: waiting invoices can resume.
      if (unwritten.state && this.#unwritten?.state !== true) await this.tools.wakeCompany(connectionId);
    } catch (cause) {
      log("tokens.finish_failed", { connectionId, cause: causeText(cause) });
    }
  }

  async #giveUp(connectionId: string, generation: number): Promise<void> {
    const places = this.tools.places();
    const connection = await findConnection(places.db, connectionId);
    if ((await this.#known(places, connection)) > generation) return;
    await this.#forget(generation);
    await tryAgain(() => markReconnectNeeded(places.db, connectionId, generation, new Date()));
    log("tokens.given_up", { connectionId, generation });
    await this.tools.wakeCompany(connectionId);
  }

  #hold(kept: Kept, unwritten: Unwritten | null): void {
    this.#held = kept;
    this.#generation = kept.generation;
    this.#unwritten = unwritten;
  }

  async #forget(generation: number): Promise<void> {
    this.#held = null;
    this.#unwritten = null;
    this.#generation = generation;
    await forgetOwn(this.tools.storage);
  }

  async #known(places: Places, connection: Connection | null): Promise<number> {
    return Math.max(await currentGeneration(places, connection), this.#held?.generation ?? 0);
  }

  /** The token in memory, if it may be handed out. */
  #usable(): TokenAnswer {
    const held = this.#held;
    const isUsable =
      held && !this.#refusals.isRefused(held.generation) && leftMs(held, Date.now()) > USABLE_BEFORE_END_MS;
    return isUsable ? { kind: "go", held } : unavailable(this.#refreshPausedUntil);
  }
}

const RECONNECT_NEEDED: NotConnected = {
  kind: "not_connected",
  reason: "reconnect_needed",
  retryAt: null,
};

function notConnected(connection: Connection | null): NotConnected {
  const reason = connection?.state === "reconnect_needed" ? "reconnect_needed" : "disconnected";
  return { kind: "not_connected", reason, retryAt: null };
}

/** Unavailable for now; no person has to act. */
function unavailable(until: number): NotConnected {
  return {
    kind: "not_connected",
    reason: "token_unavailable",
    retryAt: Math.max(until, Date.now() + 5_000),
  };
}

function leftMs(held: Kept, now: number): number {
  return Date.parse(held.tokens.accessExpiresAt) - now;
}
