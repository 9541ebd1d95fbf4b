/** The taxes that an order states by line, for shipping and within its prices (docs/contract.md, section 5). */
import { describe, expect, test } from "vitest";
import { parseOrder, storedOrder } from "../../src/orders/order.ts";
import { parseExactJson } from "../../src/platform/exact-json.ts";

function parse(changes: Record<string, unknown>) {
  const order = {
    id: "o-1",
    number: "1001",
    currency: "GBP",
    customer: { id: "c-1", name: "Green Grocers" },
    ...changes,
  };
  return parseOrder(parseExactJson(JSON.stringify(order)), "data.order");
}

function accepted(changes: Record<string, unknown>) {
  const result = parse(changes);
  if (!result.ok) throw new Error(JSON.stringify(result.errors));
  return result.order;
}

function faults(changes: Record<string, unknown>) {
  const result = parse(changes);
  return result.ok ? [] : result.errors;
}

const line = (changes: Record<string, unknown> = {}) => ({ sku: "A", quantity: "1", unit_price: "100.00", ...changes });

describe("an order that states its taxes", () => {
  const stated = {
    lines: [line({ tax: "20.00", tax_rate: "20.0" }), line({ tax_rate: 5 })],
    shipping: "10.00",
    shipping_tax: "2.00",
    shipping_tax_rate: "20",
    tax: "27.00",
    total: "237.00",
  };

  test("is read with amounts in minor units and rates without trailing zeros", () => {
    const order = accepted(stated);
    expect(order.lines[0]).toMatchObject({ taxMinor: 2000, taxRate: "20" });
    expect(order.lines[1]).toMatchObject({ taxRate: "5" });
    expect(order.lines[1]).not.toHaveProperty("taxMinor");
    expect(order).toMatchObject({ shippingTaxMinor: 200, shippingTaxRate: "20" });
    expect(storedOrder.read(storedOrder.write(order))).toEqual(order);
  });

  test("is another order than the same one that states none", () => {
    const { shipping_tax: _tax, shipping_tax_rate: _rate, ...unstated } = stated;
    expect(storedOrder.isSame(accepted(stated), accepted(unstated))).toBe(false);
  });

  test("prices with tax inside: tax is left out of the sum", () => {
    const order = accepted({ lines: [line()], tax: "16.67", total: "100.00", prices_include_tax: true });
    expect(order).toMatchObject({ pricesIncludeTax: true, taxMinor: 1667, totalMinor: 10_000 });
  });

  test("one that states nothing, or null and false, is stored as the release before stores it", () => {
    const nothing = accepted({
      lines: [line({ tax: null, tax_rate: "" })],
      total: "100.00",
      prices_include_tax: false,
    });
    const before = accepted({ lines: [line()], total: "100.00" });
    expect(storedOrder.write(nothing)).toBe(storedOrder.write(before));
    expect(storedOrder.write(before)).not.toMatch(/taxRate|pricesIncludeTax|"taxMinor":.*"taxMinor":/);
  });
});

describe("a breach names its path and the amounts", () => {
  const inside = { lines: [line()], prices_include_tax: true };
  const three = [line({ tax: "20.00" }), line({ tax: "20.00" }), line({ tax: "20.00" })];
  const cases: [string, Record<string, unknown>, string, RegExp][] = [
    [
      "tax added to prices that include it",
      { ...inside, tax: "16.67", total: "116.67" },
      "total",
      /is 100\.00; the prices/,
    ],
    ["more tax inside than the total", { ...inside, tax: "100.01", total: "100.00" }, "tax", /100\.01.*100\.00/],
    ["a negative rate", { lines: [line({ tax_rate: "-5" })], total: "100.00" }, "lines[0].tax_rate", /negative/],
    ["a rate with a sign", { lines: [line({ tax_rate: "20%" })], total: "100.00" }, "lines[0].tax_rate", /decimal/],
    ["a fraction of a penny", { lines: [line({ tax: "0.005" })], total: "100.00" }, "lines[0].tax", /2 decimal places/],
    ["the same of shipping", { lines: [line()], shipping_tax: "0.005", total: "100.00" }, "shipping_tax", /2 decimal/],
    [
      "a word for a flag",
      { lines: [line()], total: "100.00", prices_include_tax: "yes" },
      "prices_include_tax",
      /true/,
    ],
    [
      "another shipping tax than what is left, by more than a minor unit a line",
      { lines: three, shipping: "10.00", shipping_tax: "2.04", tax: "62.00", total: "372.00" },
      "shipping_tax",
      /60\.00.*62\.00.*2\.00.*2\.04/,
    ],
    [
      "a smaller one",
      { lines: three, shipping: "10.00", shipping_tax: "1.96", tax: "62.00", total: "372.00" },
      "shipping_tax",
      /1\.96/,
    ],
    ["lines with more tax than the order", { lines: three, tax: "59.96", total: "359.96" }, "tax", /60\.00.*59\.96/],
    [
      "tax that neither lines nor shipping bear",
      { lines: three, tax: "60.04", total: "360.04" },
      "tax",
      /60\.04.*0\.04/,
    ],
    [
      "one line with more tax than the order, the other unknown",
      { lines: [line({ tax: "20.00" }), line()], tax: "5.00", total: "205.00" },
      "tax",
      /20\.00.*5\.00/,
    ],
    ["lines with tax, and none on the order", { ...inside, lines: three, total: "300.00" }, "tax", /60\.00.*0\.00/],
  ];

  test.each(cases)("%s", (_name, order, path, message) => {
    const found = faults(order);
    expect(found.map((fault) => fault.path)).toEqual([`data.order.${path}`]);
    expect(found[0]?.message).toMatch(message);
  });

  test.each([
    ["2.03", "62.00", "372.00"],
    ["1.97", "62.00", "372.00"],
    [null, "66.00", "376.00"],
  ])("a shipping tax of %s with a tax of %s is rounding, or the shipping's own", (shipping_tax, tax, total) => {
    expect(faults({ lines: three, shipping: "10.00", shipping_tax, tax, total })).toEqual([]);
  });

  test.each(["60.03", "59.97"])("a tax of %s without shipping is rounding", (tax) => {
    expect(faults({ lines: three, tax, total: `3${tax}` })).toEqual([]);
  });
});
