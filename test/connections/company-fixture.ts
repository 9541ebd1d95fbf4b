/** What we know of a QuickBooks company, for tests; a test that is about one fact says so beside it. */
import type { CompanyFacts } from "../../src/connections/connection.ts";
import type { SalesTaxCode } from "../../src/quickbooks/tax-codes.ts";

/** A US company on Plus with sales tax on and everything that invoices can use. */
export const US_COMPANY: CompanyFacts = {
  country: "US",
  homeCurrency: "USD",
  multicurrency: false,
  customTxnNumbers: true,
  allowShipping: true,
  allowDiscount: true,
  usingSalesTax: true,
  automatedSalesTax: true,
  automatedTaxSetUp: true,
  quantityOnHand: true,
  offeringSku: "QuickBooks Online Plus",
  subscriptionStatus: "PAID",
  region: "NV",
  taxCodes: [],
};

/** A code with one rate. */
export function taxCodeWith(id: string, name: string, percent: string): SalesTaxCode {
  return { id, name, percent, rates: [{ rateId: `r${id}`, percent }], isReversed: false };
}

/** A UK company with the codes that QuickBooks gives one, reverse charge among them. */
export const UK_COMPANY: CompanyFacts = {
  ...US_COMPANY,
  country: "GB",
  region: null,
  homeCurrency: "GBP",
  automatedSalesTax: false,
  automatedTaxSetUp: false,
  taxCodes: [
    taxCodeWith("1", "20.0% S", "20"),
    taxCodeWith("2", "5.0% R", "5"),
    taxCodeWith("3", "0.0% Z", "0"),
    taxCodeWith("4", "Exempt", "0"),
    {
      id: "5",
      name: "20.0% RC",
      percent: "0",
      rates: [
        { rateId: "r5", percent: "20" },
        { rateId: "r6", percent: "-20" },
      ],
      isReversed: true,
    },
  ],
};

/** A US company that taxes by hand. */
export const US_BY_HAND: CompanyFacts = {
  ...US_COMPANY,
  automatedSalesTax: false,
  automatedTaxSetUp: false,
  taxCodes: [taxCodeWith("2", "State tax", "8.25"), taxCodeWith("3", "County tax", "9.5")],
};
