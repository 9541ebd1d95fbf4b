/**
 * The outcome if an invoice with our mark was found in QuickBooks. Pure.
 */
import type { InvoiceRow } from "../invoice-row.ts";
import { isVoided } from "../../quickbooks/invoices.ts";
import type { Invoice } from "../../quickbooks/wire.ts";
import type { Outcome } from "../outcome.ts";

/** Accepted, or gone if somebody voided it there. */
export function outcomeOfFound(row: Pick<InvoiceRow, "operation">, invoice: Invoice): Outcome {
  return { kind: row.operation !== "void" && isVoided(invoice) ? "gone" : "accepted", invoice };
}
