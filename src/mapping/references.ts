/**
 * Everything that a document refers to in QuickBooks, by our names: customer, items, and tax codes outside the US. Push
 * and preview both start here, so that they can't differ. Pure.
 */
import { type Connection, needsTaxCodes } from "../connections/connection.ts";
import type { Order } from "../orders/order.ts";
import { type DesiredCustomer, desiredCustomer } from "./desired-customer.ts";
import { type DesiredItem, desiredItem, plainServiceItem } from "./desired-item.ts";
import type { Desired } from "./find-or-create.ts";
import type { Link } from "./links.ts";
import { type ResolvedLinks, discountMinor } from "./to-qbo-invoice.ts";

export interface DesiredTaxCode extends Desired {
  /** The setting's name on the page. */
  label: string;
}

export interface References {
  customer: DesiredCustomer;
  /** One per order line, in order. */
  lineItems: readonly DesiredItem[];
  /** If the company has QuickBooks' shipping line turned off and the order has shipping. */
  shippingItem: DesiredItem | null;
  /** If the company has discounts turned off and the order has one. */
  discountItem: DesiredItem | null;
  /** If lines need one of the company's own tax codes. */
  taxCodes: { sales: DesiredTaxCode; zero: DesiredTaxCode } | null;
}

/** What an order of this instance refers to in the company of this connection. */
export function referencesOf(connection: Connection, instanceId: string, order: Order): References {
  const { company } = connection;
  return {
    customer: desiredCustomer(connection, instanceId, order),
    lineItems: order.lines.map((line) => desiredItem(line, connection.letters)),
    shippingItem: order.shippingMinor > 0 && !company.allowShipping ? plainServiceItem("Shipping") : null,
    discountItem: discountMinor(order) > 0 && !company.allowDiscount ? plainServiceItem("Discount") : null,
    taxCodes: needsTaxCodes(company)
      ? {
          sales: desiredTaxCode(connection.salesTaxCode, "Sales tax code"),
          zero: desiredTaxCode(connection.zeroRateCode, "Zero-rate code"),
        }
      : null,
  };
}

function desiredTaxCode(name: string | null, label: string): DesiredTaxCode {
  const wanted = name ?? "";
  const key = `name:${wanted.toLowerCase()}`;
  const desired: DesiredTaxCode = {
    key,
    name: wanted,
    original: wanted,
    letters: "all",
    label,
    warnings: [],
    fit: () => desired,
  };
  return desired;
}

/** All items of the references, those of the lines first. */
export function itemsOf({ lineItems, shippingItem, discountItem }: References): DesiredItem[] {
  return [...lineItems, ...(shippingItem ? [shippingItem] : []), ...(discountItem ? [discountItem] : [])];
}

/** The link of one reference, or a placeholder for it. */
export type LinkOrPlaceholder = Pick<Link, "qboId" | "warnings">;

/** The references with their IDs, as the payload needs them. The warning of an item on two lines is given once. */
export function toResolvedLinks(
  references: References,
  known: {
    customer: LinkOrPlaceholder;
    itemOf: (item: DesiredItem) => LinkOrPlaceholder;
    taxCodes: { sales: LinkOrPlaceholder; zero: LinkOrPlaceholder } | null;
  },
): ResolvedLinks {
  const { lineItems, shippingItem, discountItem } = references;
  const items = new Map(itemsOf(references).map((item) => [item.key, known.itemOf(item)]));
  return {
    customerId: known.customer.qboId,
    itemIds: lineItems.map((item) => known.itemOf(item).qboId),
    shippingItemId: shippingItem && known.itemOf(shippingItem).qboId,
    discountItemId: discountItem && known.itemOf(discountItem).qboId,
    taxCodes: known.taxCodes && { sales: known.taxCodes.sales.qboId, zero: known.taxCodes.zero.qboId },
    warnings: [...known.customer.warnings, ...[...items.values()].flatMap(({ warnings }) => warnings)],
  };
}
