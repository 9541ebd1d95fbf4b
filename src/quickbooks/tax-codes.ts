/**
 * The tax codes of a company outside the US (US lines only say TAX or NON). Read-only: we never change a company's tax
 * setup.
 */
import type { QuickBooks } from "./client.ts";
import { ACTIVE_OR_NOT, selectAll } from "./query.ts";
import { type TaxCode, taxCode } from "./wire.ts";

const MAX_TAX_CODES = 1000;

/** All tax codes, including inactive ones. One read. */
export async function listTaxCodes(qb: QuickBooks): Promise<TaxCode[]> {
  return (await selectAll(qb, { entity: "TaxCode", schema: taxCode, clauses: [ACTIVE_OR_NOT] }, MAX_TAX_CODES)).rows;
}

/** The code that a name (or an ID) in the settings refers to; active codes come before inactive ones. Pure. */
export function pickTaxCode(rows: readonly TaxCode[], name: string): TaxCode | null {
  const wanted = name.trim().toLowerCase();
  const matches = rows.filter((row) => row.name.toLowerCase() === wanted || row.id === name.trim());
  return matches.find((row) => row.isActive) ?? matches[0] ?? null;
}
