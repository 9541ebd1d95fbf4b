// The emulator's pages and control API as people and programs use them: plain HTML, forms without scripts, exact books.

import { beforeAll, describe, expect, it } from "vitest";
import { at, Company, control, newCompany, ORIGIN, salesLine, send } from "./emulator-client.ts";

let company: Company;
let base: string;
let invoiceId: string;

beforeAll(async () => {
  company = await Company.make({ name: "Pages & Sons" });
  base = `/companies/${company.realmId}`;
  const made = await company.create("Invoice", {
    DocNumber: "P-1",
    CustomerRef: { value: await company.idOf("Customer", "Bayview Cafe") },
    CustomerMemo: { value: "<b>bold</b>" },
    TxnTaxDetail: { TotalTax: 0 },
    Line: [
      salesLine(await company.idOf("Item", "Hours"), 1234.5, {
        Qty: 1,
        UnitPrice: 1234.5,
        TaxCodeRef: { value: "NON" },
      }),
    ],
  });
  invoiceId = made.id;
});

async function submit(path: string, form: Record<string, string> = {}, headers: Record<string, string> = {}) {
  return send(path, {
    method: "POST",
    headers: { "content-type": "application/x-www-form-urlencoded", origin: ORIGIN, ...headers },
    body: new URLSearchParams(form).toString(),
  });
}

describe("pages", () => {
  it.each(["", "/invoices", "/customers", "/items", "/accounts", "/settings", "/calls", "/scenarios"])(
    "shows a company's %s whole, without scripts",
    async (tab) => {
      const page = await send(`${base}${tab === "" ? "/invoices" : tab}`);
      expect(page.status).toBe(200);
      expect(page.text.startsWith("<!DOCTYPE html>")).toBe(true);
      expect(page.text).not.toContain("<script");
      expect(page.text).toContain("Pages &amp; Sons");
      expect(page.headers.get("content-security-policy")).toContain("default-src 'none'");
    },
  );

  it("lays an invoice out with its sums, and escapes what an app sent", async () => {
    const page = await send(`${base}/invoices/${invoiceId}`);
    expect(page.text).toContain("1,234.50 USD");
    expect(page.text).toContain("&lt;b&gt;bold&lt;/b&gt;");
    for (const name of ["Void", "Delete", "Receive payment", "Save changes"])
      expect(page.text).toMatch(new RegExp(`<button[^>]*>\\s*${name}\\s*</button>`));
  });

  it("follows QuickBooks' own addresses to the invoice and the customer", async () => {
    const followed = await send(`/app/invoice?txnId=${invoiceId}`);
    expect(followed.headers.get("location")).toBe(`${base}/invoices/${invoiceId}`);
    expect((await send("/app/invoice?txnId=1")).status).toBe(404);
    expect((await send("/app/customerdetail?nameId=1")).text).toContain("Several companies have it");
  });

  it("acts: payment, change, deactivation, settings, scenario, disconnection", async () => {
    const paid = await submit(`${base}/invoices/${invoiceId}/payment`, { amount: "34.50" });
    expect(paid.status).toBe(303);
    await submit(`${base}/invoices/${invoiceId}/change`, {
      customer_memo: "new",
      private_note: "note",
      amount_1: "1,300.00",
    });
    const changed = at((await company.get(`invoice/${invoiceId}`)).json, "Invoice");
    expect(changed).toMatchObject({
      TotalAmt: 1300,
      Balance: 1265.5,
      CustomerMemo: { value: "new" },
      PrivateNote: "note",
    });
    const tooMuch = await submit(`${base}/invoices/${invoiceId}/payment`, { amount: "5000" });
    expect(tooMuch.headers.get("location")).toContain("problem=");
    const item = await company.idOf("Item", "Installation");
    await submit(`${base}/item/${item}/active`, { active: "false" });
    expect(at((await company.get(`item/${item}`)).json, "Item", "Active")).toBe(false);
    await submit(`${base}/scenarios`, {
      scenario: "fault",
      kind: "preferences",
      times: "1",
      options: "code=5020\r\nstatus=400",
    });
    expect((await company.get("preferences")).text).toContain('"5020"');
    await submit(`${base}/disconnect`);
    expect((await company.get("preferences")).status).toBe(401);
  });

  it("takes no form from another site", async () => {
    expect((await submit(`${base}/disconnect`, {}, { origin: "https://elsewhere.example" })).status).toBe(403);
  });

  it("saves settings", async () => {
    const realmId = await newCompany();
    const form = {
      name: "Renamed",
      offering_sku: "QuickBooks Online Essentials",
      subscription_status: "TRIAL",
      charset: "latin-1",
      book_close_code: "6200",
      home_currency: "USD",
      book_close_date: "2025-12-31",
      latency_ms: "0",
      per_second: "10",
      per_minute: "500",
      batch_per_minute: "40",
      custom_txn_numbers: "on",
    };
    expect((await submit(`/companies/${realmId}/settings`, form)).headers.get("location")).toContain("done=");
    expect((await control("GET", `/companies/${realmId}`)).json).toMatchObject({
      name: "Renamed",
      subscription_status: "TRIAL",
      custom_txn_numbers: true,
      allow_shipping: false,
      book_close_date: "2025-12-31",
      limits: { enabled: false, per_minute: 500 },
    });
    expect(
      (await submit(`/companies/${realmId}/settings`, { ...form, home_currency: "Dollar" })).headers.get("location"),
    ).toContain("problem=");
  });
});

describe("control", () => {
  it("lists, creates and changes entities by QuickBooks' rules, without tokens", async () => {
    const realmId = await newCompany();
    const made = await control("POST", `/companies/${realmId}/entities/vendor`, { DisplayName: "New vendor" });
    expect(made.status).toBe(201);
    const refused = await control("POST", `/companies/${realmId}/entities/customer`, { DisplayName: "new VENDOR" });
    expect([refused.status, at(refused.json, "code")]).toEqual([422, "6240"]);
    const list = await control("GET", `/companies/${realmId}/entities/customer?limit=2&offset=1`);
    expect(list.json).toMatchObject({ count: 5, data: [{ Id: "2" }, { Id: "3" }] });
    expect((await control("GET", "/companies/1/entities/customer")).status).toBe(404);
    expect((await control("PATCH", `/companies/${realmId}`, { colour: "blue" })).status).toBe(422);
  });

  it("records what was received, pages and sums it up", async () => {
    const fresh = await Company.make();
    await fresh.get("preferences");
    await fresh.create("Customer", { DisplayName: "Recorded" });
    const first = await control("GET", `/record?realm_id=${fresh.realmId}&limit=2`);
    expect(at(first.json, "data", 0)).toMatchObject({ kind: "token", status: 200 });
    const rest = await control("GET", `/record?realm_id=${fresh.realmId}&after=${String(at(first.json, "next"))}`);
    expect(at(rest.json, "data", 0)).toMatchObject({
      kind: "create_customer",
      committed: true,
      entity_type: "Customer",
      request_body: '{"DisplayName":"Recorded"}',
    });
    const summary = await control("GET", `/record/summary?realm_id=${fresh.realmId}`);
    expect(summary.json).toMatchObject({
      total: 3,
      committed: 1,
      by_kind: { token: 1, preferences: 1, create_customer: 1 },
      by_status: { "200": 3 },
    });
  });

  it("resets to the four companies of the first start", async () => {
    const before = await company.query("select * from Customer");
    expect(before.status).toBe(401);
    expect((await control("POST", "/reset")).status).toBe(200);
    const companies = await control("GET", "/companies");
    expect([0, 1, 2, 3, 4].map((index) => at(companies.json, "data", index, "name"))).toEqual([
      "Harbour Trading Co.",
      "Second Street Supply",
      "Thames Wholesale Ltd",
      "Corner Start LLC",
      undefined,
    ]);
    const invoices = await control(
      "GET",
      `/companies/${String(at(companies.json, "data", 0, "realm_id"))}/entities/invoice`,
    );
    expect(at(invoices.json, "count")).toBe(0);
    expect(at((await control("GET", "/record")).json, "data")).toEqual([]);
  });
});
