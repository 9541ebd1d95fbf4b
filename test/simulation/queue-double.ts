/**
 * Cloudflare's queue as documented: at least once, in any order, in batches, with retries and a dead-letter queue. On
 * command it loses everything or delivers again, as the real one may.
 */
import type { VirtualTime } from "./virtual-time.ts";

const BATCH_SIZE = 30;
const BATCH_WAIT_MS = 1_000;
/** Messages of a consumer that died come back after this long. */
const COMES_BACK_MS = 30_000;
const MAX_RETRIES = 5;
const DEAD_RETRY_MS = 60_000;

interface Stored {
  id: string;
  body: unknown;
  attempts: number;
  visibleMs: number;
  isDead: boolean;
}

/** Handles one batch; answers whether the consumer lived to the end of it. */
export type Consumer = (batch: MessageBatch, isDead: boolean) => Promise<"done" | "died">;

export class QueueDouble {
  #messages: Stored[] = [];
  #serial = 0;
  /** Messages that were given to a consumer lately, for delivering them again. */
  #lately: unknown[] = [];

  constructor(
    readonly time: VirtualTime,
    readonly consumer: Consumer,
    readonly around: <T>(run: () => Promise<T>) => Promise<T>,
  ) {}

  /** The producer's binding. */
  binding(): Queue {
    const send = async (body: unknown) => this.around(async () => this.#add(body));
    const sendBatch = async (messages: Iterable<{ body: unknown }>) =>
      this.around(async () => {
        for (const { body } of messages) this.#add(body);
      });
    return { send, sendBatch } as unknown as Queue;
  }

  /** Everything that waits is gone, as after a restart of the local simulator. */
  lose(): void {
    this.#messages = [];
  }

  /** What was delivered lately comes once more. */
  deliverAgain(): void {
    for (const body of this.#lately) this.#add(body);
  }

  get waiting(): number {
    return this.#messages.length;
  }

  #add(body: unknown): void {
    this.#serial += 1;
    this.#put({
      id: `m-${this.#serial}`,
      body: structuredClone(body),
      attempts: 0,
      visibleMs: this.time.now + BATCH_WAIT_MS,
      isDead: false,
    });
  }

  #put(message: Stored): void {
    this.#messages.push(message);
    this.time.at(message.visibleMs, () => void this.#pump(message.isDead));
  }

  async #pump(isDead: boolean): Promise<void> {
    const taken = this.#messages
      .filter((message) => message.isDead === isDead && message.visibleMs <= this.time.now)
      .slice(0, BATCH_SIZE);
    if (taken.length === 0) return;
    this.#messages = this.#messages.filter((message) => !taken.includes(message));
    this.#lately = taken.map((message) => message.body);
    const retried = new Map<string, number>();
    const acked = new Set<string>();
    const end = await this.consumer(this.#batchOf(taken, isDead, acked, retried), isDead);
    for (const message of taken) {
      const delaySeconds = retried.get(message.id);
      if (delaySeconds !== undefined) this.#again(message, delaySeconds * 1000);
      else if (end === "died" && !acked.has(message.id)) this.#again(message, COMES_BACK_MS);
    }
  }

  #again(message: Stored, delayMs: number): void {
    const attempts = message.attempts + 1;
    if (message.isDead) this.#put({ ...message, attempts, visibleMs: this.time.now + DEAD_RETRY_MS });
    else this.#put({ ...message, attempts, isDead: attempts > MAX_RETRIES, visibleMs: this.time.now + delayMs });
  }

  #batchOf(taken: readonly Stored[], isDead: boolean, acked: Set<string>, retried: Map<string, number>): MessageBatch {
    const messages = taken.map((message) => ({
      id: message.id,
      body: message.body,
      attempts: message.attempts + 1,
      timestamp: new Date(this.time.now),
      ack: () => void acked.add(message.id),
      retry: (options?: { delaySeconds?: number }) => void retried.set(message.id, options?.delaySeconds ?? 0),
    }));
    const batch = {
      queue: isDead ? "invoice-push-dead" : "invoice-push",
      messages,
      ackAll: () => taken.forEach((message) => acked.add(message.id)),
      retryAll: () => taken.forEach((message) => retried.set(message.id, 0)),
    };
    return batch as unknown as MessageBatch;
  }
}
