/**
 * Cases that users of such integrations have reported in public: numbers, dates, names and e-mail. Each sends what their shop
 * sent and looks into the emulator's books. The names are those of the list of cases.
 */
import { beforeAll, describe, expect, test } from "vitest";
import { reaches, setUpCompany, type TestCompany } from "../../harness/app.ts";
import { makeOrder, newNumber } from "../../harness/make-order.ts";
import { cents, goodsLines, push, type QboInvoice, warningCodes } from "../../harness/push.ts";

let company: TestCompany;

beforeAll(async () => {
  company = await setUpCompany();
});

const line = (quantity: string, unit_price: string) => ({
  lines: [{ sku: "HR-1", name: "Support hours", quantity, unit_price, taxable: false }],
});

describe("PB14, PB29: quantities and prices", () => {
  test.each([
    ["0.01666666667", "25.00", "0.42", 0.0166667, ["quantity_rounded"]],
    ["0.3333333333333333", "90.00", "30.00", 0.3333333, ["quantity_rounded"]],
    ["2.3333333", "25.00", "58.33", 2.3333333, []],
    ["1.1208", "2.8417", "3.18", 1.1208, []],
    ["3", "16.65833333333", "49.97", 3, ["price_rounded"]],
  ])("%s × %s is %s", async (quantity, price, total, qty, codes) => {
    const { qbo, invoice } = await push(company, { ...line(quantity, price), total });
    expect(cents(qbo.TotalAmt)).toBe(total);
    expect(goodsLines(qbo)[0]?.SalesItemLineDetail).toMatchObject({ Qty: qty });
    expect(warningCodes(invoice)).toEqual(codes);
  });
});

describe("PB17: several e-mail addresses", () => {
  test.each([
    ["ap@example.com, owner@example.com", "ap@example.com, owner@example.com", []],
    ["ap@example.com; owner@example.com", "ap@example.com, owner@example.com", ["text_changed"]],
    ["abc.xyz+01@example.com", "abc.xyz+01@example.com", []],
  ])("%s", async (email, expected, codes) => {
    const id = newNumber("MAIL");
    const { qbo, invoice } = await push(company, { customer: { id, name: `Two Mails ${id}`, email } });
    expect(qbo["BillEmail"]).toEqual({ Address: expected });
    const customer = await company.emulator.find(company.realmId, "Customer", qbo.CustomerRef.value);
    expect(customer["PrimaryEmailAddr"]).toEqual({ Address: expected });
    expect(warningCodes(invoice)).toEqual(codes);
  });
});

describe("PB18: the company's own day", () => {
  test.each([
    ["America/Los_Angeles", "2026-11-30T21:15:00-08:00", "2026-11-30"],
    ["America/Los_Angeles", "2026-12-01T05:15:00Z", "2026-11-30"],
    ["Pacific/Auckland", "2026-11-30T11:30:00Z", "2026-12-01"],
    ["Europe/London", "2026-12-31T23:30:00Z", "2026-12-31"],
    ["Europe/London", "2026-12-01T00:00:00Z", "2026-12-01"],
  ])("in %s what shipped at %s did so on %s", async (time_zone, shipped_at, day) => {
    const zoned = await setUpCompany({ settings: { time_zone } });
    const { qbo } = await push(zoned, { shipped_at }, { date: "2026-11-30" });
    expect(qbo["ShipDate"]).toBe(day);
    expect(qbo.TxnDate).toBe("2026-11-30");
  });

  // Of these two zones, 25 hours apart, it is never the same day.
  test.each(["Pacific/Kiritimati", "Pacific/Pago_Pago"])("an invoice made now is of today in %s", async (time_zone) => {
    const zoned = await setUpCompany({ settings: { time_zone } });
    const today = () => new Date().toLocaleDateString("en-CA", { timeZone: time_zone });
    const before = today();
    const qbo = await invoiceOf(zoned, await shippedOrder(zoned));
    expect([before, today()]).toContain(qbo.TxnDate);
  });

  test("an invoice may be given another date", async () => {
    const qbo = await invoiceOf(company, await shippedOrder(company), "2026-10-31");
    expect(qbo.TxnDate).toBe("2026-10-31");
  });
});

describe("PB19: HTML entities in names", () => {
  test("are what they stand for: the customer that is there is taken, and nothing is said", async () => {
    const there = await company.emulator.create(company.realmId, "customer", { DisplayName: "Warrior's Gym & Spa" });
    const sku = newNumber("HT");
    const { qbo, invoice } = await push(company, {
      customer: { id: newNumber("PB19"), name: "Warrior&#39;s Gym &amp; Spa" },
      lines: [{ sku, name: "Men&apos;s glove &quot;Pro&quot;", quantity: "1", unit_price: "100.00", taxable: false }],
    });
    expect(qbo.CustomerRef.value).toBe(there.Id);
    expect(goodsLines(qbo)[0]?.SalesItemLineDetail?.ItemRef.name).toBe(`Men's glove "Pro"`);
    expect(invoice.customer_name).toBe("Warrior's Gym & Spa");
    expect(invoice.warnings).toEqual([]);
  });
});

test("PB28: a customer with two blanks in its name is the same customer", async () => {
  const there = await company.emulator.create(company.realmId, "customer", { DisplayName: "Mary  Jones" });
  const { qbo, invoice } = await push(company, { customer: { id: "mj", name: "Mary Jones" } });
  expect(qbo.CustomerRef.value).toBe(there.Id);
  expect(invoice.warnings).toEqual([]);
});

test("PB40: an old shipping address of the customer on an order without one is told", async () => {
  await company.emulator.create(company.realmId, "customer", {
    DisplayName: "Bay Corner Cafe",
    ShipAddr: { Line1: "1 Old Road", City: "Reno" },
  });
  const billing_address = { line1: "9 New Road", city: "Sparks", region: "NV", postal_code: "89431", country: "US" };
  const { invoice } = await push(company, { customer: { id: "bv", name: "Bay Corner Cafe" }, billing_address });
  expect(invoice.warnings).toEqual([
    { code: "shipping_address_added", message: expect.stringContaining("1 Old Road, Reno") },
  ]);
});

test("a phone number, and a company's name, that QuickBooks cuts are told", async () => {
  const id = newNumber("PHONE");
  const phone = "+1 775 555 0100 extension 4711 ask for the night desk";
  const { qbo, invoice } = await push(company, { customer: { id, name: `Night Desk ${id}`, phone } });
  const customer = await company.emulator.find(company.realmId, "Customer", qbo.CustomerRef.value);
  expect(customer["PrimaryPhone"]).toEqual({ FreeFormNumber: phone.slice(0, 30) });
  expect(invoice.warnings).toEqual([{ code: "text_shortened", message: expect.stringContaining("The phone number") }]);
});

/** Our ID of an order that has shipped and has no invoice. */
async function shippedOrder(of: TestCompany): Promise<string> {
  const number = newNumber("SHIP");
  const data = makeOrder({ number });
  const answer = await of.orders.send({ type: "order.shipped", timestamp: new Date().toISOString(), data });
  expect(answer.status).toBe(202);
  const orders = await of.api.call<{ data: { id: string; number: string }[] }>(
    "GET",
    `/orders?instance_id=${of.instanceId}&status=shipped`,
  );
  const order = orders.data.find((one) => one.number === number);
  if (!order) throw new Error(`Order ${number} is not there`);
  return order.id;
}

/** The invoice that is made of the order on request, as the books have it. */
async function invoiceOf(of: TestCompany, orderId: string, date?: string): Promise<QboInvoice> {
  const body = { order_ids: [orderId], ...(date === undefined ? {} : { date }) };
  const made = await of.api.call<{ data: { invoice_id: string }[] }>("POST", "/invoices", body);
  const invoice = await reaches(of, made.data[0]?.invoice_id ?? "", ["sent"]);
  return of.emulator.find(of.realmId, "Invoice", invoice.qbo_invoice_id ?? "");
}
