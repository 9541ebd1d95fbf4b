/**
 * docs/contract.md, section 8, *Tax*: what the emulator's books hold of an order's tax, in every kind of company, and why
 * nothing is booked where the total would be another one. Most orders are those of public reports about such integrations.
 */
import { describe, expect, test } from "vitest";
import { setUpCompany, type TestCompany } from "../harness/app.ts";
import type { CompanySettings } from "../harness/emulator.ts";
import { invoiceEvent, type OrderLine, type OrderParts } from "../harness/make-order.ts";
import { cents, goodsLines, push, type QboInvoice, sendAndSettle, warningCodes } from "../harness/push.ts";

const NON_INVENTORY = { item_type: "non_inventory" };
const UK_CODES = { ...NON_INVENTORY, sales_tax_code: "20.0% S", zero_rate_code: "0.0% Z" };

function british(company: CompanySettings = {}, settings: Record<string, unknown> = {}): Promise<TestCompany> {
  return setUpCompany({ company: { profile: "gb-plus", ...company }, settings: { ...UK_CODES, ...settings } });
}

const taxed = (unit_price: string, more: Partial<OrderLine> = {}): OrderLine => ({
  sku: "LAMP",
  name: "Lamp",
  quantity: "1",
  unit_price,
  taxable: true,
  ...more,
});

/** Tax and total in the books. */
function money(qbo: QboInvoice): [tax: string, total: string] {
  return [cents(qbo.TxnTaxDetail?.TotalTax), cents(qbo.TotalAmt)];
}

function codesOf(qbo: QboInvoice): (string | undefined)[] {
  return goodsLines(qbo).map((line) => line.SalesItemLineDetail?.TaxCodeRef?.value);
}

/** Sends an order that must not be booked; returns its error. */
async function refused(company: TestCompany, parts: OrderParts) {
  const invoice = await sendAndSettle(company, invoiceEvent(parts));
  const booked = await company.emulator.list(company.realmId, "invoice");
  expect(booked.filter(({ DocNumber }) => DocNumber === invoice.number)).toEqual([]);
  expect(invoice.push_status).toBe("failed");
  if (invoice.error === null) throw new Error(`${invoice.number} failed without an error`);
  return invoice.error;
}

describe("a company in the United Kingdom", () => {
  const gbp = (lines: OrderLine[], tax: string, more: OrderParts = {}) => ({ currency: "GBP", lines, tax, ...more });

  test.each<[string, OrderParts, [string, string]]>([
    ["goods and shipping at 20 %", gbp([taxed("100.00")], "22.00", { shipping: "10.00" }), ["22.00", "132.00"]],
    [
      "5 % and 20 % on one order",
      gbp([taxed("100.00", { sku: "OIL", name: "Oil", tax_rate: "5" }), taxed("100.00", { tax_rate: "20" })], "25.00"),
      ["25.00", "225.00"],
    ],
    ["tax rounded by line", gbp([taxed("1.99"), taxed("2.49"), taxed("3.49")], "1.60"), ["1.60", "9.57"]],
    ["a net price of many decimals", gbp([taxed("16.6583333", { quantity: "3" })], "10.00"), ["10.00", "59.97"]],
    ["and one that rounds the other way", gbp([taxed("8.325", { quantity: "3" })], "4.99"), ["4.99", "29.97"]],
    ["the discount before tax", gbp([taxed("100.00")], "16.00", { discount: "20.00" }), ["16.00", "96.00"]],
    [
      "prices with tax inside",
      gbp([taxed("19.99", { quantity: "3" })], "10.00", { prices_include_tax: true, total: "59.97" }),
      ["10.00", "59.97"],
    ],
    ["a discount of all", gbp([taxed("100.00")], "0.00", { discount: "100.00" }), ["0.00", "0.00"]],
  ])("%s", { concurrent: true }, async (_name, parts, expected) => {
    const { qbo, invoice } = await push(await shared(), parts);
    expect(money(qbo)).toEqual(expected);
    expect(cents(qbo.TotalAmt)).toBe(invoice.total);
    expect(invoice.warnings).toEqual([]);
  });

  test("a discount lowers the tax of its own line's rate, on a negative line with its code", async () => {
    const lines = [
      taxed("100.00", { tax_rate: "20", discount: "10.00" }),
      taxed("100.00", { sku: "OIL", tax_rate: "5" }),
    ];
    const { qbo } = await push(await shared(), gbp(lines, "23.00"));
    expect(money(qbo)).toEqual(["23.00", "213.00"]);
    const discounts = goodsLines(qbo).filter((line) => line.SalesItemLineDetail?.ItemRef.name === "Discount");
    expect(discounts.map((line) => [cents(line.Amount), line.SalesItemLineDetail?.TaxCodeRef?.value])).toEqual([
      ["-10.00", codesOf(qbo)[0]],
    ]);
  });

  test("rates that are not stated and can't be found: failed, with the rates that were tried", async () => {
    const lines = [taxed("100.00"), taxed("100.00", { sku: "OIL", name: "Oil" })];
    const error = await refused(await shared(), gbp(lines, "25.00"));
    expect(error).toMatchObject({ category: "validation", code: null });
    expect(error.message).toMatch(/0 %, 5 % and 20 %.*25\.00 GBP/);
    expect(error.remedy).toContain("tax_rate");
  });

  test("a rate without a tax code: missing configuration that names it", async () => {
    const error = await refused(await shared(), gbp([taxed("100.00", { tax_rate: "12.5" })], "12.50"));
    expect(error.category).toBe("missing_configuration");
    expect(error.message).toContain("12.5 %");
  });

  test("'Send with a warning' sends it, and the warning names both totals and the reason", async () => {
    const company = await british({}, { total_policy: "warn" });
    const { qbo, invoice } = await push(
      company,
      gbp([taxed("100.00"), taxed("100.00", { sku: "OIL", name: "Oil" })], "25.00"),
    );
    expect(money(qbo)).toEqual(["40.00", "240.00"]);
    expect(warningCodes(invoice)).toEqual(["total_differs"]);
    expect(invoice.warnings[0]?.message).toMatch(/240\.00 GBP.*225\.00 GBP.*none of the company's rates/);
  });

  test("discounts off: the item 'Discount' carries the code of what it lowers", async () => {
    const company = await british({ allow_discount: false });
    const { qbo, invoice } = await push(company, gbp([taxed("100.00")], "16.00", { discount: "20.00" }));
    expect(money(qbo)).toEqual(["16.00", "96.00"]);
    expect(new Set(codesOf(qbo)).size).toBe(1);
    expect(invoice.warnings).toEqual([]);
  });

  test("a company that computes tax by its rates all the same: the difference is a warning with its cause", async () => {
    const company = await british({ tax_override: "ignored" });
    const { qbo, invoice } = await push(company, gbp([taxed("1.99"), taxed("2.49"), taxed("3.49")], "1.60"));
    expect(money(qbo)).toEqual(["1.59", "9.56"]);
    expect(invoice.warnings[0]?.message).toMatch(/9\.56 GBP.*9\.57 GBP.*tax of its own, 1\.59 instead of 1\.60/);
  });

  let company: Promise<TestCompany> | undefined;
  const shared = (): Promise<TestCompany> => (company ??= british());
});

test("Australia: GST inside the prices, with discount and shipping", async () => {
  const settings = { ...NON_INVENTORY, sales_tax_code: "GST", zero_rate_code: "GST free" };
  const company = await setUpCompany({ company: { profile: "au-plus" }, settings });
  const lines = [taxed("33.33", { discount: "3.33" }), taxed("66.67", { sku: "RUG", name: "Rug" })];
  const inside = { currency: "AUD", prices_include_tax: true, lines };
  const { qbo, invoice } = await push(company, {
    ...inside,
    discount: "10.00",
    shipping: "4.99",
    tax: "8.33",
    total: "91.66",
  });
  expect(money(qbo)).toEqual(["8.33", "91.66"]);
  expect(invoice.warnings).toEqual([]);
});

test("Canada: a code with two rates", async () => {
  const settings = { ...NON_INVENTORY, sales_tax_code: "GST/QST QC", zero_rate_code: "Zero-rated" };
  const company = await setUpCompany({ company: { profile: "ca-plus" }, settings });
  const lines = [taxed("99.99", { tax_rate: "14.975" }), taxed("10.00", { sku: "BOOK", name: "Book", tax_rate: "5" })];
  const { qbo, invoice } = await push(company, { currency: "CAD", lines, tax: "15.47" });
  expect(money(qbo)).toEqual(["15.47", "125.46"]);
  expect(invoice.warnings).toEqual([]);
});

test.each(["by_currency", "two"] as const)("Japan: a currency without decimals, kept %s", async (currency_decimals) => {
  const settings = { ...NON_INVENTORY, sales_tax_code: "10% JCT", zero_rate_code: "0% JCT" };
  const company = await setUpCompany({ company: { profile: "jp-plus", currency_decimals }, settings });
  const lines = [taxed("333", { quantity: "1.5" }), taxed("98", { sku: "RICE", name: "Rice", tax_rate: "8" })];
  const parts = { currency: "JPY", lines, discount: "9", shipping: "300", tax: "86", total: "975" };
  const { qbo, invoice } = await push(company, { ...parts, shipping_tax_rate: "10" });
  expect(money(qbo)).toEqual(["86.00", "975.00"]);
  expect(warningCodes(invoice)).toEqual(["price_rounded"]);
});

test("an amount with more decimals than QuickBooks keeps: failed, naming it", async () => {
  const company = await setUpCompany({ company: { multicurrency: true }, settings: NON_INVENTORY });
  const error = await refused(company, { currency: "KWD", lines: [taxed("1.235")], total: "1.235" });
  expect(error.category).toBe("validation");
  expect(error.message).toMatch(/line 1.*1\.235/);
});

describe("a US company that taxes by hand", () => {
  test("has the code whose rate gives the order's tax; with another tax nothing is booked", async () => {
    const company = await setUpCompany({ company: { profile: "us-legacy-tax" }, settings: NON_INVENTORY });
    const { qbo, invoice } = await push(company, { lines: [taxed("100.00")], tax: "7.60" });
    expect(money(qbo)).toEqual(["7.60", "107.60"]);
    expect(invoice.warnings).toEqual([]);
    const unset = await refused(company, { lines: [taxed("100.00")], tax: "7.00" });
    expect(unset).toMatchObject({ category: "missing_configuration" });
    expect(unset.message).toContain("Sales tax code");
    await company.api.call("PATCH", `/connections/${company.connectionId}`, { sales_tax_code: "State tax" });
    const error = await refused(company, { lines: [taxed("100.00")], tax: "7.00" });
    expect(error.message).toMatch(/108\.25 USD.*107\.00 USD.*'State tax'.*8\.25 USD/);
    const set = await push(company, { lines: [taxed("100.00")], tax: "8.25" });
    expect(money(set.qbo)).toEqual(["8.25", "108.25"]);
  });

  test("taxes shipping and what a discount leaves, if the order does", async () => {
    const settings = { ...NON_INVENTORY, sales_tax_code: "State tax" };
    const company = await setUpCompany({ company: { profile: "us-legacy-tax" }, settings });
    const parts = { lines: [taxed("100.00")], discount: "20.00", shipping: "10.00" };
    expect(money((await push(company, { ...parts, tax: "7.43" })).qbo)).toEqual(["7.43", "97.43"]);
    expect(money((await push(company, { ...parts, tax: "6.60" })).qbo)).toEqual(["6.60", "96.60"]);
  });
});

describe("sales tax that QuickBooks does not charge", () => {
  const order = { lines: [taxed("100.00")], tax: "8.25" };

  test.each([{ using_sales_tax: false }, { automated_tax_set_up: false }])("%j", async (off) => {
    const company = await setUpCompany({ company: off, settings: NON_INVENTORY });
    const error = await refused(company, order);
    expect(error).toMatchObject({ category: "validation" });
    expect(error.message).toMatch(/100\.00 USD.*108\.25 USD.*sales tax is off there/);
    const plain = await push(company, { lines: [taxed("100.00")] });
    expect(money(plain.qbo)).toEqual(["0.00", "100.00"]);
  });

  test("a customer who is exempt there: failed; taxable again, it is sent", async () => {
    const company = await setUpCompany({ settings: NON_INVENTORY });
    const school = await company.emulator.create(company.realmId, "customer", {
      DisplayName: "Reno Charter School",
      Taxable: false,
    });
    const event = invoiceEvent({ ...order, customer: { id: "RCS", name: "Reno Charter School" } });
    const failed = await sendAndSettle(company, event);
    expect(failed).toMatchObject({ push_status: "failed", error: { category: "validation" } });
    expect(failed.error?.message).toMatch(/'Reno Charter School' is exempt from tax there/);
    expect(await company.emulator.list(company.realmId, "invoice")).toEqual([]);
    await company.emulator.change(company.realmId, "customer", school.Id, { Taxable: true });
    await company.api.call("POST", "/invoices/send", { invoice_ids: [failed.id] });
    const again = await sendAndSettle(company, event);
    expect(again).toMatchObject({ push_status: "sent", warnings: [] });
  });

  test("a customer who became exempt unseen: sent with the cause, and the next one is not", async () => {
    const company = await setUpCompany({ settings: NON_INVENTORY });
    const buyer = { customer: { id: "RHS", name: "Reno High School" } };
    const { qbo } = await push(company, { ...order, ...buyer });
    await company.emulator.change(company.realmId, "customer", qbo.CustomerRef.value, { Taxable: false });
    const second = await push(company, { ...order, ...buyer });
    expect(money(second.qbo)).toEqual(["0.00", "100.00"]);
    expect(second.invoice.warnings[0]?.message).toMatch(/100\.00 USD.*108\.25 USD.*exempt/);
    const error = await refused(company, { ...order, ...buyer });
    expect(error.message).toContain("'Reno High School' is exempt");
  });
});
