/**
 * The record: every call received, in order, with its response, so that a test can assert on it. Rows are written when
 * a call arrives and completed when it is answered, so a dropped or hanging call is seen too.
 */

const MAX_ROWS = 100_000;
const TRIM_EVERY_ROWS = 1_000;
const MAX_BODY_CHARS = 400_000;

export interface CallStart {
  realmId: string | null;
  kind: string;
  method: string;
  path: string;
  query: string;
  requestId: string | null;
  requestBody: string;
  tid: string;
}

export interface CallEnd {
  status: number | null;
  faultCode: string | null;
  committed: boolean;
  replayed: boolean;
  entityType: string | null;
  entityId: string | null;
  durationMs: number;
  scenario: string | null;
}

export interface RecordRow {
  seq: number;
  at: string;
  realm_id: string | null;
  kind: string;
  method: string;
  path: string;
  query: string;
  requestid: string | null;
  request_body: string;
  intuit_tid: string;
  status: number | null;
  fault_code: string | null;
  committed: boolean;
  replayed: boolean;
  entity_type: string | null;
  entity_id: string | null;
  duration_ms: number | null;
  scenario: string | null;
  /** Milliseconds of the emulator's clock at arrival. */
  at_ms: number;
}

type SqlRow = Omit<RecordRow, "at" | "committed" | "replayed"> & { committed: number; replayed: number } & Record<
    string,
    SqlStorageValue
  >;

export interface RecordFilter {
  realmId?: string | undefined;
  kind?: string | undefined;
  after?: number | undefined;
  limit: number;
  newestFirst?: boolean;
}

export class RecordStore {
  constructor(private readonly sql: SqlStorage) {
    sql.exec(`CREATE TABLE IF NOT EXISTS record (
      seq INTEGER PRIMARY KEY AUTOINCREMENT, at_ms INTEGER NOT NULL, realm_id TEXT, kind TEXT NOT NULL, method TEXT NOT NULL,
      path TEXT NOT NULL, query TEXT NOT NULL, requestid TEXT, request_body TEXT NOT NULL, intuit_tid TEXT NOT NULL, status INTEGER,
      fault_code TEXT, committed INTEGER NOT NULL DEFAULT 0, replayed INTEGER NOT NULL DEFAULT 0, entity_type TEXT, entity_id TEXT,
      duration_ms INTEGER, scenario TEXT)`);
    sql.exec(`CREATE INDEX IF NOT EXISTS record_realm ON record (realm_id, kind)`);
  }

  begin(call: CallStart, nowMs: number): number {
    const { seq } = this.sql
      .exec<{ seq: number }>(
        `INSERT INTO record (at_ms, realm_id, kind, method, path, query, requestid, request_body, intuit_tid)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING seq`,
        nowMs,
        call.realmId,
        call.kind,
        call.method,
        call.path,
        call.query,
        call.requestId,
        call.requestBody.slice(0, MAX_BODY_CHARS),
        call.tid,
      )
      .one();
    if (seq % TRIM_EVERY_ROWS === 0) this.sql.exec(`DELETE FROM record WHERE seq <= ?`, seq - MAX_ROWS);
    return seq;
  }

  end(seq: number, end: CallEnd): void {
    this.sql.exec(
      `UPDATE record SET status = ?, fault_code = ?, committed = ?, replayed = ?, entity_type = ?, entity_id = ?, duration_ms = ?, scenario = ?
       WHERE seq = ?`,
      end.status,
      end.faultCode,
      end.committed ? 1 : 0,
      end.replayed ? 1 : 0,
      end.entityType,
      end.entityId,
      end.durationMs,
      end.scenario,
      seq,
    );
  }

  list(filter: RecordFilter): RecordRow[] {
    const where = ["seq > ?"];
    const parameters: (string | number)[] = [filter.after ?? 0];
    if (filter.realmId !== undefined) {
      where.push("realm_id = ?");
      parameters.push(filter.realmId);
    }
    if (filter.kind !== undefined) {
      where.push("kind = ?");
      parameters.push(filter.kind);
    }
    return this.sql
      .exec<SqlRow>(
        `SELECT * FROM record WHERE ${where.join(" AND ")} ORDER BY seq ${filter.newestFirst === true ? "DESC" : "ASC"} LIMIT ?`,
        ...parameters,
        filter.limit,
      )
      .toArray()
      .map((row) => ({
        ...row,
        at: new Date(row.at_ms).toISOString(),
        committed: row.committed === 1,
        replayed: row.replayed === 1,
      }));
  }

  summary(realmId: string | undefined): {
    total: number;
    committed: number;
    by_kind: Record<string, number>;
    by_status: Record<string, number>;
    max_per_minute: number;
    max_per_second: number;
    max_batches_per_minute: number;
  } {
    const where = realmId === undefined ? "1 = 1" : "realm_id = ?";
    const parameters = realmId === undefined ? [] : [realmId];
    const groups = (column: string): Record<string, number> =>
      Object.fromEntries(
        this.sql
          .exec<{ name: string | null; n: number }>(
            `SELECT CAST(${column} AS TEXT) AS name, count(*) AS n FROM record WHERE ${where} GROUP BY ${column} ORDER BY n DESC`,
            ...parameters,
          )
          .toArray()
          .map((row) => [row.name ?? "none", row.n]),
      );
    const times = this.sql
      .exec<{ at_ms: number; kind: string }>(
        `SELECT at_ms, kind FROM record WHERE ${where} AND kind NOT IN ('token', 'revoke') ORDER BY at_ms`,
        ...parameters,
      )
      .toArray();
    const calls = times.map((row) => row.at_ms);
    const batches = times.filter((row) => row.kind === "batch").map((row) => row.at_ms);
    const total = this.sql
      .exec<{ n: number }>(`SELECT count(*) AS n FROM record WHERE ${where}`, ...parameters)
      .one().n;
    const committed = this.sql
      .exec<{ n: number }>(
        `SELECT count(*) AS n FROM record WHERE ${where} AND committed = 1 AND kind NOT IN ('token', 'revoke')`,
        ...parameters,
      )
      .one().n;
    return {
      total,
      committed,
      by_kind: groups("kind"),
      by_status: groups("status"),
      max_per_minute: mostWithin(calls, 60_000),
      max_per_second: mostWithin(calls, 1_000),
      max_batches_per_minute: mostWithin(batches, 60_000),
    };
  }

  clear(): void {
    this.sql.exec(`DELETE FROM record`);
  }
}

/** The largest number of sorted times within any one window. */
export function mostWithin(times: readonly number[], windowMs: number): number {
  let first = 0;
  let most = 0;
  times.forEach((at, index) => {
    while ((times[first] ?? at) <= at - windowMs) first += 1;
    most = Math.max(most, index - first + 1);
  });
  return most;
}
