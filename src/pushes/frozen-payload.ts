/**
 * Reads the few parts of a frozen payload that a look-up or an explanation needs. The bytes themselves are never changed.
 */
import { z } from "zod";
import type { InvoiceRow } from "./invoice-row.ts";
import { type Letters, lettersAfterAnswer } from "../quickbooks/letters.ts";
import type { Invoice } from "../quickbooks/wire.ts";

const reference = z.object({ value: z.string() });
const frozenInvoice = z.object({
  DocNumber: z.string(),
  CustomerRef: reference,
  Line: z.array(z.object({ SalesItemLineDetail: z.object({ ItemRef: reference }).optional() })),
});
const frozenChange = z.object({ Id: z.string(), SyncToken: z.string() });

/** The frozen create or update; null if no such payload is frozen. */
export function readFrozenInvoice(row: Pick<InvoiceRow, "frozenPayload">): z.infer<typeof frozenInvoice> | null {
  return frozenInvoice.safeParse(readJson(row.frozenPayload)).data ?? null;
}

/** ID and SyncToken of the frozen update or void. */
export function readFrozenChange(row: Pick<InvoiceRow, "frozenPayload">): z.infer<typeof frozenChange> | null {
  return frozenChange.safeParse(readJson(row.frozenPayload)).data ?? null;
}

/** The document number that was sent to QuickBooks. */
export function frozenDocNumber(row: Pick<InvoiceRow, "frozenPayload">): string | null {
  return readFrozenInvoice(row)?.DocNumber ?? null;
}

/** What the company keeps, if it has other characters in the invoice than were frozen; else null. */
export function lettersKept(row: Pick<InvoiceRow, "frozenPayload">, found: Invoice): Letters | null {
  return row.frozenPayload === null ? null : lettersAfterAnswer(row.frozenPayload, found.foreignCharacters);
}

function readJson(text: string | null): unknown {
  try {
    return text === null ? null : JSON.parse(text);
  } catch {
    return null;
  }
}
