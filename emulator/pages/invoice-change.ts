/**
 * Turns the invoice's change form into what QuickBooks' own page would save: number, dates, customer, addresses, memos and
 * lines. A changed quantity or price gives a new amount, a changed amount drops its unit price; the tax stays as it was.
 */
import Big from "big.js";
import { decimalOf, listOf, objectOf, printJson, textOf, type Json, type JsonObject } from "../wire/json.ts";
import { addressLines, decimalIn } from "./money.ts";
import type { PostedForm } from "./page-context.ts";

const MAX_ADDRESS_LINES = 5;

/** The body of the change as JSON text; null if a number is unreadable. Fields that were not sent stay as they are. */
export function changedInvoice(invoice: JsonObject, form: PostedForm, places: number): string | null {
  const lines = changedLines(invoice, form, places);
  if (lines === null) return null;
  const body: JsonObject = { ...changedTexts(form), ...changedAddresses(invoice, form) };
  if (JSON.stringify(lines) !== JSON.stringify(listOf(invoice["Line"]))) {
    body["Line"] = lines;
    const { TotalTax, TxnTaxCodeRef } = objectOf(invoice["TxnTaxDetail"]) ?? {};
    if (TotalTax !== undefined)
      body["TxnTaxDetail"] = { TotalTax, ...(TxnTaxCodeRef === undefined ? {} : { TxnTaxCodeRef }) };
  }
  return printJson(body);
}

function changedTexts(form: PostedForm): JsonObject {
  const customer = form("customer");
  const values: [field: string, property: string, value: Json][] = [
    ["doc_number", "DocNumber", form("doc_number").trim()],
    ["txn_date", "TxnDate", form("txn_date")],
    ["due_date", "DueDate", form("due_date")],
    ["customer", "CustomerRef", { value: customer }],
    ["email", "BillEmail", { Address: form("email").trim() }],
    ["private_note", "PrivateNote", unixLines(form("private_note"))],
    ["customer_memo", "CustomerMemo", { value: unixLines(form("customer_memo")) }],
  ];
  return Object.fromEntries(values.flatMap(([field, property, value]) => (form.has(field) ? [[property, value]] : [])));
}

/** An address is one text of several lines here, as on QuickBooks' own form; its parts become plain lines. */
function changedAddresses(invoice: JsonObject, form: PostedForm): JsonObject {
  const changed: JsonObject = {};
  for (const [field, property] of [
    ["bill_address", "BillAddr"],
    ["ship_address", "ShipAddr"],
  ] as const) {
    const text = unixLines(form(field)).trim();
    if (!form.has(field) || text === addressLines(invoice[property]).join("\n")) continue;
    const lines = text.split("\n").map((line) => line.trim());
    const kept = [...lines.slice(0, MAX_ADDRESS_LINES - 1), lines.slice(MAX_ADDRESS_LINES - 1).join(", ")];
    changed[property] = Object.fromEntries(kept.filter(Boolean).map((line, index) => [`Line${index + 1}`, line]));
  }
  return changed;
}

function changedLines(invoice: JsonObject, form: PostedForm, places: number): Json[] | null {
  const lines: Json[] = [];
  for (const part of listOf(invoice["Line"])) {
    const line = objectOf(part);
    const id = textOf(line?.["Id"]) ?? "";
    if (line === null || form(`remove_${id}`) === "on") continue;
    const changed = id === "" ? line : changedLine(line, form, places);
    if (changed === null) return null;
    lines.push(changed);
  }
  const added = addedLine(form, places);
  if (added === null) return null;
  return [...lines, ...added];
}

/** One line as the form has it; null if a number is unreadable. */
function changedLine(line: JsonObject, form: PostedForm, places: number): JsonObject | null {
  const id = textOf(line["Id"]) ?? "";
  const detail = objectOf(line["SalesItemLineDetail"]);
  const numbers = { Qty: detail?.["Qty"], UnitPrice: detail?.["UnitPrice"], Amount: line["Amount"] };
  const read: Partial<Record<keyof typeof numbers, Big>> = {};
  for (const [field, property] of [
    ["quantity", "Qty"],
    ["price", "UnitPrice"],
    ["amount", "Amount"],
  ] as const) {
    const typed = form(`${field}_${id}`);
    if (typed.trim() === "") continue;
    const value = decimalIn(typed);
    if (value === null) return null;
    if (decimalOf(numbers[property])?.eq(value) !== true) read[property] = value;
  }
  const text = unixLines(form(`description_${id}`));
  const isTextKept = !form.has(`description_${id}`) || text === (textOf(line["Description"]) ?? "");
  const described = isTextKept ? line : { ...line, Description: text };
  if (detail === null || Object.keys(read).length === 0) return described;
  const { UnitPrice: _price, ...unpriced } = detail;
  if (read.Amount !== undefined)
    return {
      ...described,
      Amount: read.Amount,
      SalesItemLineDetail: { ...unpriced, ...(read.Qty && { Qty: read.Qty }) },
    };
  const quantity = read.Qty ?? decimalOf(detail["Qty"]) ?? new Big(1);
  const price = read.UnitPrice ?? decimalOf(detail["UnitPrice"]) ?? new Big(0);
  return {
    ...described,
    Amount: quantity.times(price).round(places, Big.roundHalfUp),
    SalesItemLineDetail: { ...unpriced, Qty: quantity, UnitPrice: price },
  };
}

/** The line that the form adds, as a list of one or none; null if a number is unreadable. */
function addedLine(form: PostedForm, places: number): JsonObject[] | null {
  const item = form("new_item");
  if (item === "") return [];
  const [quantity, price] = [decimalIn(form("new_quantity")), decimalIn(form("new_price"))];
  if (quantity === null || price === null) return null;
  const code = form("new_tax_code");
  const line: JsonObject = {
    DetailType: "SalesItemLineDetail",
    Amount: quantity.times(price).round(places, Big.roundHalfUp),
    SalesItemLineDetail: {
      ItemRef: { value: item },
      Qty: quantity,
      UnitPrice: price,
      ...(code === "" ? {} : { TaxCodeRef: { value: code } }),
    },
  };
  return [form("new_description") === "" ? line : { ...line, Description: form("new_description") }];
}

/** Browsers send line ends as CR LF; books keep LF. */
function unixLines(text: string): string {
  return text.replaceAll("\r\n", "\n");
}
