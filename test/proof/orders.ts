/**
 * Orders for proofs: a few buyers and items that recur, as in a wholesaler's day, so that after the first ones an order
 * costs one call of QuickBooks.
 */
import { invoiceEvent } from "../harness/make-order.ts";

const BUYERS = 10;
const ITEMS = 5;

/** Numbers such as `K-001`. */
export function numbersOf(prefix: string, count: number): string[] {
  return Array.from({ length: count }, (_, index) => `${prefix}-${String(index + 1).padStart(3, "0")}`);
}

/** `invoice.created` of the order with that number. */
export function recurringOrder(number: string): ReturnType<typeof invoiceEvent> {
  const serial = Number(number.slice(number.lastIndexOf("-") + 1));
  const [item, buyer] = [serial % ITEMS, serial % BUYERS];
  const lines = [{ id: "1", sku: `SKU-${item}`, name: `Tin ${item}`, quantity: "1", unit_price: "9.00" }];
  return invoiceEvent({ number, customer: { id: `B-${buyer}`, name: `Buyer ${buyer}` }, lines });
}

/** Deliveries of these orders; delivered again, they are the same deliveries. */
export function deliveriesOf(numbers: readonly string[]) {
  return numbers.map((number) => ({ id: `delivery-${number}`, event: recurringOrder(number) }));
}
