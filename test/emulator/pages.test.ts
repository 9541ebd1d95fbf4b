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

  it("makes, changes, merges and deactivates customers, items and accounts", async () => {
    const other = await Company.make();
    const home = `/companies/${other.realmId}`;
    const read = async (type: string, id: string) => (await control("GET", `${home}/entities/${type}/${id}`)).json;
    await submit(`${home}/customer/new`, { name: "Parent", email: "p@shop.example", taxable: "on" });
    const parent = await other.idOf("Customer", "Parent");
    await submit(`${home}/customer/new`, { name: "Child", parent });
    const child = await other.idOf("Customer", "Child");
    expect(await read("customer", child)).toMatchObject({
      FullyQualifiedName: "Parent:Child",
      Job: true,
      Taxable: false,
    });
    expect((await send(`${home}/customers/${child}`)).text).toContain("Parent:Child");
    await submit(`${home}/customer/${child}/change`, { name: "Grown", taxable: "on" });
    expect(await read("customer", child)).toMatchObject({ FullyQualifiedName: "Grown", Job: false, Taxable: true });
    const merged = await submit(`${home}/customer/${child}/merge`, { into: parent });
    expect(merged.headers.get("location")).toContain(`/customers/${parent}?done=`);
    expect((await send(`${home}/customers/${child}`)).status).toBe(404);

    const income = await other.idOf("Account", "Sales");
    await submit(`${home}/item/new`, { name: "Hats", item_type: "Category" });
    const category = await other.idOf("Item", "Hats");
    const hat = {
      item_type: "NonInventory",
      income_account: income,
      sku: "HAT-1",
      price: "1,200.50",
      parent: category,
    };
    await submit(`${home}/item/new`, { name: "Bowler", ...hat });
    const bowler = await other.idOf("Item", "Bowler");
    expect(await read("item", bowler)).toMatchObject({
      FullyQualifiedName: "Hats:Bowler",
      Sku: "HAT-1",
      UnitPrice: 1200.5,
    });
    expect((await send(`${home}/items/${bowler}`)).text).toContain("Hats:Bowler");
    const unreadable = await submit(`${home}/item/${bowler}/change`, { name: "Bowler", price: "much" });
    expect(unreadable.headers.get("location")).toContain("problem=");
    const unlike = await submit(`${home}/item/${bowler}/merge`, { into: await other.idOf("Item", "Hours") });
    expect(unlike.headers.get("location")).toContain(`/items/${bowler}?problem=`);

    await submit(`${home}/account/new`, { name: "More sales", account_type: "Income" });
    const account = await other.idOf("Account", "More sales");
    await submit(`${home}/account/${account}/change`, { name: "Other sales" });
    await submit(`${home}/account/${account}/active`, { active: "false" });
    expect(await read("account", account)).toMatchObject({ Name: "Other sales (deleted)", Active: false });
    expect((await send(`${home}/accounts/${account}`)).text).toContain("Make active");
  });

  it("changes every part of an invoice, and leaves what the form does not name", async () => {
    const other = await Company.make();
    const [hours, crate] = [await other.idOf("Item", "Hours"), await other.idOf("Item", "Packing crate")];
    const made = await other.create("Invoice", {
      DocNumber: "F-1",
      CustomerRef: { value: await other.idOf("Customer", "Bayview Cafe") },
      TxnTaxDetail: { TotalTax: 0 },
      PrivateNote: "kept",
      Line: [
        { ...salesLine(hours, 60, { Qty: 1, UnitPrice: 60, TaxCodeRef: { value: "NON" } }), Description: "first" },
        salesLine(hours, 30, { Qty: 1, UnitPrice: 30, TaxCodeRef: { value: "NON" } }),
      ],
    });
    const path = `/companies/${other.realmId}/invoices/${made.id}`;
    expect((await send(path)).text).toMatch(/name="quantity_1"[^>]*value="1"/);
    const answer = await submit(`${path}/change`, {
      doc_number: "F-2",
      customer: await other.idOf("Customer", "Granite Works"),
      txn_date: "2026-02-01",
      due_date: "2026-02-15",
      email: "new@shop.example",
      bill_address: "1 New Road\r\nReno, NV 89501",
      description_1: "changed",
      quantity_1: "3",
      remove_2: "on",
      new_item: crate,
      new_description: "rush fee",
      new_quantity: "2",
      new_price: "7.505",
      new_tax_code: "NON",
    });
    expect(answer.headers.get("location")).toContain("done=");
    expect(at((await other.get(`invoice/${made.id}`)).json, "Invoice")).toMatchObject({
      DocNumber: "F-2",
      CustomerRef: { name: "Granite Works" },
      TxnDate: "2026-02-01",
      DueDate: "2026-02-15",
      BillEmail: { Address: "new@shop.example" },
      BillAddr: { Line1: "1 New Road", Line2: "Reno, NV 89501" },
      PrivateNote: "kept",
      TotalAmt: 195.01,
      Line: [
        { Id: "1", Description: "changed", Amount: 180, SalesItemLineDetail: { Qty: 3, UnitPrice: 60 } },
        { Id: "3", Description: "rush fee", Amount: 15.01, SalesItemLineDetail: { ItemRef: { value: crate } } },
        { DetailType: "SubTotalLineDetail", Amount: 195.01 },
      ],
    });
    const bad = await submit(`${path}/change`, { quantity_1: "three" });
    expect(bad.headers.get("location")).toContain("problem=");
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
