/**
 * The tax code of an invoice line (docs/qbo-api.md, section 5.6): which codes a line may have in the company's country,
 * and what the lines of each code amount to. It charges nothing; that is invoice-tax.ts.
 */
import Big from "big.js";
import { businessRule, invalidReference, missingParameter, QuickBooksFault } from "../wire/faults.ts";
import { decimalOf, refOf, type JsonObject } from "../wire/json.ts";
import type { LineRequest } from "./invoice-lines.ts";
import { salesRatesOf } from "./tax-code.ts";

const ZERO = new Big(0);

/** What the lines with one tax code amount to; a discount line lowers the goods only. */
export interface CodeAmounts {
  goods: Big;
  shipping: Big;
}

export type AmountsByCode = Map<string, CodeAmounts>;

/**
 * TAX or NON in the US, a tax code's Id elsewhere; outside the US a line without one is refused (docs/qbo-api.md,
 * section 5.6).
 */
export function lineTaxCode(request: LineRequest, detail: JsonObject, isTaxableItem: boolean): string | null {
  const { context } = request;
  const code = refOf(detail["TaxCodeRef"]);
  if (context.profile.country === "US") {
    if (code === null) {
      const byDefault = context.profile.automated_sales_tax && isTaxableItem && request.isTaxableCustomer;
      return byDefault ? "TAX" : "NON";
    }
    if (code === "TAX" || code === "NON") return code;
    throw new QuickBooksFault("6100", `Invalid line TaxCode : ${code}. Only TAX and NON are allowed`, {
      element: "Line.SalesItemLineDetail.TaxCodeRef",
    });
  }
  if (!context.profile.using_sales_tax || request.globalTax === "NotApplicable") return null;
  if (code === null) throw businessRule("Make sure all your transactions have a tax rate before you save");
  if (!request.mayBeInactive && salesRatesOf(context, code) === null)
    throw invalidReference("Line.SalesItemLineDetail.TaxCodeRef");
  if (request.globalTax === "TaxInclusive" && decimalOf(detail["TaxInclusiveAmt"]) === null)
    throw missingParameter("Line.SalesItemLineDetail.TaxInclusiveAmt");
  return code;
}

/** Adds a line's amount to those of its code. */
export function addUnderCode(byCode: AmountsByCode, code: string | null, amounts: CodeAmounts): void {
  if (code === null) return;
  const before = byCode.get(code) ?? { goods: ZERO, shipping: ZERO };
  byCode.set(code, {
    goods: before.goods.plus(amounts.goods),
    shipping: before.shipping.plus(amounts.shipping),
  });
}
