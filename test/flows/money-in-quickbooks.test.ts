/**
 * docs/contract.md, section 8: discounts, shipping, tax, currency and the total, as the emulator's company holds them.
 */
import { beforeAll, describe, expect, test } from "vitest";
import { setUpCompany, type TestCompany } from "../harness/app.ts";
import { invoiceEvent } from "../harness/make-order.ts";
import { cents, goodsLines, push, type QboInvoice, sendAndSettle, warningCodes } from "../harness/push.ts";

let company: TestCompany;

beforeAll(async () => {
  company = await setUpCompany();
});

const PLAIN = { sku: "PL-1", name: "Plain", quantity: "3", unit_price: "10.00", taxable: false };
const TAXED = { sku: "TX-1", name: "Taxed", quantity: "1", unit_price: "40.00", taxable: true };

function discountLines(qbo: QboInvoice) {
  return qbo.Line.filter((line) => line.DetailType === "DiscountLineDetail");
}

function shippingLines(qbo: QboInvoice) {
  return qbo.Line.filter((line) => line.SalesItemLineDetail?.ItemRef.value === "SHIPPING_ITEM_ID");
}

function taxCodes(qbo: QboInvoice) {
  return goodsLines(qbo).map((line) => line.SalesItemLineDetail?.TaxCodeRef?.value);
}

describe.concurrent("amounts", () => {
  test("one discount line holds the lines' discounts and the order's", async () => {
    const lines = [
      { ...PLAIN, discount: "1.25" },
      { ...PLAIN, sku: "PL-2", name: "Other", discount: "0.75" },
    ];
    const { qbo, invoice } = await push(company, { lines, discount: "3.00" });
    expect(discountLines(qbo).map(({ Amount }) => cents(Amount))).toEqual(["5.00"]);
    expect(cents(qbo.TotalAmt)).toBe("55.00");
    expect(invoice.total).toBe("55.00");
    expect(invoice.warnings).toEqual([]);
  });

  test("shipping stands on QuickBooks' own shipping line", async () => {
    const { qbo } = await push(company, { lines: [PLAIN], shipping: "7.35" });
    expect(shippingLines(qbo).map(({ Amount }) => cents(Amount))).toEqual(["7.35"]);
    expect(cents(qbo.TotalAmt)).toBe("37.35");
  });

  test("TotalTax is sent even when it is 0, so that automated sales tax adds nothing of its own", async () => {
    const { qbo, request } = await push(company, { lines: [TAXED] });
    expect(request).toMatch(/"TxnTaxDetail":\{"TotalTax":0(?:\.00)?\}/);
    expect(cents(qbo.TotalAmt)).toBe("40.00");
  });

  test("lines are TAX or NON as taxable says, and the tax is the order's", async () => {
    const { qbo, invoice } = await push(company, { lines: [PLAIN, TAXED], tax: "3.30" });
    expect(taxCodes(qbo)).toEqual(["NON", "TAX"]);
    expect(cents(qbo.TxnTaxDetail?.TotalTax)).toBe("3.30");
    expect(cents(qbo.TotalAmt)).toBe("73.30");
    expect(invoice.warnings).toEqual([]);
  });

  test("tax without any taxable line makes all lines taxable, with a warning", async () => {
    const { qbo, invoice } = await push(company, {
      lines: [PLAIN, { ...PLAIN, sku: "PL-3", name: "Third" }],
      tax: "2.00",
    });
    expect(taxCodes(qbo)).toEqual(["TAX", "TAX"]);
    expect(cents(qbo.TotalAmt)).toBe("62.00");
    expect(warningCodes(invoice)).toContain("all_lines_taxable");
  });

  test.each([
    ["0.333", "1.50", "0.50"],
    ["1.005", "1.00", "1.01"],
    ["3", "0.005", "0.02"],
    ["7", "1.005", "7.04"],
  ])("%s × %s is rounded half up to %s, as QuickBooks does", async (quantity, unit_price, total) => {
    const { qbo, invoice } = await push(company, { lines: [{ ...PLAIN, quantity, unit_price }] });
    expect(cents(qbo.TotalAmt)).toBe(total);
    expect(invoice.total).toBe(total);
    expect(invoice.warnings).toEqual([]);
  });

  test("everything at once is equal to the cent", async () => {
    const lines = [
      { ...PLAIN, discount: "0.37" },
      { ...TAXED, quantity: "2.5", unit_price: "19.99" },
    ];
    const { qbo, invoice } = await push(company, { lines, discount: "1.11", shipping: "12.34", tax: "4.12" });
    expect(cents(qbo.TotalAmt)).toBe(invoice.total);
    expect(cents(qbo.Balance)).toBe(invoice.total);
    expect(invoice.warnings).toEqual([]);
  });
});

test("where the company has shipping off, an item 'Shipping' carries it", async () => {
  const other = await setUpCompany({ company: { allow_shipping: false } });
  const { qbo } = await push(other, { lines: [PLAIN], shipping: "5.00" });
  expect(shippingLines(qbo)).toEqual([]);
  const shipping = goodsLines(qbo).find((line) => line.SalesItemLineDetail?.ItemRef.name === "Shipping");
  expect(cents(shipping?.Amount)).toBe("5.00");
  expect(cents(qbo.TotalAmt)).toBe("35.00");
});

test("multicurrency on: an order in another currency is booked on a customer in that currency", async () => {
  const other = await setUpCompany({ company: { multicurrency: true } });
  const buyer = { id: "MC-1", name: "Two Currencies GmbH" };
  const home = await push(other, { customer: buyer, lines: [PLAIN] });
  const foreign = await push(other, { customer: buyer, currency: "EUR", lines: [PLAIN] });
  expect(home.qbo.CurrencyRef?.value).toBe("USD");
  expect(foreign.qbo.CurrencyRef?.value).toBe("EUR");
  expect(foreign.qbo.CustomerRef.value).not.toBe(home.qbo.CustomerRef.value);
  const customers = await other.emulator.list(other.realmId, "customer");
  const customer = customers.find(({ Id }) => Id === foreign.qbo.CustomerRef.value);
  expect(customer?.["CurrencyRef"]).toMatchObject({ value: "EUR" });
});

test("multicurrency off: an order in another currency fails and names both; nothing is booked", async () => {
  const invoice = await sendAndSettle(company, invoiceEvent({ currency: "EUR", lines: [PLAIN] }));
  expect(invoice).toMatchObject({ push_status: "failed", error: { category: "validation", code: null } });
  expect(invoice.error?.message).toMatch(/EUR/);
  expect(invoice.error?.message).toMatch(/USD/);
  const booked = await company.emulator.list(company.realmId, "invoice");
  expect(booked.filter(({ DocNumber }) => DocNumber === invoice.number)).toEqual([]);
});
