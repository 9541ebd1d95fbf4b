/**
 * The emulator's clock: real time plus an offset that a test may move forward (tokens expire, days pass). It never goes
 * back, since it orders tokens and changes.
 */

export class Clock {
  private offsetMs: number;

  constructor(private readonly sql: SqlStorage) {
    sql.exec(`CREATE TABLE IF NOT EXISTS setting (name TEXT PRIMARY KEY, value TEXT NOT NULL)`);
    this.offsetMs = Number(readSetting(sql, "clock_offset_ms") ?? "0");
  }

  nowMs(): number {
    return Date.now() + this.offsetMs;
  }

  advance(seconds: number): void {
    this.offsetMs += seconds * 1000;
    writeSetting(this.sql, "clock_offset_ms", String(this.offsetMs));
  }

  reset(): void {
    this.offsetMs = 0;
    writeSetting(this.sql, "clock_offset_ms", "0");
  }

  offsetSeconds(): number {
    return this.offsetMs / 1000;
  }
}

/** A single stored text of the control state. */
export function readSetting(sql: SqlStorage, name: string): string | null {
  return sql.exec<{ value: string }>(`SELECT value FROM setting WHERE name = ?`, name).toArray()[0]?.value ?? null;
}

export function writeSetting(sql: SqlStorage, name: string, value: string): void {
  sql.exec(`INSERT OR REPLACE INTO setting (name, value) VALUES (?, ?)`, name, value);
}
