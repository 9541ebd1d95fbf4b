/**
 * Whether QuickBooks has a document with the letters that were sent (docs/letters.md). Pure.
 */
import type { QboDocument } from "../kinds/document-kind.ts";
import { type Letters, lettersAfterAnswer } from "../quickbooks/letters.ts";

/** What the company keeps, if it has other characters in the document than were frozen; else null. */
export function lettersKept(frozenPayload: string | null, found: QboDocument): Letters | null {
  return frozenPayload === null ? null : lettersAfterAnswer(frozenPayload, found.foreignCharacters);
}
