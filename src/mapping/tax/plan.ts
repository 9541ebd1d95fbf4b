/**
 * How an order's tax is booked in a company (docs/contract.md, section 8, *Tax*), one branch for each way of taxing. The
 * plan holds every amount and code of the invoice; total-policy.ts decides whether it may be sent. Pure.
 */
import type { CompanyFacts } from "../../connections/connection.ts";
import type { TaxSettings, Taxing } from "../../connections/taxing.ts";
import type { SalesTaxCode } from "../../quickbooks/tax-codes.ts";
import { type Booking, bookAmounts } from "./booking.ts";
import type { OrderAmounts } from "./order-amounts.ts";
import { planByCode } from "./plan-by-code.ts";
import { planAutomated, planByHand, usGroups } from "./plan-us.ts";
import type { RateDoubt } from "./rates.ts";

/** A company whose codes are known, if it has any. */
export type KnownTaxing = Exclude<Taxing, { kind: "unread" }>;

/** Why QuickBooks will have another tax than the order. */
export type Doubt =
  | RateDoubt
  | { kind: "tax_off" }
  /** US, by hand: the code of the invoice gives another tax. */
  | { kind: "code_differs"; code: SalesTaxCode };

export interface TaxPlan {
  booking: Booking;
  /** The order has tax, but no taxable line: all its lines are booked as taxable. */
  areAllTaxable: boolean;
  doubt: Doubt | null;
}

/** A plan, or what the settings lack for it. */
export type Planned = TaxPlan | { ratesWithoutCode: readonly string[] } | { lacksSalesTaxCode: true };

/** The plan of an order in a company that taxes in this way. */
export function planTax(order: OrderAmounts, taxing: KnownTaxing, settings: TaxSettings): Planned {
  const { company } = settings;
  switch (taxing.kind) {
    case "automated":
      return planAutomated(order, company);
    case "by_hand":
      return planByHand(order, taxing, company);
    case "off":
      return planOff(order, company);
    case "by_code":
      return planByCode(order, taxing, settings);
  }
}

/** Prices that include tax stay as they are: without sales tax there is no rate to take out, and their sum is the total. */
function planOff(order: OrderAmounts, company: CompanyFacts): TaxPlan {
  const { groups, areAllTaxable } =
    company.country === "US"
      ? usGroups({ ...order, isInside: false }, false)
      : { groups: [{ code: null, parts: order.parts, tax: 0 }], areAllTaxable: false };
  return {
    booking: {
      ...bookAmounts({ ...order, isInside: false }, groups, company),
      tax: order.isInside ? 0 : order.tax,
      taxLines: [],
      taxCode: null,
      isTaxAfterDiscount: false,
      digits: order.digits,
    },
    areAllTaxable,
    doubt: order.tax > 0 ? { kind: "tax_off" } : null,
  };
}
