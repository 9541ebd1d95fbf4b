/**
 * Which deliveries need a person (docs/contract.md, section 3, *Needs attention*): failed ones; those in QuickBooks whose
 * order was cancelled or that somebody changed there, until somebody has decided; and those that somebody voided there.
 * The page, the API and the index by which they are listed go by this file (a test compares the three). Pure.
 */
import { readWarnings } from "../failures/warning.ts";
import type { DeliveryState } from "./status.ts";
import { ORDER_CANCELLED } from "./warnings.ts";

/** Somebody voided or deleted it in QuickBooks. */
export const VOIDED_IN_QUICKBOOKS = "voided_in_quickbooks";
/** Somebody changed it in QuickBooks. */
export const CHANGED_IN_QUICKBOOKS = "changed_in_quickbooks";

/** Of a document in QuickBooks, the most urgent first: both sides changed it; its void waits for a person. */
export const OPEN_WARNINGS = ["conflict", "changed", "paid", CHANGED_IN_QUICKBOOKS, ORDER_CANCELLED] as const;

/** Why it needs a person: it failed, or the code of a warning. */
export const ATTENTION_KINDS = ["failed", ...OPEN_WARNINGS, VOIDED_IN_QUICKBOOKS] as const;
export type AttentionKind = (typeof ATTENTION_KINDS)[number];

/** Why a delivery needs a person; null if it does not. */
export function attentionKind(row: DeliveryState & { warnings: string }): AttentionKind | null {
  if (row.state === "failed") return "failed";
  const codes = new Set(readWarnings(row.warnings).map(({ code }) => code));
  if (codes.has(VOIDED_IN_QUICKBOOKS)) return VOIDED_IN_QUICKBOOKS;
  if (row.state === "voided") return null;
  return OPEN_WARNINGS.find((code) => codes.has(code)) ?? null;
}

/**
 * SQL of whether a delivery needs a person, on columns `state` and `warnings`. The index repeats it exactly. Texts of
 * warnings never look like a code, because JSON escapes their quotes.
 */
export function attentionSql(table = ""): string {
  const has = (code: string): string => `instr(${table}warnings, '"code":"${code}"') > 0`;
  return `${table}state = 'failed' OR (${table}warnings <> '[]' AND (${has(VOIDED_IN_QUICKBOOKS)} OR (${table}state <> 'voided' AND (${OPEN_WARNINGS.map(has).join(" OR ")}))))`;
}

/** SQL of the kind, for deliveries that need a person. */
export function attentionKindSql(table: string): string {
  const when = (code: string): string => `WHEN instr(${table}warnings, '"code":"${code}"') > 0 THEN '${code}'`;
  const warnings = [VOIDED_IN_QUICKBOOKS, ...OPEN_WARNINGS].map(when).join(" ");
  return `CASE WHEN ${table}state = 'failed' THEN 'failed' ${warnings} END`;
}
