/**
 * The statements of the worker that has a row: claim, renew, freeze. Each is one statement whose WHERE holds everything it
 * relies on, so a worker that lost its lease writes nothing (docs/architecture.md, section 3, rule 2).
 */
import { and, eq, isNull, lte, sql } from "drizzle-orm";
import type { Warning } from "../failures/warning.ts";
import type { Instance } from "../instances/instance.ts";
import { instances } from "../instances/schema.ts";
import type { Db } from "../platform/db.ts";
import { DELIVERY_COLUMNS, type DocumentRow, findDocument, isPushOf } from "./document-row.ts";
import { move } from "./ledger.ts";
import { MAX_OPEN_CLAIMS, pushes } from "./schema.ts";

/** Longer than QuickBooks takes to give up (120 s). */
const LEASE_MS = 180_000;

/** How often the lease is renewed while a document is prepared; two thirds of it are always left for what follows. */
const RENEW_EVERY_MS = 60_000;

/** A claimed row, and its instance as it is at that moment. */
export interface Claim {
  row: DocumentRow;
  instance: Instance | null;
}

/** Claims a queued document that is due by `dueBefore`; null if another worker has it or it is not due. */
export async function claimRow(db: Db, known: DocumentRow, dueBefore: Date, now: Date): Promise<Claim | null> {
  const claiming = move(
    db,
    {
      from: ["queued"],
      to: "sending",
      set: { fence: sql`fence + 1`, openClaims: sql`open_claims + 1`, dueAt: leaseEnd(now) },
      where: and(
        isPushOf(known),
        lte(pushes.dueAt, dueBefore.toISOString()),
        sql`${pushes.openClaims} < ${MAX_OPEN_CLAIMS}`,
      ),
    },
    now,
  ).returning(DELIVERY_COLUMNS);
  const [[claimed], [instance = null]] = await db.batch([
    claiming,
    db.select().from(instances).where(eq(instances.id, known.instanceId)),
  ]);
  if (!claimed) return null;
  // Every change of a document raises the version of its push, so this one still says what was read.
  if (claimed.rowVersion === known.rowVersion + 1) return { row: { ...known, ...claimed }, instance };
  const row = await findDocument(db, known);
  return row?.fence === claimed.fence ? { row, instance } : null;
}

/** Whether a lease that was taken or renewed at that time has to be renewed before a long step. */
export function isRenewalDue(leasedAt: Date, now: Date): boolean {
  return now.getTime() - leasedAt.getTime() >= RENEW_EVERY_MS;
}

/** Renews the lease before a long step. False: the lease was lost, stop. */
export async function renewLease(db: Db, row: DocumentRow, now: Date): Promise<boolean> {
  const renewed = await move(db, { ...bySender(row), set: { dueAt: leaseEnd(now) } }, now).returning({
    id: pushes.documentId,
  });
  return renewed.length > 0;
}

/** What is frozen. */
export interface NewFrozen {
  payload: string;
  warnings: readonly Warning[];
  revision: number;
  connectionId: string;
}

/**
 * Stores the exact bytes and the time just before they are sent. Null: the lease was lost, or the document changed, moved
 * to another connection or is to be voided; nothing may be sent then.
 */
export async function freezeRow(db: Db, row: DocumentRow, frozen: NewFrozen, now: Date): Promise<DocumentRow | null> {
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
export async function refreezeRow(db: Db, row: DocumentRow, now: Date): Promise<DocumentRow | null> {
  const set = { sentAt: now.toISOString(), dueAt: leaseEnd(now) };
  const [written] = await move(db, { ...bySender(row), set }, now).returning(DELIVERY_COLUMNS);
  return written ? { ...row, ...written } : null;
}

/** The row, only while the worker that claimed it still has it. */
function bySender(row: Pick<DocumentRow, "kind" | "id" | "fence">) {
  return { from: ["sending"], fence: row.fence, where: isPushOf(row) } as const;
}

function leaseEnd(now: Date): string {
  return new Date(now.getTime() + LEASE_MS).toISOString();
}
