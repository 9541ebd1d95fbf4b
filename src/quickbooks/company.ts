/**
 * Reads a company's name, country and plan, and the preferences that decide what an invoice must look like. Two metered
 * reads, so the results are stored (connections/store.ts).
 */
import { countryCode } from "../platform/countries.ts";
import { type QuickBooks, call } from "./client.ts";
import { companyInfo, preferences, readPart } from "./wire.ts";

export interface CompanyInfo {
  companyName: string;
  /** ISO 3166 with two letters, e.g. `US`, `GB`; `US` if QuickBooks says nothing. */
  country: string;
  /** State or province of the company's address, as in QuickBooks, e.g. `NV`. */
  region: string | null;
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
  /** ISO 4217; null if QuickBooks does not say (only one currency: that of the country). */
  homeCurrency: string | null;
  usingSalesTax: boolean;
  /**
   * US: QuickBooks calculates the tax itself (docs/qbo-api.md, section 5.6: the key `PartnerTaxEnabled` is there).
   */
  automatedSalesTax: boolean;
  /** US: automated sales tax is not only there, but set up to the end (`PartnerTaxEnabled` is true). */
  automatedTaxSetUp: boolean;
}

export async function readCompanyInfo(qb: QuickBooks): Promise<CompanyInfo> {
  const answer = await call(qb, { kind: "read", method: "GET", path: (realmId) => `/companyinfo/${realmId}` });
  const info = readPart(companyInfo, answer, "CompanyInfo");
  const value = (name: string): string | null => info.NameValue?.find((pair) => pair.Name === name)?.Value ?? null;
  return {
    companyName: info.CompanyName,
    country: countryOf([info.Country, info.CompanyAddr?.Country, info.LegalAddr?.Country]),
    region: info.CompanyAddr?.CountrySubDivisionCode ?? info.LegalAddr?.CountrySubDivisionCode ?? null,
    offeringSku: value("OfferingSku"),
    subscriptionStatus: value("SubscriptionStatus"),
  };
}

/** The first of the countries that is a code, of two letters or three; one that is no code stays as it is. */
function countryOf(written: readonly (string | null | undefined)[]): string {
  const given = written.filter((text) => typeof text === "string" && text.trim() !== "") as string[];
  const codes = given.flatMap((text) => countryCode(text) ?? []);
  return codes[0] ?? given[0] ?? "US";
}

/** A missing preference does not mean off: QuickBooks says when one is off, and refuses what it does not allow. */
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
    automatedTaxSetUp: prefs.TaxPrefs?.PartnerTaxEnabled === true,
  };
}
