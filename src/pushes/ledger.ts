/**
 * The ledger: the only writer of the table `pushes`. A push is opened once, with its document, and then moved. Every move
 * names the states that it leaves, and only those from which its state may follow; it raises the row's version and time,
 * and carries in its WHERE whatever else it relies on. So a worker that lost its claim, or that read something old, writes
 * nothing. What is to be written is decided by the callers.
 */
import { type InferInsertModel, type SQL, and, eq, getTableColumns, inArray, or, sql } from "drizzle-orm";
import type { SQLiteUpdateSetSource } from "drizzle-orm/sqlite-core";
import { type InvoiceState, OPERATIONS, type DeliveryState } from "../invoices/status.ts";
import type { BatchItem, Db } from "../platform/db.ts";
import { type Delivery, isPushOf } from "./invoice-row.ts";
import { pushes } from "./schema.ts";
import { statesBefore, transition } from "./states.ts";

/** What is written beside the state; version and time are the ledger's own. */
type Change = Omit<SQLiteUpdateSetSource<typeof pushes>, "kind" | "documentId" | "state" | "updatedAt" | "rowVersion">;

export type NewPush = InferInsertModel<typeof pushes>;

/** The table that a document of each kind is in. */
const DOCUMENTS: Readonly<Record<NewPush["kind"], SQL>> = { invoice: sql.raw("invoices") };

/**
 * Opens the pushes of documents that are there and have none: goes behind what makes the documents in the same batch, and
 * so depends on all that they depend on. One statement, however many there are; all of one kind. Safe to repeat.
 */
export function open(db: Db, rows: readonly NewPush[]): BatchItem {
  const columns = Object.entries(getTableColumns(pushes)).filter(([, column]) => column.generated === undefined);
  const values = rows.map((row) => {
    const given = new Map<string, unknown>(Object.entries(row));
    return Object.fromEntries(columns.map(([key, column]) => [key, given.get(key) ?? column.default ?? null]));
  });
  const cells = columns.map(([key]) => sql`json_extract(asked.value, ${sql.raw(`'$.${key}'`)})`);
  const documents = DOCUMENTS[rows[0]?.kind ?? "invoice"];
  return db.insert(pushes).select(sql`
    select ${sql.join(cells, sql`, `)}
    from json_each(${JSON.stringify(values)}) as asked join ${documents} as document on document.id = json_extract(asked.value, '$.documentId')
    where not exists (select 1 from pushes as known where known.kind = json_extract(asked.value, '$.kind') and known.document_id = document.id)`);
}

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
  const isMine = fence === undefined ? undefined : eq(pushes.fence, fence);
  return write(db, to === undefined ? set : { ...set, state: to }, and(where, isFrom, isMine), now);
}

/**
 * Writes a patch that was decided on the row as it was read, and only while it still is so. `guard` stands in for the
 * version where the batch proves by itself that nothing changed. Throws IllegalTransitionError.
 */
export function moveRow(
  db: Db,
  row: DeliveryState & { id: string; rowVersion: number },
  patch: Partial<Delivery>,
  now: Date,
  guard?: SQL,
) {
  const to: DeliveryState = { operation: patch.operation ?? row.operation, state: patch.state ?? row.state };
  if (to.operation !== row.operation || to.state !== row.state) transition(row, to);
  return write(db, patch, and(isPushOf(row.id), guard ?? eq(pushes.rowVersion, row.rowVersion)), now);
}

function write(db: Db, set: SQLiteUpdateSetSource<typeof pushes>, where: SQL | undefined, now: Date) {
  return db
    .update(pushes)
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
      return operations.length === OPERATIONS.length ? isState : and(inArray(pushes.operation, operations), isState);
    }),
  );
}

function isOneOf(states: readonly InvoiceState[]): SQL {
  const [first] = states;
  return first !== undefined && states.length === 1 ? eq(pushes.state, first) : inArray(pushes.state, [...states]);
}
