/**
 * Orders and events for tests: a small, complete order whose parts a test replaces. Totals are computed here from the parts
 * with integers, so that a test states only what it is about.
 */
import type { OrderEvent } from "../../scripts/demo/northwind.ts";

export interface OrderLine {
  id?: string;
  sku?: string | null;
  name?: string | null;
  description?: string | null;
  quantity: string;
  unit_price: string;
  discount?: string;
  taxable?: boolean;
  tax?: string;
  tax_rate?: string;
}

export interface OrderParts {
  id?: string;
  number?: string;
  currency?: string;
  customer?: { id?: string | null; name: string; email?: string | null; phone?: string | null };
  billing_address?: Record<string, string | null>;
  shipping_address?: Record<string, string | null>;
  lines?: OrderLine[];
  discount?: string;
  shipping?: string;
  tax?: string;
  memo?: string | null;
  [property: string]: unknown;
}

const HUNDRED = 100n;
let serial = 0;

/** A number that no other order of this test process has. */
export function newNumber(prefix = "T"): string {
  serial += 1;
  return `${prefix}${process.pid}-${serial}`;
}

/** A complete order; `total` follows from the parts unless one is given. */
export function makeOrder(parts: OrderParts = {}): Record<string, unknown> {
  const number = parts.number ?? newNumber();
  const order = {
    id: `O-${number}`,
    number,
    currency: "USD",
    placed_at: "2026-03-02T09:00:00Z",
    shipped_at: "2026-03-03T15:00:00Z",
    customer: { id: `C-${number}`, name: `Buyer ${number}`, email: null, phone: null },
    lines: [{ id: "1", sku: "TEA-1", name: "Green tea", quantity: "2", unit_price: "4.50", taxable: false }],
    discount: "0.00",
    shipping: "0.00",
    tax: "0.00",
    ...parts,
  };
  return { ...order, total: parts["total"] ?? totalOf(order) };
}

/** `invoice.created` for such an order. */
export function invoiceEvent(
  parts: OrderParts = {},
  invoice: Record<string, unknown> = {},
  at = new Date(),
): OrderEvent {
  const order = makeOrder(parts);
  return {
    type: "invoice.created",
    timestamp: at.toISOString(),
    data: {
      id: `I-${String(order["number"])}`,
      number: order["number"],
      date: "2026-03-03",
      due_date: "2026-04-02",
      order,
      ...invoice,
    },
  };
}

/** Σ(round(quantity × price) − discount) − discount + shipping + tax, in a currency with cents. */
function totalOf(order: { lines: OrderLine[]; discount: string; shipping: string; tax: string }): string {
  let cents = -toCents(order.discount) + toCents(order.shipping) + toCents(order.tax);
  for (const line of order.lines)
    cents += roundedProduct(line.quantity, line.unit_price) - toCents(line.discount ?? "0");
  return `${cents / HUNDRED}.${String(cents % HUNDRED).padStart(2, "0")}`;
}

function toCents(amount: string): bigint {
  return roundedProduct(amount, "1");
}

/** The product of two decimals in cents, rounded half up. */
function roundedProduct(left: string, right: string): bigint {
  const [leftDigits, leftScale] = scaled(left);
  const [rightDigits, rightScale] = scaled(right);
  const divisor = 10n ** BigInt(leftScale + rightScale);
  return (leftDigits * rightDigits * HUNDRED * 2n + divisor) / (divisor * 2n);
}

function scaled(decimal: string): [bigint, number] {
  const [whole = "0", fraction = ""] = decimal.split(".");
  return [BigInt(whole + fraction), fraction.length];
}
