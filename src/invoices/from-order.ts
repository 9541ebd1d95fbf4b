/**
 * The content of an invoice that is created on Fulfillment. Pure.
 */
import type { Order } from "../orders/order.ts";
import type { InvoiceContent } from "./invoice.ts";

/** The invoice of a shipped order: it has the order's number and the given calendar date. */
export function invoiceFromOrder(order: Order, date: string): InvoiceContent {
  return { number: order.number, date, dueDate: null, order };
}
