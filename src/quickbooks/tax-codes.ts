/**
 * The tax codes and rates of a company. Outside the US each line carries a code; in the US lines only say TAX or NON, and a
 * company that taxes by hand has one code for the whole invoice. Read-only: we never change a company's tax setup.
 */
import Big from "big.js";
import type { QuickBooks } from "./client.ts";
import { ACTIVE_OR_NOT, selectAll } from "./query.ts";
import { type TaxCode, type TaxRateDetail, taxCode, taxRate } from "./wire.ts";

const MAX_TAX_CODES = 1000;
const MAX_TAX_RATES = 1000;

/** One of the company's tax rates as it applies to sales. */
export interface SalesTaxRate {
  rateId: string;
  /** Exact decimal text, per cent of the net amount, e.g. `20`, `9.975`; of a tax on tax, what it comes to. */
  percent: string;
}

/** An active tax code that sales can carry. */
export interface SalesTaxCode {
  id: string;
  name: string;
  /** The sum of its rates, as exact decimal text without trailing zeros. */
  percent: string;
  rates: SalesTaxRate[];
  /** Its rates have both signs (reverse charge): never proposed. */
  isReversed: boolean;
}

/** All tax codes, including inactive ones. One read. */
async function listTaxCodes(qb: QuickBooks): Promise<TaxCode[]> {
  return (await selectAll(qb, { entity: "TaxCode", schema: taxCode, clauses: [ACTIVE_OR_NOT] }, MAX_TAX_CODES)).rows;
}

/**
 * The active codes that sales can carry, with their rates. Two reads. A code without any rate is one for sales that are not
 * taxed ('Exempt', 'Out of scope'), but in the US, where it can't be given for an invoice. Left out are codes with rates for
 * purchases alone, codes that QuickBooks' own pages hide, and those whose rate QuickBooks does not tell.
 */
export async function listSalesTaxCodes(qb: QuickBooks, country: string): Promise<SalesTaxCode[]> {
  const codes = await listTaxCodes(qb);
  const rates = await selectAll(qb, { entity: "TaxRate", schema: taxRate, clauses: [ACTIVE_OR_NOT] }, MAX_TAX_RATES);
  const percentOf = new Map(rates.rows.map(({ id, percent }) => [id, percent]));
  const mayLackRates = (code: TaxCode): boolean => country !== "US" && !code.isForPurchases;
  return codes
    .filter((code) => code.isActive && !code.isHidden && (code.salesRates.length > 0 || mayLackRates(code)))
    .flatMap((code) => salesTaxCode(code, percentOf));
}

function salesTaxCode(code: TaxCode, percentOf: ReadonlyMap<string, string | null>): SalesTaxCode[] {
  const rates: { rateId: string; percent: Big }[] = [];
  let sum = new Big(0);
  for (const detail of code.salesRates) {
    const nominal = percentOf.get(detail.rateId);
    if (nominal === undefined || nominal === null) return [];
    const percent = new Big(nominal).times(baseOf(detail, sum));
    rates.push({ rateId: detail.rateId, percent });
    sum = sum.plus(percent);
  }
  return [
    {
      id: code.id,
      name: code.name,
      percent: sum.toFixed(),
      rates: rates.map(({ rateId, percent }) => ({ rateId, percent: percent.toFixed() })),
      isReversed: rates.some(({ percent }) => percent.lt(0)) && rates.some(({ percent }) => percent.gt(0)),
    },
  ];
}

/** What a rate applies to, as a share of the net amount. `before`: the sum of the rates that apply before it, per cent. */
function baseOf({ base }: TaxRateDetail, before: Big): Big {
  const taxes = before.div(100);
  if (base === "TaxOnTax") return taxes;
  return base === "TaxOnAmountPlusTax" ? taxes.plus(1) : new Big(1);
}
