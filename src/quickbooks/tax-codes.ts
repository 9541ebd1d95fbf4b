/**
 * The tax codes of a company outside the US (in the US lines only say TAX or NON). Read-only: nobody's tax set-up is
 * ours to change.
 */
import type { QuickBooks } from "./client.ts";
import { ACTIVE_OR_NOT, selectAll } from "./query.ts";
import { type TaxCode, taxCode } from "./wire.ts";

const MAX_TAX_CODES = 1000;

/** All tax codes, inactive ones too. One read. */
export async function listTaxCodes(qb: QuickBooks): Promise<TaxCode[]> {
  return (await selectAll(qb, { entity: "TaxCode", schema: taxCode, clauses: [ACTIVE_OR_NOT] }, MAX_TAX_CODES)).rows;
}

/** The code that a name (or an ID) of the settings means; an active one goes before an inactive one. Pure. */
export function pickTaxCode(rows: readonly TaxCode[], name: string): TaxCode | null {
  const wanted = name.trim().toLowerCase();
  const matches = rows.filter((row) => row.name.toLowerCase() === wanted || row.id === name.trim());
  return matches.find((row) => row.isActive) ?? matches[0] ?? null;
}
