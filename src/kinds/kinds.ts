/**
 * Every kind of document that we deliver. A new kind is a file beside this one and a line here; docs/credit-memos.md lists
 * what in pushes/ still knows only invoices.
 */
import type { DocumentKind } from "./document-kind.ts";
import { invoiceDocument } from "./invoice.ts";

const KINDS = { invoice: invoiceDocument } as const satisfies Record<string, DocumentKind>;

/** The name of a kind in the table of pushes. */
export type KindName = keyof typeof KINDS;

/** The kind of a push's document. */
export function kindOf({ kind }: { kind: KindName }): DocumentKind {
  return KINDS[kind];
}
