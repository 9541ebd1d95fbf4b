/**
 * The filters of the list of invoices, as they stand in its address: read, checked, and written back into links.
 * What is not a usable value is left out rather than refused: an address may have been typed by hand.
 */
import { isCursor, type PageRequest } from "../../orders/date-page.ts";
import type { InvoiceFilter } from "../../pushes/lists/list.ts";
import { isPushStatus } from "./invoice-status.tsx";

const DATE = /^\d{4}-\d{2}-\d{2}$/;
const MAX_SEARCH_CHARS = 100;
export const PAGE_ROWS = 50;

/** The texts of the address: empty where a filter is not set. */
export type FilterTexts = {
  status: string;
  instance: string;
  from: string;
  to: string;
  q: string;
};

export function filterTexts(values: Record<string, string>): FilterTexts {
  return {
    status: isPushStatus(values["status"] ?? "") ? (values["status"] ?? "") : "",
    instance: values["instance"] ?? "",
    from: DATE.test(values["from"] ?? "") ? (values["from"] ?? "") : "",
    to: DATE.test(values["to"] ?? "") ? (values["to"] ?? "") : "",
    q: (values["q"] ?? "").slice(0, MAX_SEARCH_CHARS),
  };
}

/** The same for the store. */
export function toFilter(texts: FilterTexts): InvoiceFilter {
  return {
    status: isPushStatus(texts.status) ? texts.status : undefined,
    instanceId: texts.instance || undefined,
    from: texts.from || undefined,
    to: texts.to || undefined,
    q: texts.q || undefined,
  };
}

/** The place in the list; a cursor that is none of ours is the first page. */
export function pageRequest(values: Record<string, string>): PageRequest {
  const { after, before } = values;
  if (after !== undefined && isCursor(after)) return { limit: PAGE_ROWS, after };
  if (before !== undefined && isCursor(before)) return { limit: PAGE_ROWS, before };
  return { limit: PAGE_ROWS };
}

/** An address with these filters; empty ones are left out. */
export function listUrl(
  path: string,
  texts: Partial<FilterTexts>,
  cursor: { after?: string; before?: string } = {},
): string {
  const query = new URLSearchParams(Object.entries({ ...texts, ...cursor }).filter(([, value]) => value !== ""));
  return query.size > 0 ? `${path}?${query.toString()}` : path;
}

/** Whether any filter is set. */
export function isFiltered(texts: FilterTexts): boolean {
  return Object.values(texts).some((text) => text !== "");
}
