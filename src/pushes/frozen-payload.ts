/**
 * Reads the few parts of a frozen payload that a look-up or an explanation needs. The bytes themselves are never changed.
 */
import { z } from "zod";
import { parseExactJson } from "../platform/exact-json.ts";
import { decimal } from "../quickbooks/wire.ts";
import type { InvoiceRow } from "./invoice-row.ts";

const reference = z.object({ value: z.string() });
const frozenInvoice = z.object({
  DocNumber: z.string(),
  CustomerRef: reference,
  Line: z.array(z.object({ SalesItemLineDetail: z.object({ ItemRef: reference }).optional() })),
});
const frozenTaxDetail = z.object({ TxnTaxDetail: z.object({ TotalTax: decimal }) });
const frozenChange = z.object({ Id: z.string(), SyncToken: z.string() });

/** The frozen create or update; null if no such payload is frozen. */
export function readFrozenInvoice(row: Pick<InvoiceRow, "frozenPayload">): z.infer<typeof frozenInvoice> | null {
  return frozenInvoice.safeParse(readJson(row.frozenPayload)).data ?? null;
}

/** ID and SyncToken of the frozen update or void. */
export function readFrozenChange(row: Pick<InvoiceRow, "frozenPayload">): z.infer<typeof frozenChange> | null {
  return frozenChange.safeParse(readJson(row.frozenPayload)).data ?? null;
}

/** The tax that was sent to QuickBooks, as decimal text; null if no create or update is frozen. */
export function frozenTax({ frozenPayload }: Pick<InvoiceRow, "frozenPayload">): string | null {
  return frozenTaxDetail.safeParse(readJson(frozenPayload, parseExactJson)).data?.TxnTaxDetail.TotalTax ?? null;
}

/** The document number that was sent to QuickBooks. */
export function frozenDocNumber(row: Pick<InvoiceRow, "frozenPayload">): string | null {
  return readFrozenInvoice(row)?.DocNumber ?? null;
}

function readJson(text: string | null, parse: (text: string) => unknown = JSON.parse): unknown {
  try {
    return text === null ? null : parse(text);
  } catch {
    return null;
  }
}
