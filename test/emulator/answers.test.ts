// What stands in the emulator's answers whatever was asked: the subtotal line, undocumented properties, countries as
// ISO-3, and texts as the company keeps their letters (docs/qbo-api.md, sections 5.8 and 10, *Newer facts*).

import { describe, expect, it } from "vitest";
import { at, Company, control, faultCode, salesLine, textAt, type Answer } from "./emulator-client.ts";

async function invoiceOf(company: Company, more: object = {}) {
  return {
    CustomerRef: { value: await company.idOf("Customer", "Bayview Cafe") },
    Line: [salesLine(await company.idOf("Item", "Hours"), 60, { Qty: 1, UnitPrice: 60 })],
    TxnTaxDetail: { TotalTax: 0 },
    ...more,
  };
}

/** The invoice in every kind of answer that can hold one. */
async function everyAnswer(company: Company): Promise<Record<string, unknown>> {
  const body = await invoiceOf(company);
  const made = await company.create("Invoice", body);
  const invoice = (answer: Answer, ...path: (string | number)[]) => at(answer.json, ...path, "Invoice");
  const updated = { Id: made.id, SyncToken: "0", sparse: true, PrivateNote: "changed" };
  const batch = (item: object) => company.post("batch", { BatchItemRequest: [{ bId: "1", ...item }] });
  const list = (value: unknown) => at(value, 0);
  const nowMs = Date.parse(textAt((await control("GET", "/clock")).json, "now"));
  const yesterday = new Date(nowMs - 86_400_000).toISOString();
  return {
    create: made.body,
    update: invoice(await company.post("invoice", updated)),
    read: invoice(await company.get(`invoice/${made.id}`)),
    query: list(invoice(await company.query(`select * from Invoice where Id = '${made.id}'`), "QueryResponse")),
    "batch create": invoice(await batch({ operation: "create", Invoice: body }), "BatchItemResponse", 0),
    "batch query": list(
      invoice(await batch({ Query: "select * from Invoice" }), "BatchItemResponse", 0, "QueryResponse"),
    ),
    changes: list(
      invoice(
        await company.get(`cdc?entities=Invoice&changedSince=${yesterday}`),
        "CDCResponse",
        0,
        "QueryResponse",
        0,
      ),
    ),
    void: invoice(await company.post("invoice?operation=void", { Id: made.id, SyncToken: "1" })),
  };
}

describe("every answer with an invoice", () => {
  it("has the subtotal line, without an Id, and properties that no documentation names", async () => {
    const company = await Company.make();
    const answers = await everyAnswer(company);
    for (const [kind, invoice] of Object.entries(answers)) {
      const subtotal = { Amount: kind === "void" ? 0 : 60, DetailType: "SubTotalLineDetail", SubTotalLineDetail: {} };
      expect({ kind, line: at(invoice, "Line", 1) }).toEqual({ kind, line: subtotal });
      expect(invoice).toHaveProperty("AllowOnlineAffirmPayment");
      expect(invoice).toHaveProperty("EInvoiceStatus", null);
    }
  });

  it("can be sent back whole, as clients do that read, change and write", async () => {
    const company = await Company.make();
    const { create } = await everyAnswer(company);
    const made = at(await company.create("Invoice", await invoiceOf(company)), "body");
    const answer = await company.post("invoice", { ...Object(made), PrivateNote: "whole" });
    expect(at(answer.json, "Invoice")).toMatchObject({ PrivateNote: "whole", TotalAmt: at(create, "TotalAmt") });
  });
});

describe("undocumented properties", () => {
  it("are in CompanyInfo, Preferences and names too, and can be switched off", async () => {
    const company = await Company.make();
    const info = await company.get(`companyinfo/${company.realmId}`);
    expect(at(info.json, "CompanyInfo")).toHaveProperty("V4IDPseudonym");
    expect(at((await company.get("preferences")).json, "Preferences")).toHaveProperty("AiPrefs");
    expect((await company.create("Customer", { DisplayName: "New" })).body).toHaveProperty("V4IDPseudonym");
    const plain = await Company.make({ unknown_fields: false });
    expect((await plain.create("Customer", { DisplayName: "New" })).body).not.toHaveProperty("V4IDPseudonym");
  });
});

describe("countries", () => {
  const BillAddr = { Line1: "1 Road", Country: "US" };

  it.each([
    ["iso3_company", "USA", "US"],
    ["iso2", "US", "US"],
    ["iso3", "USA", "USA"],
  ])("%s: the company's own is %s, a customer's %s", async (address_countries, own, ofCustomer) => {
    const company = await Company.make({ address_countries });
    const info = at((await company.get(`companyinfo/${company.realmId}`)).json, "CompanyInfo");
    for (const name of ["CompanyAddr", "LegalAddr", "CustomerCommunicationAddr"]) {
      expect(at(info, name)).toMatchObject({ Country: own });
      expect(at(info, name)).not.toHaveProperty("Lat");
    }
    expect(at(info, "Country")).toBe("US");
    const customer = await company.create("Customer", { DisplayName: "Addressed", BillAddr });
    expect(at(customer.body, "BillAddr", "Country")).toBe(ofCustomer);
  });
});

describe("letters", () => {
  const ODD = "Łódź O’Neil 東京 😀";

  it.each([
    ["everything", ODD],
    ["question-marks", "?ód? O?Neil ?? ?"],
    ["look-alikes", "Lódz O'Neil ?? ?"],
  ])("%s: stores what it makes of them, in every answer", async (charset, stored) => {
    const company = await Company.make({ charset });
    const made = await company.create("Customer", { DisplayName: ODD, Notes: ODD, BillAddr: { City: ODD } });
    expect(made.body).toMatchObject({ DisplayName: stored, Notes: stored, BillAddr: { City: stored } });
    const read = await company.get(`customer/${made.id}`);
    expect(at(read.json, "Customer", "FullyQualifiedName")).toBe(stored);
    const found = await company.query("select * from Customer where DisplayName like '%Neil%'");
    expect(textAt(found.json, "QueryResponse", "Customer", 0, "DisplayName")).toBe(stored);
  });

  it("takes two names for one where their letters became the same", async () => {
    const company = await Company.make({ charset: "question-marks" });
    await company.create("Customer", { DisplayName: "東京" });
    expect(faultCode(await company.post("customer", { DisplayName: "大阪" }))).toBe("6240");
  });

  it("letters: keeps letters of every script and refuses other signs", async () => {
    const company = await Company.make({ charset: "letters" });
    const name = "Łódź Ελλάδα Москва 東京 القاهرة";
    expect((await company.create("Customer", { DisplayName: name })).body).toMatchObject({ DisplayName: name });
    for (const sign of ["’", "–", "😀", "€"])
      expect(faultCode(await company.post("customer", { DisplayName: `A ${sign} B` }))).toBe("2040");
  });

  it("has no query that holds them, whatever it keeps", async () => {
    for (const charset of ["latin-1", "letters", "everything", "question-marks"]) {
      const company = await Company.make({ charset });
      expect(faultCode(await company.query("select * from Customer where DisplayName = 'Łódź'"))).toBe("4000");
    }
  });

  it("refuses control characters in every setting", async () => {
    for (const charset of ["latin-1", "letters", "everything", "question-marks", "look-alikes"]) {
      const company = await Company.make({ charset });
      expect(faultCode(await company.post("customer", { DisplayName: "A\u0007B" }))).toBe("2040");
    }
  });
});
