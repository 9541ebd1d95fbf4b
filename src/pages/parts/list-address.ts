/**
 * A list's address: its filters and the position in it. An unusable value is left out rather than refused, since an
 * address may have been typed by hand. Which filters a list has is up to its page.
 */
import { isCursor, type PageRequest } from "../../orders/date-page.ts";

const DATE = /^\d{4}-\d{2}-\d{2}$/;
/** Rows of a page. */
export const PAGE_ROWS = 50;

/** The values of a list's filters, by name; empty if not set. */
export type FilterTexts = Record<string, string>;

/** A calendar date, or empty. */
export function dateText(text: string | undefined): string {
  return text !== undefined && DATE.test(text) ? text : "";
}

/** The position in the list; an unknown cursor means the first page. */
export function pageRequest(values: Record<string, string>): PageRequest {
  const { after, before } = values;
  if (after !== undefined && isCursor(after)) return { limit: PAGE_ROWS, after };
  if (before !== undefined && isCursor(before)) return { limit: PAGE_ROWS, before };
  return { limit: PAGE_ROWS };
}

/** An address with these filters; empty ones are left out. */
export function listUrl(path: string, texts: FilterTexts, cursor: { after?: string; before?: string } = {}): string {
  const query = new URLSearchParams(Object.entries({ ...texts, ...cursor }).filter(([, value]) => value !== ""));
  return query.size > 0 ? `${path}?${query.toString()}` : path;
}

/** Whether any filter is set. */
export function isFiltered(texts: FilterTexts): boolean {
  return Object.values(texts).some((text) => text !== "");
}
