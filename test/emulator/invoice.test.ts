// Invoices in the emulator: exact amounts, references, numbers, tax, payments, void and deletion (docs/qbo-api.md,
// section 5.8).

import { beforeAll, describe, expect, it } from "vitest";
import { at, Company, control, faultCode, salesLine } from "./emulator-client.ts";

let company: Company;
let customer: string;
let service: string;
let stock: string;

beforeAll(async () => {
  company = await Company.make();
  customer = await company.idOf("Customer", "Bayview Cafe");
  service = await company.idOf("Item", "Hours");
  stock = await company.idOf("Item", "Oak board 2 m");
});

function invoice(more: object = {}) {
  return {
    CustomerRef: { value: customer },
    Line: [salesLine(service, 60, { Qty: 1, UnitPrice: 60, TaxCodeRef: { value: "NON" } })],
    TxnTaxDetail: { TotalTax: 0 },
    ...more,
  };
}

async function onHand(): Promise<number> {
  return Number(at((await company.get(`item/${stock}`)).json, "Item", "QtyOnHand"));
}

describe("creating", () => {
  it("computes lines, totals, balance and dates as QuickBooks does", async () => {
    const made = await company.create("Invoice", {
      ...invoice(),
      DocNumber: "N-1",
      TxnDate: "2026-01-04",
      PrivateNote: "mark 1",
      TotalAmt: 1,
      Line: [
        salesLine(service, 120, { Qty: 2, UnitPrice: 60, TaxCodeRef: { value: "NON" } }),
        { DetailType: "DescriptionOnly", Description: "A word", DescriptionLineDetail: {} },
        { DetailType: "DiscountLineDetail", Amount: 20, DiscountLineDetail: { PercentBased: false } },
        {
          DetailType: "SalesItemLineDetail",
          Amount: 12.5,
          SalesItemLineDetail: { ItemRef: { value: "SHIPPING_ITEM_ID" } },
        },
      ],
    });
    expect(made.body).toMatchObject({
      DocNumber: "N-1",
      TxnDate: "2026-01-04",
      DueDate: "2026-02-03",
      TotalAmt: 112.5,
      Balance: 112.5,
      SyncToken: "0",
      domain: "QBO",
    });
    expect([0, 1, 2, 3, 4].map((line) => at(made.body, "Line", line, "DetailType"))).toEqual([
      "SalesItemLineDetail",
      "DescriptionOnly",
      "SubTotalLineDetail",
      "DiscountLineDetail",
      "SalesItemLineDetail",
    ]);
    expect(at(made.body, "Line", 2)).toEqual({ Amount: 120, DetailType: "SubTotalLineDetail", SubTotalLineDetail: {} });
    expect(at(made.body, "BillAddr")).toMatchObject({ Line1: "20 Market Street" });
    expect(at(made.body, "MetaData", "CreateTime")).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d-0[78]:00$/);
  });

  it("rounds half up exactly and refuses the cent that a float would give", async () => {
    const line = (amount: string) =>
      `{"CustomerRef":{"value":"${customer}"},"TxnTaxDetail":{"TotalTax":0},"Line":[{"DetailType":"SalesItemLineDetail","Amount":${amount},"SalesItemLineDetail":{"ItemRef":{"value":"${service}"},"Qty":14.5,"UnitPrice":128.350,"TaxCodeRef":{"value":"NON"}}}]}`;
    const accepted = await company.post("invoice", line("1861.08"));
    expect(at(accepted.json, "Invoice", "TotalAmt")).toBe(1861.08);
    const refused = await company.post("invoice", line("1861.07"));
    expect(faultCode(refused)).toBe("6070");
    expect(refused.text).toContain("Supplied value:1,861.07");
  });

  it("takes seven decimals in quantity and price", async () => {
    const line = salesLine(service, 2.6, { Qty: 2.3333333, UnitPrice: 1.1142857, TaxCodeRef: { value: "NON" } });
    const made = await company.create("Invoice", invoice({ Line: [line] }));
    expect(at(made.body, "Line", 0, "SalesItemLineDetail")).toMatchObject({ Qty: 2.3333333, UnitPrice: 1.1142857 });
  });

  it("honours TotalTax on taxable lines, and adds tax of its own where it is left out", async () => {
    const Line = [salesLine(service, 100, { Qty: 1, UnitPrice: 100, TaxCodeRef: { value: "TAX" } })];
    const honoured = await company.create("Invoice", { ...invoice(), Line, TxnTaxDetail: { TotalTax: 7.01 } });
    expect(at(honoured.body, "TotalAmt")).toBe(107.01);
    const computed = await company.create("Invoice", { CustomerRef: { value: customer }, Line });
    expect(at(computed.body, "TotalAmt")).toBe(108.25);
    const untaxable = await company.create("Invoice", invoice({ TxnTaxDetail: { TotalTax: 7.01 } }));
    expect(at(untaxable.body, "TotalAmt")).toBe(60);
  });

  it("moves stock and the customer's balance", async () => {
    const buyer = await company.create("Customer", { DisplayName: "Balance buyer" });
    const before = await onHand();
    await company.create("Invoice", {
      CustomerRef: { value: buyer.id },
      TxnTaxDetail: { TotalTax: 0 },
      Line: [salesLine(stock, 77.5, { Qty: 2, UnitPrice: 38.75, TaxCodeRef: { value: "NON" } })],
    });
    expect(await onHand()).toBe(before - 2);
    expect(at((await company.get(`customer/${buyer.id}`)).json, "Customer")).toMatchObject({
      Balance: 77.5,
      SyncToken: "0",
    });
  });
});

describe("refusing", () => {
  const cases: [name: string, code: string, body: () => object][] = [
    ["no customer", "2020", () => ({ Line: invoice().Line })],
    ["no line", "2020", () => ({ CustomerRef: { value: customer } })],
    ["an unknown property", "2010", () => invoice({ Colour: "blue" })],
    [
      "an unknown property within a line",
      "2010",
      () => invoice({ Line: [{ ...salesLine(service, 1), Colour: "blue" }] }),
    ],
    ["a property in the wrong case", "2010", () => invoice({ docNumber: "1" })],
    ["a customer that does not exist", "2500", () => invoice({ CustomerRef: { value: "99999" } })],
    ["an item that does not exist", "2500", () => invoice({ Line: [salesLine("99999", 1)] })],
    [
      "a line without an item",
      "6440",
      () => invoice({ Line: [{ DetailType: "SalesItemLineDetail", Amount: 1, SalesItemLineDetail: {} }] }),
    ],
    ["a number that is too long", "2050", () => invoice({ DocNumber: "1234567890123456789012" })],
    ["a memo that is too long", "2050", () => invoice({ CustomerMemo: { value: "x".repeat(1001) } })],
    ["an emoji", "2040", () => invoice({ PrivateNote: "thanks \u{1F600}" })],
    ["a smart quote", "2040", () => invoice({ CustomerMemo: { value: "it\u2019s" } })],
    ["a control character", "2040", () => invoice({ PrivateNote: "a\u0001b" })],
    ["three decimals in an amount", "2110", () => invoice({ Line: [salesLine(service, 1.005)] })],
    [
      "eight decimals in a quantity",
      "2110",
      () => invoice({ Line: [salesLine(service, 25, { Qty: 1.00000001, UnitPrice: 25 })] }),
    ],
    ["an amount as text", "2110", () => invoice({ Line: [{ ...salesLine(service, 1), Amount: "1.00" }] })],
    ["a tax code of its own", "6100", () => invoice({ Line: [salesLine(service, 1, { TaxCodeRef: { value: "3" } })] })],
    ["stock without a quantity", "6520", () => invoice({ Line: [salesLine(stock, 10)] })],
    [
      "a date before the stock's start",
      "6270",
      () => invoice({ TxnDate: "1995-12-31", Line: [salesLine(stock, 38.75, { Qty: 1, UnitPrice: 38.75 })] }),
    ],
    ["a date that does not exist", "2070", () => invoice({ TxnDate: "2026-02-30" })],
    ["a date in another form", "2060", () => invoice({ TxnDate: "04/01/2026" })],
    ["a negative total", "6000", () => invoice({ Line: [salesLine(service, -1)] })],
    ["two discounts", "6000", () => invoice({ Line: [...invoice().Line, discount(), discount()] })],
    [
      "a discount without an amount",
      "6090",
      () => invoice({ Line: [...invoice().Line, { DetailType: "DiscountLineDetail", DiscountLineDetail: {} }] }),
    ],
    ["e-mail to nobody", "6420", () => invoice({ EmailStatus: "NeedToSend" })],
    ["an e-mail address that is none", "2210", () => invoice({ BillEmail: { Address: "nobody" } })],
    [
      "a custom field that is not defined",
      "3000",
      () => invoice({ CustomField: [{ DefinitionId: "9", StringValue: "x" }] }),
    ],
    ["another currency", "6000", () => invoice({ CurrencyRef: { value: "EUR" } })],
    ["GlobalTaxCalculation in the US", "6000", () => invoice({ GlobalTaxCalculation: "TaxExcluded" })],
    ["what looks like a card number", "6530", () => invoice({ PrivateNote: "paid with 4111111111111111" })],
    ["an enumeration value that does not exist", "2170", () => invoice({ PrintStatus: "Maybe" })],
  ];

  function discount() {
    return { DetailType: "DiscountLineDetail", Amount: 1, DiscountLineDetail: { PercentBased: false } };
  }

  it.each(cases)("refuses %s with %s", async (_name, code, body) => {
    const answer = await company.post("invoice", body());
    expect(faultCode(answer)).toBe(code);
    expect(answer.status).toBe(400);
  });

  it("answers a malformed body with 2010 and a wrong content type with 1050", async () => {
    expect(faultCode(await company.post("invoice", "{not json"))).toBe("2010");
    expect(faultCode(await company.post("invoice", invoice(), { "content-type": "text/plain" }))).toBe("1050");
  });

  it("refuses an inactive customer with 610, and an inactive item too", async () => {
    const gone = await company.create("Customer", { DisplayName: "Soon gone" });
    const left = await company.post("customer", { Id: gone.id, SyncToken: "0", sparse: true, Active: false });
    expect(at(left.json, "Customer")).toMatchObject({ DisplayName: "Soon gone (deleted)", Active: false });
    const answer = await company.post("invoice", invoice({ CustomerRef: { value: gone.id } }));
    expect(faultCode(answer)).toBe("610");
    expect(answer.text).toContain("made inactive");
  });
});

describe("document numbers", () => {
  it("refuses a number that is taken, names its holder, and lets it through when told to", async () => {
    const made = await company.create("Invoice", invoice({ DocNumber: "D-1" }));
    const again = await company.post("invoice", invoice({ DocNumber: "d-1" }));
    expect(faultCode(again)).toBe("6140");
    expect(again.text).toContain(`DocNumber=d-1 is assigned to TxnType=Invoice with TxnId=${made.id}`);
    expect((await company.post("invoice?include=allowduplicatedocnum", invoice({ DocNumber: "D-1" }))).status).toBe(
      200,
    );
  });

  it("accepts a taken number silently where the company does not warn, and counts on where numbers are QuickBooks' own", async () => {
    const quiet = await Company.make({ warn_on_duplicates: false });
    const body = {
      CustomerRef: { value: await quiet.idOf("Customer", "Bayview Cafe") },
      Line: [salesLine(await quiet.idOf("Item", "Hours"), 5)],
      DocNumber: "Q",
    };
    await quiet.create("Invoice", body);
    await quiet.create("Invoice", body);
    const own = await Company.make({ custom_txn_numbers: false });
    const auto = {
      CustomerRef: { value: await own.idOf("Customer", "Bayview Cafe") },
      Line: [salesLine(await own.idOf("Item", "Hours"), 5)],
    };
    expect(at((await own.create("Invoice", auto)).body, "DocNumber")).toBe("1001");
    expect(at((await own.create("Invoice", auto)).body, "DocNumber")).toBe("1002");
    expect(at((await company.create("Invoice", invoice())).body, "DocNumber")).toBeUndefined();
  });
});

describe("changing", () => {
  it("keeps what a sparse update leaves out and clears what a full update leaves out", async () => {
    const made = await company.create("Invoice", invoice({ PrivateNote: "keep", CustomerMemo: { value: "memo" } }));
    const sparse = await company.post("invoice", { Id: made.id, SyncToken: "0", sparse: true, PrivateNote: "changed" });
    expect(at(sparse.json, "Invoice")).toMatchObject({
      PrivateNote: "changed",
      CustomerMemo: { value: "memo" },
      SyncToken: "1",
      TotalAmt: 60,
    });
    const full = await company.post("invoice", { Id: made.id, SyncToken: "1", ...invoice() });
    expect(at(full.json, "Invoice", "PrivateNote")).toBeUndefined();
    expect(at(full.json, "Invoice", "CustomerMemo")).toBeUndefined();
  });

  it("keeps an e-mail and a shipping method that a sparse update empties, unless the setting says otherwise", async () => {
    const body = invoice({
      BillEmail: { Address: "a@shop.example" },
      ShipMethodRef: { value: "UPS" },
      PrivateNote: "n",
    });
    const emptied = { sparse: true, BillEmail: { Address: "" }, ShipMethodRef: null, PrivateNote: "" };
    const made = await company.create("Invoice", body);
    const kept = at((await company.post("invoice", { Id: made.id, SyncToken: "0", ...emptied })).json, "Invoice");
    expect(kept).toMatchObject({ BillEmail: { Address: "a@shop.example" }, ShipMethodRef: { value: "UPS" } });
    expect(kept).not.toHaveProperty("PrivateNote");
    const full = { ...invoice(), Id: made.id, SyncToken: "1" };
    expect(at((await company.post("invoice", full)).json, "Invoice")).not.toHaveProperty("BillEmail");
    await control("PATCH", `/companies/${company.realmId}`, { sparse_emptying: "emptied" });
    const second = await company.create("Invoice", body);
    const gone = at((await company.post("invoice", { Id: second.id, SyncToken: "0", ...emptied })).json, "Invoice");
    for (const name of ["BillEmail", "ShipMethodRef", "PrivateNote"]) expect(gone).not.toHaveProperty(name);
    await control("PATCH", `/companies/${company.realmId}`, { sparse_emptying: "kept" });
  });

  it("voids the older way too, by an update that includes void", async () => {
    const made = await company.create("Invoice", invoice());
    const voided = await company.post("invoice?operation=update&include=void", {
      Id: made.id,
      SyncToken: "0",
      sparse: true,
    });
    expect(at(voided.json, "Invoice")).toMatchObject({ TotalAmt: 0, PrivateNote: "Voided" });
  });

  it("refuses a stale SyncToken with 5010, a missing one with 2020, an unknown Id with 610", async () => {
    const made = await company.create("Invoice", invoice());
    await company.post("invoice", { Id: made.id, SyncToken: "0", sparse: true, PrivateNote: "one" });
    expect(
      faultCode(await company.post("invoice", { Id: made.id, SyncToken: "0", sparse: true, PrivateNote: "two" })),
    ).toBe("5010");
    expect(faultCode(await company.post("invoice", { Id: made.id, sparse: true }))).toBe("2020");
    expect(faultCode(await company.post("invoice", { Id: "9999999", SyncToken: "0", sparse: true }))).toBe("610");
    expect(faultCode(await company.post("invoice", { Id: "x1", SyncToken: "0", sparse: true }))).toBe("2030");
  });

  it("voids: amounts zero, the note kept behind a word, stock and balance given back", async () => {
    const buyer = await company.create("Customer", { DisplayName: "Void buyer" });
    const made = await company.create("Invoice", {
      CustomerRef: { value: buyer.id },
      PrivateNote: "mark 77",
      TxnTaxDetail: { TotalTax: 0 },
      Line: [salesLine(stock, 38.75, { Qty: 1, UnitPrice: 38.75, TaxCodeRef: { value: "NON" } })],
    });
    const quantity = await onHand();
    const voided = await company.post("invoice?operation=void", { Id: made.id, SyncToken: "0" });
    expect(at(voided.json, "Invoice")).toMatchObject({
      TotalAmt: 0,
      Balance: 0,
      SyncToken: "1",
      PrivateNote: "Voided - mark 77",
    });
    expect(await onHand()).toBe(quantity + 1);
    expect(at((await company.get(`customer/${buyer.id}`)).json, "Customer", "Balance")).toBe(0);
  });

  it("deletes, and then answers 610", async () => {
    const made = await company.create("Invoice", invoice());
    const deleted = await company.post("invoice?operation=delete", { Id: made.id, SyncToken: "0" });
    expect(at(deleted.json, "Invoice")).toEqual({ status: "Deleted", domain: "QBO", Id: made.id });
    const gone = await company.get(`invoice/${made.id}`);
    expect([gone.status, faultCode(gone)]).toEqual([400, "610"]);
  });

  it("lets a payment lower the balance, never below zero, refuses a void, and keeps it unapplied after one where it is let", async () => {
    const buyer = await company.create("Customer", { DisplayName: "Paying buyer" });
    const made = await company.create("Invoice", invoice({ CustomerRef: { value: buyer.id } }));
    const pay = (amount: number) => ({
      CustomerRef: { value: buyer.id },
      TotalAmt: amount,
      Line: [{ Amount: amount, LinkedTxn: [{ TxnId: made.id, TxnType: "Invoice" }] }],
    });
    expect(faultCode(await company.post("payment", pay(60.01)))).toBe("6000");
    const payment = await company.create("Payment", pay(25));
    const paid = at((await company.get(`invoice/${made.id}`)).json, "Invoice");
    expect(paid).toMatchObject({ Balance: 35, SyncToken: "1", LinkedTxn: [{ TxnId: payment.id, TxnType: "Payment" }] });
    expect(faultCode(await company.post("invoice?operation=delete", { Id: made.id, SyncToken: "1" }))).toBe("6000");
    const voidCall = () => company.post("invoice?operation=void", { Id: made.id, SyncToken: "1" });
    expect(faultCode(await voidCall())).toBe("6000");
    await control("PATCH", `/companies/${company.realmId}`, { void_paid: "released" });
    expect(at((await voidCall()).json, "Invoice", "Balance")).toBe(0);
    expect(at((await company.get(`payment/${payment.id}`)).json, "Payment", "UnappliedAmt")).toBe(25);
    expect(at((await company.get(`customer/${buyer.id}`)).json, "Customer", "Balance")).toBe(-25);
    await control("PATCH", `/companies/${company.realmId}`, { void_paid: "refused" });
  });
});

describe("company settings", () => {
  it("refuses shipping and discounts where they are off", async () => {
    const plain = await Company.make({ profile: "us-simple-start" });
    const base = { CustomerRef: { value: await plain.idOf("Customer", "Bayview Cafe") } };
    const line = salesLine(await plain.idOf("Item", "Hours"), 5);
    const shipping = {
      DetailType: "SalesItemLineDetail",
      Amount: 1,
      SalesItemLineDetail: { ItemRef: { value: "SHIPPING_ITEM_ID" } },
    };
    const discount = { DetailType: "DiscountLineDetail", Amount: 1, DiscountLineDetail: {} };
    expect(faultCode(await plain.post("invoice", { ...base, Line: [line, shipping] }))).toBe("6000");
    expect(faultCode(await plain.post("invoice", { ...base, Line: [line, discount] }))).toBe("6000");
    expect(faultCode(await plain.post("invoice", { ...base, Line: [line], TrackingNum: "1Z" }))).toBe("6000");
  });

  it("refuses transactions in closed books, with either code", async () => {
    const closed = await Company.make({ book_close_date: "2025-12-31" });
    const body = {
      CustomerRef: { value: await closed.idOf("Customer", "Bayview Cafe") },
      Line: [salesLine(await closed.idOf("Item", "Hours"), 5)],
    };
    expect(faultCode(await closed.post("invoice", { ...body, TxnDate: "2025-12-31" }))).toBe("6200");
    expect((await closed.post("invoice", { ...body, TxnDate: "2026-01-01" })).status).toBe(200);
  });

  it("asks for a tax code on every line outside the US and computes by it", async () => {
    const british = await Company.make({ profile: "gb-plus" });
    const base = {
      CustomerRef: { value: await british.idOf("Customer", "Bayview Cafe") },
      CurrencyRef: { value: "GBP" },
    };
    const item = await british.idOf("Item", "Hours");
    const standard = await british.idOf("TaxCode", "20.0% S");
    expect(faultCode(await british.post("invoice", { ...base, Line: [salesLine(item, 100)] }))).toBe("6000");
    const Line = [salesLine(item, 100, { TaxCodeRef: { value: standard } })];
    const computed = await british.create("Invoice", {
      ...base,
      Line,
      GlobalTaxCalculation: "TaxExcluded",
      TxnTaxDetail: { TotalTax: 19.99 },
    });
    expect(at(computed.body, "TotalAmt")).toBe(120);
    const rate = at(computed.body, "TxnTaxDetail", "TaxLine", 0, "TaxLineDetail", "TaxRateRef");
    const overridden = await british.create("Invoice", {
      ...base,
      Line,
      TxnTaxDetail: {
        TotalTax: 19.99,
        TaxLine: [
          {
            Amount: 19.99,
            DetailType: "TaxLineDetail",
            TaxLineDetail: { TaxRateRef: rate, PercentBased: true, TaxPercent: 20, NetAmountTaxable: 100 },
          },
        ],
      },
    });
    expect(at(overridden.body, "TotalAmt")).toBe(119.99);
    const noCurrency = await british.post("invoice", { CustomerRef: base.CustomerRef, Line });
    expect(faultCode(noCurrency)).toBe("2020");
    expect(faultCode(await british.post("invoice", { ...base, CurrencyRef: { value: "EUR" }, Line }))).toBe("6000");
  });
});
