/**
 * A document of ours that somebody voided or deleted in QuickBooks: it is voided here as well, with a warning
 * (docs/contract.md, section 7). We must never restore it. Pure.
 */
import type { Delivery, DocumentRow } from "../document-row.ts";
import type { QboDocument } from "../../kinds/document-kind.ts";
import { kindOf } from "../../kinds/kinds.ts";
import { VOIDED_IN_QUICKBOOKS } from "../../documents/attention.ts";
import { withWarning } from "../../failures/warning.ts";

/** The columns of a document that is gone there; `found`: null if it was deleted; `at`: when this was reported. */
export function goneInQuickBooks(row: DocumentRow, found: QboDocument | null, at: string): Partial<Delivery> {
  const what = found === null ? "deleted" : "voided";
  const warning = {
    code: VOIDED_IN_QUICKBOOKS,
    message: `The ${kindOf(row).noun} was ${what} in QuickBooks on ${minute(at)}.`,
  };
  return {
    state: "voided",
    dueAt: null,
    error: null,
    qboBalanceMinor: 0,
    qboTotalMinor: 0,
    ...(found ? { qboSyncToken: found.syncToken, qboLastUpdatedAt: isoOrNull(found.lastUpdatedAt) } : {}),
    warnings: withWarning(row.warnings, warning),
  };
}

/** For people: "2026-11-20 10:00 UTC". */
export function minute(iso: string): string {
  return `${new Date(iso).toISOString().slice(0, 16).replace("T", " ")} UTC`;
}

/** QuickBooks' times carry an offset; ours don't. */
export function isoOrNull(text: string | null): string | null {
  return text === null ? null : new Date(text).toISOString();
}
