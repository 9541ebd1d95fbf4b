/**
 * Payments received (docs/qbo-api.md, section 5.9): they lower the balance of invoices and appear there as linked
 * transactions. Undoing one restores the balances; a payment never pays more of an invoice than is open.
 */
import Big from "big.js";
import { noteChange, type CompanyContext } from "../company/context.ts";
import { businessRule, invalidReference, missingParameter } from "../wire/faults.ts";
import { decimalOf, listOf, objectOf, refOf, textOf, type Json, type JsonObject } from "../wire/json.ts";
import { pacificDate } from "../wire/pacific.ts";
import { adjustBalance } from "./balances.ts";
import { refuseClosedBooks } from "./closed-books.ts";
import { amountOf, currencyRef, amountPlaces } from "./currency.ts";
import { AMOUNT } from "./invoice-shape.ts";
import { invoiceKind } from "./invoice.ts";
import { COMMON_SHAPE, NO_KEYS, refTo, resolveRef, type EntityKind } from "./kind.ts";
import { rewriteEntity } from "./write-entity.ts";

const ZERO = new Big(0);
const UNDEPOSITED_FUNDS = "Undeposited Funds";

export const paymentKind: EntityKind = {
  type: "Payment",
  sparse: true,
  isTransaction: true,
  duplicate: "item",
  shape: {
    ...COMMON_SHAPE,
    TxnDate: { kind: "date" },
    CustomerRef: { kind: "ref" },
    CurrencyRef: { kind: "ref" },
    ExchangeRate: { kind: "decimal", places: 7, max: "99999999999" },
    TotalAmt: { ...AMOUNT, nonNegative: true },
    PaymentMethodRef: { kind: "ref" },
    PaymentRefNum: { kind: "text", max: 21 },
    DepositToAccountRef: { kind: "ref" },
    PrivateNote: { kind: "text", max: 4000 },
    Line: {
      kind: "list",
      item: {
        kind: "object",
        shape: {
          Amount: { ...AMOUNT, nonNegative: true },
          LinkedTxn: {
            kind: "list",
            item: {
              kind: "object",
              shape: { TxnId: { kind: "id" }, TxnType: { kind: "choice", values: ["Invoice"] } },
            },
          },
        },
      },
    },
    UnappliedAmt: { kind: "output" },
    ProcessPayment: { kind: "output" },
    LinkedTxn: { kind: "output" },
  },
  build(context, input, previous) {
    if (previous !== null) applyLines(context, previous, -1);
    const customer = resolveRef(context, "Customer", {
      ref: input["CustomerRef"] ?? null,
      path: "CustomerRef",
      mayBeInactive: previous !== null,
    });
    const currency = currencyRef(context, input["CurrencyRef"] ?? customer["CurrencyRef"]);
    const total = amountOf(input["TotalAmt"], amountPlaces(context.profile, refOf(currency) ?? ""), "TotalAmt");
    if (total === null) throw businessRule("A payment needs its total amount (TotalAmt)");
    const txnDate = textOf(input["TxnDate"]) ?? pacificDate(context.nowMs);
    refuseClosedBooks(context, txnDate);
    const lines = checkLines(context, input, refOf(customer["Id"]) ?? textOf(customer["Id"]) ?? "");
    const applied = lines.reduce((sum, line) => sum.plus(line.amount), ZERO);
    if (applied.gt(total)) throw businessRule("More is applied to invoices than the payment's total amount");
    const account =
      input["DepositToAccountRef"] === undefined
        ? context.store.findByName("Account", UNDEPOSITED_FUNDS)
        : resolveRef(context, "Account", { ref: input["DepositToAccountRef"], path: "DepositToAccountRef" });
    if (input["PaymentMethodRef"] !== undefined)
      resolveRef(context, "PaymentMethod", { ref: input["PaymentMethodRef"], path: "PaymentMethodRef" });
    const { Line: _line, ...rest } = input;
    return {
      ...rest,
      CustomerRef: refTo(customer),
      CurrencyRef: currency,
      ...(account === null ? {} : { DepositToAccountRef: refTo(account) }),
      TxnDate: txnDate,
      TotalAmt: total,
      UnappliedAmt: total.minus(applied),
      ProcessPayment: false,
      LinkedTxn: [],
      Line: lines.map((line) => ({ Amount: line.amount, LinkedTxn: [{ TxnId: line.invoiceId, TxnType: "Invoice" }] })),
    };
  },
  keys(body) {
    return { ...NO_KEYS, customerId: refOf(body["CustomerRef"]) };
  },
  settle(context, before, after) {
    // On an update, `build` has already taken the former lines back, before it checked the new ones.
    if (after === null && before !== null) applyLines(context, before, -1);
    if (after !== null) applyLines(context, after, 1);
    const unapplied = (body: JsonObject | null): Big => decimalOf(body?.["UnappliedAmt"]) ?? ZERO;
    if (before !== null) adjustBalance(context, refOf(before["CustomerRef"]), unapplied(before));
    if (after !== null) adjustBalance(context, refOf(after["CustomerRef"]), unapplied(after).neg());
  },
};

interface AppliedLine {
  amount: Big;
  invoiceId: string;
}

function checkLines(context: CompanyContext, input: JsonObject, customerId: string): AppliedLine[] {
  const open = new Map<string, Big>();
  return listOf(input["Line"]).map((part) => {
    const line = objectOf(part) ?? {};
    const amount = decimalOf(line["Amount"]);
    if (amount === null) throw missingParameter("Line.Amount");
    const invoiceId = textOf(objectOf(listOf(line["LinkedTxn"])[0])?.["TxnId"]);
    const invoice = invoiceId === null ? null : context.store.find("Invoice", invoiceId);
    if (invoice === null || invoiceId === null || refOf(invoice["CustomerRef"]) !== customerId)
      throw invalidReference("Line.LinkedTxn.TxnId");
    const left = (open.get(invoiceId) ?? decimalOf(invoice["Balance"]) ?? ZERO).minus(amount);
    if (left.lt(0)) throw businessRule("A payment cannot be more than the open balance of its invoice");
    open.set(invoiceId, left);
    return { amount, invoiceId };
  });
}

/** Puts a payment on its invoices (`direction` 1) or takes it off them again (-1); each counts as a change of the invoice. */
function applyLines(context: CompanyContext, payment: JsonObject, direction: 1 | -1): void {
  for (const part of listOf(payment["Line"])) {
    const line = objectOf(part) ?? {};
    const amount = decimalOf(line["Amount"]) ?? ZERO;
    const invoiceId = textOf(objectOf(listOf(line["LinkedTxn"])[0])?.["TxnId"]) ?? "";
    const invoice = context.store.find("Invoice", invoiceId);
    if (invoice === null) continue;
    const paymentId = textOf(payment["Id"]) ?? "";
    const others = listOf(invoice["LinkedTxn"]).filter((link) => objectOf(link)?.["TxnId"] !== paymentId);
    const linked: Json[] = direction === 1 ? [...others, { TxnId: paymentId, TxnType: "Payment" }] : others;
    const balance = (decimalOf(invoice["Balance"]) ?? ZERO).minus(amount.times(direction));
    rewriteEntity(context, invoiceKind, invoice, {
      ...invoice,
      Balance: balance,
      LinkedTxn: linked,
      ...homeBalance(invoice, balance),
    });
    noteChange(context, "Invoice", invoiceId, "Update");
  }
}

function homeBalance(invoice: JsonObject, balance: Big): JsonObject {
  const rate = decimalOf(invoice["ExchangeRate"]);
  return rate === null ? {} : { HomeBalance: balance.times(rate).round(2, Big.roundHalfUp) };
}
