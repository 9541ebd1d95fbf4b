/**
 * What is due, and what crashed workers left behind. Only partial indexes are read: the backlog and the history may be
 * long.
 */
import { type SQL, and, asc, eq, isNotNull, isNull, lte, sql } from "drizzle-orm";
import type { DocumentRef } from "../kinds/kinds.ts";
import type { Db } from "../platform/db.ts";
import { type DocumentRow, documentQuery, isPushOf, listDocuments } from "./document-row.ts";
import { move } from "./ledger.ts";
import { IS_EXHAUSTED, IS_UNDER_WAY, pushes } from "./schema.ts";

const MAX_INTERRUPTED_ROWS = 100;
const MAX_EXHAUSTED_ROWS = 100;

/** Documents of a company in a state that are due, the longest waiting first. */
export async function listDue(
  db: Db,
  { connectionId, state }: { connectionId: string; state: "queued" | "unknown" },
  dueBefore: Date,
  limit: number,
): Promise<DocumentRow[]> {
  const rows = await listDocuments(db, DUE, { connectionId, state, dueBefore: dueBefore.toISOString(), limit });
  return rows.toSorted((a, b) => Date.parse(a.dueAt ?? "") - Date.parse(b.dueAt ?? "")).slice(0, limit);
}

const COMPANY = eq(pushes.connectionId, sql.placeholder("connectionId"));

const DUE = documentQuery((select) =>
  select
    .where(
      and(
        COMPANY,
        IS_UNDER_WAY,
        eq(pushes.state, sql.placeholder("state")),
        lte(pushes.dueAt, sql.placeholder("dueBefore")),
      ),
    )
    .orderBy(asc(pushes.dueAt), asc(pushes.documentId))
    .limit(sql.placeholder("limit")),
);

/** The documents with these IDs, of any kind. */
export async function listById(db: Db, ids: readonly string[]): Promise<DocumentRow[]> {
  if (ids.length === 0) return [];
  return listDocuments(db, BY_IDS, { ids: JSON.stringify(ids) });
}

const BY_IDS = documentQuery((select, kind) =>
  select.where(
    sql`${pushes.kind} = ${kind} AND ${pushes.documentId} IN (SELECT value FROM json_each(${sql.placeholder("ids")}))`,
  ),
);

/** The companies of the documents with these IDs, of any kind. Unknown IDs are left out. */
export async function listCompaniesOf(
  db: Db,
  ids: readonly string[],
): Promise<{ id: string; connectionId: string | null }[]> {
  if (ids.length === 0) return [];
  return db
    .select({ id: pushes.documentId, connectionId: pushes.connectionId })
    .from(pushes)
    .where(sql`${pushes.documentId} IN (SELECT value FROM json_each(${JSON.stringify(ids)}))`);
}

/** The earliest time at which something of the company is due, or null. */
export async function nextDueAt(db: Db, connectionId: string): Promise<string | null> {
  // One index lookup per state: a query over all states would read the whole backlog.
  const first = (state: string): SQL =>
    sql`SELECT min(due_at) AS due_at FROM pushes WHERE connection_id = ${connectionId} AND ${IS_UNDER_WAY} AND state = ${state}`;
  const [row] = await db.all<{ dueAt: string | null }>(
    sql`SELECT min(due_at) AS dueAt FROM (${first("queued")} UNION ALL ${first("sending")} UNION ALL ${first("unknown")})`,
  );
  return row?.dueAt ?? null;
}

/** Leases that expired before anything was sent: queued again; the claim still counts. Returns how many. */
export async function requeueExpired(db: Db, connectionId: string, now: Date): Promise<number> {
  const at = now.toISOString();
  const expired = await move(
    db,
    {
      from: ["sending"],
      to: "queued",
      set: { dueAt: at },
      where: and(isExpired(connectionId, at), isNull(pushes.sentAt)),
    },
    now,
  ).returning({ id: pushes.documentId });
  return expired.length;
}

/** Leases that expired after the document was sent: we have to find out whether it arrived. */
export async function listInterrupted(db: Db, connectionId: string, now: Date): Promise<DocumentRow[]> {
  return listDocuments(db, INTERRUPTED, { connectionId, at: now.toISOString() });
}

const IS_EXPIRED = and(COMPANY, IS_UNDER_WAY, eq(pushes.state, "sending"), lte(pushes.dueAt, sql.placeholder("at")));

const INTERRUPTED = documentQuery((select) =>
  select.where(and(IS_EXPIRED, isNotNull(pushes.sentAt))).limit(MAX_INTERRUPTED_ROWS),
);

/** Queued documents whose claims all ended without an outcome: they would be tried forever. */
export async function listExhausted(db: Db, connectionId: string): Promise<DocumentRow[]> {
  return listDocuments(db, EXHAUSTED, { connectionId });
}

const EXHAUSTED = documentQuery((select) => select.where(and(COMPANY, IS_EXHAUSTED)).limit(MAX_EXHAUSTED_ROWS));

/** Postpones queued documents to the times given, in one statement. Only those that are still queued and due before that. */
export async function postpone(
  db: Db,
  times: readonly { document: DocumentRef; at: string }[],
  now: Date,
): Promise<void> {
  if (times.length === 0) return;
  const list = JSON.stringify(times.map(({ document: { kind, id }, at }) => ({ kind, id, at })));
  await move(
    db,
    {
      from: ["queued"],
      set: { dueAt: sql`plan.at` },
      where: sql`${pushes.kind} = plan.kind AND ${pushes.documentId} = plan.id AND ${pushes.dueAt} < plan.at`,
    },
    now,
  ).from(
    sql`(SELECT value ->> 'kind' AS kind, value ->> 'id' AS id, value ->> 'at' AS at FROM json_each(${list})) AS plan`,
  );
}

/** Postpones a row that could not be settled, whatever its state, unless another worker has it now. */
export async function postponeLease(db: Db, row: DocumentRow, dueAt: string, now: Date): Promise<void> {
  const where = and(isPushOf(row), IS_UNDER_WAY);
  await move(db, { from: [row.state], fence: row.fence, set: { dueAt }, where }, now);
}

function isExpired(connectionId: string, at: string): SQL | undefined {
  return and(eq(pushes.connectionId, connectionId), IS_UNDER_WAY, eq(pushes.state, "sending"), lte(pushes.dueAt, at));
}
