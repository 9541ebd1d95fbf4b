/**
 * An invoice in QuickBooks' responses, as far as we use it. Same rules as wire.ts.
 */
import { z } from "zod";
import { foreignCharacters } from "./letters.ts";
import {
  type Reference,
  decimal,
  id,
  optionalCurrency,
  optionalReference,
  optionalText,
  optionalTime,
} from "./wire.ts";

export interface Invoice {
  id: string;
  syncToken: string;
  docNumber: string | null;
  txnDate: string | null;
  customer: Reference | null;
  currency: string | null;
  /** Decimal text, in the invoice's currency. */
  totalAmount: string;
  totalTax: string;
  balance: string;
  privateNote: string | null;
  /** As QuickBooks writes it, with an offset. */
  createdAt: string | null;
  lastUpdatedAt: string | null;
  /** IDs of the payments linked to it. */
  paymentIds: string[];
  /** In one line; null if it has none. */
  billingAddress: string | null;
  shippingAddress: string | null;
  /** Each character outside ISO-8859-1 that stands anywhere in it: shows whether QuickBooks kept what was sent. */
  foreignCharacters: string;
}

const amountOrZero = decimal.nullish().transform((text) => text ?? "0");

const ADDRESS_PARTS = [
  "Line1",
  "Line2",
  "Line3",
  "Line4",
  "Line5",
  "City",
  "CountrySubDivisionCode",
  "PostalCode",
  "Country",
];

/** An address in one line. */
const optionalAddress = z
  .record(z.string(), z.unknown())
  .nullish()
  .transform((address) => {
    const parts = ADDRESS_PARTS.map((part) => address?.[part]).filter(
      (text) => typeof text === "string" && text !== "",
    );
    return parts.length === 0 ? null : parts.join(", ");
  });

export const invoice: z.ZodType<Invoice> = z
  .looseObject({
    Id: id,
    SyncToken: id,
    DocNumber: optionalText,
    TxnDate: optionalText,
    CustomerRef: optionalReference,
    CurrencyRef: optionalCurrency,
    TotalAmt: decimal,
    Balance: amountOrZero,
    TxnTaxDetail: z.object({ TotalTax: amountOrZero }).nullish(),
    PrivateNote: optionalText,
    BillAddr: optionalAddress,
    ShipAddr: optionalAddress,
    MetaData: z.object({ CreateTime: optionalTime, LastUpdatedTime: optionalTime }).nullish(),
    LinkedTxn: z.array(z.object({ TxnId: id, TxnType: z.string() })).nullish(),
  })
  .transform((row) => ({
    id: row.Id,
    syncToken: row.SyncToken,
    docNumber: row.DocNumber === "" ? null : row.DocNumber,
    txnDate: row.TxnDate,
    customer: row.CustomerRef,
    currency: row.CurrencyRef,
    totalAmount: row.TotalAmt,
    totalTax: row.TxnTaxDetail?.TotalTax ?? "0",
    balance: row.Balance,
    privateNote: row.PrivateNote,
    createdAt: row.MetaData?.CreateTime ?? null,
    lastUpdatedAt: row.MetaData?.LastUpdatedTime ?? null,
    paymentIds: (row.LinkedTxn ?? []).filter((link) => link.TxnType === "Payment").map((link) => link.TxnId),
    billingAddress: row.BillAddr,
    shippingAddress: row.ShipAddr,
    foreignCharacters: foreignCharacters(row),
  }));
