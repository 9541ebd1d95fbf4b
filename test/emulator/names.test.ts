// Customers, vendors, items, accounts and terms: names, lengths, types, plans (docs/qbo-api.md, sections 5.3 to 5.7).

import { beforeAll, describe, expect, it } from "vitest";
import { at, Company, control, faultCode } from "./emulator-client.ts";

let company: Company;
let sales: string;
let cogs: string;
let asset: string;
let receivable: string;

beforeAll(async () => {
  company = await Company.make();
  sales = await company.idOf("Account", "Sales of Product Income");
  cogs = await company.idOf("Account", "Cost of Goods Sold");
  asset = await company.idOf("Account", "Inventory Asset");
  receivable = await company.idOf("Account", "Accounts Receivable (A/R)");
});

describe("customers", () => {
  it("builds a display name from the parts of a name and keeps what was sent", async () => {
    const made = await company.create("Customer", {
      GivenName: "Front",
      FamilyName: "Desk",
      PrimaryEmailAddr: { Address: "desk@shop.example" },
    });
    expect(made.body).toMatchObject({
      DisplayName: "Front Desk",
      FullyQualifiedName: "Front Desk",
      Active: true,
      Taxable: true,
      Balance: 0,
      CurrencyRef: { value: "USD" },
    });
  });

  it.each([
    ["no name at all", "2020", { CompanyName: "Nameless" }],
    ["a vendor's name", "6240", { DisplayName: "quayside freight" }],
    ["an employee's name", "6240", { DisplayName: "Warehouse Lead" }],
    ["a customer's name in another case, with blanks", "6240", { DisplayName: "  BAYVIEW cafe " }],
    ["a colon", "2040", { DisplayName: "A:B" }],
    ["a tab", "2040", { DisplayName: "A\tB" }],
    ["a line break", "2040", { DisplayName: "A\nB" }],
    ["an emoji", "2040", { DisplayName: "Happy \u{1F600}" }],
    ["a dash that is not plain", "2040", { DisplayName: "A \u2013 B" }],
    ["a letter beyond Latin-1", "2040", { DisplayName: "\u0141\u00f3d\u017a Tools" }],
    ["501 characters", "2050", { DisplayName: "x".repeat(501) }],
    ["a title of 17 characters", "2050", { DisplayName: "T", Title: "x".repeat(17) }],
    ["a phone number of 31 characters", "2050", { DisplayName: "P", PrimaryPhone: { FreeFormNumber: "1".repeat(31) } }],
    ["an e-mail address without a dot", "2210", { DisplayName: "E", PrimaryEmailAddr: { Address: "a@b" } }],
    ["an address line of 501 characters", "2050", { DisplayName: "L", BillAddr: { Line1: "x".repeat(501) } }],
    ["an unknown part of an address", "2010", { DisplayName: "U", BillAddr: { Street: "x" } }],
    ["a term that does not exist", "2500", { DisplayName: "T2", SalesTermRef: { value: "99" } }],
    ["a foreign currency", "6000", { DisplayName: "C", CurrencyRef: { value: "EUR" } }],
    ["a job without a parent", "6150", { DisplayName: "J", Job: true }],
  ])("refuses %s with %s", async (_name, code, body) => {
    expect(faultCode(await company.post("customer", body))).toBe(code);
  });

  it("says who holds the name that is taken", async () => {
    const made = await company.create("Customer", { DisplayName: "Taken Once" });
    expect((await company.post("customer", { DisplayName: "taken once" })).text).toContain(`Id=${made.id}`);
  });

  it("accepts accents, apostrophes and 500 characters", async () => {
    await company.create("Customer", { DisplayName: "Berglunds snabbk\u00f6p d'\u00c9t\u00e9" });
    expect(at((await company.create("Customer", { DisplayName: "y".repeat(500) })).body, "DisplayName")).toHaveLength(
      500,
    );
  });

  it("cannot blank a display name, and keeps a currency forever", async () => {
    const british = await Company.make({ profile: "gb-plus" });
    const made = await british.create("Customer", { DisplayName: "Euro buyer", CurrencyRef: { value: "EUR" } });
    expect(
      faultCode(await british.post("customer", { Id: made.id, SyncToken: "0", sparse: true, DisplayName: "" })),
    ).toBe("2020");
    expect(
      faultCode(
        await british.post("customer", { Id: made.id, SyncToken: "0", sparse: true, CurrencyRef: { value: "GBP" } }),
      ),
    ).toBe("6000");
  });

  it("allows four levels below a customer and no more", async () => {
    let parent = (await company.create("Customer", { DisplayName: "Level 0" })).id;
    for (const level of [1, 2, 3, 4]) {
      parent = (
        await company.create("Customer", { DisplayName: `Level ${level}`, Job: true, ParentRef: { value: parent } })
      ).id;
    }
    expect(
      faultCode(await company.post("customer", { DisplayName: "Level 5", Job: true, ParentRef: { value: parent } })),
    ).toBe("6180");
  });
});

describe("accounts", () => {
  it("takes the sub-type from the type and the type from the sub-type", async () => {
    expect((await company.create("Account", { Name: "More sales", AccountType: "Income" })).body).toMatchObject({
      AccountSubType: "ServiceFeeIncome",
      Classification: "Revenue",
    });
    expect((await company.create("Account", { Name: "Stock", AccountSubType: "Inventory" })).body).toMatchObject({
      AccountType: "Other Current Asset",
      Classification: "Asset",
    });
  });

  it.each([
    ["neither type nor sub-type", "6010", { Name: "Nothing" }],
    [
      "a type and a sub-type that do not fit",
      "6010",
      { Name: "Misfit", AccountType: "Income", AccountSubType: "Inventory" },
    ],
    ["a type that does not exist", "2170", { Name: "Odd", AccountType: "Money" }],
    ["no name", "2020", { AccountType: "Income" }],
    ["a quotation mark", "2040", { Name: 'A "B"', AccountType: "Income" }],
    ["a colon", "2040", { Name: "A:B", AccountType: "Income" }],
    ["101 characters", "2050", { Name: "x".repeat(101), AccountType: "Income" }],
    ["a name that is taken", "6240", { Name: "sales", AccountType: "Income" }],
    ["a number of 8 characters", "2050", { Name: "Numbered", AccountType: "Income", AcctNum: "12345678" }],
  ])("refuses %s with %s", async (_name, code, body) => {
    expect(faultCode(await company.post("account", body))).toBe(code);
  });

  it("knows full updates only: what is left out is missing, sparse or not", async () => {
    const made = await company.create("Account", { Name: "Plain", AccountType: "Income", Description: "words" });
    expect(faultCode(await company.post("account", { Id: made.id, SyncToken: "0", sparse: true, Active: false }))).toBe(
      "2020",
    );
    const full = await company.post("account", {
      Id: made.id,
      SyncToken: "0",
      Name: "Plain",
      AccountType: "Income",
      Active: false,
    });
    expect(at(full.json, "Account")).toMatchObject({ Name: "Plain (deleted)", Active: false });
    expect(at(full.json, "Account", "Description")).toBeUndefined();
  });
});

describe("items", () => {
  const stock = (more: object = {}) => ({
    Name: `Stock ${crypto.randomUUID()}`,
    Type: "Inventory",
    TrackQtyOnHand: true,
    QtyOnHand: 0,
    InvStartDate: "2024-01-01",
    IncomeAccountRef: { value: sales },
    ExpenseAccountRef: { value: cogs },
    AssetAccountRef: { value: asset },
    ...more,
  });

  it("makes stock, services and other goods", async () => {
    expect((await company.create("Item", stock({ Sku: "S-1", UnitPrice: 1.2345678 - 0.0000008 }))).body).toMatchObject({
      Type: "Inventory",
      TrackQtyOnHand: true,
      Sku: "S-1",
    });
    expect(
      (await company.create("Item", { Name: "Advice", Type: "Service", IncomeAccountRef: { value: sales } })).body,
    ).toMatchObject({ TrackQtyOnHand: false });
  });

  it.each([
    ["no type", "2020", () => ({ Name: "Typeless", IncomeAccountRef: { value: sales } })],
    ["no income account", "2020", () => ({ Name: "Poor", Type: "Service" })],
    ["stock without an asset account", "2020", () => stock({ AssetAccountRef: undefined })],
    ["stock without an expense account", "2020", () => stock({ ExpenseAccountRef: undefined })],
    ["stock without a start date", "2020", () => stock({ InvStartDate: undefined })],
    ["stock without a quantity", "2020", () => stock({ QtyOnHand: undefined })],
    ["stock that does not track", "6000", () => stock({ TrackQtyOnHand: false })],
    ["an asset account as income account", "6430", () => stock({ IncomeAccountRef: { value: asset } })],
    [
      "receivables as income account",
      "6430",
      () => ({ Name: "Odd", Type: "Service", IncomeAccountRef: { value: receivable } }),
    ],
    [
      "an account that does not exist",
      "2500",
      () => ({ Name: "Lost", Type: "Service", IncomeAccountRef: { value: "999" } }),
    ],
    ["a name that is taken", "6240", () => stock({ Name: "HOURS" })],
    ["a name of 101 characters", "2050", () => stock({ Name: "x".repeat(101) })],
    ["a colon in the name", "2040", () => stock({ Name: "A:B" })],
    ["eight decimals in a price", "2110", () => stock({ UnitPrice: 0.12345678 })],
    ["a negative price", "2290", () => stock({ UnitPrice: -1 })],
  ])("refuses %s with %s", async (_name, code, body) => {
    expect(faultCode(await company.post("item", body()))).toBe(code);
  });

  it("needs a plan with inventory", async () => {
    const simple = await Company.make({ profile: "us-simple-start" });
    const income = await simple.idOf("Account", "Sales");
    const answer = await simple.post("item", { ...stock(), IncomeAccountRef: { value: income } });
    expect(faultCode(answer)).toBe("5030");
    expect(answer.text).toContain("QuickBooks Online Simple Start");
    await simple.create("Item", { Name: "Simple goods", Type: "NonInventory", IncomeAccountRef: { value: income } });
  });

  it("refuses an inactive account, and a quantity set by an update", async () => {
    const account = await company.create("Account", { Name: "Closing soon", AccountSubType: "SalesOfProductIncome" });
    await control("PATCH", `/companies/${company.realmId}/entities/account/${account.id}`, { Active: false });
    expect(faultCode(await company.post("item", stock({ IncomeAccountRef: { value: account.id } })))).toBe("610");
    const made = await company.create("Item", stock());
    expect(faultCode(await company.post("item", { Id: made.id, SyncToken: "0", sparse: true, QtyOnHand: 5 }))).toBe(
      "6000",
    );
  });
});

describe("terms and tax codes", () => {
  it("works out a due date from a term", async () => {
    const term = await company.create("Term", { Name: "Net 45", DueDays: 45 });
    const invoice = await company.create("Invoice", {
      CustomerRef: { value: await company.idOf("Customer", "Bayview Cafe") },
      TxnDate: "2026-01-01",
      SalesTermRef: { value: term.id },
      Line: [
        {
          DetailType: "SalesItemLineDetail",
          Amount: 1,
          SalesItemLineDetail: { ItemRef: { value: await company.idOf("Item", "Hours") } },
        },
      ],
    });
    expect(at(invoice.body, "DueDate")).toBe("2026-02-15");
    expect(faultCode(await company.post("term", { Name: "Neither" }))).toBe("2020");
  });

  it("cannot write tax codes", async () => {
    expect(faultCode(await company.post("taxcode", { Name: "X" }))).toBe("500");
  });
});
