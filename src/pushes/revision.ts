/**
 * The revision of a document: counts the payloads that QuickBooks answered definitely (docs/architecture.md, section 3,
 * rule 3). It is part of the request ID and of our mark. Raised after each definite answer, never because of a retry.
 * Pure.
 */
import type { DocumentRow } from "./document-row.ts";

type Counted = Pick<DocumentRow, "revision" | "closedRevision" | "refusedHash" | "operation">;

/** The revision under which the next payload is frozen: the present one while it is open, else the next. */
export function nextRevision(row: Counted): number {
  return closedRevisionOf(row) >= row.revision ? row.revision + 1 : row.revision;
}

/** The request ID belongs to (document, revision). */
export function requestIdOf(row: Pick<DocumentRow, "id" | "revision">): string {
  return `${row.id}-${row.revision}`;
}

/** Rows of earlier versions don't say what was closed: a refusal left a hash, and what is changed or voided was accepted. */
function closedRevisionOf(row: Counted): number {
  const wasClosedBefore = row.refusedHash !== null || (row.operation !== "create" && row.closedRevision === 0);
  return wasClosedBefore ? row.revision : row.closedRevision;
}
