/**
 * The ledger: the only writer of the table `pushes`. A push is opened once, with its document, and then moved. Every move
 * names the states that it leaves, and the transition must be legal; it raises the row's version and time, and its WHERE
 * holds everything else that it relies on. So a worker that lost its claim, or that read an old row, writes nothing. The
 * callers decide what to write.
 */
import { type InferInsertModel, type SQL, and, eq, getTableColumns, inArray, or, sql } from "drizzle-orm";
import type { SQLiteUpdateSetSource } from "drizzle-orm/sqlite-core";
import { type DocumentState, OPERATIONS, type DeliveryState } from "../documents/status.ts";
import type { BatchItem, Db } from "../platform/db.ts";
import { type DocumentRef, type KindName, kindOf } from "../kinds/kinds.ts";
import { type Delivery, isPushOf } from "./document-row.ts";
import { pushes } from "./schema.ts";
import { statesBefore, transition, unlinked } from "./states.ts";

/** What is written besides the state; version and time belong to the ledger. */
type Change = Omit<SQLiteUpdateSetSource<typeof pushes>, "kind" | "documentId" | "state" | "updatedAt" | "rowVersion">;

export type NewPush = Omit<InferInsertModel<typeof pushes>, "kind">;

/**
 * Opens the pushes of documents that exist and have none. Goes after the statements that create the documents in the same
 * batch, so it depends on the same conditions. One statement for any number of documents. Safe to repeat.
 */
export function open(db: Db, kind: KindName, rows: readonly NewPush[]): BatchItem {
  const columns = Object.entries(getTableColumns(pushes)).filter(([, column]) => column.generated === undefined);
  const values = rows.map((row) => {
    const given = new Map<string, unknown>(Object.entries({ ...row, kind }));
    return Object.fromEntries(columns.map(([key, column]) => [key, given.get(key) ?? column.default ?? null]));
  });
  const cells = columns.map(([key]) => sql`json_extract(asked.value, ${sql.raw(`'$.${key}'`)})`);
  return db.insert(pushes).select(sql`
    select ${sql.join(cells, sql`, `)}
    from json_each(${JSON.stringify(values)}) as asked join ${kindOf({ kind }).table} as document on document.id = json_extract(asked.value, '$.documentId')
    where not exists (select 1 from pushes as known where known.kind = ${kind} and known.document_id = document.id)`);
}

export interface Move {
  /** The states that rows may leave; absent: any. */
  from?: readonly DocumentState[];
  /** The new state within the operation; absent: unchanged. */
  to?: DocumentState;
  set: Change;
  /** The writer's claim: if another worker has the row now, nothing is written. */
  fence?: number;
  /** Which rows. */
  where: SQL | undefined;
}

/** Moves all rows that match, in one statement. Throws if `to` can follow none of the states in `from`. */
export function move(db: Db, { from, to, set, fence, where }: Move, now: Date) {
  const isFrom = to === undefined ? from && isOneOf(from) : isBefore(to, from ?? []);
  const isMine = fence === undefined ? undefined : eq(pushes.fence, fence);
  return write(db, to === undefined ? set : { ...set, state: to }, and(where, isFrom, isMine), now);
}

/**
 * Writes a patch that was decided on the row as read, only if the row is still unchanged. `guard` replaces the check of
 * the version if the batch itself proves that nothing changed. Throws IllegalTransitionError.
 */
export function moveRow(
  db: Db,
  row: DocumentRef & DeliveryState & { rowVersion: number },
  patch: Partial<Delivery>,
  { now, guard }: { now: Date; guard?: SQL | undefined },
) {
  const to: DeliveryState = { operation: patch.operation ?? row.operation, state: patch.state ?? row.state };
  if (to.operation !== row.operation || to.state !== row.state) transition(row, to);
  return write(db, patch, and(isPushOf(row), guard ?? eq(pushes.rowVersion, row.rowVersion)), now);
}

/**
 * Writes that QuickBooks does not have a document after all, because a person takes back the link to it; only on the row as
 * read. Throws IllegalTransitionError.
 */
export function moveUnlinked(
  db: Db,
  row: DocumentRef & DeliveryState & { rowVersion: number },
  patch: Omit<Partial<Delivery>, "operation" | "state">,
  now: Date,
) {
  return write(db, { ...patch, ...unlinked(row) }, and(isPushOf(row), eq(pushes.rowVersion, row.rowVersion)), now);
}

function write(db: Db, set: SQLiteUpdateSetSource<typeof pushes>, where: SQL | undefined, now: Date) {
  return db
    .update(pushes)
    .set({ ...set, updatedAt: now.toISOString(), rowVersion: sql`row_version + 1` })
    .where(where);
}

/** The row is in one of these states and may move to `to` from there, which also depends on its operation. */
function isBefore(to: DocumentState, from: readonly DocumentState[]): SQL | undefined {
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

function isOneOf(states: readonly DocumentState[]): SQL {
  const [first] = states;
  return first !== undefined && states.length === 1 ? eq(pushes.state, first) : inArray(pushes.state, [...states]);
}
