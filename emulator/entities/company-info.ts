/**
 * CompanyInfo (docs/qbo-api.md, section 5.1): who the company is, its plan, and the state of its subscription. It is
 * derived from the profile at each read and can't be written by callers.
 */
import type { CompanyContext } from "../company/context.ts";
import { COUNTRIES } from "../company/countries.ts";
import type { JsonObject } from "../wire/json.ts";
import { pacificStamp } from "../wire/pacific.ts";
import { unannounced } from "./unannounced.ts";

export function companyInfo(context: CompanyContext): JsonObject {
  const { profile } = context;
  const { iso3, street, town, companyPostalCode, phone } = COUNTRIES[profile.country];
  const address: JsonObject = {
    Id: "1",
    Line1: street,
    ...town,
    PostalCode: companyPostalCode,
    Country: profile.address_countries === "iso2" ? profile.country : iso3,
  };
  const created = context.store.findNumber("created_s") ?? 0;
  const stamp = pacificStamp(created * 1000);
  return {
    CompanyName: profile.name,
    LegalName: profile.name,
    CompanyAddr: address,
    LegalAddr: address,
    CustomerCommunicationAddr: address,
    PrimaryPhone: { FreeFormNumber: phone },
    CompanyStartDate: "1996-01-01",
    FiscalYearStartMonth: "January",
    Country: profile.country,
    SupportedLanguages: "en",
    Email: { Address: "office@company.example" },
    WebAddr: {},
    NameValue: [
      { Name: "OfferingSku", Value: profile.offering_sku },
      { Name: "SubscriptionStatus", Value: profile.subscription_status },
      { Name: "IndustryType", Value: "Wholesale trade" },
      { Name: "PayrollFeature", Value: "false" },
    ],
    domain: "QBO",
    sparse: false,
    Id: "1",
    SyncToken: "0",
    MetaData: { CreateTime: stamp, LastUpdatedTime: stamp },
    ...unannounced(context, "CompanyInfo"),
  };
}
