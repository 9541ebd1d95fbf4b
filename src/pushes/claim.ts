/**
 * The first step of a push: claims a queued invoice that is due, so that only this worker may write it while its lease
 * lasts (docs/exactly-once.md). The claim is never changed afterwards; later steps make values of their own.
 */
import type { DocumentKind } from "../kinds/document-kind.ts";
import { kindOf } from "../kinds/kinds.ts";
import type { Instance } from "../instances/instance.ts";
import { findInstance } from "../instances/store.ts";
import type { InvoiceRow } from "./invoice-row.ts";
import type { QuickBooks } from "../quickbooks/client.ts";
import { type PushContext, quickBooksOf } from "./push-context.ts";
import { claimRow } from "./store.ts";

export interface Claimed {
  readonly context: PushContext;
  /** This push's own client for the company. */
  readonly qb: QuickBooks;
  readonly document: DocumentKind;
  /** As it was claimed: its fence goes with every later write. */
  readonly row: InvoiceRow;
  readonly instance: Instance;
  readonly startedAt: Date;
}

/** Null if the invoice is not queued, or not due by `dueBefore`, or another worker has it. */
export async function claim(context: PushContext, invoiceId: string, dueBefore: Date): Promise<Claimed | null> {
  const startedAt = context.now();
  const row = await claimRow(context.db, invoiceId, dueBefore, startedAt);
  if (!row) return null;
  const instance = await findInstance(context.db, row.instanceId);
  if (!instance) throw new Error(`Invoice ${row.id} has no instance`);
  return { context, qb: quickBooksOf(context), document: kindOf(row), row, instance, startedAt };
}
