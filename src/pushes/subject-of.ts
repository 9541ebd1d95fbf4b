/**
 * The subject of error messages about a document's push. Pure.
 */
import type { Step, Subject } from "../failures/subject.ts";
import { kindOf } from "../kinds/kinds.ts";
import type { DocumentRow } from "./document-row.ts";
import type { PushContext } from "./push-context.ts";

/** `doing`: the step that failed; absent: the document's own operation. */
export function subjectOf({ connection }: Pick<PushContext, "connection">, row: DocumentRow, doing?: Step): Subject {
  return {
    connection: { id: connection.id, companyName: connection.companyName },
    noun: kindOf(row).noun,
    number: row.number,
    date: row.date,
    customerName: row.customerName,
    inventoryStartDate: connection.inventoryStartDate,
    doing: doing ?? { kind: "document", operation: row.operation },
  };
}
