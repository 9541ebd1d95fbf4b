/**
 * Takes back a link that a person made: the invoice is failed as it was before, and QuickBooks is not touched. Only as long
 * as nothing of ours was written to the one in QuickBooks: after that it carries our mark, so it would be found again.
 */
import { readWarnings } from "../../failures/warning.ts";
import { kindOf } from "../../kinds/kinds.ts";
import { type Db, runBatch, tookHold } from "../../platform/db.ts";
import { isInQuickBooks } from "../../documents/status.ts";
import { CREATED_AFTER_VOID, ORDER_CANCELLED } from "../../documents/warnings.ts";
import { moveUnlinked } from "../../pushes/ledger.ts";
import { pushes } from "../../pushes/schema.ts";
import { isOutcomeOpen } from "../../pushes/states.ts";
import { type InvoiceRow, findInvoice } from "../invoice-row.ts";

const MAX_TRIES = 5;
/** Warnings that don't concern the invoice in QuickBooks, so they stay. */
const OF_ORDER_SYSTEM: readonly string[] = [ORDER_CANCELLED, CREATED_AFTER_VOID];

/** `qboId`: the one that it was linked to. */
export type UnlinkResult = { ok: true; qboId: string } | { ok: false; message: string };

/** Whether **Unlink** is possible now. */
export function canUnlink(row: InvoiceRow): boolean {
  return reasonAgainst(row) === null;
}

/** Takes the link back, or says why that can't be done. */
export async function unlinkInvoice(db: Db, id: string, now: Date): Promise<UnlinkResult> {
  for (let i = 0; i < MAX_TRIES; i += 1) {
    const row = await findInvoice(db, id);
    if (!row) throw new Error(`No invoice ${id}`);
    const reason = reasonAgainst(row);
    if (reason !== null || row.qboId === null) return { ok: false, message: reason ?? NOT_LINKED };
    if (await write(db, row, now)) return { ok: true, qboId: row.qboId };
  }
  throw new Error(`Invoice ${id} could not be unlinked: other writers keep changing it`);
}

const NOT_LINKED = "Nobody linked this invoice, or Bookbridge has changed it in QuickBooks since.";

function reasonAgainst(row: InvoiceRow): string | null {
  if (row.state === "voided") return "This invoice is voided, and a voided invoice stays voided.";
  if (row.errorBeforeLink === null || row.qboId === null || !isInQuickBooks(row)) return NOT_LINKED;
  return isOutcomeOpen(row) || row.unansweredCount > 0
    ? "A change of this invoice is on its way to QuickBooks. Try again when its outcome is known."
    : null;
}

async function write(db: Db, row: InvoiceRow, now: Date): Promise<boolean> {
  const patch = {
    error: row.errorBeforeLink,
    errorBeforeLink: null,
    warnings: JSON.stringify(readWarnings(row.warnings).filter(({ code }) => OF_ORDER_SYSTEM.includes(code))),
    dueAt: null,
    voidRequestedAt: null,
    frozenPayload: null,
    openClaims: 0,
    retryCount: 0,
    qboId: null,
    qboSyncToken: null,
    qboTotalMinor: null,
    qboBalanceMinor: null,
    qboLastUpdatedAt: null,
    paidOn: null,
    deliveredAt: null,
  } as const;
  const after: InvoiceRow = { ...row, ...patch, operation: "create", state: "failed", rowVersion: row.rowVersion + 1 };
  const [updated] = await runBatch(db, [
    moveUnlinked(db, row, patch, now).returning({ id: pushes.documentId }),
    ...kindOf(row).alsoWrite(db, row, after, now),
  ]);
  return tookHold(updated);
}
