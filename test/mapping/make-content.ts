/**
 * Small invoices for tests of the mapping: fields that are not given have simple, valid values.
 */
import { parseExactJson } from "../../src/platform/exact-json.ts";
import type { InvoiceContent } from "../../src/invoices/invoice.ts";
import { parseOrder } from "../../src/orders/order.ts";
import type { ResolvedLinks } from "../../src/mapping/to-qbo-invoice.ts";

/** An invoice of the wire order given (docs/contract.md, section 5), through the same parser that the webhook uses. */
export function contentOf(order: Record<string, unknown>, invoice: Partial<InvoiceContent> = {}): InvoiceContent {
  const parsed = parseOrder(parseExactJson(JSON.stringify(wireOrder(order))), "data.order");
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.errors));
  return { number: "INV-1", date: "2026-11-20", dueDate: null, order: parsed.order, ...invoice };
}

/** An order as sent; a total that is not given is calculated from one line and the amounts. */
export function wireOrder(given: Record<string, unknown>): Record<string, unknown> {
  return {
    id: "o-1",
    number: "1001",
    currency: "USD",
    customer: { id: "c-1", name: "Quayside Stores" },
    lines: [{ sku: "SKU-1", name: "Rope", quantity: "2", unit_price: "5.00" }],
    total: "10.00",
    ...given,
  };
}

/** Links for as many lines as the content has. */
export function linksFor(content: InvoiceContent, given: Partial<ResolvedLinks> = {}): ResolvedLinks {
  return {
    customerId: "81",
    isCustomerTaxable: true,
    itemIds: content.order.lines.map((_, index) => String(100 + index)),
    shippingItemId: null,
    discountItemId: null,
    warnings: [],
    ...given,
  };
}
