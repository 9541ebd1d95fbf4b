/**
 * Voiding and deleting (docs/qbo-api.md, section 5.8): a void keeps the row with every amount at zero, a deletion
 * leaves a stub. A void of a paid invoice leaves the payment behind unapplied, where it is not refused; a deletion of one
 * is refused.
 */
import Big from "big.js";
import { noteChange, type CompanyContext } from "../company/context.ts";
import { businessRule } from "../wire/faults.ts";
import { decimalOf, isObject, listOf, objectOf, textOf, type Json, type JsonObject } from "../wire/json.ts";
import { adjustBalance } from "./balances.ts";
import { refuseClosedBooks } from "./closed-books.ts";
import { invoiceKind } from "./invoice.ts";
import type { EntityKind } from "./kind.ts";
import { paymentKind } from "./payment.ts";
import { loadForChange, removeEntity, rewriteEntity } from "./write-entity.ts";

const ZERO = new Big(0);
const MAX_NOTE_CHARS = 4000;

/**
 * Voids an invoice named by Id and SyncToken. Throws 610, 5010, closed books; 6000 for a paid one, unless a person in
 * QuickBooks does it or the company's `void_paid` lets the payments go.
 */
export function voidInvoice(
  context: CompanyContext,
  input: JsonObject,
  { evenIfPaid = context.profile.void_paid === "released" } = {},
): JsonObject {
  const previous = loadForChange(context, invoiceKind, input);
  if (!evenIfPaid && listOf(previous["LinkedTxn"]).length > 0)
    throw businessRule("A payment is applied to the transaction; remove it before the invoice is voided");
  refuseClosedBooks(context, textOf(previous["TxnDate"]) ?? "");
  releasePayments(context, previous);
  const note = textOf(previous["PrivateNote"]);
  const voided: JsonObject = {
    ...previous,
    PrivateNote: (note === null ? "Voided" : `Voided - ${note}`).slice(0, MAX_NOTE_CHARS),
    Line: listOf(previous["Line"]).map(zeroLine),
    TxnTaxDetail: { TotalTax: ZERO },
    LinkedTxn: [],
    TotalAmt: ZERO,
    Balance: ZERO,
    Deposit: ZERO,
    ...(previous["HomeTotalAmt"] === undefined ? {} : { HomeTotalAmt: ZERO, HomeBalance: ZERO }),
  };
  const body = rewriteEntity(context, invoiceKind, previous, voided);
  noteChange(context, "Invoice", textOf(body["Id"]) ?? "", "Void");
  return body;
}

/** Deletes a transaction named by Id and SyncToken. Throws 610, 5010, closed books, 6000 where a payment is linked. */
export function deleteTransaction(context: CompanyContext, kind: EntityKind, input: JsonObject): string {
  const previous = loadForChange(context, kind, input);
  refuseClosedBooks(context, textOf(previous["TxnDate"]) ?? "");
  if (kind === invoiceKind && listOf(previous["LinkedTxn"]).length > 0) {
    throw businessRule("The transaction is linked to others; remove the payment before the invoice is deleted");
  }
  removeEntity(context, kind, previous);
  return textOf(previous["Id"]) ?? "";
}

/** Payments of a voided invoice stay, with what they paid of it unapplied. */
function releasePayments(context: CompanyContext, invoice: JsonObject): void {
  for (const link of listOf(invoice["LinkedTxn"])) {
    const id = textOf(objectOf(link)?.["TxnId"]) ?? "";
    const payment = context.store.find("Payment", id);
    if (payment === null) continue;
    const isOfInvoice = (line: Json): boolean =>
      objectOf(listOf(objectOf(line)?.["LinkedTxn"])[0])?.["TxnId"] === invoice["Id"];
    const lines = listOf(payment["Line"]);
    const released = lines
      .filter(isOfInvoice)
      .reduce<Big>((sum, line) => sum.plus(decimalOf(objectOf(line)?.["Amount"]) ?? ZERO), ZERO);
    const { settle: _settle, ...quiet } = paymentKind;
    rewriteEntity(context, quiet, payment, {
      ...payment,
      Line: lines.filter((line) => !isOfInvoice(line)),
      UnappliedAmt: (decimalOf(payment["UnappliedAmt"]) ?? ZERO).plus(released),
    });
    adjustBalance(context, textOf(objectOf(payment["CustomerRef"])?.["value"]), released.neg());
    noteChange(context, "Payment", id, "Update");
  }
}

function zeroLine(line: Json): Json {
  if (!isObject(line)) return line;
  const detail = objectOf(line["SalesItemLineDetail"]);
  const quiet =
    detail === null ? null : { ...detail, ...(detail["Qty"] === undefined ? {} : { Qty: ZERO, UnitPrice: ZERO }) };
  return {
    ...line,
    ...(line["Amount"] === undefined ? {} : { Amount: ZERO }),
    ...(quiet === null ? {} : { SalesItemLineDetail: quiet }),
  };
}
