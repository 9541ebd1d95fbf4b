/**
 * Everything that a document refers to in QuickBooks, by our names: customer and items. Push and preview both start here,
 * so that they can't differ. Pure.
 */
import type { Connection } from "../connections/connection.ts";
import type { Order } from "../orders/order.ts";
import { type DesiredCustomer, desiredCustomer } from "./desired-customer.ts";
import { type DesiredItem, desiredItem, plainServiceItem } from "./desired-item.ts";
import { type Link, orderKeyOf } from "./links.ts";
import { hasDiscountLine } from "./tax/booking.ts";
import type { ResolvedLinks } from "./to-qbo-invoice.ts";

export interface References {
  /** See `orderKeyOf`. */
  order: string;
  customer: DesiredCustomer;
  /** One per order line, in order. */
  lineItems: readonly DesiredItem[];
  /** If the company has QuickBooks' shipping line turned off and the order has shipping. */
  shippingItem: DesiredItem | null;
  /** If the order has a discount and the company no line for it. */
  discountItem: DesiredItem | null;
}

/** What an order of this instance refers to in the company of this connection. */
export function referencesOf(connection: Connection, instanceId: string, order: Order): References {
  const { company } = connection;
  return {
    order: orderKeyOf(instanceId, order),
    customer: desiredCustomer(connection, instanceId, order),
    lineItems: order.lines.map((line) => desiredItem(line, connection.letters)),
    shippingItem: order.shippingMinor > 0 && !company.allowShipping ? plainServiceItem("Shipping") : null,
    discountItem: hasDiscount(order) && !hasDiscountLine(company) ? plainServiceItem("Discount") : null,
  };
}

function hasDiscount({ discountMinor, lines }: Order): boolean {
  return discountMinor > 0 || lines.some((line) => line.discountMinor > 0);
}

/** All items of the references, those of the lines first. */
export function itemsOf({ lineItems, shippingItem, discountItem }: References): DesiredItem[] {
  return [...lineItems, ...(shippingItem ? [shippingItem] : []), ...(discountItem ? [discountItem] : [])];
}

/** The link of one reference, or a placeholder for it. */
export type LinkOrPlaceholder = Pick<Link, "qboId" | "isTaxable" | "warnings">;

/** The references with their IDs, as the payload needs them. The warning of an item on two lines is given once; one that is about another order, not at all. */
export function toResolvedLinks(
  references: References,
  known: {
    customer: LinkOrPlaceholder;
    itemOf: (item: DesiredItem) => LinkOrPlaceholder;
  },
): ResolvedLinks {
  const { lineItems, shippingItem, discountItem } = references;
  const items = new Map(itemsOf(references).map((item) => [item.key, known.itemOf(item)]));
  const warnings = [...known.customer.warnings, ...[...items.values()].flatMap((item) => item.warnings)];
  return {
    customerId: known.customer.qboId,
    isCustomerTaxable: known.customer.isTaxable,
    itemIds: lineItems.map((item) => known.itemOf(item).qboId),
    shippingItemId: shippingItem && known.itemOf(shippingItem).qboId,
    discountItemId: discountItem && known.itemOf(discountItem).qboId,
    warnings: warnings
      .filter(({ order }) => order === undefined || order === references.order)
      .map(({ code, message }) => ({ code, message })),
  };
}
