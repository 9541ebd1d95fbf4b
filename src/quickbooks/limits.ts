/**
 * The lengths that QuickBooks accepts, in characters (UTF-16 units, as in Java), and how much fits into one call. Rate
 * limits are in connections/call-pace.ts. Source: docs/qbo-api.md, sections 2, 3 and 5. Payloads are cut to these limits;
 * none of them is our choice.
 */

export const MAX_DOC_NUMBER_CHARS = 21;
export const MAX_DISPLAY_NAME_CHARS = 500;
export const MAX_COMPANY_NAME_CHARS = 100;
export const MAX_ACCOUNT_NAME_CHARS = 100;
export const MAX_ITEM_NAME_CHARS = 100;
export const MAX_SKU_CHARS = 100;
export const MAX_ITEM_DESCRIPTION_CHARS = 4000;
export const MAX_LINE_DESCRIPTION_CHARS = 4000;
export const MAX_PRIVATE_NOTE_CHARS = 4000;
export const MAX_CUSTOMER_MEMO_CHARS = 1000;
export const MAX_ADDRESS_LINE_CHARS = 500;
export const MAX_CITY_CHARS = 255;
export const MAX_REGION_CHARS = 255;
export const MAX_COUNTRY_CHARS = 255;
export const MAX_POSTAL_CODE_CHARS = 30;
export const MAX_EMAIL_CHARS = 100;
export const MAX_PHONE_CHARS = 30;
/** Not documented; Intuit's schema leaves both texts open, and the form shows about this much. */
export const MAX_TRACKING_NUMBER_CHARS = 31;
export const MAX_SHIP_METHOD_CHARS = 31;

/** Decimals of a unit price or quantity that QuickBooks keeps. */
export const MAX_PRICE_DECIMALS = 7;
export const MAX_QUERY_ROWS = 1000;
export const MAX_BATCH_ITEMS = 30;
/** Invoice numbers in one look-up: keeps the query's URL short. */
export const MAX_NUMBERS_PER_LOOK_UP = 40;
