/**
 * `/orders`: the orders that order systems have sent us. Only webhooks write them.
 */
import { type Address, type Order, storedOrder } from "../../orders/order.ts";
import { findOrder, listOrders, type OrderListRow } from "../../orders/store.ts";
import { formatMinor } from "../../platform/money.ts";
import { operation } from "../operation.ts";
import { notFoundProblem } from "../read-request.ts";
import { orderQuery } from "./requests.ts";
import { orderPage, orderSchema } from "./responses.ts";

const tag = "Orders";

const list = operation({
  method: "get",
  path: "/orders",
  tag,
  operationId: "listOrders",
  summary: "List orders",
  details: "Newest shipping date first. `from` and `to` are calendar dates of shipping, both inclusive.",
  right: "read",
  query: orderQuery,
  response: { status: 200, description: "A page of orders.", schema: orderPage },
  problems: [],
  handle: async (c, { query }) => {
    const { status, invoiced, instance_id, from, to, limit, after } = query;
    const filter = { status, isInvoiced: invoiced, instanceId: instance_id, from, to };
    const { rows, next } = await listOrders(c.get("db"), filter, { limit, after });
    return { data: rows.map(orderView), next };
  },
});

const one = operation({
  method: "get",
  path: "/orders/:id",
  tag,
  operationId: "getOrder",
  summary: "Get one order",
  right: "read",
  response: { status: 200, description: "The order with its lines.", schema: orderSchema },
  problems: [404],
  handle: async (c) => {
    const order = await findOrder(c.get("db"), c.req.param("id") ?? "");
    if (!order) throw notFoundProblem("order");
    return { ...orderView(order), content: order.body === null ? null : contentView(storedOrder.read(order.body)) };
  },
});

export const orderOperations = [list, one];

function orderView(row: OrderListRow) {
  return {
    id: row.id,
    external_id: row.externalId,
    instance_id: row.instanceId,
    status: row.status,
    number: row.number,
    customer_name: row.customerName,
    currency: row.currency,
    total: formatMinor(row.totalMinor, row.currency),
    placed_at: row.placedAt,
    shipped_at: row.shippedAt,
    invoiced: row.isInvoiced,
    created_at: row.createdAt,
    updated_at: row.updatedAt,
  };
}

function contentView(order: Order) {
  const stated = (minor: number | undefined) => (minor === undefined ? null : formatMinor(minor, order.currency));
  return {
    customer: order.customer,
    billing_address: addressView(order.billingAddress),
    shipping_address: addressView(order.shippingAddress),
    lines: order.lines.map((line) => ({
      id: line.id,
      sku: line.sku,
      name: line.name,
      description: line.description,
      quantity: line.quantity,
      unit_price: line.unitPrice,
      discount: formatMinor(line.discountMinor, order.currency),
      taxable: line.taxable,
      tax: stated(line.taxMinor),
      tax_rate: line.taxRate ?? null,
    })),
    discount: order.discount,
    shipping: order.shipping,
    tax: order.tax,
    shipping_tax: stated(order.shippingTaxMinor),
    shipping_tax_rate: order.shippingTaxRate ?? null,
    prices_include_tax: order.pricesIncludeTax ?? false,
    shipping_method: order.shippingMethod,
    tracking_number: order.trackingNumber,
    po_number: order.poNumber,
    memo: order.memo,
  };
}

function addressView(address: Address | null) {
  if (address === null) return null;
  const { postalCode, ...rest } = address;
  return { ...rest, postal_code: postalCode };
}
