/** What we know of a QuickBooks company, for tests; a test that is about one fact says so beside it. */
import type { CompanyFacts } from "../../src/connections/connection.ts";

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
  quantityOnHand: true,
  offeringSku: "QuickBooks Online Plus",
  subscriptionStatus: "PAID",
};
