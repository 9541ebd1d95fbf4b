/**
 * Limits that several parts of the app have to agree on. A limit that belongs to one file is at the top of that file
 * instead.
 */

/** Largest body of a form or an API request; webhooks have their own, larger limit (docs/contract.md, section 5). */
export const MAX_REQUEST_BYTES = 128 * 1024;

/** How many invoices one call or click may send, and how many orders one may turn into invoices. */
export const MAX_BULK_ITEMS = 1000;

/** Rows of a page of an API list (docs/contract.md, section 6). */
export const DEFAULT_PAGE_ROWS = 50;
export const MAX_PAGE_ROWS = 200;

/** How long full history is kept: bodies of deliveries, finished events from Intuit, attempts that only waited. */
export const HISTORY_KEPT_DAYS = 90;
