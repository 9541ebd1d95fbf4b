/**
 * The subject of error messages about an invoice's push. Pure.
 */
import type { Step, Subject } from "../failures/subject.ts";
import type { InvoiceRow } from "./invoice-row.ts";
import type { PushContext } from "./push-context.ts";

/** `doing`: the step that failed; absent: the invoice's own operation. */
export function subjectOf({ connection }: Pick<PushContext, "connection">, row: InvoiceRow, doing?: Step): Subject {
  return {
    connection: { id: connection.id, companyName: connection.companyName },
    invoiceNumber: row.number,
    date: row.date,
    customerName: row.customerName,
    inventoryStartDate: connection.inventoryStartDate,
    doing: doing ?? { kind: "invoice", operation: row.operation },
  };
}
