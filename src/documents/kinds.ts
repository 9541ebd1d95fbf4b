/**
 * Every kind of document that is delivered. A new kind is a file beside this one and a line here; nothing of pushes/
 * changes with it.
 */
import type { DocumentKind } from "./document-kind.ts";
import { invoiceDocument } from "./invoice.ts";

const KINDS = { invoice: invoiceDocument } as const satisfies Record<string, DocumentKind>;

/** What a kind is called in the table of pushes. */
export type KindName = keyof typeof KINDS;

/** The kind of a document by what its push says. */
export function kindOf({ kind }: { kind: KindName }): DocumentKind {
  return KINDS[kind];
}
