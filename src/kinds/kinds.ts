/**
 * Every kind of document that we deliver. A new kind is a file beside this one and a line here (docs/credit-memos.md).
 */
import type { DocumentKind } from "./document-kind.ts";
import { invoiceKind } from "./invoice.ts";

export const KINDS = { invoice: invoiceKind } as const satisfies Record<string, DocumentKind>;

/** The name of a kind in the table of pushes. */
export type KindName = keyof typeof KINDS;

export const KIND_NAMES = Object.keys(KINDS) as KindName[];

/** A document, as pushes/ knows it. */
export interface DocumentRef {
  kind: KindName;
  id: string;
}

export function kindOf({ kind }: Pick<DocumentRef, "kind">): DocumentKind {
  return KINDS[kind];
}
