/** Queries, and what is read of each entity: statements to the letter, answers in QuickBooks' own shapes. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createAccount, findAccountsByName, pickAccount } from "../../src/quickbooks/accounts.ts";
import { readCompanyInfo, readPreferences } from "../../src/quickbooks/company.ts";
import {
  createCustomer,
  findCustomersByName,
  findInactiveCustomers,
  findNameHolder,
} from "../../src/quickbooks/customers.ts";
import {
  createInvoice,
  findInvoicesByNumbers,
  findInvoicesCreatedIn,
  isVoided,
  readInvoice,
  voidInvoice,
} from "../../src/quickbooks/invoices.ts";
import { createItem, findItemsByName, findItemsBySku } from "../../src/quickbooks/items.ts";
import { inList, quoted, selectAll, statement } from "../../src/quickbooks/query.ts";
import { reactivate } from "../../src/quickbooks/reactivate.ts";
import { listSalesTaxCodes } from "../../src/quickbooks/tax-codes.ts";
import { type Account, customer, isZero } from "../../src/quickbooks/wire.ts";
import { fakeQuickBooks, faultBody, reply } from "./fake-quickbooks.ts";

const ALL_CUSTOMERS = { entity: "Customer", schema: customer, clauses: [] } as const;

const rows = (entity: string, list: unknown[]) =>
  reply({
    QueryResponse: list.length === 0 ? {} : { [entity]: list, startPosition: 1, maxResults: list.length },
    time: "x",
  });
const queryOf = (fake: ReturnType<typeof fakeQuickBooks>, i = 0) => fake.asked[i]?.url.searchParams.get("query");
const customerRow = (id: string, name: string, more: object = {}) => ({
  Id: id,
  SyncToken: "0",
  DisplayName: name,
  Active: true,
  ...more,
});

describe("statements", () => {
  it("are made to the letter", () => {
    expect(statement("Item", [inList("Sku", ["A", "B"]), "Active IN (true, false)"], { maxResults: 5 })).toBe(
      "SELECT * FROM Item WHERE Sku IN ('A', 'B') AND Active IN (true, false) STARTPOSITION 1 MAXRESULTS 5",
    );
  });

  it.each([
    ["L'Étoile", "'L\\'Étoile'"],
    ["back\\slash", "'back\\\\slash'"],
    ["“Bolt” – ‘8’", "'\"Bolt\" - \\'8\\''"],
    ["a\tb", "'a b'"],
  ])("quote %s", (value, expected) => {
    expect(quoted(value)).toBe(expected);
  });

  it("let no value out of its quotes", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (value) => {
        expect(quoted(value)).toMatch(/^'([^'\\]|\\['\\])*'$/);
      }),
      { numRuns: 3000 },
    );
  });

  it("go into the body where they are long", async () => {
    const fake = fakeQuickBooks([rows("Item", [])]);
    await findItemsBySku(
      fake.qb,
      Array.from({ length: 200 }, (_, i) => `SKU-${i}`),
    );
    expect(fake.asked[0]).toMatchObject({ method: "POST" });
    expect(fake.asked[0]?.headers.get("content-type")).toBe("application/text");
    expect(fake.asked[0]?.body).toContain("'SKU-199'");
  });
});

describe("pages", () => {
  const numbered = (from: number, count: number) =>
    Array.from({ length: count }, (_, i) => customerRow(String(from + i), `C${from + i}`));

  it("one that is not full is all, asked for without an order, and comes with the oldest first", async () => {
    const ids = ["1000", "9", "10", "2"];
    const newestChangeFirst = ids.map((id) => customerRow(id, `C${id}`));
    const fake = fakeQuickBooks([rows("Customer", newestChangeFirst)]);
    const { rows: found, isComplete } = await selectAll(fake.qb, ALL_CUSTOMERS, 5000);
    expect([found.map(({ id }) => id), isComplete]).toEqual([["2", "9", "10", "1000"], true]);
    expect(queryOf(fake)).toBe("SELECT * FROM Customer STARTPOSITION 1 MAXRESULTS 1000");
    expect(fake.asked).toHaveLength(1);
  });

  it("more than one are read anew from the beginning, in the order of creation, until one is not full", async () => {
    const fake = fakeQuickBooks([
      rows("Customer", numbered(2, 1000).toReversed()),
      rows("Customer", numbered(1, 1000)),
      rows("Customer", numbered(1001, 1)),
    ]);
    const { rows: found, isComplete } = await selectAll(fake.qb, ALL_CUSTOMERS, 5000);
    expect([found.length, isComplete]).toEqual([1001, true]);
    expect([1, 2].map((i) => queryOf(fake, i))).toEqual([
      "SELECT * FROM Customer ORDERBY MetaData.CreateTime STARTPOSITION 1 MAXRESULTS 1000",
      "SELECT * FROM Customer ORDERBY MetaData.CreateTime STARTPOSITION 1001 MAXRESULTS 1000",
    ]);
  });

  it("a row that comes twice counts once, and nobody takes the rest for complete", async () => {
    const fake = fakeQuickBooks([
      rows("Customer", numbered(1, 1000)),
      rows("Customer", numbered(1, 1000)),
      rows("Customer", numbered(1000, 5)),
    ]);
    const { rows: found, isComplete } = await selectAll(fake.qb, ALL_CUSTOMERS, 5000);
    expect([found.length, new Set(found.map(({ id }) => id)).size, isComplete]).toEqual([1004, 1004, false]);
  });

  it("end at the limit, and say that there is more", async () => {
    const fake = fakeQuickBooks([rows("Customer", [customerRow("1", "A"), customerRow("2", "B")])]);
    expect(await selectAll(fake.qb, ALL_CUSTOMERS, 2)).toMatchObject({ isComplete: false });
  });

  it("without a QueryResponse are no answer", async () => {
    const fake = fakeQuickBooks([reply({ time: "x" })]);
    await expect(findCustomersByName(fake.qb, ["A"])).rejects.toMatchObject({
      failure: { kind: "unanswered", reason: "unreadable" },
    });
  });
});

describe("company", () => {
  it("is read from CompanyInfo and Preferences", async () => {
    const info = {
      CompanyName: "Harbour Trading Co.",
      Country: "US",
      NameValue: [
        { Name: "OfferingSku", Value: "QuickBooks Online Plus" },
        { Name: "SubscriptionStatus", Value: "PAID" },
      ],
      Id: "1",
    };
    expect(await readCompanyInfo(fakeQuickBooks([reply({ CompanyInfo: info })]).qb)).toEqual({
      companyName: "Harbour Trading Co.",
      country: "US",
      region: null,
      offeringSku: "QuickBooks Online Plus",
      subscriptionStatus: "PAID",
    });
    const preferences = {
      SalesFormsPrefs: { CustomTxnNumbers: true, AllowShipping: true, AllowDiscount: false },
      ProductAndServicesPrefs: { QuantityOnHand: true },
      CurrencyPrefs: { MultiCurrencyEnabled: false, HomeCurrency: { value: "USD" } },
      TaxPrefs: { UsingSalesTax: true, PartnerTaxEnabled: false },
    };
    expect(await readPreferences(fakeQuickBooks([reply({ Preferences: preferences })]).qb)).toEqual({
      customTxnNumbers: true,
      allowShipping: true,
      allowDiscount: false,
      quantityOnHand: true,
      multicurrency: false,
      homeCurrency: "USD",
      usingSalesTax: true,
      automatedSalesTax: true,
      automatedTaxSetUp: false,
    });
  });

  it.each([
    [{ Country: "USA" }, "US", null],
    [{ CompanyAddr: { CountrySubDivisionCode: "NV", Country: "USA" } }, "US", "NV"],
    [{ Country: "GB", LegalAddr: { CountrySubDivisionCode: "Kent", Country: "GBR" } }, "GB", "Kent"],
    [{ Country: "", CompanyAddr: { Country: "Neverland" }, LegalAddr: { Country: "AUS" } }, "AU", null],
    [{ Country: "Neverland" }, "Neverland", null],
    [{}, "US", null],
  ])("its country may be written with three letters: %j", async (more, country, region) => {
    const info = { CompanyName: "Harbour Trading Co.", Id: "1", ...more };
    const read = await readCompanyInfo(fakeQuickBooks([reply({ CompanyInfo: info })]).qb);
    expect(read).toMatchObject({ country, region });
  });

  it("that says nothing of a preference has not switched it off; numbers and currencies are QuickBooks' own then", async () => {
    const silent = {
      customTxnNumbers: false,
      allowShipping: true,
      allowDiscount: true,
      quantityOnHand: true,
      multicurrency: false,
      homeCurrency: null,
      usingSalesTax: true,
      automatedSalesTax: false,
      automatedTaxSetUp: false,
    };
    for (const preferences of [
      {},
      { SalesFormsPrefs: {}, ProductAndServicesPrefs: null, CurrencyPrefs: {}, TaxPrefs: { UsingSalesTax: null } },
    ]) {
      expect(await readPreferences(fakeQuickBooks([reply({ Preferences: preferences })]).qb)).toEqual(silent);
    }
  });
});

describe("customers", () => {
  it("are looked for among the active ones, and inactive ones with the name that they have then", async () => {
    const fake = fakeQuickBooks([
      rows("Customer", []),
      rows("Customer", [customerRow("9", "Toms (deleted)", { Active: false, CurrencyRef: { value: "EUR" } })]),
    ]);
    expect(await findCustomersByName(fake.qb, ["Toms"])).toEqual([]);
    expect(queryOf(fake)).toContain("FROM Customer WHERE DisplayName IN ('Toms') STARTPOSITION");
    expect(await findInactiveCustomers(fake.qb, "Toms")).toEqual([
      {
        id: "9",
        syncToken: "0",
        createdAt: null,
        displayName: "Toms (deleted)",
        fullName: "Toms (deleted)",
        isSubCustomer: false,
        isActive: false,
        isTaxable: true,
        currency: "EUR",
      },
    ]);
    expect(queryOf(fake, 1)).toContain("DisplayName LIKE 'Toms%(deleted)' AND Active IN (true, false)");
  });

  it("holders of a name are found among vendors and employees too", async () => {
    const items = [
      { bId: "q2", QueryResponse: {} },
      { bId: "q0", QueryResponse: {} },
      { bId: "q1", QueryResponse: { Vendor: [{ Id: "3", DisplayName: "TOMS" }] } },
    ];
    const fake = fakeQuickBooks([reply({ BatchItemResponse: items })]);
    expect(await findNameHolder(fake.qb, "Toms")).toEqual({
      kind: "Vendor",
      id: "3",
      displayName: "TOMS",
      isActive: true,
    });
  });

  it("a batch of which one item failed finds nothing out", async () => {
    const items = [
      { bId: "q0", QueryResponse: {} },
      { bId: "q1", ...faultBody("4001") },
      { bId: "q2", QueryResponse: {} },
    ];
    const fake = fakeQuickBooks([reply({ BatchItemResponse: items })]);
    await expect(findNameHolder(fake.qb, "Toms")).rejects.toMatchObject({
      failure: { kind: "refused", faults: [{ code: "4001" }] },
    });
    const missing = fakeQuickBooks([reply({ BatchItemResponse: items.slice(0, 1) })]);
    await expect(findNameHolder(missing.qb, "Toms")).rejects.toMatchObject({ failure: { kind: "unanswered" } });
  });

  it("are created with what is known and nothing else", async () => {
    const fake = fakeQuickBooks([reply({ Customer: customerRow("81", "Toms") })]);
    const billing = { lines: ["Luisenstr. 48"], city: "Münster" };
    await createCustomer(fake.qb, { displayName: "Toms", email: "ap@toms.example", billing }, "r-1");
    expect(JSON.parse(fake.asked[0]?.body ?? "")).toEqual({
      DisplayName: "Toms",
      PrimaryEmailAddr: { Address: "ap@toms.example" },
      BillAddr: { Line1: "Luisenstr. 48", City: "Münster" },
    });
    expect(fake.asked[0]?.url.searchParams.get("requestid")).toBe("r-1");
  });

  it.each([
    ["Customer", "DisplayName"],
    ["Item", "Name"],
  ] as const)("of %s come back under their old name", async (entity, nameField) => {
    const inactive = { Id: "9", SyncToken: "4", Active: false, [nameField]: "Toms (deleted)" };
    const active = { Id: "9", SyncToken: "5", Active: true, [nameField]: "Toms" };
    const fake = fakeQuickBooks([reply({ [entity]: inactive }), reply({ [entity]: active })]);
    await reactivate(fake.qb, entity, "9", "r-2");
    expect(fake.asked[1]?.url.pathname).toMatch(new RegExp(`/${entity.toLowerCase()}$`));
    expect(JSON.parse(fake.asked[1]?.body ?? "")).toEqual({
      Id: "9",
      SyncToken: "4",
      sparse: true,
      Active: true,
      [nameField]: "Toms",
    });
  });
});

describe("accounts", () => {
  const account = (name: string, more: Partial<Account> = {}): Account => ({
    id: name,
    syncToken: "0",
    createdAt: null,
    name,
    fullName: name,
    type: "Income",
    subType: null,
    isActive: true,
    currency: null,
    ...more,
  });

  it("an active, top-level one goes first", () => {
    const sub = account("Sales", { id: "sub", fullName: "Income:Sales" });
    const top = account("Sales", { id: "top" });
    const gone = account("Sales (deleted)", { id: "gone", isActive: false });
    expect(pickAccount([gone, sub, top], "SALES")?.id).toBe("top");
    expect(pickAccount([gone, sub], "Sales")?.id).toBe("sub");
    expect(pickAccount([gone], "Sales")?.id).toBe("gone");
    expect(pickAccount([top, sub], "Income: Sales")?.id).toBe("sub");
    expect(pickAccount([top], "Other:Sales")).toBeNull();
  });

  it("are looked for by the last part of the name, and created with type and detail type", async () => {
    const fake = fakeQuickBooks([rows("Account", [])]);
    expect(await findAccountsByName(fake.qb, ["Income:Web sales"])).toEqual([]);
    expect(queryOf(fake)).toContain("Name IN ('Web sales', 'Web sales (deleted)') AND Active IN (true, false)");
    const made = fakeQuickBooks([
      reply({ Account: { Id: "90", SyncToken: "0", Name: "Stock", AccountType: "Other Current Asset" } }),
    ]);
    expect((await createAccount(made.qb, "Stock", "asset", "r-3")).record).toMatchObject({
      id: "90",
      fullName: "Stock",
      isActive: true,
    });
    expect(JSON.parse(made.asked[0]?.body ?? "")).toEqual({
      Name: "Stock",
      AccountType: "Other Current Asset",
      AccountSubType: "Inventory",
    });
  });
});

describe("items", () => {
  it("an inventory item goes out with its decimals as written", async () => {
    const fake = fakeQuickBooks([reply({ Item: { Id: "19", SyncToken: "0", Name: "Hex bolt", Type: "Inventory" } })]);
    const data = {
      type: "inventory",
      name: "Hex bolt",
      sku: "HB-M8",
      incomeAccountId: "79",
      cogsAccountId: "80",
      assetAccountId: "81",
      quantityOnHand: "100.50",
      startDate: "2024-01-01",
    } as const;
    await createItem(fake.qb, data, "r-4");
    expect(fake.asked[0]?.body).toBe(
      '{"Name":"Hex bolt","Sku":"HB-M8","IncomeAccountRef":{"value":"79"},"Type":"Inventory","TrackQtyOnHand":true,' +
        '"QtyOnHand":100.50,"InvStartDate":"2024-01-01","ExpenseAccountRef":{"value":"80"},"AssetAccountRef":{"value":"81"}}',
    );
  });

  it("categories and bundles are not items; active ones come first", async () => {
    const item = (Id: string, Type: string, Active = true) => ({
      Id,
      SyncToken: "0",
      Name: "Bolt",
      Type,
      Active,
      Sku: "",
    });
    const fake = fakeQuickBooks([
      rows("Item", [item("1", "Category"), item("2", "Service", false), item("3", "Service"), item("4", "Group")]),
    ]);
    expect((await findItemsByName(fake.qb, ["Bolt"])).map(({ id, sku }) => [id, sku])).toEqual([
      ["3", null],
      ["2", null],
    ]);
  });
});

describe("tax codes for sales", () => {
  const detail = (rate: string, order = 0, base = "TaxOnAmount") => ({
    TaxRateRef: { value: rate },
    TaxTypeApplicable: base,
    TaxOrder: order,
  });
  const code = (id: string, name: string, sales: object[], purchases: object[] = []) => ({
    Id: id,
    Name: name,
    SalesTaxRateList: { TaxRateDetail: sales },
    PurchaseTaxRateList: { TaxRateDetail: purchases },
  });
  const rates = [
    { Id: "1", RateValue: 20 },
    { Id: "2", RateValue: -20 },
    { Id: "3", RateValue: 5, Active: false },
    { Id: "4", RateValue: 9.5 },
    { Id: "5", RateValue: 9.975 },
  ];
  const read = (country: string, codes: object[]) =>
    listSalesTaxCodes(fakeQuickBooks([rows("TaxCode", codes), rows("TaxRate", rates)]).qb, country);

  it("have the exact sum of their rates; a tax on tax counts for what it comes to", async () => {
    const found = await read("CA", [
      code("10", "20.0% S", [detail("1")]),
      code("11", "GST/QST QC", [detail("5", 2), detail("3", 1)]),
      code("12", "GST/QST QC 2012", [detail("3", 1), detail("4", 2, "TaxOnAmountPlusTax")]),
    ]);
    expect(found.map(({ name, percent }) => [name, percent])).toEqual([
      ["20.0% S", "20"],
      ["GST/QST QC", "14.975"],
      ["GST/QST QC 2012", "14.975"],
    ]);
    expect(found[1]?.rates).toEqual([
      { rateId: "3", percent: "5" },
      { rateId: "5", percent: "9.975" },
    ]);
  });

  it("with rates of both signs are reversed", async () => {
    const [reversed] = await read("GB", [code("10", "20.0% RC", [detail("1"), detail("2")])]);
    expect(reversed).toMatchObject({ percent: "0", isReversed: true });
  });

  it("leave out what is inactive, hidden, for purchases alone, or of a rate that QuickBooks does not tell", async () => {
    const codes = [
      { ...code("10", "Old", [detail("1")]), Active: false },
      { ...code("14", "Older", [detail("1")]), Hidden: true },
      code("11", "Capital", [], [detail("1")]),
      code("12", "Unknown", [detail("99")]),
      { Id: "13", Name: "Exempt" },
    ];
    expect(await read("GB", codes)).toEqual([{ id: "13", name: "Exempt", percent: "0", rates: [], isReversed: false }]);
    expect(await read("US", codes)).toEqual([]);
  });
});

const invoiceBody =
  '{"Id":"145","SyncToken":"0","DocNumber":"INV-1042","TxnDate":"2026-01-04","TotalAmt":1861.08,"Balance":1861.080,' +
  '"TxnTaxDetail":{"TotalTax":0},"PrivateNote":"mark","CustomerRef":{"value":"81","name":"Toms"},"CurrencyRef":{"value":"USD"},' +
  '"MetaData":{"CreateTime":"2026-01-04T10:02:11-08:00","LastUpdatedTime":"2026-01-04T10:02:11-08:00"},' +
  '"LinkedTxn":[{"TxnId":"7","TxnType":"Payment"},{"TxnId":"8","TxnType":"Estimate"}],"Line":[]}';

describe("invoices", () => {
  it("come back with exact amounts and the trace of the answer", async () => {
    const fake = fakeQuickBooks([reply(`{"Invoice":${invoiceBody},"time":"x"}`)]);
    expect(await createInvoice(fake.qb, '{"Line":[{"Amount":1861.08}]}', "inv:1")).toEqual({
      httpStatus: 200,
      intuitTid: "1-tid",
      invoice: {
        id: "145",
        syncToken: "0",
        docNumber: "INV-1042",
        txnDate: "2026-01-04",
        totalAmount: "1861.08",
        balance: "1861.080",
        totalTax: "0",
        privateNote: "mark",
        customer: { value: "81", name: "Toms" },
        currency: "USD",
        createdAt: "2026-01-04T10:02:11-08:00",
        lastUpdatedAt: "2026-01-04T10:02:11-08:00",
        foreignCharacters: "",
        billingAddress: null,
        shippingAddress: null,
        paymentIds: ["7"],
      },
    });
    expect(fake.asked[0]?.body).toBe('{"Line":[{"Amount":1861.08}]}');
  });

  it.each([
    '{"time":"x"}',
    '{"Invoice":{"SyncToken":"0","TotalAmt":1}}',
    '{"Invoice":{"Id":"1","SyncToken":"0","TotalAmt":"much"}}',
  ])("an answer without what is needed is no answer: %s", async (body) => {
    const { qb } = fakeQuickBooks([reply(body)]);
    await expect(createInvoice(qb, "{}", "inv:1")).rejects.toMatchObject({
      failure: { kind: "unanswered", reason: "unreadable", httpStatus: 200, intuitTid: "1-tid" },
    });
  });

  it("with a time that is none are read as if it were not there: the invoice is in the books all the same", async () => {
    const times = '"MetaData":{"CreateTime":"","LastUpdatedTime":"soon"}';
    const { qb } = fakeQuickBooks([reply(`{"Invoice":{"Id":"1","SyncToken":"0","TotalAmt":1,${times}}}`)]);
    expect((await createInvoice(qb, "{}", "inv:1")).invoice).toMatchObject({
      id: "1",
      createdAt: null,
      lastUpdatedAt: null,
    });
  });

  it.each([
    ["0", true],
    ["0.00", true],
    ["-0.0", true],
    ["0.01", false],
    ["10", false],
  ])("an amount of %s is nothing: %s", (amount, isNothing) => {
    expect(isZero(amount)).toBe(isNothing);
  });

  it("are looked up by number, up to 40 at once, each once", async () => {
    const fake = fakeQuickBooks([reply(`{"QueryResponse":{"Invoice":[${invoiceBody}]}}`)]);
    expect(await findInvoicesByNumbers(fake.qb, ["A-1", "A-2", "A-1"])).toHaveLength(1);
    expect(queryOf(fake)).toContain("WHERE DocNumber IN ('A-1', 'A-2') STARTPOSITION 1");
    expect(await findInvoicesByNumbers(fake.qb, [])).toEqual([]);
    await expect(
      findInvoicesByNumbers(
        fake.qb,
        Array.from({ length: 41 }, (_, i) => String(i)),
      ),
    ).rejects.toThrow(RangeError);
  });

  it("are looked up by customer and time", async () => {
    const fake = fakeQuickBooks([rows("Invoice", [])]);
    await findInvoicesCreatedIn(fake.qb, "81", {
      from: new Date("2026-01-04T18:00:00Z"),
      to: new Date("2026-01-04T18:10:00Z"),
    });
    expect(queryOf(fake)).toContain("CustomerRef = '81' AND MetaData.CreateTime >= '2026-01-04T18:00:00.000Z'");
  });

  it("one that is gone is null, any other refusal is thrown", async () => {
    expect(await readInvoice(fakeQuickBooks([reply(faultBody("610"), 400)]).qb, "145")).toBeNull();
    await expect(readInvoice(fakeQuickBooks([reply(faultBody("5020"), 400)]).qb, "145")).rejects.toMatchObject({
      failure: { kind: "refused" },
    });
  });

  it("are voided by ID and SyncToken, and recognised as voided", async () => {
    const voided = invoiceBody.replace('"mark"', '"Voided - mark"').replace("1861.08,", "0,");
    const fake = fakeQuickBooks([reply(`{"Invoice":${voided}}`)]);
    const { invoice } = await voidInvoice(fake.qb, '{"Id":"145","SyncToken":"0"}', "inv:void");
    expect(fake.asked[0]?.url.searchParams.get("operation")).toBe("void");
    expect(fake.asked[0]?.body).toBe('{"Id":"145","SyncToken":"0"}');
    expect(isVoided(invoice)).toBe(true);
    expect(isVoided({ ...invoice, totalAmount: "0.01" })).toBe(false);
    expect(isVoided({ ...invoice, privateNote: "mark" })).toBe(false);
  });
});
