/** A small valid order, as an order system would send it; tests change one field of it. */
export function exampleOrder(changes: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    id: "o-1",
    number: "1001",
    currency: "USD",
    placed_at: "2026-11-19T08:00:00Z",
    shipped_at: "2026-11-20T09:30:00Z",
    customer: { id: "c-1", name: "Green Grocers", email: "orders@example.com", phone: null },
    billing_address: {
      line1: "1 High Street",
      line2: null,
      city: "Springfield",
      region: "OR",
      postal_code: "97477",
      country: "USA",
    },
    shipping_address: null,
    lines: [
      {
        id: "1",
        sku: "TEA-1",
        name: "Black tea",
        description: "Tin, 250 g",
        quantity: "3",
        unit_price: "4.25",
        discount: "0.75",
        taxable: true,
      },
      {
        id: "2",
        sku: "CUP-9",
        name: "Cup",
        description: null,
        quantity: "2",
        unit_price: "8.00",
        discount: "0.00",
        taxable: false,
      },
    ],
    discount: "3.00",
    shipping: "5.50",
    tax: "1.00",
    total: "31.50",
    shipping_method: "Ground",
    tracking_number: null,
    po_number: null,
    memo: null,
    ...changes,
  };
}

/** The example order with its first line changed. */
export function withLine(
  changes: Record<string, unknown>,
  orderChanges: Record<string, unknown> = {},
): Record<string, unknown> {
  const order = exampleOrder(orderChanges);
  const [first, ...rest] = order["lines"] as Record<string, unknown>[];
  return { ...order, lines: [{ ...first, ...changes }, ...rest] };
}
