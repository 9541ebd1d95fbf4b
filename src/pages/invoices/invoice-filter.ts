/**
 * The invoice list's filters as its address carries them: read, checked, and turned into what the store takes.
 */
import type { InvoiceFilter } from "../../invoicing/lists/list.ts";
import { dateText } from "../parts/list-address.ts";
import { isPushStatus } from "./invoice-status.tsx";

const MAX_SEARCH_CHARS = 100;

/** The values in the address; empty for a filter that is not set. */
export type InvoiceFilterTexts = {
  status: string;
  instance: string;
  from: string;
  to: string;
  q: string;
};

export function invoiceFilterTexts(values: Record<string, string>): InvoiceFilterTexts {
  const { status = "", instance = "", q = "" } = values;
  return {
    status: isPushStatus(status) ? status : "",
    instance,
    from: dateText(values["from"]),
    to: dateText(values["to"]),
    q: q.slice(0, MAX_SEARCH_CHARS),
  };
}

/** The same for the store. */
export function toInvoiceFilter(texts: InvoiceFilterTexts): InvoiceFilter {
  return {
    status: isPushStatus(texts.status) ? texts.status : undefined,
    instanceId: texts.instance || undefined,
    from: texts.from || undefined,
    to: texts.to || undefined,
    q: texts.q || undefined,
  };
}
