/**
 * The tax plan of an invoice in the company of its connection, or the reason why there can't be one: an amount that is too
 * fine, a rate without a tax code. Push and preview both start here. Pure.
 */
import type { Connection } from "../../connections/connection.ts";
import { type TaxSettings, codesOfRate, settingOfRate, taxingOf } from "../../connections/taxing.ts";
import { LocalRefusal } from "../../failures/local-refusal.ts";
import {
  type MissingCode,
  type TaxSubject,
  missingSalesTaxCodeError,
  missingTaxCodesError,
  tooFineAmountError,
  unreadTaxCodesError,
} from "../../failures/tax-errors.ts";
import type { InvoiceContent } from "../../invoices/invoice.ts";
import { type OrderAmounts, orderAmounts, tooFineAmount } from "./order-amounts.ts";
import type { ByCode } from "./plan-by-code.ts";
import { type KnownTaxing, type TaxPlan, planTax } from "./plan.ts";

/** What a plan needs of the connection. */
export type TaxConnection = Pick<Connection, "id" | "companyName"> & TaxSettings;

export interface PlannedTax {
  way: KnownTaxing["kind"];
  order: OrderAmounts;
  plan: TaxPlan;
}

/** The plan. Throws LocalRefusal. */
export function planOrder(connection: TaxConnection, content: InvoiceContent): PlannedTax {
  const taxing = taxingOf(connection);
  if (taxing.kind === "unread") throw new LocalRefusal(unreadTaxCodesError(connection));
  const tooFine = tooFineAmount(content.order);
  if (tooFine) throw new LocalRefusal(tooFineAmountError(content.number, tooFine));
  const order = orderAmounts(content.order);
  const planned = planTax(order, taxing, connection);
  if ("booking" in planned) return { way: taxing.kind, order, plan: planned };
  const subject = taxSubject(connection, content);
  if (taxing.kind === "by_hand")
    throw new LocalRefusal(missingSalesTaxCodeError(subject, taxing.unfit[0]?.name ?? null));
  if (taxing.kind !== "by_code" || !("ratesWithoutCode" in planned))
    throw new Error(`No code has a rate where tax is ${taxing.kind}`);
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
  return { rate, setting, reason: codesOfRate(codes, rate).length > 0 ? "several" : "none" };
}
