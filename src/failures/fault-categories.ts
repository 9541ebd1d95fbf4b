/**
 * One table of every QuickBooks code (qbo-api.md section 9) → category. A code that is not in it is judged by
 * its fault type; nothing is ever left without a category. Pure.
 */
import type { Fault } from "../quickbooks/faults.ts";
import type { ErrorCategory } from "./push-error.ts";

const CODES: Readonly<Record<ErrorCategory, readonly string[]>> = {
  authentication: ["3200", "003200", "3202", "100", "110", "130"],
  permission: ["3100", "003100", "120", "5020"],
  rate_limited: ["3001", "003001"],
  unavailable: ["140", "150", "10000", "10100", "4002", "1000", "1010", "1020"],
  subscription: ["6190", "5030"],
  closed_period: ["6200", "6210"],
  duplicate: ["6140", "6240", "630"],
  inactive_reference: ["610", "2500", "6250", "6310"],
  account_creation: [],
  missing_configuration: [],
  integration_disabled: [],
  validation: [
    "620",
    "700",
    "800",
    "900",
    "1040",
    "2010",
    "2020",
    "2030",
    "2040",
    "2050",
    "2060",
    "2070",
    "2080",
    "2090",
    "2100",
    "2110",
    "2120",
    "2140",
    "2150",
    "2160",
    "2170",
    "2200",
    "2210",
    "2220",
    "2230",
    "2240",
    "2250",
    "2280",
    "2290",
    "2300",
    "2390",
    "2600",
    "3000",
    "5000",
    "5010",
    "6000",
    "6010",
    "6020",
    "6030",
    "6040",
    "6050",
    "6070",
    "6080",
    "6090",
    "6100",
    "6130",
    "6150",
    "6160",
    "6170",
    "6180",
    "6220",
    "6230",
    "6270",
    "6280",
    "6420",
    "6430",
    "6440",
    "6450",
    "6470",
    "6480",
    "6520",
    "6530",
    "6540",
    "6560",
    "6570",
  ],
  // What only a mistake of ours can cause: a malformed request, an unknown resource or entity name.
  internal: ["0", "400", "500", "600", "1050", "2000", "2130", "4000", "4001", "10200"],
};

const CATEGORY_OF: ReadonlyMap<string, ErrorCategory> = new Map(
  Object.entries(CODES).flatMap(([category, codes]) => codes.map((code) => [code, category as ErrorCategory] as const)),
);

/** @internal every code that the table knows, for the tests */
export const KNOWN_CODES: readonly string[] = [...CATEGORY_OF.keys()];

/** The category of a refusal. Of several faults the first decides: QuickBooks names the cause first. */
export function categoryOf(fault: Pick<Fault, "code" | "type" | "detail" | "message">): ErrorCategory {
  const known = CATEGORY_OF.get(fault.code);
  if (known === "inactive_reference" && !isAboutInactive(fault)) return "validation";
  if (known) return known;
  const type = fault.type.toLowerCase();
  if (type.startsWith("authentication")) return "authentication";
  if (type.startsWith("authoriz")) return "permission";
  if (type.startsWith("system")) return "unavailable";
  return "validation";
}

/** 2500 also stands for references of the wrong kind ("Categories cannot be used in transactions"). */
function isAboutInactive(fault: Pick<Fault, "code" | "detail" | "message">): boolean {
  return fault.code !== "2500" || !/categor/i.test(`${fault.message} ${fault.detail}`);
}
