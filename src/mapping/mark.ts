/**
 * Our mark in `PrivateNote`: which of our documents an invoice in QuickBooks is, and which revision of it. Only the
 * mark adopts (docs/architecture.md, section 3, rule 7): numbers and totals may belong to anyone. Pure.
 */

/** The content of a mark. `revision` is null in marks of earlier versions, which did not include it. */
export interface Mark {
  invoiceId: string;
  revision: number | null;
}

const MARK = /bookbridge:([\w-]+)(?:\/(\d{1,9})(?!\d))?/g;

/** The mark of one revision of an invoice, e.g. `bookbridge:<invoice ID>/2`. */
export function markOf(invoiceId: string, revision: number): string {
  return `bookbridge:${invoiceId}/${revision}`;
}

/** Every mark in a note; a void puts text before it, and people add text around it. */
export function readMarks(note: string | null): Mark[] {
  return [...(note ?? "").matchAll(MARK)].map(([, invoiceId = "", revision]) => ({
    invoiceId,
    revision: revision === undefined ? null : Number(revision),
  }));
}

/** The mark of this invoice in the note, or null. */
export function findMark(note: string | null, invoiceId: string): Mark | null {
  return readMarks(note).find((mark) => mark.invoiceId === invoiceId) ?? null;
}
