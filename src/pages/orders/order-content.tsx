/**
 * What an order says: lines and totals, addresses, shipping, remarks. An order's page and its invoice's page show the same.
 * Only markup.
 */
import type { Address, Order, OrderLine } from "../../orders/order.ts";
import { minorDigits } from "../../platform/money.ts";
import { Facts } from "../../ui/facts.tsx";
import { Money } from "../../ui/money.tsx";
import { Table } from "../../ui/table.tsx";

/** The lines, each amount after the line's own discount, and how the total comes about. */
export function OrderLines({ order }: { order: Order }) {
  const money = (minor: number) => <Money minor={minor} currency={order.currency} />;
  const goods = order.lines.reduce((sum, line) => sum + line.amountMinor - line.discountMinor, 0);
  return (
    <section class="card" aria-labelledby="lines-title">
      <h2 id="lines-title">Lines</h2>
      <Table
        caption="Lines"
        rows={order.lines}
        columns={[
          {
            label: "Product",
            isTitle: true,
            isLong: true,
            cell: (line) => (
              <>
                {line.name ?? line.sku}
                {line.description && (
                  <>
                    <br />
                    <span class="muted small">{line.description}</span>
                  </>
                )}
              </>
            ),
          },
          { label: "SKU", isTight: true, cell: (line) => line.sku ?? "" },
          { label: "Quantity", isNumber: true, cell: (line) => line.quantity },
          { label: "Unit price", isNumber: true, cell: (line) => priceText(line.unitPrice, order.currency) },
          {
            label: "Discount",
            isNumber: true,
            cell: (line) => (line.discountMinor > 0 ? money(-line.discountMinor) : ""),
          },
          { label: "Tax", cell: taxText },
          { label: "Amount", isNumber: true, cell: (line) => money(line.amountMinor - line.discountMinor) },
        ]}
      />
      <dl class="totals">
        <Total label="Goods" value={money(goods)} />
        {order.discountMinor > 0 && <Total label="Discount" value={money(-order.discountMinor)} />}
        {order.shippingMinor > 0 && <Total label="Shipping" value={money(order.shippingMinor)} />}
        {order.taxMinor > 0 && !order.pricesIncludeTax && <Total label="Tax" value={money(order.taxMinor)} />}
        <Total label="Total" value={money(order.totalMinor)} isGrand />
        {order.taxMinor > 0 && order.pricesIncludeTax && <Total label="Tax included" value={money(order.taxMinor)} />}
      </dl>
    </section>
  );
}

function taxText({ taxRate, taxable }: OrderLine): string {
  if (taxRate !== undefined) return `${taxRate} %`;
  return taxable ? "Taxable" : "";
}

/** A unit price with at least as many decimals as the currency has; prices may have more, and none may be lost. */
export function priceText(price: string, currency: string): string {
  const [whole = "", fraction = ""] = price.split(".");
  const padded = fraction.padEnd(minorDigits(currency), "0");
  return padded === "" ? whole : `${whole}.${padded}`;
}

function Total({ label, value, isGrand }: { label: string; value: ReturnType<typeof Money>; isGrand?: boolean }) {
  return (
    <div class={isGrand ? "grand" : ""}>
      <dt>{label}</dt>
      <dd>{value}</dd>
    </div>
  );
}

/** Addresses, shipping and remarks; only what the order system sent. */
export function OrderDetails({ order }: { order: Order }) {
  const rows = [
    ["Bill to", order.billingAddress && <AddressLines address={order.billingAddress} />],
    ["Ship to", order.shippingAddress && <AddressLines address={order.shippingAddress} />],
    ["Shipping method", order.shippingMethod],
    ["Tracking number", order.trackingNumber],
    ["PO number", order.poNumber],
    ["Memo", order.memo],
  ] as const;
  const given = rows.flatMap(([label, value]) => (value === null ? [] : [[label, value] as FactRow]));
  if (given.length === 0) return null;
  return (
    <section class="card" aria-labelledby="shipping-title">
      <h2 id="shipping-title">Addresses and shipping</h2>
      <Facts rows={given} />
    </section>
  );
}

type FactRow = Parameters<typeof Facts>[0]["rows"][number];

function AddressLines({ address }: { address: Address }) {
  const { line1, line2, city, region, postalCode, country } = address;
  const lines = [line1, line2, [city, region, postalCode].filter(Boolean).join(", "), country].filter(Boolean);
  return (
    <address>
      {lines.map((line, index) => (
        <>
          {index > 0 && <br />}
          {line}
        </>
      ))}
    </address>
  );
}
