/**
 * Which properties an invoice may have, and how long each may be (docs/qbo-api.md, section 5.8). Data only. PONumber,
 * FOB and group lines are left out on purpose: most companies refuse them in JSON, so the strict emulator does too.
 */
import type { Rule, Shape } from "../api/check-shape.ts";
import { ADDRESS_SHAPE } from "./address.ts";
import { COMMON_SHAPE } from "./kind.ts";
import { UNANNOUNCED_INVOICE_SHAPE, UNANNOUNCED_LINE_SHAPE } from "./unannounced.ts";

const MAX_AMOUNT = "99999999999";
export const AMOUNT = { kind: "decimal", places: 2, max: MAX_AMOUNT } as const;
const FACTOR = { kind: "decimal", places: 7, max: MAX_AMOUNT } as const;

const LINE_SHAPE: Shape = {
  Id: { kind: "text", max: 15 },
  LineNum: { kind: "decimal", places: 0, max: "100000" },
  Description: { kind: "text", max: 4000 },
  Amount: AMOUNT,
  DetailType: {
    kind: "choice",
    values: ["SalesItemLineDetail", "DescriptionOnly", "DiscountLineDetail", "SubTotalLineDetail"],
  },
  LinkedTxn: { kind: "output" },
  SalesItemLineDetail: {
    kind: "object",
    shape: {
      ItemRef: { kind: "ref" },
      Qty: FACTOR,
      UnitPrice: FACTOR,
      TaxCodeRef: { kind: "ref" },
      ServiceDate: { kind: "date" },
      ClassRef: { kind: "ref" },
      TaxInclusiveAmt: AMOUNT,
      ItemAccountRef: { kind: "output" },
      ...UNANNOUNCED_LINE_SHAPE,
    },
  },
  DescriptionLineDetail: { kind: "object", shape: { ServiceDate: { kind: "date" } } },
  DiscountLineDetail: {
    kind: "object",
    shape: {
      PercentBased: { kind: "boolean" },
      DiscountPercent: { kind: "decimal", places: 7, max: "100", nonNegative: true },
      DiscountAccountRef: { kind: "ref" },
    },
  },
  SubTotalLineDetail: { kind: "output" },
};

const TAX_LINE: Rule = {
  kind: "object",
  shape: {
    Amount: AMOUNT,
    DetailType: { kind: "choice", values: ["TaxLineDetail"] },
    TaxLineDetail: {
      kind: "object",
      shape: {
        TaxRateRef: { kind: "ref" },
        PercentBased: { kind: "boolean" },
        TaxPercent: { kind: "decimal", places: 7, max: "100" },
        NetAmountTaxable: AMOUNT,
        TaxInclusiveAmount: AMOUNT,
      },
    },
  },
};

const CUSTOM_FIELD: Rule = {
  kind: "object",
  shape: {
    DefinitionId: { kind: "text", max: 15 },
    Name: { kind: "text", max: 31 },
    Type: { kind: "choice", values: ["StringType"] },
    StringValue: { kind: "text", max: 31 },
  },
};

export const INVOICE_SHAPE: Shape = {
  ...COMMON_SHAPE,
  DocNumber: { kind: "text", max: 21 },
  TxnDate: { kind: "date" },
  DueDate: { kind: "date" },
  ShipDate: { kind: "date" },
  CustomerRef: { kind: "ref" },
  CurrencyRef: { kind: "ref" },
  ExchangeRate: FACTOR,
  Line: { kind: "list", item: { kind: "object", shape: LINE_SHAPE } },
  TxnTaxDetail: {
    kind: "object",
    shape: {
      TxnTaxCodeRef: { kind: "ref" },
      TotalTax: { ...AMOUNT, nonNegative: true },
      TaxLine: { kind: "list", item: TAX_LINE },
      UseAutomatedSalesTax: { kind: "boolean" },
    },
  },
  GlobalTaxCalculation: { kind: "choice", values: ["TaxExcluded", "TaxInclusive", "NotApplicable"] },
  PrivateNote: { kind: "text", max: 4000 },
  CustomerMemo: { kind: "object", shape: { value: { kind: "text", max: 1000 } } },
  BillEmail: { kind: "object", shape: { Address: { kind: "email", max: 100 } } },
  BillEmailCc: { kind: "object", shape: { Address: { kind: "email", max: 200 } } },
  BillEmailBcc: { kind: "object", shape: { Address: { kind: "email", max: 200 } } },
  EmailStatus: { kind: "choice", values: ["NotSet", "NeedToSend", "EmailSent"] },
  PrintStatus: { kind: "choice", values: ["NotSet", "NeedToPrint", "PrintComplete"] },
  BillAddr: { kind: "object", shape: ADDRESS_SHAPE },
  ShipAddr: { kind: "object", shape: ADDRESS_SHAPE },
  ShipFromAddr: { kind: "object", shape: ADDRESS_SHAPE },
  ShipMethodRef: { kind: "ref" },
  TrackingNum: { kind: "text", max: 31 },
  SalesTermRef: { kind: "ref" },
  ClassRef: { kind: "ref" },
  DepartmentRef: { kind: "ref" },
  DepositToAccountRef: { kind: "ref" },
  Deposit: { ...AMOUNT, nonNegative: true },
  ApplyTaxAfterDiscount: { kind: "boolean" },
  AllowIPNPayment: { kind: "boolean" },
  AllowOnlinePayment: { kind: "boolean" },
  AllowOnlineCreditCardPayment: { kind: "boolean" },
  AllowOnlineACHPayment: { kind: "boolean" },
  CustomField: { kind: "list", item: CUSTOM_FIELD },
  TotalAmt: { kind: "output" },
  Balance: { kind: "output" },
  HomeTotalAmt: { kind: "output" },
  HomeBalance: { kind: "output" },
  LinkedTxn: { kind: "output" },
  FreeFormAddress: { kind: "output" },
  DeliveryInfo: { kind: "output" },
  ...UNANNOUNCED_INVOICE_SHAPE,
};
