/**
 * Turns the invoice's change form into what QuickBooks' own page would save: memos and line amounts. A changed amount
 * drops its unit price, which is then computed again; the tax stays as it was.
 */
import Big from "big.js";
import { decimalOf, listOf, objectOf, printJson, textOf, type JsonObject } from "../wire/json.ts";

/** The body of the change as JSON text; null if an amount is unreadable. */
export function changedInvoice(invoice: JsonObject, read: (name: string) => string): string | null {
  const body: JsonObject = {
    PrivateNote: singleSpaced(read("private_note")),
    CustomerMemo: { value: singleSpaced(read("customer_memo")) },
  };
  let isAmountChanged = false;
  const lines: JsonObject[] = [];
  for (const part of listOf(invoice["Line"])) {
    const line = objectOf(part);
    if (line === null) continue;
    const sent = read(`amount_${textOf(line["Id"]) ?? ""}`)
      .replaceAll(",", "")
      .trim();
    if (sent === "") {
      lines.push(line);
      continue;
    }
    if (!/^-?\d{1,12}(\.\d{1,2})?$/.test(sent)) return null;
    const amount = new Big(sent);
    if (decimalOf(line["Amount"])?.eq(amount) === true) {
      lines.push(line);
      continue;
    }
    isAmountChanged = true;
    const { UnitPrice: _unitPrice, ...detail } = objectOf(line["SalesItemLineDetail"]) ?? {};
    lines.push({ ...line, Amount: amount, SalesItemLineDetail: detail });
  }
  if (isAmountChanged) {
    body["Line"] = lines;
    const tax = objectOf(invoice["TxnTaxDetail"])?.["TotalTax"];
    if (tax !== undefined) body["TxnTaxDetail"] = { TotalTax: tax };
  }
  return printJson(body);
}

/** Browsers send line ends as CR LF; books keep LF. */
function singleSpaced(text: string): string {
  return text.replaceAll("\r\n", "\n");
}
