/**
 * May an invoice be sent whose total or tax QuickBooks is known to make different? The setting *When totals would differ*
 * decides (docs/contract.md, section 8, *Tax*); the reason is named either way. Pure.
 */
import type { Connection } from "../../connections/connection.ts";
import { LocalRefusal } from "../../failures/local-refusal.ts";
import {
  type Difference,
  type TotalReason,
  totalWouldDifferError,
  totalWouldDifferWarning,
} from "../../failures/tax-errors.ts";
import type { Warning } from "../../failures/warning.ts";
import type { InvoiceContent } from "../../invoices/invoice.ts";
import { type ExpectedMoney, expectedMoney } from "./expected-total.ts";
import { formatUnits } from "./order-amounts.ts";
import { type PlannedTax, type TaxConnection, taxSubject } from "./plan-order.ts";
import type { Doubt } from "./plan.ts";

export interface TotalCheck {
  connection: TaxConnection & Pick<Connection, "totalPolicy">;
  content: InvoiceContent;
  tax: PlannedTax;
  /** Whether QuickBooks charges the customer tax, as last read. */
  isTaxableCustomer: boolean;
}

/** Whether the customer decides about the invoice's tax: in the US, if there is any. */
export function mayBeExempt({ way, order }: PlannedTax): boolean {
  return order.tax > 0 && (way === "automated" || way === "by_hand");
}

/**
 * The warning of an invoice whose total will differ, none if it won't. Throws LocalRefusal if such an invoice is not to be
 * sent.
 */
export function totalWarnings(check: TotalCheck): Warning[] {
  const { connection, content } = check;
  const difference = differenceOf(check);
  if (!difference) return [];
  const subject = taxSubject(connection, content);
  if (connection.totalPolicy === "refuse") throw new LocalRefusal(totalWouldDifferError(subject, difference));
  return [totalWouldDifferWarning(subject, difference)];
}

function differenceOf({ content, tax, isTaxableCustomer }: TotalCheck): Difference | null {
  const { way, order, plan } = tax;
  const expected = expectedMoney(plan.booking, way, isTaxableCustomer);
  if (expected.total === order.total && expected.tax === order.tax) return null;
  const money = (units: number): string => `${formatUnits(units, order.digits)} ${content.order.currency}`;
  const of = expected.total === order.total ? "tax" : "total";
  const figures = { of, theirs: money(expected[of]), ours: money(order[of]) } as const;
  if (plan.doubt) return { ...figures, reason: reasonOf(plan.doubt, expected, money) };
  // The plan's own amounts are the order's, so nothing else is left.
  if (!isTaxableCustomer)
    return { ...figures, reason: { kind: "customer_exempt", customerName: content.order.customer.name } };
  throw new Error(`The plan of order ${content.order.number} comes to ${money(expected.total)} without a reason`);
}

function reasonOf(doubt: Doubt, { tax }: ExpectedMoney, money: (units: number) => string): TotalReason {
  switch (doubt.kind) {
    case "tax_off":
    case "rate_not_stated":
      return doubt;
    case "stated_differently":
      return { kind: doubt.kind, comesTo: money(doubt.comesTo) };
    case "code_differs":
      return { kind: doubt.kind, code: doubt.code.name, gives: money(tax) };
  }
}
