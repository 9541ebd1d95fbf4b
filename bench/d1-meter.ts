/**
 * Counts what is asked of D1: the rows that it read, as D1 itself reports them. D1 reports nothing for `raw()`, which
 * drizzle uses, so a metered read is asked twice, once for the count; hence times are never taken while it counts.
 */

export interface Meter {
  rowsRead: number;
  queries: number;
}

export function newMeter(): Meter {
  return { rowsRead: 0, queries: 0 };
}

const READ = /^\s*(?:select|with)\b/i;
const unwrapped = new WeakMap<D1PreparedStatement, D1PreparedStatement>();

/** The same database, counting into `meter`. */
export function metered(db: D1Database, meter: Meter): D1Database {
  return replacing(db, {
    prepare: (sql: string) => statementOf(db.prepare(sql), sql, meter),
    batch: async (statements: D1PreparedStatement[]) => {
      const results = await db.batch(statements.map((statement) => unwrapped.get(statement) ?? statement));
      for (const result of results) count(meter, result);
      return results;
    },
  });
}

function statementOf(statement: D1PreparedStatement, sql: string, meter: Meter): D1PreparedStatement {
  const counting = replacing(statement, {
    bind: (...values: unknown[]) => statementOf(statement.bind(...values), sql, meter),
    all: async () => count(meter, await statement.all()),
    run: async () => count(meter, await statement.run()),
    raw: async () => {
      if (READ.test(sql)) count(meter, await statement.all());
      else meter.queries += 1;
      return statement.raw();
    },
  });
  unwrapped.set(counting, statement);
  return counting;
}

function count<T>(meter: Meter, result: D1Result<T>): D1Result<T> {
  meter.queries += 1;
  meter.rowsRead += result.meta.rows_read;
  return result;
}

/** The object with some of its methods replaced; the others run on the object itself. */
function replacing<T extends object>(target: T, methods: Record<string, unknown>): T {
  return new Proxy(target, {
    get(inner, name) {
      const own = typeof name === "string" ? methods[name] : undefined;
      if (own !== undefined) return own;
      const value: unknown = Reflect.get(inner, name, inner);
      return typeof value === "function" ? (value.bind(inner) as unknown) : value;
    },
  });
}
