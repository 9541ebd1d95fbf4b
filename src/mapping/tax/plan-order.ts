/**
 * The tax plan of an invoice in the company of its connection, or the reason why there can't be one: an amount that is too
 * fine, a rate without a tax code. Push and preview both start here. Pure.
 */
import type { Connection } from "../../connections/connection.ts";
import { settingOfRate } from "../../connections/taxing.ts";
import { LocalRefusal } from "../../failures/local-refusal.ts";
import {
  type MissingCode,
  type TaxSubject,
  missingSalesTaxCodeError,
  missingTaxCodesError,
  tooFineAmountError,
} from "../../failures/tax-errors.ts";
import type { InvoiceContent } from "../../invoices/invoice.ts";
import { type OrderAmounts, orderAmounts, tooFineAmount } from "./order-amounts.ts";
import type { ByCode } from "./plan-by-code.ts";
import { type KnownTaxing, type TaxPlan, planTax } from "./plan.ts";

/** What a plan needs of the connection. */
export type TaxConnection = Pick<Connection, "id" | "companyName" | "company">;

export interface PlannedTax {
  way: KnownTaxing["kind"];
  order: OrderAmounts;
  plan: TaxPlan;
}

/** The plan. Throws LocalRefusal. */
export function planOrder(connection: TaxConnection, taxing: KnownTaxing, content: InvoiceContent): PlannedTax {
  const tooFine = tooFineAmount(content.order);
  if (tooFine) throw new LocalRefusal(tooFineAmountError(content.number, tooFine));
  const order = orderAmounts(content.order);
  const planned = planTax(order, taxing, connection.company);
  if ("booking" in planned) return { way: taxing.kind, order, plan: planned };
  const subject = taxSubject(connection, content);
  if ("lacksSalesTaxCode" in planned) throw new LocalRefusal(missingSalesTaxCodeError(subject));
  if (taxing.kind !== "by_code") throw new Error(`No code has a rate where tax is ${taxing.kind}`);
  const missing = planned.ratesWithoutCode.map((rate) => missingCode(rate, taxing));
  throw new LocalRefusal(missingTaxCodesError(subject, missing));
}

/** What messages about the invoice's tax name. */
export function taxSubject({ id, companyName }: TaxConnection, { number, order }: InvoiceContent): TaxSubject {
  return { connection: { id, companyName }, invoiceNumber: number, tax: `${order.tax} ${order.currency}` };
}

function missingCode(rate: string, { codes, unfit }: ByCode): MissingCode {
  const setting = settingOfRate(rate);
  const chosen = unfit.find((one) => one.setting === setting);
  if (chosen) return { rate, setting, reason: { unfit: chosen.name, hasOtherRate: chosen.reason === "other_rate" } };
  const isSeveral = codes.some((code) => !code.isReversed && code.percent === rate);
  return { rate, setting, reason: isSeveral ? "several" : "none" };
}
