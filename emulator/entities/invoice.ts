/**
 * The invoice (docs/qbo-api.md, section 5.8): what is required, what is computed, and what it changes elsewhere
 * (balances, stock). Totals and balances are always computed; values that a caller sends are ignored.
 */
import Big from "big.js";
import type { CompanyContext } from "../company/context.ts";
import { keyOf } from "../company/store.ts";
import { businessRule, missingParameter, QuickBooksFault } from "../wire/faults.ts";
import { decimalOf, isObject, listOf, objectOf, refOf, textOf, type JsonObject } from "../wire/json.ts";
import { pacificDate } from "../wire/pacific.ts";
import { reflowed, storedAddress } from "./address.ts";
import { adjustBalance, adjustQuantities, quantitiesOf } from "./balances.ts";
import { amountOf, currencyRef, amountPlaces, exchangeRate } from "./currency.ts";
import { chooseDocNumber } from "./doc-number.ts";
import { checkCustomFields, checkShippingFields, refuseCardNumbers } from "./invoice-checks.ts";
import { buildLines } from "./invoice-lines.ts";
import { INVOICE_SHAPE } from "./invoice-shape.ts";
import { buildTax } from "./invoice-tax.ts";
import { NO_KEYS, refTo, resolveRef, type EntityKind } from "./kind.ts";
import { refuseClosedBooks } from "./closed-books.ts";
import { dueDateOf } from "./term.ts";

const ZERO = new Big(0);
export const DEFAULT_TERM_NAME = "Net 30";

export const invoiceKind: EntityKind = {
  type: "Invoice",
  sparse: true,
  isTransaction: true,
  duplicate: "item",
  sticky: ["BillEmail", "ShipMethodRef"],
  shape: INVOICE_SHAPE,
  build: buildInvoice,
  keys(body) {
    const number = textOf(body["DocNumber"]);
    return { ...NO_KEYS, docKey: number === null ? null : keyOf(number), customerId: refOf(body["CustomerRef"]) };
  },
  settle(context, before, after) {
    if (before !== null)
      adjustBalance(context, refOf(before["CustomerRef"]), (decimalOf(before["Balance"]) ?? ZERO).neg());
    if (after !== null) adjustBalance(context, refOf(after["CustomerRef"]), decimalOf(after["Balance"]) ?? ZERO);
    adjustQuantities(context, quantitiesOf(before), quantitiesOf(after));
  },
};

function buildInvoice(
  context: CompanyContext,
  input: JsonObject,
  previous: JsonObject | null,
  sent: JsonObject,
): JsonObject {
  if (input["CustomerRef"] === undefined) throw missingParameter("CustomerRef");
  const isCustomerSent = sent["CustomerRef"] !== undefined || previous === null;
  const customer = resolveRef(context, "Customer", {
    ref: input["CustomerRef"],
    path: "CustomerRef",
    mayBeInactive: !isCustomerSent,
  });
  const txnDate = textOf(input["TxnDate"]) ?? pacificDate(context.nowMs);
  refuseClosedBooks(context, txnDate);
  if (previous !== null) refuseClosedBooks(context, textOf(previous["TxnDate"]) ?? txnDate);
  const currency = invoiceCurrency(context, input, customer);
  const globalTax = globalTaxOf(context, input);
  const places = amountPlaces(context.profile, textOf(currency["value"]) ?? "");
  const money = amounts(context, { input, previous, sent, customer, txnDate, globalTax, places });
  refuseCardNumbers(input);
  checkShippingFields(context, input, sent);
  const term = termOf(context, input, customer);
  if (input["EmailStatus"] === "NeedToSend" && textOf(objectOf(input["BillEmail"])?.["Address"]) === null) {
    throw new QuickBooksFault("6420", "An e-mail address is required to send the transaction", {
      element: "BillEmail",
    });
  }
  for (const [property, type] of [
    ["ClassRef", "Class"],
    ["DepartmentRef", "Department"],
    ["DepositToAccountRef", "Account"],
  ] as const) {
    if (sent[property] !== undefined && sent[property] !== null)
      resolveRef(context, type, { ref: sent[property], path: property });
  }
  const number = chooseDocNumber(context, input, previous, sent);
  return {
    ...flags(input),
    CustomField: checkCustomFields(input["CustomField"]),
    ...(number === null ? {} : { DocNumber: number }),
    TxnDate: txnDate,
    CurrencyRef: currency,
    ...foreignAmounts(context, input, currency, money),
    ...kept(input),
    LinkedTxn: previous?.["LinkedTxn"] ?? [],
    Line: money.lines,
    TxnTaxDetail: money.tax,
    ...(globalTax === null ? {} : { GlobalTaxCalculation: globalTax }),
    CustomerRef: refTo(customer),
    ...addresses(context, input, customer, previous),
    FreeFormAddress: true,
    ...(term === null ? {} : { SalesTermRef: refTo(term) }),
    DueDate: textOf(input["DueDate"]) ?? dueDate(context, term, txnDate),
    TotalAmt: money.total,
    ApplyTaxAfterDiscount: input["ApplyTaxAfterDiscount"] === true,
    PrintStatus: textOf(input["PrintStatus"]) ?? "NeedToPrint",
    EmailStatus: textOf(input["EmailStatus"]) ?? "NotSet",
    Balance: money.balance,
    Deposit: money.deposit,
  };
}

interface Money {
  lines: JsonObject[];
  tax: JsonObject;
  total: Big;
  balance: Big;
  deposit: Big;
}

function amounts(
  context: CompanyContext,
  parts: {
    input: JsonObject;
    previous: JsonObject | null;
    sent: JsonObject;
    customer: JsonObject;
    txnDate: string;
    globalTax: string | null;
    places: number;
  },
): Money {
  const { input, previous, sent, customer, txnDate, globalTax, places } = parts;
  const sentLines = listOf(input["Line"]);
  if (sentLines.length === 0) throw missingParameter("Line");
  const isUntouched = previous !== null && sent["Line"] === undefined;
  const isTaxableCustomer = customer["Taxable"] !== false;
  const totals = buildLines(
    {
      context,
      txnDate,
      isTaxableCustomer,
      globalTax,
      places,
      mayBeInactive: isUntouched,
      previousLineIds: new Set(listOf(previous?.["Line"]).flatMap((line) => textOf(objectOf(line)?.["Id"]) ?? [])),
    },
    sentLines,
  );
  if (
    !totals.lines.some(
      (line) => line["DetailType"] === "SalesItemLineDetail" || line["DetailType"] === "DescriptionOnly",
    )
  ) {
    throw new QuickBooksFault("2250", "At least one line with a product, a service or a description is needed", {
      element: "Line",
    });
  }
  const tax = buildTax({
    context,
    sent: sent["TxnTaxDetail"] === null ? undefined : sent["TxnTaxDetail"],
    codeId: refOf(objectOf(input["TxnTaxDetail"])?.["TxnTaxCodeRef"]),
    kept: isUntouched ? objectOf(previous["TxnTaxDetail"]) : null,
    totals,
    globalTax,
    places,
    isTaxableCustomer,
    isTaxAfterDiscount: input["ApplyTaxAfterDiscount"] === true,
  });
  const total = totals.subtotal
    .minus(totals.discount)
    .plus(totals.shipping)
    .plus(decimalOf(tax["TotalTax"]) ?? ZERO);
  if (total.lt(0)) throw businessRule("The total of a transaction has to be zero or more");
  const deposit = amountOf(input["Deposit"], places, "Deposit") ?? ZERO;
  const balance = total.minus(deposit).minus(paidOf(previous));
  if (balance.lt(0)) throw businessRule("The total of an invoice cannot be less than what was paid on it");
  return { lines: totals.lines, tax, total, balance, deposit };
}

function paidOf(previous: JsonObject | null): Big {
  if (previous === null) return ZERO;
  const total = decimalOf(previous["TotalAmt"]) ?? ZERO;
  return total.minus(decimalOf(previous["Deposit"]) ?? ZERO).minus(decimalOf(previous["Balance"]) ?? ZERO);
}

/**
 * The invoice's currency is its customer's; if multicurrency is on, the caller must send it (docs/qbo-api.md, section
 * 5.8).
 */
function invoiceCurrency(context: CompanyContext, input: JsonObject, customer: JsonObject): JsonObject {
  const sent = input["CurrencyRef"];
  if (sent === undefined && context.profile.multicurrency) throw missingParameter("CurrencyRef");
  const currency = currencyRef(context, sent ?? customer["CurrencyRef"]);
  const own = refOf(customer["CurrencyRef"]) ?? context.profile.home_currency;
  if (own !== currency["value"]) {
    throw businessRule(
      `The customer's currency is ${own}, so the transaction cannot be in ${textOf(currency["value"]) ?? ""}`,
    );
  }
  return currency;
}

function globalTaxOf(context: CompanyContext, input: JsonObject): string | null {
  const sent = textOf(input["GlobalTaxCalculation"]);
  if (context.profile.country !== "US") return sent ?? "TaxExcluded";
  if (sent !== null) throw businessRule("GlobalTaxCalculation does not apply to companies in the United States");
  return null;
}

function foreignAmounts(context: CompanyContext, input: JsonObject, currency: JsonObject, money: Money): JsonObject {
  const code = textOf(currency["value"]) ?? "";
  if (!context.profile.multicurrency) return {};
  const rate =
    code === context.profile.home_currency
      ? new Big(1)
      : (decimalOf(input["ExchangeRate"]) ?? exchangeRate(context, code));
  if (rate.lte(0)) throw businessRule("The exchange rate has to be more than zero");
  const homePlaces = amountPlaces(context.profile, context.profile.home_currency);
  const home = (amount: Big): Big => amount.times(rate).round(homePlaces, Big.roundHalfUp);
  return { ExchangeRate: rate, HomeTotalAmt: home(money.total), HomeBalance: home(money.balance) };
}

function termOf(context: CompanyContext, input: JsonObject, customer: JsonObject): JsonObject | null {
  if (input["SalesTermRef"] !== undefined)
    return resolveRef(context, "Term", { ref: input["SalesTermRef"], path: "SalesTermRef" });
  return context.store.find("Term", refOf(customer["SalesTermRef"]) ?? "");
}

function dueDate(context: CompanyContext, term: JsonObject | null, txnDate: string): string {
  const applied = term ?? context.store.findByName("Term", DEFAULT_TERM_NAME);
  return applied === null ? txnDate : dueDateOf(applied, txnDate);
}

function addresses(
  context: CompanyContext,
  input: JsonObject,
  customer: JsonObject,
  previous: JsonObject | null,
): JsonObject {
  const found: JsonObject = {};
  for (const property of ["BillAddr", "ShipAddr"] as const) {
    const given = input[property] ?? (previous === null ? customer[property] : undefined);
    const isUntouched = given === previous?.[property] && isObject(given);
    const stored = isUntouched ? reflowed(context, given) : storedAddress(context, given);
    if (stored !== null) found[property] = stored;
  }
  const from = storedAddress(context, input["ShipFromAddr"]);
  return from === null ? found : { ...found, ShipFromAddr: from };
}

function flags(input: JsonObject): JsonObject {
  const names = ["AllowIPNPayment", "AllowOnlinePayment", "AllowOnlineCreditCardPayment", "AllowOnlineACHPayment"];
  return Object.fromEntries(names.map((name) => [name, input[name] === true]));
}

function kept(input: JsonObject): JsonObject {
  const names = [
    "PrivateNote",
    "CustomerMemo",
    "BillEmail",
    "BillEmailCc",
    "BillEmailBcc",
    "ShipDate",
    "TrackingNum",
    "ClassRef",
    "DepartmentRef",
    "DepositToAccountRef",
  ];
  const method = refOf(input["ShipMethodRef"]);
  return {
    ...Object.fromEntries(names.flatMap((name) => (input[name] === undefined ? [] : [[name, input[name]]]))),
    ...(method === null ? {} : { ShipMethodRef: { value: method, name: method } }),
  };
}
