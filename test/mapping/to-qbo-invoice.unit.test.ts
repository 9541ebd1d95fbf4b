/**
 * How an order looks in QuickBooks (docs/contract.md, section 8), as far as the payload shows it.
 */
import Big from "big.js";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import type { CompanyFacts } from "../../src/connections/connection.ts";
import type { InvoiceContent } from "../../src/invoices/invoice.ts";
import { markOf } from "../../src/mapping/mark.ts";
import { type MappingInput, type ResolvedLinks, toQboInvoice } from "../../src/mapping/to-qbo-invoice.ts";
import { US_COMPANY } from "../connections/company-fixture.ts";
import { contentOf, linksFor } from "./make-content.ts";
import { taxFor } from "./tax/tax-fixture.ts";

const address = z.record(z.string(), z.string()).optional();
const reference = z.object({ value: z.string() });
/** What the tests read of a payload. */
const payloadSchema = z.object({
  DocNumber: z.string(),
  PrivateNote: z.string(),
  BillAddr: address,
  ShipAddr: address,
  BillEmail: z.object({ Address: z.string() }).optional(),
  ShipDate: z.string().optional(),
  CurrencyRef: reference.optional(),
  GlobalTaxCalculation: z.string().optional(),
  TxnTaxDetail: z.object({ TotalTax: z.number() }),
  Line: z.array(
    z.looseObject({
      DetailType: z.string(),
      Amount: z.number(),
      Description: z.string().optional(),
      SalesItemLineDetail: z
        .looseObject({ ItemRef: reference, UnitPrice: z.number().optional(), TaxCodeRef: reference.optional() })
        .optional(),
    }),
  ),
});

const ID = "0192f000-0000-7000-8000-000000000001";

function map(
  content: InvoiceContent,
  company: CompanyFacts = US_COMPANY,
  links: Partial<ResolvedLinks> = {},
  {
    customerMode = "per_buyer",
    timeZone = "UTC",
    letters = "all",
  }: Partial<Pick<MappingInput, "customerMode" | "timeZone" | "letters">> = {},
) {
  const mapped = toQboInvoice({
    invoiceId: ID,
    revision: 1,
    content,
    docNumber: null,
    company,
    timeZone,
    letters,
    customerMode,
    links: linksFor(content, links),
    tax: taxFor(content, { company }),
    existing: null,
  });
  return {
    ...mapped,
    payload: payloadSchema.parse(JSON.parse(mapped.json)),
    codes: mapped.warnings.map((warning) => warning.code),
  };
}

describe("document number", () => {
  test("up to 21 characters it is the invoice's number", () => {
    const { payload, codes } = map(contentOf({}, { number: "INV-2026-000000000001" }));
    expect(payload.DocNumber).toBe("INV-2026-000000000001");
    expect(codes).toEqual([]);
  });

  test("over 21 characters its last 21, with a warning, the whole number in the private note", () => {
    const number = "NORTHWIND-2026-000000000000042";
    const { payload, codes } = map(contentOf({}, { number }));
    expect(payload.DocNumber).toBe(number.slice(-21));
    expect(payload.PrivateNote).toContain(number);
    expect(codes).toEqual(["number_shortened"]);
  });

  test("that only its plain letters make too long is in the private note as well", () => {
    const number = "№2026-11-000000000012";
    const { payload } = map(contentOf({}, { number }), US_COMPANY, {}, { letters: "latin1" });
    expect(payload.DocNumber).toBe("o2026-11-000000000012");
    expect(payload.PrivateNote).toContain("Invoice No2026-11-000000000012");
  });
});

describe("lines", () => {
  test("amount is quantity times price, rounded half up, exact in the JSON text", () => {
    const { json } = map(
      contentOf({ lines: [{ name: "Cloth", quantity: "128.350", unit_price: "14.50" }], total: "1861.08" }),
    );
    expect(json).toContain('"Amount":1861.08');
    expect(json).toContain('"Qty":128.35,"UnitPrice":14.5');
  });

  test("a line's description holds its own name and description", () => {
    const { payload } = map(
      contentOf({ lines: [{ name: "Tofu", description: "40 - 100 g pkgs.", quantity: 1, unit_price: 10 }] }),
    );
    expect(payload.Line[0]?.Description).toBe("Tofu - 40 - 100 g pkgs.");
  });

  test("a price with more decimals than QuickBooks keeps is left out, with a warning", () => {
    const content = contentOf({
      lines: [{ name: "Grain", quantity: "1000000", unit_price: "0.00001234" }],
      total: "12.34",
    });
    const { payload, codes } = map(content);
    expect(payload.Line[0]?.Amount).toBe(12.34);
    expect(payload.Line[0]?.SalesItemLineDetail?.UnitPrice).toBeUndefined();
    expect(codes).toEqual(["price_left_out"]);
  });
});

describe("discounts, shipping, tax", () => {
  const order = {
    lines: [
      { sku: "A", quantity: "2", unit_price: "10.00", discount: "1.50", taxable: true },
      { sku: "B", quantity: "1", unit_price: "5.00", taxable: false },
    ],
    discount: "2.00",
    shipping: "7.25",
    tax: "1.30",
    total: "30.05",
  };

  test("the lines' discounts and the order's are one discount line", () => {
    const lines = map(contentOf(order)).payload.Line.filter((line) => line.DetailType === "DiscountLineDetail");
    expect(lines).toEqual([
      { DetailType: "DiscountLineDetail", Amount: 3.5, DiscountLineDetail: { PercentBased: false } },
    ]);
  });

  test("shipping is QuickBooks' own shipping line; an item 'Shipping' where the company has it off", () => {
    const own = map(contentOf(order)).payload.Line[2];
    expect(own?.SalesItemLineDetail?.ItemRef).toEqual({ value: "SHIPPING_ITEM_ID" });
    expect(own?.Amount).toBe(7.25);
    const item = map(contentOf(order), { ...US_COMPANY, allowShipping: false }, { shippingItemId: "55" }).payload
      .Line[2];
    expect(item?.SalesItemLineDetail?.ItemRef).toEqual({ value: "55" });
  });

  test("US lines are TAX or NON as the order says, and the total tax is always sent, 0 too", () => {
    const { payload, json } = map(contentOf(order));
    expect(payload.Line[0]?.SalesItemLineDetail?.TaxCodeRef).toEqual({ value: "TAX" });
    expect(payload.Line[1]?.SalesItemLineDetail?.TaxCodeRef).toEqual({ value: "NON" });
    expect(json).toContain('"TxnTaxDetail":{"TotalTax":1.30}');
    expect(map(contentOf({})).json).toContain('"TxnTaxDetail":{"TotalTax":0.00}');
  });

  test("tax without any taxable line makes all lines taxable, with a warning", () => {
    const { payload, codes } = map(contentOf({ tax: "1.00", total: "11.00" }));
    expect(payload.Line[0]?.SalesItemLineDetail?.TaxCodeRef).toEqual({ value: "TAX" });
    expect(codes).toEqual(["all_lines_taxable"]);
  });
});

describe("the day of shipping is the company's", () => {
  test.each([
    // [shipped_at, Auckland, Reno, London]
    ["2026-11-30T21:15:00-08:00", "2026-11-30", "2026-11-30", "2026-11-30"],
    ["2026-12-01T05:15:00Z", "2026-12-01", "2026-11-30", "2026-12-01"],
    ["2026-11-30T11:30:00Z", "2026-12-01", "2026-11-30", "2026-11-30"],
    ["2026-12-31T23:30:00Z", "2027-01-01", "2026-12-31", "2026-12-31"],
    ["2026-06-30T23:30:00Z", "2026-07-01", "2026-06-30", "2026-07-01"],
    ["2026-12-01T00:00:00Z", "2026-12-01", "2026-12-01", "2026-12-01"],
    ["2026-12-01T00:00:00+01:00", "2026-12-01", "2026-12-01", "2026-12-01"],
    ["2026-11-30T23:59:59", "2026-11-30", "2026-11-30", "2026-11-30"],
    ["2026-11-30", "2026-11-30", "2026-11-30", "2026-11-30"],
  ])("%s", (shipped_at, ...expected) => {
    const zones = ["Pacific/Auckland", "America/Los_Angeles", "Europe/London"];
    const content = contentOf({ shipped_at });
    expect(zones.map((timeZone) => map(content, US_COMPANY, {}, { timeZone }).payload.ShipDate)).toEqual(expected);
  });

  test("the invoice's own dates are the order system's", () => {
    const content = contentOf({}, { date: "2026-11-30", dueDate: "2026-12-30" });
    const { json } = map(content, US_COMPANY, {}, { timeZone: "Pacific/Auckland" });
    expect(json).toContain('"TxnDate":"2026-11-30","DueDate":"2026-12-30"');
  });
});

describe("texts", () => {
  test.each([
    ["all", "Łódź “Zoë” – 東"],
    ["letters", 'Łódź "Zoë" - 東'],
    ["latin1", 'Lódz "Zoë" - ?'],
  ] as const)("a company that keeps %s gets them so, and every change is said", (letters, expected) => {
    const text = "Łódź “Zoë” – 東";
    const { payload, warnings } = map(
      contentOf({
        memo: text,
        po_number: text,
        customer: { id: "c", name: text },
        billing_address: { line1: text, city: text },
        lines: [{ sku: "A", name: text, quantity: "2", unit_price: "5.00" }],
      }),
      US_COMPANY,
      {},
      { letters, customerMode: "single" },
    );
    expect(payload.PrivateNote).toBe(`${markOf(ID, 1)} | Order 1001 | ${expected}`);
    expect(payload.BillAddr).toEqual({ Line1: expected, Line2: expected, City: expected });
    expect(payload.Line[0]?.Description).toBe(expected);
    const changed = ["The memo", "The PO number", "The billing address", "The description of line 1"];
    const isSaid = (what: string) => warnings.some(({ message }) => message.startsWith(what));
    expect(changed.map(isSaid)).toEqual(changed.map(() => letters !== "all"));
  });

  test("what QuickBooks does not take is replaced, and said", () => {
    const memo = "Ring the bell 🔔 – “twice”";
    const { payload, warnings } = map(contentOf({ memo }), US_COMPANY, {}, { letters: "latin1" });
    expect(payload.PrivateNote).toBe(`${markOf(ID, 1)} | Order 1001 | Ring the bell  - "twice"`);
    expect(warnings).toHaveLength(1);
    expect(warnings[0]?.code).toBe("text_changed");
  });

  test("accents and apostrophes stay as they are, without a warning", () => {
    const { payload, codes } = map(
      contentOf({ billing_address: { line1: "59 rue de l'Abbaye", city: "Münster", country: "Germany" } }),
    );
    expect(payload.BillAddr).toEqual({ Line1: "59 rue de l'Abbaye", City: "Münster", Country: "Germany" });
    expect(codes).toEqual([]);
  });

  test("an e-mail address that QuickBooks would refuse is left out, with a warning", () => {
    const { payload, codes } = map(contentOf({ customer: { id: "c", name: "Quayside", email: "nobody at home" } }));
    expect(payload.BillEmail).toBeUndefined();
    expect(codes).toEqual(["email_left_out"]);
  });

  test.each([
    ["ap@example.com, owner@example.com", "ap@example.com, owner@example.com", []],
    ["ap@example.com,owner@example.com", "ap@example.com,owner@example.com", []],
    ["ap@example.com; owner@example.com", "ap@example.com, owner@example.com", ["text_changed"]],
    ["ap@example.com, nobody at home", "ap@example.com", ["email_left_out"]],
    [`ap@example.com, ${"x".repeat(80)}@example.com`, "ap@example.com", ["email_left_out"]],
    ["abc.xyz+01@example.com", "abc.xyz+01@example.com", []],
  ])("the e-mail %s", (email, expected, expectedCodes) => {
    const { payload, codes } = map(contentOf({ customer: { id: "c", name: "Quayside", email } }));
    expect(payload.BillEmail?.Address).toBe(expected);
    expect(codes).toEqual(expectedCodes);
  });

  test("our mark comes first in the private note, whatever else is there", () => {
    const { payload } = map(contentOf({ memo: "x".repeat(4_000) }));
    expect(payload.PrivateNote.startsWith(markOf(ID, 1))).toBe(true);
    expect(payload.PrivateNote.length).toBeLessThanOrEqual(4_000);
  });
});

describe("customer", () => {
  test("with one customer for all orders the buyer's name and addresses are on the invoice", () => {
    const content = contentOf({ shipping_address: { line1: "Quay 4", city: "Reno" } });
    const { payload } = map(content, US_COMPANY, {}, { customerMode: "single" });
    expect(payload.BillAddr).toEqual({ Line1: "Quayside Stores" });
    expect(payload.ShipAddr).toEqual({ Line1: "Quayside Stores", Line2: "Quay 4", City: "Reno" });
  });
});

test("QuickBooks adds up to the order's total, for any order (property)", () => {
  const cents = fc.integer({ min: 0, max: 1_000_000 });
  const line = fc.record({
    quantity: fc.integer({ min: 1, max: 100_000 }).map((thousandths) => new Big(thousandths).div(1000).toFixed()),
    unit_price: fc
      .integer({ min: 0, max: 10_000_000 })
      .map((tenThousandths) => new Big(tenThousandths).div(10_000).toFixed()),
    taxable: fc.boolean(),
  });
  fc.assert(
    fc.property(
      fc.array(line, { minLength: 1, maxLength: 8 }),
      cents,
      cents,
      fc.double({ min: 0, max: 1, noNaN: true }),
      (lines, shipping, tax, share) => {
        const goods = lines.reduce(
          (sum, one) => sum.plus(new Big(one.quantity).times(one.unit_price).round(2, Big.roundHalfUp)),
          new Big(0),
        );
        const discount = goods.times(share).round(2, Big.roundDown);
        const total = goods.minus(discount).plus(new Big(shipping).div(100)).plus(new Big(tax).div(100));
        const decimal = (minor: number) => new Big(minor).div(100).toFixed(2);
        const content = contentOf({
          lines: lines.map((one, index) => ({ sku: `S${index}`, ...one })),
          discount: discount.toFixed(2),
          shipping: decimal(shipping),
          tax: decimal(tax),
          total: total.toFixed(2),
        });
        const { payload } = map(content);
        const sum = payload.Line.reduce(
          (so, one) => (one.DetailType === "DiscountLineDetail" ? so.minus(one.Amount) : so.plus(one.Amount)),
          new Big(payload.TxnTaxDetail.TotalTax),
        );
        expect(sum.toFixed(2)).toBe(total.toFixed(2));
      },
    ),
    { numRuns: 2_000 },
  );
});
