import fc from "fast-check";
import { describe, expect, test } from "vitest";
import ndjson from "../../data/northwind-orders.ndjson?raw";
import { type Order, parseOrder, storedOrder } from "../../src/orders/order.ts";
import { ExactNumber, parseExactJson } from "../../src/platform/exact-json.ts";
import { formatMinor } from "../../src/platform/money.ts";
import { exampleOrder, withLine } from "./example-order.ts";

function parse(order: unknown) {
  return parseOrder(parseExactJson(JSON.stringify(order)), "data");
}

function accepted(order: unknown): Order {
  const result = parse(order);
  if (!result.ok) throw new Error(JSON.stringify(result.errors));
  return result.order;
}

function faults(order: unknown): { path: string; message: string }[] {
  const result = parse(order);
  return result.ok ? [] : result.errors;
}

const { lines: exampleLines } = exampleOrder();
const [line] = exampleLines as Record<string, unknown>[];
/** One line of 10.00, so that the total is easy to follow. */
const plain = (changes: Record<string, unknown> = {}, lineChanges: Record<string, unknown> = {}) =>
  exampleOrder({
    lines: [{ ...line, quantity: "1", unit_price: "10", discount: null, ...lineChanges }],
    discount: null,
    shipping: null,
    tax: null,
    total: "10.00",
    ...changes,
  });

describe("an order that breaks no rule", () => {
  test("is read with its amounts in minor units and its lines rounded", () => {
    const order = accepted(exampleOrder());
    expect(order).toMatchObject({
      id: "o-1",
      number: "1001",
      totalMinor: 3150,
      total: "31.50",
      discountMinor: 300,
      shippingMinor: 550,
      taxMinor: 100,
    });
    expect(order.lines.map((l) => l.amountMinor)).toEqual([1275, 1600]);
    expect(order.billingAddress).toMatchObject({ postalCode: "97477" });
    expect(order.placedAt).toBe("2026-11-19T08:00:00.000Z");
  });

  test.each(["", " ", "0", " 0 ", "guest", "Guest", "GUEST ", "\u00a0guest"])(
    "a customer.id of '%s' is none: all guests of a shop have it",
    (id) => {
      const order = accepted(exampleOrder({ customer: { id, name: "Alice Guest" } }));
      expect(order.customer).toMatchObject({ id: null, name: "Alice Guest" });
      // The same for one that was stored before.
      const stored = JSON.stringify({ ...order, customer: { ...order.customer, id } });
      expect(storedOrder.read(stored)).toEqual(order);
    },
  );

  test.each(["0", "-0", "0.0", "0e5"])("so is the number %s", (number) => {
    const text = JSON.stringify(exampleOrder({ customer: { id: "HERE", name: "Alice Guest" } })).replace(
      '"HERE"',
      number,
    );
    expect(accepted(parseExactJson(text)).customer.id).toBeNull();
  });

  test.each(["00", "10", "0a", "guests", "guest-1", "-"])("a customer.id of '%s' is a buyer's ID, unchanged", (id) => {
    expect(accepted(exampleOrder({ customer: { id, name: "A" } })).customer.id).toBe(id);
  });

  test("a blank SKU is a missing one", () => {
    expect(accepted(withLine({ sku: " \t" })).lines[0]).toMatchObject({ sku: null, name: "Black tea" });
  });

  test("comes back from its JSON as it was", () => {
    const order = accepted(exampleOrder());
    expect(storedOrder.read(storedOrder.write(order))).toEqual(order);
  });

  test("may lack everything that is not required", () => {
    const order = accepted({
      id: "1",
      number: "1",
      currency: "EUR",
      customer: { name: "A" },
      total: "2",
      lines: [{ quantity: "1", unit_price: "2", name: "B" }],
    });
    expect(order).toMatchObject({
      discountMinor: 0,
      shippingMinor: 0,
      taxMinor: 0,
      memo: null,
      billingAddress: null,
      placedAt: null,
    });
    expect(order.lines[0]).toMatchObject({ sku: null, taxable: false, discountMinor: 0 });
  });

  test("null is the same as missing, and fields that are not known are ignored", () => {
    const withNulls = accepted(exampleOrder({ memo: null, shipping_address: null, extra: { deep: [1, 2] } }));
    const { memo: _m, shipping_address: _s, ...without } = exampleOrder();
    expect(withNulls).toEqual(accepted(without));
  });

  test("JSON numbers are read exactly as written", () => {
    const text = JSON.stringify(plain()).replace('"10.00"', "90071992547.99").replace('"10"', "90071992547.99");
    const result = parseOrder(parseExactJson(text), "data");
    expect(result).toMatchObject({ ok: true, order: { total: "90071992547.99" } });
    const tiny = JSON.stringify(plain({ total: "0.10" })).replace('"10"', "1e-1");
    expect(parseOrder(parseExactJson(tiny), "data")).toMatchObject({
      ok: true,
      order: { lines: [{ unitPrice: "0.1" }] },
    });
  });

  test.each([
    ["half a cent is rounded up, as QuickBooks does", { quantity: "128.350", unit_price: "14.50" }, "1861.08"],
    ["a price may have more digits than cents", { quantity: "3", unit_price: "0.33333" }, "1.00"],
    ["a free line", { unit_price: "0" }, "0.00"],
    ["trailing zeros do not count as digits", { unit_price: "10.000000" }, "10.0000"],
  ])("%s", (_name, lineChanges, total) => {
    expect(faults(plain({ total }, lineChanges))).toEqual([]);
  });

  test("a currency without cents, and one with thousandths", () => {
    expect(accepted(plain({ currency: "JPY", total: "4" }, { quantity: "3", unit_price: "1.2" })).totalMinor).toBe(4);
    expect(accepted(plain({ currency: "KWD", total: "1.235" }, { unit_price: "1.2345" })).totalMinor).toBe(1235);
  });

  test("lengths at their limits pass, counted in characters, not in bytes or halves", () => {
    const face = "\u{1F600}";
    expect(
      faults(
        plain({ id: "i".repeat(128), number: "n".repeat(64), memo: face.repeat(4000), po_number: face.repeat(255) }),
      ),
    ).toEqual([]);
    expect(faults(plain({}, { sku: "s".repeat(100), name: face.repeat(1000), description: "d".repeat(4000) }))).toEqual(
      [],
    );
  });

  test("500 lines pass", () => {
    const lines = Array.from({ length: 500 }, () => ({ sku: "A", quantity: "1", unit_price: "1" }));
    expect(faults(plain({ lines, total: "500" }))).toEqual([]);
  });

  test("a blank SKU is a missing one", () => {
    expect(accepted(plain({}, { sku: "  " })).lines[0]?.sku).toBeNull();
  });

  test("a time that can't be read is left out; nothing that is booked hangs on it", () => {
    expect(accepted(plain({ placed_at: "last Tuesday", shipped_at: "2026-11-20" }))).toMatchObject({
      placedAt: null,
      shippedAt: "2026-11-20T00:00:00.000Z",
    });
  });
});

const long = (count: number) => "x".repeat(count);

describe("names and times are what they stand for", () => {
  test("HTML entities in names are decoded, once; other texts stay", () => {
    const order = accepted(
      withLine({ name: "Men&#8217;s glove &quot;Pro&quot;", description: "Soft &amp; warm" }, { memo: "A &amp; B" }),
    );
    expect(order.lines[0]).toMatchObject({ name: 'Men\u2019s glove "Pro"', description: "Soft &amp; warm" });
    expect(order.memo).toBe("A &amp; B");
    const named = (name: string) => accepted(exampleOrder({ customer: { name } })).customer.name;
    expect(named("Warrior&#39;s Gym &amp; Spa")).toBe("Warrior's Gym & Spa");
    expect(named("A &amp;amp; B")).toBe("A &amp; B");
    expect(named("AT&T; &unknown;")).toBe("AT&T; &unknown;");
  });

  test.each([
    ["2026-11-30T21:15:00-08:00", "2026-12-01T05:15:00.000Z", "2026-11-30"],
    ["2026-11-30T21:15:00", "2026-11-30T21:15:00.000Z", "2026-11-30"],
    ["2026-11-30", "2026-11-30T00:00:00.000Z", "2026-11-30"],
    ["2026-12-01T05:15:00Z", "2026-12-01T05:15:00.000Z", undefined],
  ])("shipped_at %s is the time %s, and names the day %s", (shipped_at, shippedAt, shippedOn) => {
    const order = accepted(exampleOrder({ shipped_at }));
    expect([order.shippedAt, order.shippedOn]).toEqual([shippedAt, shippedOn]);
  });
});

describe("a breach names its path", () => {
  const cases: [string, unknown, string, RegExp][] = [
    ["no ID", exampleOrder({ id: null }), "data.id", /missing/],
    ["a blank ID", exampleOrder({ id: " " }), "data.id", /missing/],
    ["no number", exampleOrder({ number: undefined }), "data.number", /missing/],
    ["no currency", exampleOrder({ currency: null }), "data.currency", /missing/],
    ["no customer", exampleOrder({ customer: null }), "data.customer", /missing/],
    ["no customer name", exampleOrder({ customer: { id: "c" } }), "data.customer.name", /missing/],
    ["no lines", exampleOrder({ lines: undefined }), "data.lines", /missing/],
    ["no line", exampleOrder({ lines: [] }), "data.lines", /at least one/],
    ["501 lines", exampleOrder({ lines: Array.from({ length: 501 }, () => line) }), "data.lines", /at most 500/],
    ["no total", exampleOrder({ total: null }), "data.total", /missing/],
    ["no quantity", withLine({ quantity: null }), "data.lines[0].quantity", /missing/],
    ["no price", withLine({ unit_price: undefined }), "data.lines[0].unit_price", /missing/],
    ["neither SKU nor name", withLine({ sku: "", name: null }), "data.lines[0].sku", /sku or a name/],
    ["a lower-case currency", exampleOrder({ currency: "usd" }), "data.currency", /capital/],
    ["a currency of four letters", exampleOrder({ currency: "USDT" }), "data.currency", /three/],
    ["quantity zero", withLine({ quantity: "0" }), "data.lines[0].quantity", /more than 0/],
    ["a negative quantity", withLine({ quantity: "-1" }), "data.lines[0].quantity", /negative/],
    ["a negative price", withLine({ unit_price: "-0.01" }), "data.lines[0].unit_price", /negative/],
    ["a negative line discount", withLine({ discount: "-1" }), "data.lines[0].discount", /negative/],
    ["a negative discount", exampleOrder({ discount: "-1" }), "data.discount", /negative/],
    ["negative shipping", exampleOrder({ shipping: "-1" }), "data.shipping", /negative/],
    ["negative tax", exampleOrder({ tax: "-1" }), "data.tax", /negative/],
    ["a negative total", plain({ total: "-10" }), "data.total", /negative/],
    [
      "a line discount larger than the line",
      plain({ total: "0" }, { discount: "10.01" }),
      "data.lines[0].discount",
      /larger than the line's amount of 10\.00/,
    ],
    [
      "a discount larger than the goods",
      plain({ discount: "10.01", shipping: "5", total: "4.99" }),
      "data.discount",
      /larger than the lines' total of 10\.00/,
    ],
    ["a total one cent off", exampleOrder({ total: "31.51" }), "data.total", /is 31\.50/],
    [
      "a fraction of a cent in shipping",
      plain({ shipping: "1.005", total: "11.005" }),
      "data.shipping",
      /2 decimal places/,
    ],
    ["a fraction of a cent in tax", plain({ tax: "1.005", total: "11.005" }), "data.tax", /2 decimal places/],
    [
      "a fraction of a cent in the discount",
      plain({ discount: "1.005", total: "8.995" }),
      "data.discount",
      /2 decimal places/,
    ],
    [
      "a fraction of a cent in a line's discount",
      plain({ total: "9.995" }, { discount: "0.005" }),
      "data.lines[0].discount",
      /2 decimal places/,
    ],
    [
      "a fraction of a yen in the total",
      plain({ currency: "JPY", total: "10.5" }, { unit_price: "10.5" }),
      "data.total",
      /no decimal places/,
    ],
    ["a word for an amount", exampleOrder({ tax: "none" }), "data.tax", /decimal/],
    ["a comma for a point", exampleOrder({ tax: "1,00" }), "data.tax", /decimal/],
    ["an exponent in a text", exampleOrder({ tax: "1e2" }), "data.tax", /decimal/],
    ["a flag for an amount", exampleOrder({ tax: true }), "data.tax", /amount/],
    [
      "an amount beyond all bounds",
      plain({ total: "9999999999999999" }, { unit_price: "9999999999999999" }),
      "data.total",
      /less than/,
    ],
    [
      "a line beyond 2^50 cents",
      plain({ total: "10" }, { quantity: "99999999999", unit_price: "99999999999" }),
      "data.lines[0].unit_price",
      /too large/,
    ],
    ["a number for a text", exampleOrder({ number: 1001 }), "data.number", /quotation marks, "1001"/],
    ["an object for a text", exampleOrder({ memo: {} }), "data.memo", /text/],
    ["a text for a flag", withLine({ taxable: "yes" }), "data.lines[0].taxable", /true or false/],
    ["a text for an address", exampleOrder({ billing_address: "1 High Street" }), "data.billing_address", /object/],
    ["a number for a customer", exampleOrder({ customer: 5 }), "data.customer", /object/],
    ["an object for the lines", exampleOrder({ lines: {} }), "data.lines", /list/],
    ["a text for a line", exampleOrder({ lines: ["tea"] }), "data.lines[0]", /object/],
    ["NUL", exampleOrder({ memo: "a\0b" }), "data.memo", /NUL/],
    ["NUL in an address", exampleOrder({ shipping_address: { city: "\0" } }), "data.shipping_address.city", /NUL/],
    ["a lone surrogate", exampleOrder({ customer: { name: "a\ud800" } }), "data.customer.name", /surrogate/],
    ["a long ID", exampleOrder({ id: long(129) }), "data.id", /128/],
    ["a long number", exampleOrder({ number: long(65) }), "data.number", /64/],
    ["a long customer ID", exampleOrder({ customer: { id: long(129), name: "A" } }), "data.customer.id", /128/],
    ["a long customer name", exampleOrder({ customer: { name: long(1001) } }), "data.customer.name", /1,000/],
    [
      "a long e-mail address",
      exampleOrder({ customer: { name: "A", email: long(256) } }),
      "data.customer.email",
      /255/,
    ],
    ["a long line ID", withLine({ id: long(129) }), "data.lines[0].id", /128/],
    ["a long SKU", withLine({ sku: long(101) }), "data.lines[0].sku", /100/],
    ["a long name", withLine({ name: long(1001) }), "data.lines[0].name", /1,000/],
    ["a long description", withLine({ description: long(4001) }), "data.lines[0].description", /4,000/],
    ["a long memo", exampleOrder({ memo: long(4001) }), "data.memo", /4,000/],
    ["a long city", exampleOrder({ billing_address: { city: long(256) } }), "data.billing_address.city", /255/],
    ["a long shipping method", exampleOrder({ shipping_method: long(256) }), "data.shipping_method", /255/],
    ["not an object", [], "data", /object/],
  ];

  test.each(cases)("%s", (_name, order, path, message) => {
    const found = faults(order);
    expect(found.map((fault) => fault.path)).toContain(path);
    expect(found.find((fault) => fault.path === path)?.message).toMatch(message);
  });

  test("all faults are named at once, also those between fields", () => {
    const order = withLine(
      { quantity: "0", sku: 5 },
      { id: null, currency: "USD", memo: long(4001), lines: exampleLines },
    );
    const broken = {
      ...order,
      lines: [...(order["lines"] as unknown[]), { ...line, discount: "100" }],
      discount: "0.001",
    };
    expect(
      faults(broken)
        .map((fault) => fault.path)
        .sort(),
    ).toEqual(
      [
        "data.discount",
        "data.id",
        "data.lines[0].quantity",
        "data.lines[0].sku",
        "data.lines[2].discount",
        "data.memo",
      ].sort(),
    );
  });

  test("a wrong total is named although another field is wrong too", () => {
    expect(
      faults(exampleOrder({ number: null, total: "1" }))
        .map((fault) => fault.path)
        .sort(),
    ).toEqual(["data.number", "data.total"]);
  });
});

describe("the data set", () => {
  const orders = ndjson.trim().split("\n");

  test("all 830 orders are read, and their totals add up to the published sum", () => {
    let sum = 0;
    for (const text of orders) {
      const result = parseOrder(parseExactJson(text), "data");
      if (!result.ok) throw new Error(`${text.slice(0, 40)}: ${JSON.stringify(result.errors)}`);
      sum += result.order.totalMinor;
    }
    expect(orders).toHaveLength(830);
    expect(formatMinor(sum, "USD")).toBe("1330735.45");
  });
});

describe("properties", () => {
  const cents = fc.integer({ min: 0, max: 1_000_000 });
  const entry = fc.record({
    quantity: fc.integer({ min: 1, max: 10_000 }),
    price: fc.integer({ min: 0, max: 1_000_000 }),
    share: fc.integer({ min: 0, max: 100 }),
  });

  /** An order whose total is worked out in whole cents, apart from the code under test. */
  const consistent = fc
    .record({
      lines: fc.array(entry, { minLength: 1, maxLength: 20 }),
      share: fc.integer({ min: 0, max: 100 }),
      shipping: cents,
      tax: cents,
    })
    .map((o) => {
      // Quantities in thousandths, prices in cents: the product is in 1/100,000, rounded half up to 1/100.
      const lines = o.lines.map((l) => {
        const amount = Math.floor((l.quantity * l.price + 500) / 1000);
        return { ...l, amount, discount: Math.floor((amount * l.share) / 100) };
      });
      const goods = lines.reduce((sum, l) => sum + l.amount - l.discount, 0);
      const discount = Math.floor((goods * o.share) / 100);
      const decimal = (value: number) => (value / 100).toFixed(2);
      return {
        id: "1",
        number: "1",
        currency: "USD",
        customer: { name: "A" },
        lines: lines.map((l) => ({
          sku: "S",
          quantity: (l.quantity / 1000).toFixed(3),
          unit_price: decimal(l.price),
          discount: decimal(l.discount),
        })),
        discount: decimal(discount),
        shipping: decimal(o.shipping),
        tax: decimal(o.tax),
        total: decimal(goods - discount + o.shipping + o.tax),
        cents: goods - discount + o.shipping + o.tax,
      };
    });

  test("an order that adds up is accepted with its total, and refused a cent off", () => {
    fc.assert(
      fc.property(consistent, ({ cents: total, ...order }) => {
        expect(accepted(order).totalMinor).toBe(total);
        expect(faults({ ...order, total: ((total + 1) / 100).toFixed(2) }).map((fault) => fault.path)).toEqual([
          "data.total",
        ]);
      }),
      { numRuns: 300 },
    );
  });

  test("nothing that is JSON makes the reader throw, and whatever is refused has a path and a message", () => {
    fc.assert(
      fc.property(
        fc.jsonValue(),
        fc.constantFrom("id", "customer", "lines", "total", "currency", "billing_address", "discount"),
        (value, name) => {
          for (const order of [
            value,
            exampleOrder({ [name]: value }),
            withLine({ quantity: value, name: value, taxable: value }),
          ]) {
            const result = parse(order);
            const errors = result.ok ? [] : result.errors;
            expect(errors.length > 0).toBe(!result.ok);
            expect(errors.every((fault) => fault.path.startsWith("data") && fault.message.length > 5)).toBe(true);
          }
        },
      ),
      { numRuns: 500 },
    );
  });

  test("numbers of any length and exponent are read or refused, quickly", () => {
    for (const text of ["1e999999999", "-1e-999999999", `0.${"1".repeat(5000)}`, "9".repeat(5000)]) {
      const raw = { ...plain(), total: new ExactNumber(text) };
      expect(parseOrder(raw, "data")).toMatchObject({ ok: false });
    }
  });
});
