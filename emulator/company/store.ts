/**
 * The books of one company in its Durable Object's SQLite: every entity as its exact JSON, with a few indexed columns
 * for names, document numbers and times. It knows none of QuickBooks' rules; they are with their entities.
 */
import { parseJsonObject, printJson, textOf, type JsonObject } from "../wire/json.ts";

const REQUEST_RETENTION_MS = 24 * 3_600_000;

const SCHEMA = [
  `CREATE TABLE IF NOT EXISTS entity (
    type TEXT NOT NULL, id INTEGER NOT NULL, active INTEGER NOT NULL, namespace TEXT, unique_key TEXT, name_key TEXT,
    doc_key TEXT, sku_key TEXT, customer_id TEXT, created_s INTEGER NOT NULL, updated_s INTEGER NOT NULL, body TEXT NOT NULL)`,
  `CREATE UNIQUE INDEX IF NOT EXISTS entity_id ON entity (type, id)`,
  `CREATE UNIQUE INDEX IF NOT EXISTS entity_unique ON entity (namespace, unique_key) WHERE namespace IS NOT NULL`,
  `CREATE INDEX IF NOT EXISTS entity_name ON entity (type, name_key)`,
  `CREATE INDEX IF NOT EXISTS entity_doc ON entity (type, doc_key)`,
  `CREATE INDEX IF NOT EXISTS entity_sku ON entity (type, sku_key)`,
  `CREATE INDEX IF NOT EXISTS entity_customer ON entity (type, customer_id)`,
  `CREATE INDEX IF NOT EXISTS entity_updated ON entity (type, updated_s)`,
  `CREATE TABLE IF NOT EXISTS tombstone (type TEXT NOT NULL, id INTEGER NOT NULL, updated_s INTEGER NOT NULL)`,
  `CREATE TABLE IF NOT EXISTS request (id TEXT PRIMARY KEY, status INTEGER NOT NULL, body TEXT NOT NULL, at_ms INTEGER NOT NULL)`,
  `CREATE TABLE IF NOT EXISTS counter (name TEXT PRIMARY KEY, value INTEGER NOT NULL)`,
];

/** The columns stored beside an entity's JSON to find it quickly. */
export interface EntityKeys {
  active: boolean;
  /** Within a namespace no two `uniqueKey`s may be equal (customers, vendors and employees share one). */
  namespace: string | null;
  uniqueKey: string | null;
  nameKey: string | null;
  docKey: string | null;
  skuKey: string | null;
  customerId: string | null;
}

/** An entity to be written: its JSON and its search columns. */
export interface StoredEntity {
  type: string;
  id: number;
  body: JsonObject;
  keys: EntityKeys;
}

export interface StoredRequest {
  status: number;
  body: string;
}

export class CompanyStore {
  constructor(private readonly sql: SqlStorage) {
    for (const statement of SCHEMA) sql.exec(statement);
  }

  /** The next number of a counter; the first is `first`. */
  nextNumber(name: string, first = 1): number {
    const row = this.sql
      .exec<{ value: number }>(
        `INSERT INTO counter (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = value + 1 RETURNING value`,
        name,
        first,
      )
      .one();
    return row.value;
  }

  setNumber(name: string, value: number): void {
    this.sql.exec(`INSERT OR REPLACE INTO counter (name, value) VALUES (?, ?)`, name, value);
  }

  findNumber(name: string): number | null {
    return (
      this.sql.exec<{ value: number }>(`SELECT value FROM counter WHERE name = ?`, name).toArray()[0]?.value ?? null
    );
  }

  insert({ type, id, body, keys }: StoredEntity, nowMs: number): void {
    const nowS = Math.floor(nowMs / 1000);
    this.sql.exec(
      `INSERT INTO entity (type, id, active, namespace, unique_key, name_key, doc_key, sku_key, customer_id, created_s, updated_s, body)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      type,
      id,
      keys.active ? 1 : 0,
      keys.namespace,
      keys.uniqueKey,
      keys.nameKey,
      keys.docKey,
      keys.skuKey,
      keys.customerId,
      nowS,
      nowS,
      printJson(body),
    );
  }

  update({ type, id, body, keys }: StoredEntity, nowMs: number): void {
    this.sql.exec(
      `UPDATE entity SET active = ?, namespace = ?, unique_key = ?, name_key = ?, doc_key = ?, sku_key = ?, customer_id = ?,
       updated_s = ?, body = ? WHERE type = ? AND id = ?`,
      keys.active ? 1 : 0,
      keys.namespace,
      keys.uniqueKey,
      keys.nameKey,
      keys.docKey,
      keys.skuKey,
      keys.customerId,
      Math.floor(nowMs / 1000),
      printJson(body),
      type,
      id,
    );
  }

  /** Replaces JSON and some search columns but no time: for what changed elsewhere, which is nobody's change. */
  replaceQuietly(type: string, body: JsonObject, keys: { uniqueKey?: string; customerId?: string }): void {
    this.sql.exec(
      `UPDATE entity SET unique_key = coalesce(?, unique_key), customer_id = coalesce(?, customer_id), body = ?
       WHERE type = ? AND id = ?`,
      keys.uniqueKey ?? null,
      keys.customerId ?? null,
      printJson(body),
      type,
      idNumber(textOf(body["Id"]) ?? ""),
    );
  }

  /** Replaces only the JSON: for computed values (balances, quantities) whose change is nobody's change. */
  replaceBody(type: string, id: string, body: JsonObject): void {
    this.sql.exec(`UPDATE entity SET body = ? WHERE type = ? AND id = ?`, printJson(body), type, idNumber(id));
  }

  remove(type: string, id: number, nowMs: number): void {
    this.sql.exec(`DELETE FROM entity WHERE type = ? AND id = ?`, type, id);
    this.sql.exec(`INSERT INTO tombstone (type, id, updated_s) VALUES (?, ?, ?)`, type, id, Math.floor(nowMs / 1000));
  }

  find(type: string, id: string): JsonObject | null {
    const number = idNumber(id);
    if (number === null) return null;
    const row = this.sql
      .exec<{ body: string }>(`SELECT body FROM entity WHERE type = ? AND id = ?`, type, number)
      .toArray()[0];
    return row === undefined ? null : parseJsonObject(row.body);
  }

  /** The Id and type of the record that holds a name within a namespace, or null. */
  findHolder(namespace: string, uniqueKey: string): { type: string; id: string } | null {
    const row = this.sql
      .exec<{ type: string; id: number }>(
        `SELECT type, id FROM entity WHERE namespace = ? AND unique_key = ?`,
        namespace,
        uniqueKey,
      )
      .toArray()[0];
    return row === undefined ? null : { type: row.type, id: String(row.id) };
  }

  findByName(type: string, name: string): JsonObject | null {
    const row = this.sql
      .exec<{ body: string }>(`SELECT body FROM entity WHERE type = ? AND name_key = ? ORDER BY id`, type, keyOf(name))
      .toArray()[0];
    return row === undefined ? null : parseJsonObject(row.body);
  }

  findIdByDocNumber(type: string, docNumber: string): string | null {
    const row = this.sql
      .exec<{ id: number }>(`SELECT id FROM entity WHERE type = ? AND doc_key = ? ORDER BY id`, type, keyOf(docNumber))
      .toArray()[0];
    return row === undefined ? null : String(row.id);
  }

  /** Bodies as stored text, so a list can be returned without parsing. */
  listBodies(type: string, where: string, parameters: (string | number | null)[], tail = ""): string[] {
    return this.sql
      .exec<{ body: string }>(`SELECT body FROM entity WHERE type = ? ${where} ${tail}`, type, ...parameters)
      .toArray()
      .map((row) => row.body);
  }

  count(type: string, where = "", parameters: (string | number | null)[] = []): number {
    return this.sql
      .exec<{ n: number }>(`SELECT count(*) AS n FROM entity WHERE type = ? ${where}`, type, ...parameters)
      .one().n;
  }

  rows<Row extends Record<string, SqlStorageValue>>(query: string, parameters: (string | number | null)[]): Row[] {
    return this.sql.exec<Row>(query, ...parameters).toArray();
  }

  listTombstones(type: string, sinceS: number): { id: number; updatedS: number }[] {
    return this.sql
      .exec<{ id: number; updated_s: number }>(
        `SELECT id, updated_s FROM tombstone WHERE type = ? AND updated_s >= ? ORDER BY id`,
        type,
        sinceS,
      )
      .toArray()
      .map((row) => ({ id: row.id, updatedS: row.updated_s }));
  }

  findRequest(id: string, nowMs: number): StoredRequest | null {
    const row = this.sql
      .exec<{ status: number; body: string }>(
        `SELECT status, body FROM request WHERE id = ? AND at_ms > ?`,
        id,
        nowMs - REQUEST_RETENTION_MS,
      )
      .toArray()[0];
    return row ?? null;
  }

  recordRequest(id: string, answer: StoredRequest, nowMs: number): void {
    this.sql.exec(
      `INSERT OR REPLACE INTO request (id, status, body, at_ms) VALUES (?, ?, ?, ?)`,
      id,
      answer.status,
      answer.body,
      nowMs,
    );
  }
}

/** Names, numbers and SKUs are compared ignoring case and surrounding spaces. */
export function keyOf(text: string): string {
  return text.trim().toLowerCase();
}

/** Ids are decimal texts; anything else matches nothing. */
export function idNumber(id: string): number | null {
  return /^[1-9]\d{0,14}$/.test(id) ? Number(id) : null;
}
