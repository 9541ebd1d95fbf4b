/**
 * The statements of a push on the invoice's row: claim, renew, freeze, settle. Each is one statement whose WHERE holds
 * everything it relies on, so a worker that lost its lease writes nothing (docs/architecture.md, section 3,
 * rule 2).
 */
import { type SQL, and, asc, desc, eq, inArray, isNotNull, isNull, lte, sql } from "drizzle-orm";
import { DELIVERY_COLUMNS, type InvoiceRow, isPushOf, isPushOfAny, selectInvoices } from "./invoice-row.ts";
import { invoiceNotifications } from "../notifications/invoice-events.ts";
import { refreshIsInvoiced } from "../orders/store.ts";
import { type BatchItem, type Db, runBatch, tookHold } from "../platform/db.ts";
import { newId } from "../platform/ids.ts";
import { errorText } from "../failures/push-error.ts";
import type { Warning } from "../failures/warning.ts";
import { heldElsewhere } from "../failures/own-errors.ts";
import { move, moveRow } from "./ledger.ts";
import { type SettleContext, type Outcome, settle } from "./outcome.ts";
import type { Report } from "./report.ts";
import { IS_EXHAUSTED, IS_UNDER_WAY, MAX_OPEN_CLAIMS, pushAttempts, pushes } from "./schema.ts";

/** Longer than QuickBooks takes to give up (120 s). */
const LEASE_MS = 180_000;
const MAX_INTERRUPTED_ROWS = 100;
/** How often to read again if another writer interferes. */
const MAX_SETTLE_TRIES = 5;

export type Attempt = typeof pushAttempts.$inferSelect;

/** Claims a queued invoice that is due by `dueBefore`; null if another worker has it or it is not due. */
export async function claimRow(db: Db, id: string, dueBefore: Date, now: Date): Promise<InvoiceRow | null> {
  const claiming = move(
    db,
    {
      from: ["queued"],
      to: "sending",
      set: { fence: sql`fence + 1`, openClaims: sql`open_claims + 1`, dueAt: leaseEnd(now) },
      where: and(
        isPushOf(id),
        lte(pushes.dueAt, dueBefore.toISOString()),
        sql`${pushes.openClaims} < ${MAX_OPEN_CLAIMS}`,
      ),
    },
    now,
  ).returning({ id: pushes.documentId });
  // In one transaction, so the row read is the one claimed.
  const [claimed, [row]] = await db.batch([claiming, selectInvoices(db).where(isPushOf(id))]);
  return tookHold(claimed) ? (row ?? null) : null;
}

/** Renews the lease before a long step. False: the lease was lost, stop. */
export async function renewLease(db: Db, row: InvoiceRow, now: Date): Promise<boolean> {
  const renewed = await move(db, { ...bySender(row), set: { dueAt: leaseEnd(now) } }, now).returning({
    id: pushes.documentId,
  });
  return renewed.length > 0;
}

export interface Frozen {
  payload: string;
  warnings: readonly Warning[];
  revision: number;
  connectionId: string;
}

/**
 * Stores the exact bytes and the time just before they are sent. Null: the lease was lost, or the invoice changed, moved
 * to another connection or is to be voided; nothing may be sent then.
 */
export async function freezeRow(db: Db, row: InvoiceRow, frozen: Frozen, now: Date): Promise<InvoiceRow | null> {
  const isStillWanted =
    row.operation === "void"
      ? sql`1`
      : and(eq(pushes.contentVersion, row.contentVersion), isNull(pushes.voidRequestedAt));
  const isStillThere =
    row.operation === "create"
      ? sql`(SELECT connection_id FROM instances WHERE id = ${row.instanceId}) = ${frozen.connectionId}`
      : sql`1`;
  const sender = bySender(row);
  const [written] = await move(
    db,
    {
      ...sender,
      set: {
        frozenPayload: frozen.payload,
        frozenContentVersion: row.contentVersion,
        frozenTotalMinor: row.totalMinor,
        frozenWarnings: JSON.stringify(frozen.warnings),
        revision: frozen.revision,
        closedRevision: frozen.revision - 1,
        refusedHash: null,
        connectionId: frozen.connectionId,
        sentAt: now.toISOString(),
        dueAt: leaseEnd(now),
      },
      where: and(sender.where, isStillWanted, isStillThere),
    },
    now,
  ).returning(DELIVERY_COLUMNS);
  return written ? { ...row, ...written } : null;
}

/** The frozen bytes are sent once more: only the times change. Null: the lease was lost. */
export async function refreezeRow(db: Db, row: InvoiceRow, now: Date): Promise<InvoiceRow | null> {
  const set = { sentAt: now.toISOString(), dueAt: leaseEnd(now) };
  const [written] = await move(db, { ...bySender(row), set }, now).returning(DELIVERY_COLUMNS);
  return written ? { ...row, ...written } : null;
}

/** The row, only while the worker that claimed it still has it. */
function bySender(row: Pick<InvoiceRow, "id" | "fence">) {
  return { from: ["sending"], fence: row.fence, where: isPushOf(row.id) } as const;
}

/**
 * Writes an outcome and its attempt in one batch, against the row as it is at that moment. Returns the row afterwards, or
 * null if the claim was lost: another worker then settles it.
 */
export async function settleRow(
  db: Db,
  claimed: InvoiceRow,
  report: Report,
  settleContext: (row: InvoiceRow) => Promise<SettleContext>,
): Promise<InvoiceRow | null> {
  for (let i = 0; i < MAX_SETTLE_TRIES; i += 1) {
    const row = await findRow(db, claimed.id);
    if (!row || row.fence !== claimed.fence || row.state !== claimed.state) return null;
    const next = await settleContext(row);
    const outcome = await heldByAnother(db, row, report.outcome);
    const patch = settle(row, outcome, { triedContentVersion: claimed.contentVersion, ...next });
    const version = row.rowVersion + 1;
    const attemptCount = row.attemptCount + (report.recordAs ? 1 : 0);
    const update = moveRow(db, row, { ...patch, attemptCount }, { now: next.now }).returning({ id: pushes.documentId });
    const statements: BatchItem[] = [update];
    if (report.recordAs)
      statements.push(attemptStatement(db, row, report, { number: attemptCount, version, now: next.now }));
    if (patch.state === "voided") statements.push(refreshIsInvoiced(db, row.orderId));
    statements.push(
      ...invoiceNotifications(db, row, { ...row, ...patch, attemptCount, rowVersion: version }, next.now),
    );
    const [updated] = await runBatch(db, statements);
    if (tookHold(updated)) return findRow(db, row.id);
  }
  throw new Error(`Invoice ${claimed.id} could not be settled: other writers keep changing it`);
}

/** An invoice in QuickBooks that is linked to another invoice of ours is never linked to this one as well; a person has to look (docs/architecture.md, section 3, rule 7). */
async function heldByAnother(db: Db, row: InvoiceRow, outcome: Outcome): Promise<Outcome> {
  const found = outcome.kind === "accepted" || outcome.kind === "gone" ? outcome.invoice : null;
  if (!found || found.id === row.qboInvoiceId || row.connectionId === null) return outcome;
  const holder = await findHolderOf(db, row.connectionId, found.id);
  return holder === null || holder === row.id ? outcome : { kind: "refused", error: heldElsewhere(row, found.id) };
}

/**
 * Inserts only if the update before it in the batch succeeded: the row then has the new version and this attempt count.
 * The version alone would not prove it, because another writer may just have raised it to the same number.
 */
function attemptStatement(
  db: Db,
  row: InvoiceRow,
  report: Report,
  { number, version, now }: { number: number; version: number; now: Date },
): BatchItem {
  const values = db
    .select({
      id: sql<string>`${newId(now)}`.as("id"),
      invoiceId: pushes.documentId,
      connectionId: pushes.connectionId,
      number: sql<number>`${number}`.as("number"),
      operation: sql<Attempt["operation"]>`${row.operation}`.as("operation"),
      requestId: sql<string | null>`${report.requestId}`.as("request_id"),
      startedAt: sql<string>`${report.startedAt.toISOString()}`.as("started_at"),
      durationMs: sql<number>`${Math.max(0, now.getTime() - report.startedAt.getTime())}`.as("duration_ms"),
      outcome: sql<Attempt["outcome"]>`${report.recordAs}`.as("outcome"),
      httpStatus: sql<number | null>`${report.httpStatus}`.as("http_status"),
      intuitTid: sql<string | null>`${report.intuitTid}`.as("intuit_tid"),
      error: sql<string | null>`${report.error ? errorText(report.error, now) : null}`.as("error"),
    })
    .from(pushes)
    .where(and(isPushOf(row.id), eq(pushes.rowVersion, version), eq(pushes.attemptCount, number)));
  return db.insert(pushAttempts).select(values).onConflictDoNothing();
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

/** Leases that expired after the invoice was sent: we have to find out whether it arrived. */
export async function listInterrupted(db: Db, connectionId: string, now: Date): Promise<InvoiceRow[]> {
  return selectInvoices(db)
    .where(and(isExpired(connectionId, now.toISOString()), isNotNull(pushes.sentAt)))
    .limit(MAX_INTERRUPTED_ROWS);
}

function isExpired(connectionId: string, at: string): SQL | undefined {
  return and(eq(pushes.connectionId, connectionId), IS_UNDER_WAY, eq(pushes.state, "sending"), lte(pushes.dueAt, at));
}

/** Invoices of a company in a state that are due, the longest waiting first. */
export async function listDue(
  db: Db,
  { connectionId, state }: { connectionId: string; state: "queued" | "unknown" },
  dueBefore: Date,
  limit: number,
): Promise<InvoiceRow[]> {
  return selectInvoices(db)
    .where(
      and(
        eq(pushes.connectionId, connectionId),
        IS_UNDER_WAY,
        eq(pushes.state, state),
        lte(pushes.dueAt, dueBefore.toISOString()),
      ),
    )
    .orderBy(asc(pushes.dueAt), asc(pushes.documentId))
    .limit(limit);
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

/** Postpones queued invoices in one statement: ID → time. Only those that are still queued and due before that. */
export async function postpone(db: Db, times: ReadonlyMap<string, string>, now: Date): Promise<void> {
  if (times.size === 0) return;
  const list = JSON.stringify([...times].map(([id, at]) => ({ id, at })));
  await move(
    db,
    {
      from: ["queued"],
      set: { dueAt: sql`plan.at` },
      where: sql`${pushes.kind} = 'invoice' AND ${pushes.documentId} = plan.id AND ${pushes.dueAt} < plan.at`,
    },
    now,
  ).from(sql`(SELECT value ->> 'id' AS id, value ->> 'at' AS at FROM json_each(${list})) AS plan`);
}

/** Postpones a row that could not be settled, whatever its state, unless another worker has it now. */
export async function postponeLease(db: Db, row: InvoiceRow, dueAt: string, now: Date): Promise<void> {
  const where = and(isPushOf(row.id), IS_UNDER_WAY);
  await move(db, { from: [row.state], fence: row.fence, set: { dueAt }, where }, now);
}

/** Queued invoices whose claims all ended without an outcome: they would be tried forever. */
export async function listExhausted(db: Db, connectionId: string): Promise<InvoiceRow[]> {
  return selectInvoices(db)
    .where(and(eq(pushes.connectionId, connectionId), IS_EXHAUSTED))
    .limit(100);
}

/** When a send began and how long we waited for its answer. */
export type OpenSend = Pick<Attempt, "startedAt" | "durationMs">;

/** Attempts of an invoice's create (or another operation) after which it may be in QuickBooks, the oldest first. */
export async function listOpenSends(
  db: Db,
  invoiceId: string,
  operation: Attempt["operation"] = "create",
): Promise<OpenSend[]> {
  return db
    .select({ startedAt: pushAttempts.startedAt, durationMs: pushAttempts.durationMs })
    .from(pushAttempts)
    .where(
      and(
        eq(pushAttempts.invoiceId, invoiceId),
        eq(pushAttempts.operation, operation),
        // Without a request ID nothing of the invoice itself was sent: the unanswered call was for its customer or an item.
        isNotNull(pushAttempts.requestId),
        inArray(pushAttempts.outcome, ["unanswered", "accepted", "found"]),
      ),
    )
    .orderBy(asc(pushAttempts.number));
}

/** ID of our invoice that is linked to this QuickBooks invoice, or null. */
export async function findHolderOf(db: Db, connectionId: string, qboInvoiceId: string): Promise<string | null> {
  const [row] = await db
    .select({ id: pushes.documentId })
    .from(pushes)
    .where(
      and(eq(pushes.kind, "invoice"), eq(pushes.connectionId, connectionId), eq(pushes.qboInvoiceId, qboInvoiceId)),
    )
    .limit(1);
  return row?.id ?? null;
}

/** The row, or null. */
export async function findRow(db: Db, id: string): Promise<InvoiceRow | null> {
  const [row] = await selectInvoices(db).where(isPushOf(id)).limit(1);
  return row ?? null;
}

/** The row, which must exist. */
export async function loadRow(db: Db, id: string): Promise<InvoiceRow> {
  const row = await findRow(db, id);
  if (!row) throw new Error(`No invoice ${id}`);
  return row;
}

/** Rows of the given IDs. */
export async function listRows(db: Db, ids: readonly string[]): Promise<InvoiceRow[]> {
  if (ids.length === 0) return [];
  return selectInvoices(db).where(isPushOfAny(ids));
}

/** Every attempt of an invoice, newest first. */
export async function listAttempts(db: Db, invoiceId: string): Promise<Attempt[]> {
  return db.select().from(pushAttempts).where(eq(pushAttempts.invoiceId, invoiceId)).orderBy(desc(pushAttempts.number));
}

function leaseEnd(now: Date): string {
  return new Date(now.getTime() + LEASE_MS).toISOString();
}
