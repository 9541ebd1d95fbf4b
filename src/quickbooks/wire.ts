/**
 * The parts of QuickBooks' responses that we use, as zod schemas: only those fields, so that new or changed other fields
 * break nothing. Amounts are the decimal text that QuickBooks wrote; no number passes through a float. A response without
 * a field that we need is unusable, and is never half read.
 */
import { z } from "zod";
import { ExactNumber } from "../platform/exact-json.ts";
import type { Answer } from "./client.ts";
import { QuickBooksError } from "./faults.ts";

/** `1.5E+3` is a JSON number as well; amounts are returned without an exponent or not at all. */
const PLAIN_DECIMAL = /^-?\d+(\.\d+)?$/;

/** A number from QuickBooks as decimal text, e.g. `"1861.08"`. */
export const decimal = z
  .union([z.instanceof(ExactNumber).transform((number) => number.text), z.string()])
  .refine((text) => PLAIN_DECIMAL.test(text), "must be a plain decimal number");

/** Whether a decimal from QuickBooks is zero. */
export function isZero(amount: string): boolean {
  return /^-?0+(\.0+)?$/.test(amount);
}

/** An ID or SyncToken: text, although a number is accepted as well. */
export const id = z.union([z.string().min(1), z.instanceof(ExactNumber).transform((number) => number.text)]);
export const optionalText = z
  .string()
  .nullish()
  .transform((text) => text ?? null);
const reference = z.object({ value: id, name: optionalText });
export const optionalReference = reference.nullish().transform((ref) => ref ?? null);
export const optionalCurrency = optionalReference.transform((ref) => ref?.value ?? null);

/** A time as QuickBooks wrote it; an unparsable time reads as missing. */
export const optionalTime = optionalText.transform((text) =>
  text !== null && Number.isNaN(Date.parse(text)) ? null : text,
);
const createTime = z
  .object({ CreateTime: optionalTime })
  .nullish()
  .transform((data) => data?.CreateTime ?? null);

export interface Reference {
  value: string;
  name: string | null;
}

export interface Customer {
  id: string;
  syncToken: string;
  /** As QuickBooks writes it, with an offset. */
  createdAt: string | null;
  displayName: string;
  /** `Parent:Child` */
  fullName: string;
  /** It is below another customer. */
  isSubCustomer: boolean;
  isActive: boolean;
  /** Whether it is charged sales tax; a company outside the US does not say. */
  isTaxable: boolean;
  currency: string | null;
}

export const customer: z.ZodType<Customer> = z
  .object({
    Id: id,
    SyncToken: id,
    MetaData: createTime,
    DisplayName: z.string(),
    FullyQualifiedName: optionalText,
    ParentRef: optionalReference,
    Active: z.boolean().default(true),
    Taxable: z.boolean().default(true),
    CurrencyRef: optionalCurrency,
  })
  .transform((row) => ({
    id: row.Id,
    syncToken: row.SyncToken,
    createdAt: row.MetaData,
    displayName: row.DisplayName,
    fullName: row.FullyQualifiedName ?? row.DisplayName,
    isSubCustomer: row.ParentRef !== null,
    isActive: row.Active,
    isTaxable: row.Taxable,
    currency: row.CurrencyRef,
  }));

export interface Account {
  id: string;
  syncToken: string;
  /** As QuickBooks writes it, with an offset. */
  createdAt: string | null;
  name: string;
  /** `Parent:Child` */
  fullName: string;
  /** As QuickBooks spells it: `Income`, `Cost of Goods Sold`, `Other Current Asset` … */
  type: string;
  subType: string | null;
  isActive: boolean;
  currency: string | null;
}

export const account: z.ZodType<Account> = z
  .object({
    Id: id,
    SyncToken: id,
    MetaData: createTime,
    Name: z.string(),
    FullyQualifiedName: optionalText,
    AccountType: z.string(),
    AccountSubType: optionalText,
    Active: z.boolean().default(true),
    CurrencyRef: optionalCurrency,
  })
  .transform((row) => ({
    id: row.Id,
    syncToken: row.SyncToken,
    createdAt: row.MetaData,
    name: row.Name,
    fullName: row.FullyQualifiedName ?? row.Name,
    type: row.AccountType,
    subType: row.AccountSubType,
    isActive: row.Active,
    currency: row.CurrencyRef,
  }));

export interface Item {
  id: string;
  syncToken: string;
  /** As QuickBooks writes it, with an offset. */
  createdAt: string | null;
  name: string;
  /** `Category:Item` */
  fullName: string;
  sku: string | null;
  /** `Inventory`, `NonInventory`, `Service`; `Category` and `Group` can't be sold. */
  type: string;
  isActive: boolean;
}

export const item: z.ZodType<Item> = z
  .object({
    Id: id,
    SyncToken: id,
    MetaData: createTime,
    Name: z.string(),
    FullyQualifiedName: optionalText,
    Sku: optionalText,
    Type: optionalText,
    Active: z.boolean().default(true),
  })
  .transform((row) => ({
    id: row.Id,
    syncToken: row.SyncToken,
    createdAt: row.MetaData,
    name: row.Name,
    fullName: row.FullyQualifiedName ?? row.Name,
    sku: row.Sku === "" ? null : row.Sku,
    type: row.Type ?? "",
    isActive: row.Active,
  }));

export interface TaxCode {
  id: string;
  name: string;
  description: string | null;
  isActive: boolean;
  isTaxable: boolean;
  /** What it puts on a sale, in the order in which the rates apply. */
  salesRates: TaxRateDetail[];
  /** It has rates for purchases. */
  isForPurchases: boolean;
  /** QuickBooks' own pages no longer offer it. */
  isHidden: boolean;
}

/** A rate within a tax code. */
export interface TaxRateDetail {
  rateId: string;
  /** Whether the rate applies to the amount, to the taxes before it, or to both (docs/qbo-api.md, section 5.6). */
  base: "TaxOnAmount" | "TaxOnAmountPlusTax" | "TaxOnTax";
}

const taxRateList = z
  .object({
    TaxRateDetail: z
      .array(
        z.object({
          TaxRateRef: reference,
          TaxTypeApplicable: z.enum(["TaxOnAmount", "TaxOnAmountPlusTax", "TaxOnTax"]).catch("TaxOnAmount"),
          TaxOrder: decimal.nullish().transform((order) => Number(order ?? 0)),
        }),
      )
      .nullish(),
  })
  .nullish()
  .transform((list) =>
    (list?.TaxRateDetail ?? [])
      .toSorted((a, b) => a.TaxOrder - b.TaxOrder)
      .map(({ TaxRateRef, TaxTypeApplicable }): TaxRateDetail => ({
        rateId: TaxRateRef.value,
        base: TaxTypeApplicable,
      })),
  );

export const taxCode: z.ZodType<TaxCode> = z
  .object({
    Id: id,
    Name: z.string(),
    Description: optionalText,
    Active: z.boolean().default(true),
    Taxable: z.boolean().default(true),
    Hidden: z.boolean().nullish(),
    SalesTaxRateList: taxRateList,
    PurchaseTaxRateList: taxRateList,
  })
  .transform((row) => ({
    id: row.Id,
    name: row.Name,
    description: row.Description,
    isActive: row.Active,
    isTaxable: row.Taxable,
    salesRates: row.SalesTaxRateList,
    isForPurchases: row.PurchaseTaxRateList.length > 0,
    isHidden: row.Hidden ?? false,
  }));

export interface TaxRate {
  id: string;
  /** Per cent, decimal text; null if QuickBooks names none. */
  percent: string | null;
}

export const taxRate: z.ZodType<TaxRate> = z
  .object({ Id: id, RateValue: decimal.nullish() })
  .transform((row) => ({ id: row.Id, percent: row.RateValue ?? null }));

const nameValue = z.object({ Name: z.string(), Value: z.string().nullish() });

const companyAddress = z.object({ CountrySubDivisionCode: optionalText, Country: optionalText }).nullish();

export const companyInfo = z.object({
  CompanyName: z.string(),
  Country: optionalText,
  CompanyAddr: companyAddress,
  LegalAddr: companyAddress,
  NameValue: z.array(nameValue).nullish(),
});

const flag = z.boolean().nullish();

/** Facts that a company does not report are undefined or null here; company.ts decides what that means. */
export const preferences = z.object({
  SalesFormsPrefs: z.object({ CustomTxnNumbers: flag, AllowShipping: flag, AllowDiscount: flag }).nullish(),
  ProductAndServicesPrefs: z.object({ QuantityOnHand: flag }).nullish(),
  CurrencyPrefs: z.object({ MultiCurrencyEnabled: flag, HomeCurrency: reference.nullish() }).nullish(),
  TaxPrefs: z.object({ UsingSalesTax: flag, PartnerTaxEnabled: flag }).nullish(),
});

/** Reads `part` of a good response; throws `unanswered` if it is not as expected. */
export function readPart<T>(schema: z.ZodType<T>, answer: Answer, part: string): T {
  return readWith(schema, answer.json[part], answer, part);
}

/** Reads a value from `answer`; `what` names it in the attempt's record. */
export function readWith<T>(schema: z.ZodType<T>, value: unknown, answer: Answer, what: string): T {
  const read = schema.safeParse(value);
  if (read.success) return read.data;
  const fields = [...new Set(read.error.issues.map((issue) => [what, ...issue.path].join(".")))].slice(0, 5).join(", ");
  throw new QuickBooksError({
    kind: "unanswered",
    reason: "unreadable",
    httpStatus: answer.httpStatus,
    intuitTid: answer.intuitTid,
    detail: `QuickBooks' answer lacks or garbles ${fields}.`,
    faults: [],
  });
}
