/**
 * A document and its push as one flat row: what it says, read through its kind, and how far its delivery has come. Writes
 * nothing: only the ledger writes a push (ledger.ts).
 */
import { type InferSelectModel, type SQL, and, eq, getTableColumns, sql } from "drizzle-orm";
import type { DocumentFacts } from "../kinds/document-kind.ts";
import { type DocumentRef, KIND_NAMES, type KindName, kindOf } from "../kinds/kinds.ts";
import type { Db } from "../platform/db.ts";
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

/** The rows of all kinds that `query` selects: a statement for each kind. */
export async function listDocuments(
  db: Db,
  query: (select: ReturnType<typeof selectDocuments>, kind: KindName) => PromiseLike<DocumentRow[]>,
): Promise<DocumentRow[]> {
  const rows = await Promise.all(KIND_NAMES.map((kind) => query(selectDocuments(db, kind), kind)));
  return rows.flat();
}

/** The row, or null. */
export async function findDocument(db: Db, document: DocumentRef): Promise<DocumentRow | null> {
  const [row] = await selectDocuments(db, document.kind).where(isPushOf(document)).limit(1);
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
