/**
 * The category of a refusal by QuickBooks: by its code, or by the type of its fault if the code is unknown. Every refusal
 * gets a category. Pure.
 */
import { CODES, type FaultCategory, INVALID_REFERENCE } from "../quickbooks/codes.ts";
import type { Fault } from "../quickbooks/faults.ts";

export function categoryOf(fault: Pick<Fault, "code" | "type" | "detail" | "message">): FaultCategory {
  const known = CODES.get(fault.code)?.category;
  if (known !== undefined) return isOfWrongKind(fault) ? "validation" : known;
  const type = fault.type.toLowerCase();
  if (type.startsWith("authentication")) return "authentication";
  if (type.startsWith("authoriz")) return "permission";
  if (type.startsWith("system")) return "unavailable";
  return "validation";
}

/** QuickBooks uses the code of an inactive reference for a reference of the wrong kind as well ("Categories cannot be used in transactions"). */
function isOfWrongKind({ code, message, detail }: Pick<Fault, "code" | "detail" | "message">): boolean {
  return code === INVALID_REFERENCE && /categor/i.test(`${message} ${detail}`);
}
