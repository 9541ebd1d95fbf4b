/**
 * A complete world around the product's own code: two companies' books, the network, the queue, the gates, the cron,
 * Intuit's webhooks, an order system and people; with a clock that only moves on command. Commands act on it, failures
 * happen in it, the oracle checks it. It decides nothing that the product should decide.
 */
import { createHmac } from "node:crypto";
import { connections } from "../../src/connections/schema.ts";
import { type Config, type Env, readConfig } from "../../src/env.ts";
import { receiveIntuitWebhook } from "../../src/inbox/intuit-webhook.ts";
import { receiveDelivery } from "../../src/inbox/receive.ts";
import type { RefusedRequests } from "../../src/inbox/refused-requests.ts";
import { instances } from "../../src/instances/schema.ts";
import type { TokenSet } from "../../src/quickbooks/oauth.ts";
import { causeText } from "../../src/platform/cause.ts";
import { type Db, openDb } from "../../src/platform/db.ts";
import { consumePushes } from "../../src/pushes/queue/consumer.ts";
import { consumeDeadLetters } from "../../src/pushes/queue/dead-letters.ts";
import { sweep } from "../../src/pushes/queue/sweep.ts";
import { type BookInvoice, Books, type BooksOptions } from "./books.ts";
import type { Gates } from "./gates.ts";
import { API_ORIGIN, INTUIT_ORIGIN, Network } from "./network.ts";
import { type Delivery, OrderSystem } from "./simulated-order-system.ts";
import { Fate, type Mishap, Process, connected, isCommandedFailure, isStill, runAs, seam } from "./process.ts";
import type { KvHabit } from "./kv-in-memory.ts";
import { QueueDouble } from "./queue-double.ts";
import type { VirtualTime } from "./virtual-time.ts";
import { US_COMPANY } from "../connections/company-fixture.ts";

export interface WorldOptions {
  books: BooksOptions;
  /** `wrangler dev` fires no cron; the gates' alarms then have to do. */
  hasCron: boolean;
  /** How KV behaves; left out: what was written is there at once. */
  kv?: KvHabit;
  /** How far the gates' clocks go before the true one (or after it, below 0). */
  gateSkewMs?: number;
  /** How far the clocks of workers go before the true one, in turn. */
  workerSkewsMs?: number[];
  /** Work under way is cut off 30 s after its batch, as on Cloudflare; left out: it is waited for, as in older runs. */
  isCutOff?: boolean;
  /** A second order system sends to the same company. */
  hasTwoShops?: boolean;
  /** Dozens of invoices, payments or lost answers may come at once. */
  hasHeaps?: boolean;
  /** More than the usual number of things may happen, where a test is about a heap of them. */
  maxSteps?: number;
}

/** What differs between memory and workerd. */
export interface Platform {
  /** Part of the connections' IDs: other Durable Objects for each world. */
  name: string;
  d1: D1Database;
  kv: KVNamespace;
  /** Failures of the gates. */
  gateFate: Fate;
  makeGates: (env: () => Env, given: { queue: () => QueueDouble; died: (connectionId: string) => void }) => Gates;
  /** Lets everything run that does not wait for the clock. */
  macrotask: () => Promise<void>;
  /** How answers of the network are waited for. */
  sleep: (ms: number) => Promise<void>;
  /** After so many turns the world goes on although something is under way: it waits for the clock itself. */
  maxTurns: number;
}

const PATIENCE_MS = 200;
const CRON_MS = 60_000;
/** Cloudflare ends what was handed to `waitUntil` so long after the batch. */
const DRAIN_MS = 30_000;
/** Longer than any stall: by then a gate has put away what Intuit gave it. */
const GRAVE_MS = 10 * 60_000;
const INTUIT_DELAY_MS = 3_000;
/** Intuit repeats what was not answered, each time later. */
const INTUIT_RETRY_MS = 20_000;
const MAX_INTUIT_RETRY_MS = 10 * 60_000;
const VERIFIER = "simulation-verifier";
const TOKEN_LIFE_MS = 100 * 24 * 3_600_000;
/** Turns of the event loop without anything under way, after which nothing more happens by itself. */
const STILL_TURNS = 2;
/** Log events that mean a fault of ours, unless storage had failed on command. */
const FAULTS_OF_OURS = new Set([
  "push.crashed",
  "push.lost",
  "queue.company_failed",
  "queue.rows_unreadable",
  "intuit_event.failed",
  "intuit_event.unavailable",
  "gate.alarm_failed",
  "push.arm_failed",
  "push.enqueue_failed",
]);
const EVENT = /"event":"([^"]*)"/;

export class World {
  readonly books: Books[];
  readonly network: Network;
  readonly queue: QueueDouble;
  readonly gates: Gates;
  readonly env: Env;
  readonly config: Config;
  readonly db: Db;
  /** Two order systems, each an instance; most stories are about the first. */
  readonly shops = ["instance-1", "instance-2"].map((instanceId) => new OrderSystem(instanceId));
  readonly orders: OrderSystem;
  /** IDs of the connections of the two companies, in their order. */
  readonly connectionIds: string[] = [];
  instanceId = "";
  readonly startedAt: number;
  /** Warnings that a person has seen, by row, and the revision at which they stood there. */
  readonly shownWarnings = new Map<string, { codes: string[]; revision: number }>();
  /** How often a worker died before it came to its end. */
  deaths = 0;
  /** For the next processes, one each. */
  readonly mishaps: Mishap[] = [];
  readonly #fates: Fate[] = [];
  /** What must never happen, as it was seen. */
  readonly problems: string[] = [];
  readonly #notes: { atMs: number; line: string }[] = [];
  /** IDs of the rows that a person voided here. */
  readonly voidedByHand = new Set<string>();
  /** Invoices that somebody changed, voided or deleted in QuickBooks. */
  readonly touchedByHand = new Set<BookInvoice>();
  /** Rows that a person linked to an invoice that was there before. */
  readonly linkedByHand = new Set<string>();
  /** Whether somebody merged customers in QuickBooks. */
  hasMerged = false;
  #toldChanges = [0, 0];
  #isIntuitSilent = false;
  readonly #living = new Set<Process>();
  /** Batches that are over while work of theirs goes on in `waitUntil`. */
  readonly #drained = new Set<Process>();
  #spawned = 0;
  /** Companies whose grant somebody ended, or that Intuit gave new tokens which nobody got, since their last Reconnect. */
  readonly endedGrants = new Set<number>();
  /** Companies whose new grant is being put in force. */
  readonly reconnecting = new Set<number>();

  constructor(
    readonly time: VirtualTime,
    readonly platform: Platform,
    readonly options: WorldOptions,
  ) {
    this.startedAt = time.now;
    const [first = new OrderSystem("instance-1")] = this.shops;
    this.orders = first;
    this.books = ["realm-a", "realm-b"].map((realmId) => new Books(realmId, options.books));
    this.network = new Network(time, this.books, platform.sleep);
    this.queue = new QueueDouble(
      time,
      (batch, isDead) => this.#consume(batch, isDead),
      (run) => seam(time, "queue", run),
    );
    this.gates = platform.makeGates(() => this.env, {
      queue: () => this.queue,
      died: (connectionId) => this.#gateDied(connectionId),
    });
    this.env = {
      DB: platform.d1,
      TOKENS: platform.kv,
      PUSH_QUEUE: this.queue.binding(),
      REALM_GATE: this.gates.namespace,
      // Only for refused requests, which end a story.
      REFUSED_REQUESTS: {} as unknown as DurableObjectNamespace<RefusedRequests>,
      ASSETS: { fetch: async () => new Response("") } as unknown as Fetcher,
      ...VARIABLES,
    };
    this.network.onLostGrant = (realmId) =>
      void this.endedGrants.add(this.books.findIndex((books) => books.realmId === realmId));
    this.config = readConfig(this.env);
    this.db = openDb(platform.d1);
    if (options.hasCron) this.#cron();
  }

  /** Also while it waits for a connection the time limit of a call runs. */
  readonly fetch: typeof fetch = (input, init) => {
    const askedAt = this.time.now;
    return seam(this.time, "network", () => connected(() => this.network.fetch(input, init, this.time.now - askedAt)));
  };

  /** Two connected companies and an instance that sends to the first by itself. */
  async prepare(): Promise<void> {
    const at = new Date().toISOString();
    for (const [index, books] of this.books.entries()) {
      const id = `connection-${index}-${this.platform.name}`;
      this.connectionIds.push(id);
      await this.db.insert(connections).values({
        ...CONNECTION,
        id,
        realmId: books.realmId,
        company: companyOf(this.options.books),
        stateChangedAt: at,
        companyReadAt: at,
        createdAt: at,
        updatedAt: at,
      });
      await this.gates.install(id, this.newTokens(index));
    }
    this.instanceId = "instance-1";
    const connectionId = this.connectionIds[0] ?? null;
    for (const { instanceId } of this.options.hasTwoShops ? this.shops : this.shops.slice(0, 1)) {
      const switches = { enabled: true, autoInvoice: true };
      await this.db
        .insert(instances)
        .values({ id: instanceId, name: instanceId, connectionId, ...switches, createdAt: at, updatedAt: at });
    }
    await this.settle();
  }

  newTokens(index: number): TokenSet {
    const ends = new Date(this.time.now + TOKEN_LIFE_MS).toISOString();
    return {
      ...this.network.grant(this.books[index]?.realmId ?? ""),
      refreshExpiresAt: ends,
      refreshHardExpiresAt: null,
    };
  }

  /** Runs our code as a process, which the next mishap befalls. Its result, or null where it died or threw. */
  async spawn<T>(name: string, work: (process: Process) => Promise<T>): Promise<T | null> {
    const mishap = this.mishaps.shift() ?? null;
    this.#spawned += 1;
    const skews = this.options.workerSkewsMs ?? [];
    const skewMs = skews[this.#spawned % Math.max(1, skews.length)] ?? 0;
    const fate = new Fate(mishap);
    if (mishap) this.#fates.push(fate);
    const process = new Process(name, fate, { skewMs, isInvocation: true });
    this.#living.add(process);
    this.note(`${name}${mishap ? ` [${mishap.kind} ${mishap.step}]` : ""}`);
    try {
      const result = await runAs(process, () => work(process));
      if (result === "died") this.deaths += 1;
      return result === "died" ? null : result;
    } catch (error) {
      this.#judge(name, causeText(error));
      return null;
    } finally {
      this.#living.delete(process);
    }
  }

  /** Whether a mishap has befallen a process so far: one of a step that no process came to never does. */
  get hasBefallen(): boolean {
    return this.#fates.some((fate) => fate.taken > 0);
  }

  /** Whether a worker could not reach a gate: then nothing was armed. */
  get hasMissedGate(): boolean {
    return this.#fates.some((fate) => fate.hasMissedGate);
  }

  /** kill -9 of all processes; requests already sent continue in QuickBooks. */
  kill(): void {
    for (const process of [...this.#living, ...this.#drained]) process.die();
    for (const id of this.connectionIds) this.gates.restart(id);
  }

  /** The order system sends; a delivery that is not acknowledged stays open. */
  async deliver(delivery: Delivery): Promise<void> {
    const { webhookId, body, instanceId = this.instanceId } = delivery;
    const receipt = await this.spawn(`inbox ${webhookId}`, () =>
      receiveDelivery(this.env, openDb(this.env.DB), { instanceId, webhookId, body }, new Date()),
    );
    if (receipt?.kind === "accepted") delivery.isAcked = true;
    // 410: whoever removed it may have died before saying so.
    const shop = this.shops.find((one) => one.instanceId === instanceId);
    if (receipt?.kind === "removed" && shop) shop.isRemoved = true;
    if (receipt?.kind === "rejected") this.problems.push(`Rejected ${body}: ${JSON.stringify(receipt.refusal.errors)}`);
  }

  /** Lets everything happen that happens now. */
  async settle(): Promise<void> {
    this.#listenToBooks();
    let still = 0;
    for (let turn = 0; still < STILL_TURNS && turn < this.platform.maxTurns; turn += 1) {
      await this.platform.macrotask();
      still = isStill() ? still + 1 : 0;
    }
  }

  /** Lets time pass, with everything that happens in it. */
  async advance(ms: number): Promise<void> {
    const until = this.time.now + ms;
    await this.settle();
    while (this.time.step(until)) await this.settle();
    await this.settle();
  }

  /** Begins something and lets it come as far as it does by itself at once. */
  async start(work: Promise<unknown>): Promise<void> {
    void work;
    await this.settle();
  }

  /** Begins something and lets time pass until it is over: it may wait for an answer. */
  async complete(work: Promise<unknown>): Promise<void> {
    const progress = { isOver: false };
    const over = work.then(() => {
      progress.isOver = true;
    });
    await this.settle();
    while (!progress.isOver) await this.advance(PATIENCE_MS);
    await over;
  }

  silenceIntuit(isSilent: boolean): void {
    this.#isIntuitSilent = isSilent;
  }

  /** What our code logs; a fault of ours that nobody commanded is a problem. */
  readonly log = (line: unknown): void => {
    const text = String(line);
    this.note(text);
    const event = EVENT.exec(text)?.[1] ?? "";
    if (FAULTS_OF_OURS.has(event)) this.#judge(event, text);
  };

  note(line: string): void {
    this.#notes.push({ atMs: this.time.now, line });
  }

  /** What happened so far, a line each. */
  get trace(): string[] {
    return this.#notes.map(({ atMs, line }) => `${new Date(atMs).toISOString().slice(8, 23)} ${line}`);
  }

  #judge(name: string, cause: string): void {
    const isCommanded =
      isCommandedFailure(cause) || (name === "intuit_event.failed" && cause.includes("QuickBooksError"));
    if (!isCommanded) this.problems.push(`${name}: ${cause}`);
  }

  async #consume(batch: MessageBatch, isDead: boolean): Promise<"done" | "died"> {
    const name = `queue ${batch.messages.map((message) => JSON.stringify(message.body)).join(" ")}`;
    const result = await this.spawn(name, async (process) => {
      if (isDead) await consumeDeadLetters(batch, this.env);
      else if (this.options.isCutOff) await this.#consumeUntilCutOff(batch, process);
      else await consumePushes(batch, this.env);
      return "done" as const;
    });
    return result ?? "died";
  }

  /** What a batch hands to `waitUntil` goes on beside the next one, for 30 s. */
  async #consumeUntilCutOff(batch: MessageBatch, process: Process): Promise<void> {
    const rest: Promise<void>[] = [];
    await consumePushes(batch, this.env, (work) => void rest.push(work));
    this.#drained.add(process);
    const over = (): boolean => this.#drained.delete(process);
    void Promise.allSettled(rest).then(over);
    this.time.at(this.time.now + DRAIN_MS, () => {
      if (over()) process.die();
    });
  }

  /** New tokens that a gate lost when it died can't be recovered: only a Reconnect helps, rightly. */
  #gateDied(connectionId: string): void {
    const index = this.connectionIds.indexOf(connectionId);
    const rotatedAt = this.network.rotatedAt(this.books[index]?.realmId ?? "");
    if (this.time.now < rotatedAt + GRAVE_MS) this.endedGrants.add(index);
  }

  #cron(): void {
    this.time.at(this.time.now + CRON_MS, () => {
      void this.spawn("cron", () => sweep(this.env, new Date()));
      this.#cron();
    });
  }

  /** Intuit reports every change in the books a little later, until we acknowledge it. */
  #listenToBooks(): void {
    for (const [index, books] of this.books.entries()) {
      const changes = books.changes.slice(this.#toldChanges[index]);
      this.#toldChanges[index] = books.changes.length;
      for (const { entity, id, operation, atMs, deletedId } of changes) {
        const lastUpdated = new Date(atMs).toISOString();
        const entities = [{ name: entity, id, operation, lastUpdated, ...(deletedId ? { deletedId } : {}) }];
        const body = JSON.stringify({
          eventNotifications: [{ realmId: books.realmId, dataChangeEvent: { entities } }],
        });
        this.time.at(this.time.now + INTUIT_DELAY_MS, () => void this.#tell(body));
      }
    }
  }

  async #tell(body: string, retryMs = INTUIT_RETRY_MS): Promise<void> {
    const signature = createHmac("sha256", VERIFIER).update(body).digest("base64");
    const request = new Request(`${VARIABLES.APP_ORIGIN}/webhooks/intuit`, {
      method: "POST",
      body,
      headers: { "intuit-signature": signature },
    });
    const response = this.#isIntuitSilent
      ? null
      : await this.spawn("intuit", () =>
          receiveIntuitWebhook(
            { env: this.env, config: this.config, db: openDb(this.env.DB), now: new Date() },
            request,
          ),
        );
    const nextMs = Math.min(2 * retryMs, MAX_INTUIT_RETRY_MS);
    if (response?.status !== 200) this.time.at(this.time.now + retryMs, () => void this.#tell(body, nextMs));
  }
}

const VARIABLES = {
  APP_ORIGIN: "https://books.example.com",
  INTUIT_DISCOVERY_URL: `${INTUIT_ORIGIN}/.well-known/openid_sandbox_configuration`,
  INTUIT_CLIENT_ID: "test-client",
  INTUIT_CLIENT_SECRET: "test-client-secret",
  INTUIT_WEBHOOK_VERIFIER: VERIFIER,
  QBO_API_URL: API_ORIGIN,
  QBO_APP_URL: "https://app.quickbooks.example.com",
  ENCRYPTION_KEYS: "test-1=BwgJCgsMDQ4PEBESExQVFhcYGRobHB0eHyAhIiMkJSY=",
  SETUP_TOKEN: "simulated-setup-token",
};

const CONNECTION = {
  companyName: "Simulated company",
  state: "disconnected",
  enabled: true,
  autoInvoice: true,
  customerMode: "per_buyer",
  incomeAccount: "Sales",
  itemType: "service",
} as const;

function companyOf(options: BooksOptions): string {
  return JSON.stringify({ ...US_COMPANY, customTxnNumbers: options.takesNumbers, offeringSku: null });
}
