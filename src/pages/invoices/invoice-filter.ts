/**
 * The invoice list's filters as its address carries them: read, checked, and turned into what the store takes.
 */
import { z } from "zod";
import { ATTENTION_KINDS } from "../../documents/attention.ts";
import type { DocumentState } from "../../documents/status.ts";
import { type AttentionCause, type InvoiceFilter, type InvoiceView, isView } from "../../invoicing/lists/filter.ts";
import { INVOICE_SORTS, type InvoiceSort } from "../../invoicing/lists/order.ts";
import { dateText } from "../parts/list-address.ts";
import { isPushStatus } from "./invoice-status.tsx";

const MAX_SEARCH_CHARS = 100;
const MAX_CAUSE_CHARS = 1_000;
const INSTANT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/;

/** The values in the address; empty for a filter that is not set. */
export type InvoiceFilterTexts = {
  status: string;
  company: string;
  instance: string;
  from: string;
  to: string;
  q: string;
  /** A cause (`causeText`). */
  cause: string;
  /** When they were asked to be sent. */
  requested: string;
};

export function invoiceFilterTexts(values: Record<string, string>): InvoiceFilterTexts {
  const { status = "", company = "", instance = "", q = "", cause = "", requested = "" } = values;
  return {
    status: isStatus(status) ? status : "",
    company,
    instance,
    from: dateText(values["from"]),
    to: dateText(values["to"]),
    q: q.slice(0, MAX_SEARCH_CHARS),
    cause: status === "needs_attention" && readCause(cause) ? cause : "",
    requested: INSTANT.test(requested) ? requested : "",
  };
}

/** The same for the store. */
export function toInvoiceFilter(texts: InvoiceFilterTexts): InvoiceFilter {
  return {
    status: isStatus(texts.status) ? texts.status : undefined,
    connectionId: texts.company || undefined,
    instanceId: texts.instance || undefined,
    from: texts.from || undefined,
    to: texts.to || undefined,
    q: texts.q || undefined,
    cause: readCause(texts.cause) ?? undefined,
    requestedAt: texts.requested || undefined,
  };
}

/** The order that the address asks for; the newest first if it asks for none. */
export function sortOf({ sort }: Record<string, string>): InvoiceSort {
  return INVOICE_SORTS.find((known) => known === sort) ?? "-date";
}

/** A time in the address; empty if it is none. */
export function instantText(text: string | undefined): string {
  return text !== undefined && INSTANT.test(text) ? text : "";
}

function isStatus(text: string): text is DocumentState | InvoiceView {
  return isPushStatus(text) || isView(text);
}

const causeSchema = z.object({
  connectionId: z.string().nullable(),
  kind: z.enum(ATTENTION_KINDS),
  category: z.string().nullable(),
  code: z.string().nullable(),
  concerns: z.string().nullable(),
});

/** Between the parts of a cause; in a part it is encoded, and so is what encodes it. */
const PART_END = "|";

/** A cause as an address carries it: short, since a page of causes holds many. What is null is empty. */
export function causeText({ connectionId, kind, category, code, concerns }: AttentionCause): string {
  return [connectionId, kind, category, code, concerns]
    .map((part) => (part ?? "").replaceAll("%", "%25").replaceAll(PART_END, "%7C"))
    .join(PART_END);
}

/** The cause in an address, or null. */
export function readCause(text: string): AttentionCause | null {
  if (text === "" || text.length > MAX_CAUSE_CHARS) return null;
  try {
    const parts = text.split(PART_END).map((part) => decodeURIComponent(part) || null);
    const [connectionId, kind, category, code, concerns, ...more] = parts;
    return more.length > 0 ? null : causeSchema.parse({ connectionId, kind, category, code, concerns });
  } catch {
    return null;
  }
}
