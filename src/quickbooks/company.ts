/**
 * Reads what a company is: its name, country and plan, and the preferences that decide how an invoice has to look.
 * Two metered reads; whoever wants them often keeps them (connections/store.ts).
 */
import { type QuickBooks, call } from "./client.ts";
import { companyInfo, preferences, readPart } from "./wire.ts";

export interface CompanyInfo {
  companyName: string;
  /** ISO 3166 as QuickBooks has it, e.g. `US`, `GB`; `US` where it says nothing. */
  country: string;
  /** E.g. `QuickBooks Online Plus`. */
  offeringSku: string | null;
  /** `PAID`, `TRIAL`; others exist. */
  subscriptionStatus: string | null;
}

export interface CompanyPreferences {
  customTxnNumbers: boolean;
  allowShipping: boolean;
  allowDiscount: boolean;
  /** Inventory is tracked. */
  quantityOnHand: boolean;
  multicurrency: boolean;
  /** ISO 4217; null where QuickBooks does not say (one currency only: that of the country). */
  homeCurrency: string | null;
  usingSalesTax: boolean;
  /**
   * US: QuickBooks works out the tax by itself (docs/qbo-api.md, section 5.6: the key `PartnerTaxEnabled` is there).
   */
  automatedSalesTax: boolean;
}

export async function readCompanyInfo(qb: QuickBooks): Promise<CompanyInfo> {
  const answer = await call(qb, { kind: "read", method: "GET", path: (realmId) => `/companyinfo/${realmId}` });
  const info = readPart(companyInfo, answer, "CompanyInfo");
  const value = (name: string): string | null => info.NameValue?.find((pair) => pair.Name === name)?.Value ?? null;
  return {
    companyName: info.CompanyName,
    country: info.Country ?? "US",
    offeringSku: value("OfferingSku"),
    subscriptionStatus: value("SubscriptionStatus"),
  };
}

/** A preference that is not there is not switched off: QuickBooks says so where one is, and refuses what it does not allow. */
export async function readPreferences(qb: QuickBooks): Promise<CompanyPreferences> {
  const answer = await call(qb, { kind: "read", method: "GET", path: "/preferences" });
  const prefs = readPart(preferences, answer, "Preferences");
  return {
    customTxnNumbers: prefs.SalesFormsPrefs?.CustomTxnNumbers ?? false,
    allowShipping: prefs.SalesFormsPrefs?.AllowShipping ?? true,
    allowDiscount: prefs.SalesFormsPrefs?.AllowDiscount ?? true,
    quantityOnHand: prefs.ProductAndServicesPrefs?.QuantityOnHand ?? true,
    multicurrency: prefs.CurrencyPrefs?.MultiCurrencyEnabled ?? false,
    homeCurrency: prefs.CurrencyPrefs?.HomeCurrency?.value ?? null,
    usingSalesTax: prefs.TaxPrefs?.UsingSalesTax ?? true,
    automatedSalesTax: prefs.TaxPrefs?.PartnerTaxEnabled !== undefined && prefs.TaxPrefs.PartnerTaxEnabled !== null,
  };
}
