/**
 * The first step of a push: claims a queued document that is due, so that only this worker may write it while its lease
 * lasts (docs/exactly-once.md). The claim is never changed afterwards; later steps make values of their own.
 */
import type { DocumentKind } from "../kinds/document-kind.ts";
import { kindOf } from "../kinds/kinds.ts";
import type { Instance } from "../instances/instance.ts";
import type { DocumentRow } from "./document-row.ts";
import type { QuickBooks } from "../quickbooks/client.ts";
import { type PushContext, quickBooksOf } from "./push-context.ts";
import { claimRow } from "./lease.ts";

export interface Claimed {
  readonly context: PushContext;
  /** This push's own client for the company. */
  readonly qb: QuickBooks;
  readonly document: DocumentKind;
  /** As it was claimed: its fence goes with every later write. */
  readonly row: DocumentRow;
  readonly instance: Instance;
  readonly startedAt: Date;
}

/** Null if the document is not queued, or not due by `dueBefore`, or another worker has it. `known`: as it was read. */
export async function claim(context: PushContext, known: DocumentRow, dueBefore: Date): Promise<Claimed | null> {
  const startedAt = context.now();
  const claimed = await claimRow(context.db, known, dueBefore, startedAt);
  if (!claimed) return null;
  const { row, instance } = claimed;
  if (!instance) throw new Error(`${row.kind} ${row.id} has no instance`);
  return { context, qb: quickBooksOf(context), document: kindOf(row), row, instance, startedAt };
}
