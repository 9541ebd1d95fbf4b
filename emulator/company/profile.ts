/**
 * What kind of company a realm is: plan, subscription, country, account settings, limits and quirks. The profile is
 * stored outside the company, so a test can change a company's behaviour without a call.
 */
import { z } from "zod";
import { CHARSETS } from "../wire/charset.ts";
import { COUNTRIES, COUNTRY_CODES, type CountryCode } from "./countries.ts";

const OFFERINGS = [
  "QuickBooks Online Simple Start",
  "QuickBooks Online Essentials",
  "QuickBooks Online Plus",
  "QuickBooks Online Advanced",
] as const;

export const limitsSchema = z.object({
  enabled: z.boolean(),
  per_minute: z.number().int().min(1).max(100_000),
  per_second: z.number().int().min(1).max(10_000),
  batch_per_minute: z.number().int().min(1).max(10_000),
});

const dateSchema = z.string().regex(/^\d{4}-\d{2}-\d{2}$/);

export const profileSchema = z.object({
  name: z.string().trim().min(1).max(100),
  country: z.enum(COUNTRY_CODES),
  offering_sku: z.enum(OFFERINGS),
  subscription_status: z.enum(["PAID", "TRIAL", "EXPIRED", "CANCELLED", "SUSPENDED"]),
  /** SalesFormsPrefs.CustomTxnNumbers */
  custom_txn_numbers: z.boolean(),
  /** A setting on QuickBooks' own pages that no API shows: refuse a document number that is taken (6140). */
  warn_on_duplicates: z.boolean(),
  /** Whether the 6140 detail names the transaction that has the number (it does not always). */
  duplicate_number_names_holder: z.boolean(),
  allow_shipping: z.boolean(),
  allow_discount: z.boolean(),
  /** Inventory tracking (ProductAndServicesPrefs.QuantityOnHand). */
  quantity_on_hand: z.boolean(),
  multicurrency: z.boolean(),
  home_currency: z.string().regex(/^[A-Z]{3}$/),
  using_sales_tax: z.boolean(),
  /** Automated sales tax: true for US companies created after 2017-11-10; false is the legacy manual tax. */
  automated_sales_tax: z.boolean(),
  /** False: automated sales tax is there but nobody has set it up (PartnerTaxEnabled false); QuickBooks then taxes nothing. */
  automated_tax_set_up: z.boolean(),
  /** US, manual tax: does the code's rate give the tax whatever TotalTax says, or is TotalTax kept? */
  manual_tax_total: z.enum(["by_rate", "as_sent"]),
  /** Outside the US: are TotalTax and TaxLines that were sent kept, or does the code's rate always give the tax? */
  tax_override: z.enum(["honoured", "ignored"]),
  /** Outside the US: may a line be negative? Its tax then lowers that of its code. */
  negative_lines: z.enum(["by_code", "refused"]),
  /** Do yen have no decimals (and their tax none), or two as every amount elsewhere? */
  currency_decimals: z.enum(["by_currency", "two"]),
  book_close_date: dateSchema.nullable(),
  /** Code of the closed books refusal; the sources disagree, so both are available. */
  book_close_code: z.enum(["6200", "6210"]),
  honour_requestid: z.boolean(),
  /** Whether a fault is replayed for a repeated requestid, as a success is. */
  replay_faults: z.boolean(),
  reply_6190_as_200: z.boolean(),
  /** What becomes of characters beyond ISO-8859-1; see wire/charset.ts. */
  charset: z.enum(CHARSETS),
  /** Which addresses have their country as ISO-3: none, those of CompanyInfo, or those of customers and invoices too. */
  address_countries: z.enum(["iso2", "iso3_company", "iso3"]),
  /** Does an inactive record hold its plain name (6240), or is it free for another? */
  inactive_names: z.enum(["held", "freed"]),
  /** May an app void an invoice that has a payment? People may; the payment is then unapplied. */
  void_paid: z.enum(["refused", "released"]),
  /** Does an update put the town of an address that it does not send into plain lines? */
  reflow_addresses: z.boolean(),
  /** Does a sparse update that empties an invoice's BillEmail or ShipMethodRef empty them, or do they stay? */
  sparse_emptying: z.enum(["emptied", "kept"]),
  /** Answers hold properties that no documentation names. */
  unknown_fields: z.boolean(),
  limits: limitsSchema,
  latency_ms: z.number().int().min(0).max(600_000),
  /** The free tier's monthly budget of reads; null means unlimited. */
  reads_left: z.number().int().min(0).nullable(),
});

export type Profile = z.infer<typeof profileSchema>;

export const profilePatchSchema = profileSchema
  .partial()
  .extend({ limits: limitsSchema.partial().optional() })
  .strict();

export type ProfilePatch = z.infer<typeof profilePatchSchema>;

export const profileNames = [
  "us-plus",
  "us-legacy-tax",
  "gb-plus",
  "au-plus",
  "ca-plus",
  "jp-plus",
  "us-simple-start",
] as const;
export type ProfileName = (typeof profileNames)[number];

const US_PLUS: Profile = {
  name: "Harbour Trading Co.",
  country: "US",
  offering_sku: "QuickBooks Online Plus",
  subscription_status: "PAID",
  custom_txn_numbers: true,
  warn_on_duplicates: true,
  duplicate_number_names_holder: true,
  allow_shipping: true,
  allow_discount: true,
  quantity_on_hand: true,
  multicurrency: false,
  home_currency: "USD",
  using_sales_tax: true,
  automated_sales_tax: true,
  automated_tax_set_up: true,
  manual_tax_total: "by_rate",
  tax_override: "honoured",
  negative_lines: "by_code",
  currency_decimals: "by_currency",
  book_close_date: null,
  book_close_code: "6200",
  honour_requestid: true,
  replay_faults: false,
  reply_6190_as_200: false,
  charset: "latin-1",
  address_countries: "iso3_company",
  inactive_names: "held",
  void_paid: "refused",
  reflow_addresses: true,
  sparse_emptying: "kept",
  unknown_fields: true,
  limits: { enabled: true, per_minute: 500, per_second: 10, batch_per_minute: 40 },
  latency_ms: 0,
  reads_left: null,
};

function abroad(country: CountryCode, name: string): Profile {
  return { ...US_PLUS, name, country, home_currency: COUNTRIES[country].currency, automated_sales_tax: false };
}

const PROFILES: Record<ProfileName, Profile> = {
  "us-plus": US_PLUS,
  "us-legacy-tax": { ...US_PLUS, name: "Old Mill Hardware", automated_sales_tax: false },
  "gb-plus": { ...abroad("GB", "Thames Wholesale Ltd"), multicurrency: true },
  "au-plus": abroad("AU", "Southern Cross Supplies"),
  "ca-plus": abroad("CA", "Maple Lane Wholesale"),
  "jp-plus": { ...abroad("JP", "Minato Trading"), allow_discount: false },
  "us-simple-start": {
    ...US_PLUS,
    name: "Corner Start LLC",
    offering_sku: "QuickBooks Online Simple Start",
    quantity_on_hand: false,
    custom_txn_numbers: false,
    allow_shipping: false,
    allow_discount: false,
  },
};

/** The companies that exist at the first start and after a reset, in this order. */
export const SEED_COMPANIES: { profile: ProfileName; patch: ProfilePatch }[] = [
  { profile: "us-plus", patch: {} },
  { profile: "us-plus", patch: { name: "Second Street Supply" } },
  { profile: "gb-plus", patch: {} },
  { profile: "us-simple-start", patch: {} },
];

/** A profile by its short name, with the given values changed. */
export function profileOf(name: ProfileName, patch: ProfilePatch = {}): Profile {
  return applyPatch(PROFILES[name], patch);
}

/** Changes only what the patch names; `limits` is merged member by member. */
export function applyPatch(profile: Profile, patch: ProfilePatch): Profile {
  const { limits, ...rest } = patch;
  return profileSchema.parse({ ...profile, ...rest, limits: { ...profile.limits, ...limits } });
}

/** Inventory needs Plus or Advanced and the account setting (docs/qbo-api.md, section 5.5). */
export function canTrackInventory(profile: Profile): boolean {
  return planHasInventory(profile) && profile.quantity_on_hand;
}

export function planHasInventory(profile: Profile): boolean {
  return profile.offering_sku === "QuickBooks Online Plus" || profile.offering_sku === "QuickBooks Online Advanced";
}

/** A paid or trial subscription may write; any other state gets 6190. */
export function mayWrite(profile: Profile): boolean {
  return profile.subscription_status === "PAID" || profile.subscription_status === "TRIAL";
}
