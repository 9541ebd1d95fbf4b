/**
 * The outcome if a document with our mark was found in QuickBooks. Pure.
 */
import type { DocumentRow } from "../document-row.ts";
import type { QboDocument } from "../../kinds/document-kind.ts";
import { kindOf } from "../../kinds/kinds.ts";
import type { Outcome } from "../outcome/outcome.ts";

/** Accepted, or gone if somebody voided it there. */
export function outcomeOfFound(row: Pick<DocumentRow, "kind" | "operation">, document: QboDocument): Outcome {
  return { kind: row.operation !== "void" && kindOf(row).isVoided(document) ? "gone" : "accepted", document };
}
