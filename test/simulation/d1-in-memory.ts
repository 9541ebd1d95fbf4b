/**
 * D1 in memory: SQLite behind the part of D1's interface that drizzle uses. Batches are transactions, as in D1. For the
 * simulation only, where thousands of databases are needed; workerd's own D1 is used in the tests that run there.
 */
import { readFileSync, readdirSync } from "node:fs";
import { DatabaseSync, type SQLInputValue, type StatementSync } from "node:sqlite";

/** The point where the simulation intervenes: it may kill the caller, fail the call, or change the statement. */
export interface D1Hooks {
  /** `count`: how many statements it is; `sql`: the last of them. */
  around: <T>(count: number, run: () => Promise<T>, sql: string) => Promise<T>;
  rewrite: (sql: string) => string;
  /** False: a batch is only a row of statements, as if D1 had no transactions. */
  isAtomic: () => boolean;
}

const MIGRATIONS = new URL("../../migrations/", import.meta.url);

interface Bound {
  sql: string;
  params: SQLInputValue[];
}

/** Bound statements by the object that drizzle holds; a batch looks them up. */
type Prepared = Pick<D1PreparedStatement, "all" | "run" | "raw" | "first"> & {
  bind: (...values: unknown[]) => Prepared;
};

const MIGRATION_FILES = readdirSync(MIGRATIONS.pathname)
  .filter((name) => name.endsWith(".sql"))
  .toSorted();

/** The one database of a test file: migrated once, emptied for each run. */
export class InMemoryD1 {
  readonly #database = new DatabaseSync(":memory:");
  readonly #statements = new Map<string, StatementSync>();
  readonly #bound = new WeakMap<object, Bound>();
  #tables: string[] = [];
  #waiting = [...MIGRATION_FILES];

  /**
   * `without`: a migration that does not run yet, nor any after it that is about pushes, so that its tables are as the former
   * version knew them.
   */
  constructor(without?: string) {
    this.migrate(without);
  }

  /** Runs the migrations that have not run yet, in their order. */
  migrate(without?: string): void {
    const left: string[] = [];
    for (const file of this.#waiting) {
      const text = readFileSync(new URL(file, MIGRATIONS).pathname, "utf8");
      const waits = without !== undefined && file >= without && /\bpushes\b/.test(text);
      if (waits) left.push(file);
      else this.#database.exec(text);
    }
    this.#waiting = left;
    // A statement that was prepared before knows the tables as they were.
    this.#statements.clear();
    const rows = this.#database
      .prepare(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' AND name NOT LIKE 'invoice_search%'",
      )
      .all();
    this.#tables = rows.map((row) => String(row["name"]));
  }

  empty(): void {
    this.#database.exec(this.#tables.map((table) => `DELETE FROM "${table}";`).join(" "));
  }

  exec(sql: string): void {
    this.#database.exec(sql);
  }

  /** The binding. */
  binding(hooks: D1Hooks): D1Database {
    const binding = {
      prepare: (sql: string) => this.#prepare(hooks, sql, []),
      batch: (statements: readonly object[]) => this.#batch(hooks, statements),
    };
    return binding as unknown as D1Database;
  }

  #prepare(hooks: D1Hooks, sql: string, params: SQLInputValue[]): Prepared {
    const bound: Bound = { sql, params };
    const statement = {
      bind: (...values: unknown[]) => this.#prepare(hooks, sql, values.map(toSqlite)),
      all: () => hooks.around(1, async () => this.#all(hooks, bound), sql),
      run: () => hooks.around(1, async () => this.#all(hooks, bound), sql),
      raw: () => hooks.around(1, async () => this.#rows(hooks, bound, true), sql),
      first: () => hooks.around(1, async () => this.#rows(hooks, bound, false)[0] ?? null, sql),
    };
    this.#bound.set(statement, bound);
    return statement as unknown as Prepared;
  }

  async #batch(hooks: D1Hooks, statements: readonly object[]): Promise<unknown[]> {
    const bound = statements.map((statement) => {
      const found = this.#bound.get(statement);
      if (!found) throw new Error("A batch takes statements of this database");
      return found;
    });
    const last = bound.at(-1)?.sql ?? "";
    if (hooks.isAtomic()) return hooks.around(bound.length, async () => this.#transaction(hooks, bound), last);
    const results: unknown[] = [];
    for (const one of bound) results.push(await hooks.around(1, async () => this.#all(hooks, one), one.sql));
    return results;
  }

  #transaction(hooks: D1Hooks, bound: readonly Bound[]): unknown[] {
    this.#database.exec("BEGIN");
    try {
      const results = bound.map((one) => this.#all(hooks, one));
      this.#database.exec("COMMIT");
      return results;
    } catch (error) {
      this.#database.exec("ROLLBACK");
      throw error;
    }
  }

  #all(hooks: D1Hooks, bound: Bound): unknown {
    return { success: true, results: this.#rows(hooks, bound, false), meta: {} };
  }

  #rows(hooks: D1Hooks, bound: Bound, asArrays: boolean): unknown[] {
    const sql = hooks.rewrite(bound.sql);
    const statement = this.#statements.get(sql) ?? this.#database.prepare(sql);
    this.#statements.set(sql, statement);
    statement.setReturnArrays(asArrays);
    return statement.all(...bound.params);
  }
}

function toSqlite(value: unknown): SQLInputValue {
  if (typeof value === "boolean") return value ? 1 : 0;
  if (value === null || typeof value === "string" || typeof value === "number" || typeof value === "bigint")
    return value;
  throw new TypeError(`D1 can't bind ${typeof value}`);
}
