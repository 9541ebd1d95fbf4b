/**
 * Limits that more than one part of the app has to agree on.
 * A limit that belongs to one file stands on top of that file instead.
 */

/** Largest body of a form or an API request; webhooks have their own, larger limit (docs/contract.md, section 5). */
export const MAX_REQUEST_BYTES = 128 * 1024;

/** Invoices that one call or one click may send, and orders that one may turn into invoices. */
export const MAX_BULK_ITEMS = 1000;

/** Rows of a page of an API list (docs/contract.md, section 6). */
export const DEFAULT_PAGE_ROWS = 50;
export const MAX_PAGE_ROWS = 200;

/** How long history is kept whole: bodies of deliveries, events of Intuit's that are done, attempts that only waited. */
export const HISTORY_KEPT_DAYS = 90;
