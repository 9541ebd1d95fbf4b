/**
 * QuickBooks says that what was to be changed or voided is not as we knew it (5010, or 610 for what is deleted): one
 * read tells what it is now. What somebody voided or deleted there stays so; anything else is changed on top of theirs.
 */
import type { InvoiceRow } from "./invoice-row.ts";
import type { QuickBooks } from "../quickbooks/client.ts";
import { QuickBooksError, isRefusedWith } from "../quickbooks/faults.ts";
import { isVoided, readInvoice } from "../quickbooks/invoices.ts";
import type { Invoice } from "../quickbooks/wire.ts";
import type { Outcome } from "./outcome.ts";
import { isWhatWeSent } from "./what-we-sent.ts";

const STALE_OBJECT = "5010";
/** Of an invoice that was deleted, and of something on it that is inactive. */
const OBJECT_NOT_FOUND = "610";

/** What is to be done instead, or null where the refusal stands as it is. */
export async function outcomeOfChange(
  qb: QuickBooks,
  row: InvoiceRow,
  error: QuickBooksError,
  now: () => Date,
): Promise<Outcome | null> {
  if (row.operation === "create" || row.qboInvoiceId === null) return null;
  if (!isRefusedWith(error, STALE_OBJECT, OBJECT_NOT_FOUND)) return null;
  const current = await readNow(qb, row.qboInvoiceId);
  if (current === "unreadable") return { kind: "later", dueAt: null, error: null };
  if (current === null || isVoided(current)) return { kind: "gone", invoice: current };
  if (row.operation === "update" && row.unansweredCount > 0 && isWhatWeSent(row, current))
    return { kind: "accepted", invoice: current };
  if (current.syncToken === row.qboSyncToken) return null;
  return { kind: "later", dueAt: now().toISOString(), error: null, syncToken: current.syncToken };
}

async function readNow(qb: QuickBooks, qboInvoiceId: string): Promise<Invoice | null | "unreadable"> {
  try {
    return await readInvoice(qb, qboInvoiceId);
  } catch (error) {
    if (error instanceof QuickBooksError) return "unreadable";
    throw error;
  }
}
