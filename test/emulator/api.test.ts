// The frame of the API: dialects, envelopes, request IDs, throttles, batches, changes, settings (docs/qbo-api.md,
// sections 2, 3, 6 and 7).

import { beforeAll, describe, expect, it } from "vitest";
import { at, Company, connect, control, faultCode, salesLine, send } from "./emulator-client.ts";

let company: Company;
let invoice: object;

beforeAll(async () => {
  company = await Company.make();
  invoice = {
    CustomerRef: { value: await company.idOf("Customer", "Bayview Cafe") },
    TxnTaxDetail: { TotalTax: 0 },
    Line: [salesLine(await company.idOf("Item", "Hours"), 60, { TaxCodeRef: { value: "NON" } })],
  };
});

describe("envelopes", () => {
  it("carries an intuit_tid, a Pacific time and status 200 for a create", async () => {
    const answer = await company.post("customer?minorversion=75", { DisplayName: "Envelope" });
    expect(answer.status).toBe(200);
    expect(answer.headers.get("intuit_tid")).toMatch(/^1-[0-9a-f]{8}-[0-9a-f]{24}$/);
    expect(at(answer.json, "time")).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}-0[78]:00$/);
  });

  it("answers XML to who does not ask for JSON, faults too", async () => {
    const good = await company.get("preferences", { accept: "*/*" });
    expect(good.headers.get("content-type")).toContain("application/xml");
    expect(good.text).toContain("<IntuitResponse");
    expect((await company.get("invoice/999999", { accept: "" })).text).toContain('<Error code="610"');
  });

  it("answers an unknown resource with 500 Unsupported Operation and bytes that are not UTF-8 with a fault", async () => {
    const unknown = await company.get("ledger/1");
    expect([unknown.status, faultCode(unknown)]).toEqual([400, "500"]);
    const bytes = await send(`/v3/company/${company.realmId}/customer`, {
      method: "POST",
      headers: {
        authorization: `Bearer ${company.tokens.access}`,
        accept: "application/json",
        "content-type": "application/json",
      },
      body: new Uint8Array([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x7d]),
    });
    expect([bytes.status, faultCode(bytes)]).toEqual([400, "500"]);
  });

  it("refuses calls without a token and with a malformed one", async () => {
    expect((await company.get("preferences", { authorization: "" })).status).toBe(401);
    expect(
      at((await company.get("preferences", { authorization: "Bearer short" })).json, "fault", "error", 0, "detail"),
    ).toContain("Malformed bearer token");
  });
});

describe("request IDs", () => {
  it("gives the original answer again and does nothing, whatever the body", async () => {
    const first = await company.post("invoice?requestid=r-1", invoice);
    const second = await company.post("invoice?requestid=r-1", { ...invoice, PrivateNote: "other" });
    expect(second.text).toBe(first.text);
    const record = await control("GET", `/record?realm_id=${company.realmId}&kind=create_invoice`);
    const rows = [0, 1].map((row) => [
      at(record.json, "data", row, "committed"),
      at(record.json, "data", row, "replayed"),
      at(record.json, "data", row, "requestid"),
    ]);
    expect(rows).toEqual([
      [true, false, "r-1"],
      [false, true, "r-1"],
    ]);
  });

  it("does not replay a fault", async () => {
    expect(faultCode(await company.post("customer?requestid=r-2", { DisplayName: "A:B" }))).toBe("2040");
    expect((await company.post("customer?requestid=r-2", { DisplayName: "Mended" })).status).toBe(200);
  });

  it("is forgotten after a day", async () => {
    const fresh = await Company.make();
    await fresh.post("customer?requestid=r", { DisplayName: "Forgotten" });
    await control("POST", "/clock", { advance_seconds: 86_401 });
    const later = new Company(fresh.realmId, await connect(fresh.realmId));
    expect(faultCode(await later.post("customer?requestid=r", { DisplayName: "Forgotten" }))).toBe("6240");
  });

  it("is at most 50 characters long", async () => {
    const fresh = await Company.make();
    expect(faultCode(await fresh.post(`customer?requestid=${"x".repeat(51)}`, { DisplayName: "Long" }))).toBe("2130");
    expect((await fresh.post(`customer?requestid=${"x".repeat(50)}`, { DisplayName: "Long" })).status).toBe(200);
  });

  it("is not honoured by a company that does not", async () => {
    const deaf = await Company.make({ honour_requestid: false });
    const body = { DisplayName: "Twice" };
    await deaf.post("customer?requestid=r", body);
    expect(faultCode(await deaf.post("customer?requestid=r", body))).toBe("6240");
  });
});

describe("throttles", () => {
  it("answers the eleventh call of a second with 429 in the gateway's dialect", async () => {
    const busy = await Company.make({
      limits: { enabled: true, per_minute: 500, per_second: 10, batch_per_minute: 40 },
    });
    const answers = await Promise.all(Array.from({ length: 15 }, () => busy.get("preferences")));
    const refused = answers.filter((answer) => answer.status === 429);
    expect(answers.filter((answer) => answer.status === 200).length).toBeLessThanOrEqual(10);
    expect(refused.length).toBeGreaterThanOrEqual(5);
    expect(refused[0]?.json).toMatchObject({ fault: { error: [{ code: "3001" }], type: "SERVICE" } });
  });

  it("counts minutes and batches by themselves, on the emulator's clock", async () => {
    const busy = await Company.make({ limits: { enabled: true, per_minute: 3, per_second: 100, batch_per_minute: 1 } });
    const batch = { BatchItemRequest: [{ bId: "1", Query: "select * from Item" }] };
    expect((await busy.post("batch", batch)).status).toBe(200);
    expect((await busy.post("batch", batch)).status).toBe(429);
    for (const expected of [200, 200, 200, 429]) expect((await busy.get("preferences")).status).toBe(expected);
    await control("POST", "/clock", { advance_seconds: 61 });
    expect((await busy.get("preferences")).status).toBe(200);
  });

  it("ends the monthly budget of reads with 429, writes go on", async () => {
    const poor = await Company.make({ reads_left: 1 });
    expect((await poor.get("preferences")).status).toBe(200);
    expect((await poor.get("preferences")).status).toBe(429);
    expect((await poor.post("customer", { DisplayName: "Write" })).status).toBe(200);
  });
});

describe("batches", () => {
  it("answers each item by itself with status 200", async () => {
    const fresh = await Company.make();
    const answer = await fresh.post("batch", {
      BatchItemRequest: [
        { bId: "a", operation: "create", Customer: { DisplayName: "Batch one" } },
        { bId: "b", operation: "create", Customer: { DisplayName: "Batch one" } },
        { bId: "c", Query: "select * from Customer where DisplayName = 'Batch one'" },
      ],
    });
    expect(answer.status).toBe(200);
    expect(at(answer.json, "BatchItemResponse", 0, "Customer", "DisplayName")).toBe("Batch one");
    expect(at(answer.json, "BatchItemResponse", 1, "Fault", "Error", 0, "code")).toBe("6240");
    expect(at(answer.json, "BatchItemResponse", 2, "QueryResponse", "maxResults")).toBe(1);
    expect([0, 1, 2].map((item) => at(answer.json, "BatchItemResponse", item, "bId"))).toEqual(["a", "b", "c"]);
  });

  it("refuses an empty one, one of 31, and repeated names of items", async () => {
    const fresh = await Company.make();
    const many = Array.from({ length: 31 }, (_, item) => ({ bId: String(item), Query: "select * from Item" }));
    expect(faultCode(await fresh.post("batch", { BatchItemRequest: [] }))).toBe("400");
    expect(faultCode(await fresh.post("batch", { BatchItemRequest: many }))).toBe("1040");
    expect(faultCode(await fresh.post("batch", { BatchItemRequest: [many[0], many[0]] }))).toBe("2010");
    expect(faultCode(await fresh.post(`batch?requestid=${"x".repeat(37)}`, { BatchItemRequest: [many[0]] }))).toBe(
      "2130",
    );
  });

  it("is given again whole for a repeated request ID, and can void", async () => {
    const fresh = await Company.make();
    const create = { BatchItemRequest: [{ bId: "a", operation: "create", Customer: { DisplayName: "Once" } }] };
    const first = await fresh.post("batch?requestid=b-1", create);
    expect((await fresh.post("batch?requestid=b-1", create)).text).toBe(first.text);
    const made = await fresh.create("Invoice", {
      CustomerRef: { value: await fresh.idOf("Customer", "Once") },
      Line: [salesLine(await fresh.idOf("Item", "Hours"), 5)],
    });
    const voided = await fresh.post("batch", {
      BatchItemRequest: [
        { bId: "v", operation: "update", optionsData: "void", Invoice: { Id: made.id, SyncToken: "0", sparse: true } },
      ],
    });
    expect(at(voided.json, "BatchItemResponse", 0, "Invoice", "TotalAmt")).toBe(0);
  });
});

describe("change data capture", () => {
  it("lists what changed and leaves stubs of what was deleted", async () => {
    const fresh = await Company.make();
    const base = {
      CustomerRef: { value: await fresh.idOf("Customer", "Bayview Cafe") },
      Line: [salesLine(await fresh.idOf("Item", "Hours"), 5)],
    };
    const gone = await fresh.create("Invoice", base);
    await fresh.post("invoice?operation=delete", { Id: gone.id, SyncToken: "0" });
    const kept = await fresh.create("Invoice", base);
    const now = Date.parse(String(at((await control("GET", "/clock")).json, "now")));
    const since = encodeURIComponent(new Date(now - 60_000).toISOString());
    const answer = await fresh.get(`cdc?entities=Invoice,Payment&changedSince=${since}`);
    expect(at(answer.json, "CDCResponse", 0, "QueryResponse", 0, "Invoice", 0, "Id")).toBe(kept.id);
    expect(at(answer.json, "CDCResponse", 0, "QueryResponse", 0, "Invoice", 1)).toMatchObject({
      Id: gone.id,
      status: "Deleted",
    });
    expect(at(answer.json, "CDCResponse", 0, "QueryResponse", 1)).toEqual({});
    expect(faultCode(await fresh.get("cdc?entities=Invoice&changedSince=2001-01-01"))).toBe("2070");
  });
});

describe("company state", () => {
  it("shows plan and subscription, and refuses writes of a lapsed one with 6190 as 400 or 200", async () => {
    const lapsed = await Company.make({ subscription_status: "EXPIRED" });
    const info = await lapsed.get(`companyinfo/${lapsed.realmId}`);
    expect(at(info.json, "CompanyInfo", "NameValue", 1)).toEqual({ Name: "SubscriptionStatus", Value: "EXPIRED" });
    const refused = await lapsed.post("customer", { DisplayName: "Late" });
    expect([refused.status, faultCode(refused)]).toEqual([400, "6190"]);
    await control("PATCH", `/companies/${lapsed.realmId}`, { reply_6190_as_200: true });
    const quiet = await lapsed.post("customer", { DisplayName: "Late" });
    expect([quiet.status, faultCode(quiet)]).toEqual([200, "6190"]);
    await control("PATCH", `/companies/${lapsed.realmId}`, { subscription_status: "PAID" });
    expect((await lapsed.post("customer", { DisplayName: "Late" })).status).toBe(200);
  });

  it("shows its switches in Preferences", async () => {
    const own = await Company.make({
      custom_txn_numbers: false,
      allow_shipping: false,
      book_close_date: "2025-12-31",
      automated_sales_tax: false,
    });
    const preferences = at((await own.get("preferences")).json, "Preferences");
    expect(preferences).toMatchObject({
      SalesFormsPrefs: { CustomTxnNumbers: false, AllowShipping: false, AllowDiscount: true },
      AccountingInfoPrefs: { BookCloseDate: "2025-12-31" },
      CurrencyPrefs: { MultiCurrencyEnabled: false, HomeCurrency: { value: "USD" } },
    });
    expect(at(preferences, "TaxPrefs", "PartnerTaxEnabled")).toBeUndefined();
  });

  it("gives an invoice as a PDF", async () => {
    const fresh = await Company.make();
    const own = await fresh.create("Invoice", {
      DocNumber: "PDF (1)",
      CustomerRef: { value: await fresh.idOf("Customer", "Bayview Cafe") },
      Line: [salesLine(await fresh.idOf("Item", "Hours"), 5)],
    });
    const pdf = await fresh.get(`invoice/${own.id}/pdf`, { accept: "application/pdf" });
    expect(pdf.headers.get("content-type")).toBe("application/pdf");
    expect(pdf.text.startsWith("%PDF-1.4")).toBe(true);
    expect(pdf.text).toContain("INVOICE PDF \\(1\\)");
    expect(faultCode(await fresh.get("invoice/999999/pdf"))).toBe("610");
  });

  it("sends invoices by e-mail in name only", async () => {
    const fresh = await Company.make();
    const own = await fresh.create("Invoice", {
      CustomerRef: { value: await fresh.idOf("Customer", "Bayview Cafe") },
      Line: [salesLine(await fresh.idOf("Item", "Hours"), 5)],
    });
    const sent = await fresh.post(`invoice/${own.id}/send?sendTo=buyer%40shop.example`, "", {
      "content-type": "application/octet-stream",
    });
    expect(at(sent.json, "Invoice")).toMatchObject({
      EmailStatus: "EmailSent",
      BillEmail: { Address: "buyer@shop.example" },
      SyncToken: "1",
    });
  });
});
