/**
 * Where Intuit's webhooks are sent and what still has to be sent there: subscriptions and an outbox, in order, with
 * retries. It only stores; deliver.ts sends. Times here are real time, because an alarm empties the outbox.
 */
import { z } from "zod";
import type { Change } from "../company/context.ts";
import type { WebhookFormat } from "./payload.ts";

const DEFAULT_DELAY_MS = 1000;
const MAX_DELAY_MS = 600_000;
const MAX_DUPLICATES = 5;
const MAX_WAITING = 20_000;
/** docs/qbo-api.md, section 8; the last step repeats. */
const RETRY_AFTER_S = [10, 20, 30, 300, 1200, 7200, 14_400, 21_600] as const;

export const webhookSchema = z
  .object({
    url: z.url({ protocol: /^https?$/ }).max(2000),
    verifier: z.string().min(1).max(500),
    format: z.enum(["legacy", "cloudevents"]).default("legacy"),
    realm_id: z.string().max(30).optional(),
    /** How long after the change it is sent. */
    delay_ms: z.number().int().min(0).max(MAX_DELAY_MS).default(DEFAULT_DELAY_MS),
    /** How many extra times each delivery is made. */
    duplicates: z.number().int().min(0).max(MAX_DUPLICATES).default(0),
    /** Sends what is due in reverse order. */
    out_of_order: z.boolean().default(false),
  })
  .strict();

export type WebhookRequest = z.infer<typeof webhookSchema>;

export interface Webhook {
  id: string;
  url: string;
  verifier: string;
  format: WebhookFormat;
  realmId: string | null;
  delayMs: number;
  duplicates: number;
  isOutOfOrder: boolean;
  delivered: number;
  lastStatus: string | null;
}

export interface Waiting {
  number: number;
  deliveryId: string;
  realmId: string;
  changes: Change[];
  dueMs: number;
  attempts: number;
}

type WebhookRow = Record<string, SqlStorageValue> & {
  id: string;
  body: string;
  delivered: number;
  last_status: string | null;
};
type WaitingRow = Record<string, SqlStorageValue> & {
  number: number;
  delivery_id: string;
  realm_id: string;
  changes: string;
  due_ms: number;
  attempts: number;
};

const changesSchema = z.array(
  z.object({
    entity: z.string(),
    id: z.string(),
    verb: z.enum(["Create", "Update", "Delete", "Void", "Emailed", "Merge"]),
    atMs: z.number(),
    deletedId: z.string().optional(),
  }),
);

export class Outbox {
  constructor(private readonly sql: SqlStorage) {
    sql.exec(
      `CREATE TABLE IF NOT EXISTS webhook (id TEXT PRIMARY KEY, body TEXT NOT NULL, delivered INTEGER NOT NULL DEFAULT 0, last_status TEXT)`,
    );
    sql.exec(`CREATE TABLE IF NOT EXISTS outbox (number INTEGER PRIMARY KEY AUTOINCREMENT, webhook_id TEXT NOT NULL, delivery_id TEXT NOT NULL,
      realm_id TEXT NOT NULL, changes TEXT NOT NULL, due_ms INTEGER NOT NULL, attempts INTEGER NOT NULL DEFAULT 0)`);
  }

  add(request: WebhookRequest, id: string): Webhook {
    this.sql.exec(`INSERT INTO webhook (id, body) VALUES (?, ?)`, id, JSON.stringify(request));
    return fromRow({ id, body: JSON.stringify(request), delivered: 0, last_status: null });
  }

  list(): (Webhook & { waiting: number })[] {
    return this.sql
      .exec<WebhookRow>(`SELECT * FROM webhook ORDER BY rowid`)
      .toArray()
      .map((row) => ({
        ...fromRow(row),
        waiting: this.sql.exec<{ n: number }>(`SELECT count(*) AS n FROM outbox WHERE webhook_id = ?`, row.id).one().n,
      }));
  }

  remove(id: string | null): void {
    this.sql.exec(`DELETE FROM outbox WHERE ? IS NULL OR webhook_id = ?`, id, id);
    this.sql.exec(`DELETE FROM webhook WHERE ? IS NULL OR id = ?`, id, id);
  }

  /**
   * Adds one delivery for each subscription of the company; returns the earliest due time, or null if there is no
   * subscription.
   */
  put(realmId: string, changes: readonly Change[], nowMs: number): number | null {
    let earliest: number | null = null;
    for (const webhook of this.list()) {
      if (webhook.realmId !== null && webhook.realmId !== realmId) continue;
      if (webhook.waiting >= MAX_WAITING) continue;
      const due = nowMs + webhook.delayMs;
      this.sql.exec(
        `INSERT INTO outbox (webhook_id, delivery_id, realm_id, changes, due_ms) VALUES (?, ?, ?, ?, ?)`,
        webhook.id,
        crypto.randomUUID(),
        realmId,
        JSON.stringify(changes),
        due,
      );
      earliest = earliest === null ? due : Math.min(earliest, due);
    }
    return earliest;
  }

  /** What waits for a subscription, oldest first; only what is due unless `all`. */
  waiting(webhookId: string, nowMs: number, all: boolean): Waiting[] {
    return this.sql
      .exec<WaitingRow>(
        `SELECT * FROM outbox WHERE webhook_id = ? AND (? OR due_ms <= ?) ORDER BY number LIMIT 500`,
        webhookId,
        all ? 1 : 0,
        nowMs,
      )
      .toArray()
      .map((row) => ({
        number: row.number,
        deliveryId: row.delivery_id,
        realmId: row.realm_id,
        changes: changesSchema.parse(JSON.parse(row.changes)),
        dueMs: row.due_ms,
        attempts: row.attempts,
      }));
  }

  delivered(webhookId: string, waiting: Waiting, status: string): void {
    this.sql.exec(`DELETE FROM outbox WHERE number = ?`, waiting.number);
    this.sql.exec(`UPDATE webhook SET delivered = delivered + 1, last_status = ? WHERE id = ?`, status, webhookId);
  }

  /** Schedules the next try; what came later waits at least as long. */
  failed(webhookId: string, waiting: Waiting, status: string, nowMs: number): void {
    const step = Math.min(waiting.attempts, RETRY_AFTER_S.length - 1);
    const due = nowMs + (RETRY_AFTER_S[step] ?? 0) * 1000;
    this.sql.exec(`UPDATE outbox SET attempts = attempts + 1, due_ms = ? WHERE number = ?`, due, waiting.number);
    this.sql.exec(
      `UPDATE outbox SET due_ms = max(due_ms, ?) WHERE webhook_id = ? AND number > ?`,
      due,
      webhookId,
      waiting.number,
    );
    this.sql.exec(`UPDATE webhook SET last_status = ? WHERE id = ?`, status, webhookId);
  }

  nextDueMs(): number | null {
    return this.sql.exec<{ due: number | null }>(`SELECT min(due_ms) AS due FROM outbox`).one().due;
  }
}

function fromRow(row: WebhookRow): Webhook {
  const request = webhookSchema.parse(JSON.parse(row.body));
  return {
    id: row.id,
    url: request.url,
    verifier: request.verifier,
    format: request.format,
    realmId: request.realm_id ?? null,
    delayMs: request.delay_ms,
    duplicates: request.duplicates,
    isOutOfOrder: request.out_of_order,
    delivered: row.delivered,
    lastStatus: row.last_status,
  };
}
