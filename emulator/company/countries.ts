/**
 * The countries whose QuickBooks is emulated: how a company of each is addressed and which currency it keeps its books
 * in. Data only; what is taxed there is in tax-seeds.ts, beside the rules of tax.
 */

export const COUNTRY_CODES = ["US", "GB", "AU", "CA", "JP"] as const;
export type CountryCode = (typeof COUNTRY_CODES)[number];

interface Country {
  /** As the addresses of CompanyInfo have it since autumn 2025 (docs/qbo-api.md, *Newer facts*). */
  iso3: string;
  currency: string;
  phone: string;
  /** The company's own street. */
  street: string;
  /** Town of the company and of the customers that new books start with. */
  town: { City: string; CountrySubDivisionCode?: string };
  companyPostalCode: string;
  customerPostalCode: string;
}

export const COUNTRIES: Readonly<Record<CountryCode, Country>> = {
  US: {
    iso3: "USA",
    currency: "USD",
    phone: "775-555-0134",
    street: "1 Dock Road",
    town: { City: "Reno", CountrySubDivisionCode: "NV" },
    companyPostalCode: "89501",
    customerPostalCode: "89501",
  },
  GB: {
    iso3: "GBR",
    currency: "GBP",
    phone: "020 7946 0134",
    street: "14 Quayside",
    town: { City: "London" },
    companyPostalCode: "E1 8FA",
    customerPostalCode: "SE1 9GF",
  },
  AU: {
    iso3: "AUS",
    currency: "AUD",
    phone: "02 5550 0134",
    street: "8 Harbour Street",
    town: { City: "Sydney", CountrySubDivisionCode: "NSW" },
    companyPostalCode: "2000",
    customerPostalCode: "2010",
  },
  CA: {
    iso3: "CAN",
    currency: "CAD",
    phone: "514-555-0134",
    street: "25 Rue du Port",
    town: { City: "Montreal", CountrySubDivisionCode: "QC" },
    companyPostalCode: "H2Y 1A1",
    customerPostalCode: "H3B 2B2",
  },
  JP: {
    iso3: "JPN",
    currency: "JPY",
    phone: "03 5550 0134",
    street: "2-1 Kaigan",
    town: { City: "Minato", CountrySubDivisionCode: "Tokyo" },
    companyPostalCode: "105-0022",
    customerPostalCode: "105-0023",
  },
};
