/**
 * A document and its push as one flat row: what it says, read through its kind, and how far its delivery has come. Writes
 * nothing: only the ledger writes a push (ledger.ts).
 */
import { type InferSelectModel, type SQL, and, eq, getTableColumns, sql } from "drizzle-orm";
import type { DocumentFacts } from "../kinds/document-kind.ts";
import { type DocumentRef, KIND_NAMES, type KindName, kindOf } from "../kinds/kinds.ts";
import { type Db, prepared } from "../platform/db.ts";
import { pushes } from "./schema.ts";

/** The columns of the push; times and version are those of both. */
export type Delivery = Omit<InferSelectModel<typeof pushes>, "documentId" | "documentDate">;
export type DocumentRow = DocumentFacts & Delivery;

const { documentId: _id, documentDate: _date, ...delivery } = getTableColumns(pushes);
export const DELIVERY_COLUMNS = delivery;

/** `SELECT` of the flat rows of a kind; conditions and sort order may use the columns of `pushes`. */
function selectDocuments(db: Db, kind: KindName) {
  const { columns, table } = kindOf({ kind });
  return db
    .select({ ...columns, ...DELIVERY_COLUMNS })
    .from(pushes)
    .innerJoin(table, and(eq(pushes.kind, kind), eq(columns.id, pushes.documentId)));
}

/** A query of the rows of every kind, prepared once: `narrow` adds the conditions, their values as placeholders. */
export function documentQuery(narrow: (select: ReturnType<typeof selectDocuments>, kind: KindName) => Narrowed) {
  return KIND_NAMES.map((kind) => (db: Db) => narrow(selectDocuments(db, kind), kind).prepare());
}

interface Narrowed {
  prepare: () => { all: (values: Record<string, unknown>) => Promise<DocumentRow[]> };
}

/** The rows of all kinds: a statement for each kind. `values`: what the placeholders stand for. */
export async function listDocuments(
  db: Db,
  query: ReturnType<typeof documentQuery>,
  values: Record<string, unknown>,
): Promise<DocumentRow[]> {
  const rows = await Promise.all(query.map((ofKind) => prepared(db, ofKind).all(values)));
  return rows.flat();
}

const BY_ID = documentQuery((select, kind) =>
  select.where(sql`${pushes.kind} = ${kind} AND ${pushes.documentId} = ${sql.placeholder("id")}`).limit(1),
);

/** The row, or null. */
export async function findDocument(db: Db, { kind, id }: DocumentRef): Promise<DocumentRow | null> {
  const ofKind = BY_ID[KIND_NAMES.indexOf(kind)];
  const [row] = ofKind ? await prepared(db, ofKind).all({ id }) : [];
  return row ?? null;
}

/** The row of a company that is linked to this document in QuickBooks, or null. */
export async function findLinked(
  db: Db,
  kind: KindName,
  { connectionId, qboId }: { connectionId: string; qboId: string },
): Promise<DocumentRow | null> {
  const [row] = await selectDocuments(db, kind)
    .where(and(eq(pushes.connectionId, connectionId), eq(pushes.qboId, qboId)))
    .limit(1);
  return row ?? null;
}

/** The push of a document. */
export function isPushOf({ kind, id }: DocumentRef): SQL {
  return sql`${pushes.kind} = ${kind} AND ${pushes.documentId} = ${id}`;
}

/** The pushes of these documents of a kind, any number. */
export function isPushOfAny(kind: KindName, ids: readonly string[]): SQL {
  return sql`${pushes.kind} = ${kind} AND ${pushes.documentId} IN (SELECT value FROM json_each(${JSON.stringify(ids)}))`;
}
