/**
 * The content of an invoice that is made on Fulfillment. Pure.
 */
import type { Order } from "../orders/order.ts";
import type { InvoiceContent } from "./invoice.ts";

/** The invoice of a shipped order: it takes the order's number, and the date that is given (a calendar date). */
export function invoiceFromOrder(order: Order, date: string): InvoiceContent {
  return { number: order.number, date, dueDate: null, order };
}
