/**
 * Preferences (docs/qbo-api.md, section 5.2): the company settings that callers need to know before they write. Derived
 * from the profile at each read; what no API shows (the warning about duplicate numbers) is left out.
 */
import type { CompanyContext } from "../company/context.ts";
import { textOf, type JsonObject } from "../wire/json.ts";
import { pacificStamp } from "../wire/pacific.ts";
import { CUSTOM_FIELDS } from "./invoice-checks.ts";
import { DEFAULT_TERM_NAME } from "./invoice.ts";
import { seedCodesOf } from "./tax-seeds.ts";
import { unannounced } from "./unannounced.ts";

export function preferences(context: CompanyContext): JsonObject {
  const { profile } = context;
  const idOf = (type: string, name: string): string => textOf(context.store.findByName(type, name)?.["Id"]) ?? "";
  const usualCode = seedCodesOf(profile.country, profile.automated_sales_tax)[0]?.name ?? "";
  const created = pacificStamp((context.store.findNumber("created_s") ?? 0) * 1000);
  return {
    AccountingInfoPrefs: {
      UseAccountNumbers: false,
      TrackDepartments: false,
      ClassTrackingPerTxn: false,
      ClassTrackingPerTxnLine: false,
      FirstMonthOfFiscalYear: "January",
      TaxYearMonth: "January",
      TaxForm: "0",
      CustomerTerminology: "Customers",
      ...(profile.book_close_date === null ? {} : { BookCloseDate: profile.book_close_date }),
    },
    ProductAndServicesPrefs: {
      ForSales: true,
      ForPurchase: true,
      QuantityWithPriceAndRate: true,
      QuantityOnHand: profile.quantity_on_hand,
    },
    SalesFormsPrefs: {
      CustomField: customFields(),
      CustomTxnNumbers: profile.custom_txn_numbers,
      AllowDeposit: true,
      AllowDiscount: profile.allow_discount,
      ...(profile.allow_discount ? { DefaultDiscountAccount: idOf("Account", "Discounts given") } : {}),
      AllowEstimates: true,
      AllowServiceDate: false,
      AllowShipping: profile.allow_shipping,
      ...(profile.allow_shipping ? { DefaultShippingAccount: idOf("Account", "Shipping Income") } : {}),
      AutoApplyCredit: false,
      DefaultTerms: { value: idOf("Term", DEFAULT_TERM_NAME) },
      ETransactionEnabledStatus: "NotApplicable",
    },
    VendorAndPurchasesPrefs: { BillableExpenseTracking: true, TrackingByCustomer: true },
    TaxPrefs: {
      UsingSalesTax: profile.using_sales_tax,
      ...(profile.automated_sales_tax ? { PartnerTaxEnabled: profile.automated_tax_set_up } : {}),
      ...(profile.using_sales_tax ? { TaxGroupCodeRef: { value: idOf("TaxCode", usualCode) } } : {}),
    },
    CurrencyPrefs: { MultiCurrencyEnabled: profile.multicurrency, HomeCurrency: { value: profile.home_currency } },
    ReportPrefs: { ReportBasis: "Accrual", CalcAgingReportFromTxnDate: false },
    OtherPrefs: { NameValue: [{ Name: "SalesFormsPrefs.DefaultCustomerMessage", Value: "Thank you for your order." }] },
    domain: "QBO",
    sparse: false,
    Id: "1",
    SyncToken: "0",
    MetaData: { CreateTime: created, LastUpdatedTime: created },
    ...unannounced(context, "Preferences"),
  };
}

function customFields(): JsonObject[] {
  const uses = Object.keys(CUSTOM_FIELDS).map((id) => ({
    Name: `SalesFormsPrefs.UseSalesCustom${id}`,
    Type: "BooleanType",
    BooleanValue: true,
  }));
  const names = Object.entries(CUSTOM_FIELDS).map(([id, name]) => ({
    Name: `SalesFormsPrefs.SalesCustomName${id}`,
    Type: "StringType",
    StringValue: name,
  }));
  return [{ CustomField: uses }, { CustomField: names }];
}
