/**
 * Every fault code of QuickBooks that we know, in one table: what it means for the request, and its error category
 * (docs/qbo-api.md, section 9). A code that is missing here is judged by the type of its fault. Pure; does not decide
 * what happens to an invoice.
 */

/** The record is gone, or one that it refers to is inactive. */
export const OBJECT_NOT_FOUND = "610";
/** A reference is invalid: gone, inactive, or of the wrong kind. */
export const INVALID_REFERENCE = "2500";
/** A text has characters that the company does not keep, or that are never allowed there. */
export const ILLEGAL_CHARACTERS = "2040";
/** The SyncToken is outdated: somebody changed the record. */
export const STALE_OBJECT = "5010";
/** The document number is taken. */
export const NUMBER_TAKEN = "6140";
/** The subscription has lapsed; may come with HTTP 200, and on reads as well. */
export const SUBSCRIPTION_LAPSED = "6190";
/** The name of a customer, item or account is taken. */
export const NAME_TAKEN = "6240";
/** The customer of a sale is missing or inactive. */
export const INVALID_CUSTOMER = "6250";
/** The gateway's limit of requests. */
export const THROTTLED = "3001";

/** Why a request was rejected before any work was done. */
export type NotLetInReason = "token" | "permission" | "throttled" | "locked";
/** `refused`: names a rule; nothing was done. `open`: the work may or may not have been done. */
export type CodeMeaning = NotLetInReason | "refused" | "open";

export type FaultCategory =
  | "authentication"
  | "permission"
  | "rate_limited"
  | "unavailable"
  | "subscription"
  | "closed_period"
  | "duplicate"
  | "inactive_reference"
  | "validation"
  | "internal";

interface Group {
  meaning: CodeMeaning;
  category: FaultCategory;
  codes: readonly string[];
}

const GROUPS: readonly Group[] = [
  { meaning: "token", category: "authentication", codes: ["100", "110", "3200", "3202"] },
  // 130, wrong cluster: QuickBooks calls it authentication, but a new token would not help.
  { meaning: "permission", category: "permission", codes: ["120", "130", "3100"] },
  { meaning: "throttled", category: "rate_limited", codes: [THROTTLED] },
  { meaning: "locked", category: "unavailable", codes: ["140"] },
  // Maintenance and unspecified failures.
  { meaning: "open", category: "unavailable", codes: ["150", "1000", "1010", "1020", "10000"] },
  // A repeated request ID: the first request may have been done.
  { meaning: "open", category: "internal", codes: ["600"] },
  { meaning: "refused", category: "permission", codes: ["5020"] },
  { meaning: "refused", category: "unavailable", codes: ["4002", "10100"] },
  { meaning: "refused", category: "subscription", codes: [SUBSCRIPTION_LAPSED, "5030"] },
  { meaning: "refused", category: "closed_period", codes: ["6200", "6210"] },
  { meaning: "refused", category: "duplicate", codes: [NUMBER_TAKEN, NAME_TAKEN, "630"] },
  {
    meaning: "refused",
    category: "inactive_reference",
    codes: [OBJECT_NOT_FOUND, INVALID_REFERENCE, INVALID_CUSTOMER, "6310"],
  },
  // Only our own mistakes cause these: a malformed request, an unknown resource or entity name.
  {
    meaning: "refused",
    category: "internal",
    codes: ["400", "500", "1050", "2000", "2130", "4000", "4001", "10200"],
  },
  {
    meaning: "refused",
    category: "validation",
    codes: [
      STALE_OBJECT,
      ILLEGAL_CHARACTERS,
      ...words(`620 700 800 900 1040 2010 2020 2030 2050 2060 2070 2080 2090 2100 2110 2120 2140 2150 2160 2170 2200
        2210 2220 2230 2240 2250 2280 2290 2300 2390 2600 3000 5000 6000 6010 6020 6030 6040 6050 6070 6080 6090 6100
        6130 6150 6160 6170 6180 6220 6230 6270 6280 6420 6430 6440 6450 6470 6480 6520 6530 6540 6560 6570`),
    ],
  },
];

export interface CodeEntry {
  meaning: CodeMeaning;
  category: FaultCategory;
}

/** Code → its meaning. Codes have no leading zeros here: the gateway's `003200` is read as `3200`. */
export const CODES: ReadonlyMap<string, CodeEntry> = tableOf(GROUPS);

function tableOf(groups: readonly Group[]): Map<string, CodeEntry> {
  const table = new Map<string, CodeEntry>();
  for (const { codes, meaning, category } of groups) {
    for (const code of codes) {
      if (table.has(code)) throw new Error(`Code ${code} is listed twice`);
      table.set(code, { meaning, category });
    }
  }
  return table;
}

function words(text: string): string[] {
  return text.split(/\s+/);
}
