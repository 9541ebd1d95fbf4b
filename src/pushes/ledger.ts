/**
 * The ledger: the only writer of where a delivery stands. Every write names the states that it leaves, and only those from
 * which its state may follow; it counts the row's version and time, and carries in its WHERE whatever else it relies on. So
 * a worker that lost its claim, or that read something old, writes nothing. What is written is decided by the callers.
 */
import { type SQL, and, eq, inArray, or, sql } from "drizzle-orm";
import type { SQLiteUpdateSetSource } from "drizzle-orm/sqlite-core";
import {
  type InvoiceRow,
  type InvoiceState,
  type Stand,
  OPERATIONS,
  statesBefore,
  transition,
} from "../invoices/invoice.ts";
import { invoices } from "../invoices/schema.ts";
import type { Db } from "../platform/db.ts";

/** What is written beside the state; version and time are the ledger's own. */
type Change = Omit<SQLiteUpdateSetSource<typeof invoices>, "id" | "state" | "updatedAt" | "rowVersion">;

export interface Move {
  /** The states that it leaves; absent: any. */
  from?: readonly InvoiceState[];
  /** The state that it comes to, within its operation; absent: it stays where it is. */
  to?: InvoiceState;
  set: Change;
  /** The claim that writes: where another worker has the row by now, nothing is written. */
  fence?: number;
  /** Which rows. */
  where: SQL | undefined;
}

/** Moves all rows that match, in one statement. Throws where `to` can follow none of the states in `from`. */
export function move(db: Db, { from, to, set, fence, where }: Move, now: Date) {
  const isFrom = to === undefined ? from && isOneOf(from) : isBefore(to, from ?? []);
  const isMine = fence === undefined ? undefined : eq(invoices.fence, fence);
  return write(db, to === undefined ? set : { ...set, state: to }, and(where, isFrom, isMine), now);
}

/**
 * Writes a patch that was decided on the row as it was read, and only while it still is so. `guard` stands in for the
 * version where the batch proves by itself that nothing changed. Throws IllegalTransitionError.
 */
export function moveRow(db: Db, row: InvoiceRow, patch: Partial<InvoiceRow>, now: Date, guard?: SQL) {
  const to: Stand = { operation: patch.operation ?? row.operation, state: patch.state ?? row.state };
  if (to.operation !== row.operation || to.state !== row.state) transition(row, to);
  return write(db, patch, and(eq(invoices.id, row.id), guard ?? eq(invoices.rowVersion, row.rowVersion)), now);
}

function write(db: Db, set: SQLiteUpdateSetSource<typeof invoices>, where: SQL | undefined, now: Date) {
  return db
    .update(invoices)
    .set({ ...set, updatedAt: now.toISOString(), rowVersion: sql`row_version + 1` })
    .where(where);
}

/** That a row is in one of these states and may go to `to` from there; its operation has a say in that. */
function isBefore(to: InvoiceState, from: readonly InvoiceState[]): SQL | undefined {
  const origins = OPERATIONS.map((operation) => {
    const legal = statesBefore({ operation, state: to });
    return { operation, states: from.filter((state) => state === to || legal.includes(state)) };
  }).filter(({ states }) => states.length > 0);
  if (origins.length === 0) throw new Error(`Nothing goes from ${from.join(", ") || "nowhere"} to ${to}`);
  const groups = [...Map.groupBy(origins, ({ states }) => states.join()).values()];
  return or(
    ...groups.map((group) => {
      const isState = isOneOf(group[0]?.states ?? []);
      const operations = group.map(({ operation }) => operation);
      return operations.length === OPERATIONS.length ? isState : and(inArray(invoices.operation, operations), isState);
    }),
  );
}

function isOneOf(states: readonly InvoiceState[]): SQL {
  const [first] = states;
  return first !== undefined && states.length === 1 ? eq(invoices.state, first) : inArray(invoices.state, [...states]);
}
