/**
 * Opens D1 through drizzle. Each area defines its own tables (`src/<area>/schema.ts`); this file knows none of them.
 */
import { type DrizzleD1Database, drizzle } from "drizzle-orm/d1";

export type Db = DrizzleD1Database & { $client: D1Database };

/** Statements for `db.batch`: D1 runs them as one transaction, all or nothing. */
export type Batch = Parameters<Db["batch"]>[0];
export type BatchItem = Batch[number];

/** Wraps the D1 binding. Cheap: nothing is opened until a statement runs. */
export function openDb(d1: D1Database): Db {
  return drizzle(d1);
}

/** Databases that count, with what they count for. */
const counters = new WeakMap<D1Database, { behind: D1Database; count: () => void }>();

/** The same database; `count` is called for each statement, including those of a batch. */
export function counting(d1: D1Database, count: () => void): D1Database {
  const counted = new Proxy(d1, {
    get(target, property) {
      if (property === "prepare") {
        return (statement: string) => {
          count();
          return target.prepare(statement);
        };
      }
      const value: unknown = Reflect.get(target, property, target);
      // The binding's methods want the binding itself as `this`.
      return typeof value === "function"
        ? (...given: unknown[]): unknown => Reflect.apply(value, target, given)
        : value;
    },
  });
  counters.set(counted, { behind: d1, count });
  return counted;
}

const statements = new WeakMap<D1Database, Map<(db: Db) => unknown, unknown>>();

/**
 * A statement that `build` makes with drizzle's `prepare`, made once for each binding: for what every push asks, putting the
 * SQL together costs more than the query. `build` is the key, so it must be a constant, not a function made anew each time.
 * With a database that counts it is the statement of the one behind, and counts each time that it is asked for.
 */
export function prepared<Statement>(db: Db, build: (db: Db) => Statement): Statement {
  const counter = counters.get(db.$client);
  const d1 = counter?.behind ?? db.$client;
  counter?.count();
  const known = statements.get(d1) ?? new Map<(db: Db) => unknown, unknown>();
  statements.set(d1, known);
  const statement = (known.get(build) as Statement | undefined) ?? build(openDb(d1));
  known.set(build, statement);
  return statement;
}

/** Runs the statements as one transaction; an empty list does nothing (D1 refuses an empty batch). */
export async function runBatch(db: Db, statements: readonly BatchItem[]): Promise<unknown[]> {
  const [first, ...rest] = statements;
  if (!first) return [];
  return db.batch([first, ...rest]);
}

/**
 * Whether a statement of a batch, an UPDATE with RETURNING, changed its row. This is the only way to know: a version
 * that is read afterwards may be another writer's.
 */
export function tookHold(result: unknown): boolean {
  return Array.isArray(result) && result.length > 0;
}
