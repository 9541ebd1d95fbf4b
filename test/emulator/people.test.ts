// What people do in QuickBooks to the records that an app refers to: merge, rename, deactivate and make anew, move below
// another one (docs/qbo-api.md, sections 5.3, 5.5, 5.8, 8 and 10).

import { beforeAll, describe, expect, it } from "vitest";
import { type Answer, at, Company, control, faultCode, salesLine, textAt } from "./emulator-client.ts";

let company: Company;
let hours: string;

beforeAll(async () => {
  company = await Company.make();
  hours = await company.idOf("Item", "Hours");
});

const person = (method: string, path: string, body?: unknown, of: Company = company): Promise<Answer> =>
  control(method, `/companies/${of.realmId}/entities/${path}`, body);

async function invoice(customer: string, more: object = {}, item = hours) {
  return company.create("Invoice", {
    CustomerRef: { value: customer },
    Line: [salesLine(item, 60, { Qty: 1, UnitPrice: 60 })],
    TxnTaxDetail: { TotalTax: 0 },
    ...more,
  });
}

async function read(type: string, id: string): Promise<unknown> {
  return (await person("GET", `${type}/${id}`)).json;
}

async function customer(name: string, more: object = {}): Promise<string> {
  return (await company.create("Customer", { DisplayName: name, ...more })).id;
}

async function service(name: string, more: object = {}): Promise<string> {
  const income = await company.idOf("Account", "Services");
  return (await company.create("Item", { Name: name, Type: "Service", IncomeAccountRef: { value: income }, ...more }))
    .id;
}

describe("merging", () => {
  it("moves a customer's invoices, payments and balance to the survivor", async () => {
    const [stays, gone] = [await customer("Stays"), await customer("Goes")];
    const made = await invoice(gone);
    await person("POST", "payment", {
      CustomerRef: { value: gone },
      TotalAmt: 20,
      Line: [{ Amount: 20, LinkedTxn: [{ TxnId: made.id, TxnType: "Invoice" }] }],
    });
    const merged = await person("POST", `customer/${gone}/merge`, { into: stays });
    expect(at(merged.json, "Balance")).toBe(40);
    expect(at(await read("invoice", made.id), "CustomerRef")).toEqual({ value: stays, name: "Stays" });
    expect(faultCode(await company.get(`customer/${gone}`))).toBe("610");
    expect(
      faultCode(await company.post("invoice", { CustomerRef: { value: gone }, Line: [salesLine(hours, 1)] })),
    ).toBe("2500");
  });

  it("lets lines name the surviving item, and items the surviving account", async () => {
    const [stays, gone] = [await service("Kept service"), await service("Double service")];
    const made = await invoice(await customer("Item buyer"), {}, gone);
    expect((await person("POST", `item/${gone}/merge`, { into: stays })).status).toBe(200);
    const line = at(await read("invoice", made.id), "Line", 0, "SalesItemLineDetail");
    expect(at(line, "ItemRef")).toEqual({ value: stays, name: "Kept service" });

    const account = (Name: string) => company.create("Account", { Name, AccountSubType: "ServiceFeeIncome" });
    const [main, double] = [await account("Main fees"), await account("Double fees")];
    const fees = await service("Fees", { IncomeAccountRef: { value: double.id } });
    expect((await person("POST", `account/${double.id}/merge`, { into: main.id })).status).toBe(200);
    expect(at(await read("item", fees), "IncomeAccountRef")).toEqual({ value: main.id, name: "Main fees" });
    expect(faultCode(await company.get(`account/${double.id}`))).toBe("610");
  });

  it.each<[string, string, () => Promise<[string, string]>]>([
    [
      "inventory items",
      "item",
      async () => [await company.idOf("Item", "Oak board 2 m"), await company.idOf("Item", "Brass hinge 75 mm")],
    ],
    ["items of two types", "item", async () => [await company.idOf("Item", "Packing crate"), hours]],
    [
      "accounts of two types",
      "account",
      async () => [await company.idOf("Account", "Savings"), await company.idOf("Account", "Sales")],
    ],
    ["a customer with itself", "customer", async () => Array(2).fill(await customer("Alone")) as [string, string]],
    [
      "a customer that has sub-customers",
      "customer",
      async () => {
        const above = await customer("Above");
        await customer("Below", { Job: true, ParentRef: { value: above } });
        return [above, await customer("Target")];
      },
    ],
    [
      "a customer into an inactive one",
      "customer",
      async () => {
        const inactive = await customer("Inactive target");
        await person("PATCH", `customer/${inactive}`, { Active: false });
        return [await customer("Into inactive"), inactive];
      },
    ],
    [
      "vendors",
      "vendor",
      async () => [await company.idOf("Vendor", "Quayside Freight"), await company.idOf("Vendor", "Summit Packaging")],
    ],
  ])("refuses to merge %s", async (_name, type, pair) => {
    const [gone, into] = await pair();
    expect((await person("POST", `${type}/${gone}/merge`, { into })).status).toBe(422);
  });
});

describe("renaming", () => {
  it("shows the new name in every document, without a change of theirs", async () => {
    const buyer = await customer("Old name");
    const made = await invoice(buyer);
    await person("PATCH", `customer/${buyer}`, { DisplayName: "New name" });
    const seen = await read("invoice", made.id);
    expect(at(seen, "CustomerRef")).toEqual({ value: buyer, name: "New name" });
    expect(at(seen, "SyncToken")).toBe("0");
    expect(at(seen, "MetaData")).toEqual(at(made.body, "MetaData"));
  });

  it("changes the full names below, which queries find", async () => {
    const category = (await company.create("Item", { Name: "Hats", Type: "Category" })).id;
    const inner = await company.create("Item", {
      Name: "Summer",
      Type: "Category",
      SubItem: true,
      ParentRef: { value: category },
    });
    const item = await service("Small", { SubItem: true, ParentRef: { value: inner.id } });
    expect(at(await read("item", item), "FullyQualifiedName")).toBe("Hats:Summer:Small");
    await person("PATCH", `item/${category}`, { Name: "Headgear" });
    expect(await read("item", item)).toMatchObject({
      Name: "Small",
      FullyQualifiedName: "Headgear:Summer:Small",
      ParentRef: { value: inner.id, name: "Headgear:Summer" },
    });
    const found = await company.query("select * from Item where FullyQualifiedName = 'Headgear:Summer:Small'");
    expect(textAt(found.json, "QueryResponse", "Item", 0, "Id")).toBe(item);
  });
});

describe("sub-customers", () => {
  it("have a full name, stand on invoices with it, and count in the balance above", async () => {
    const parent = await customer("Abernathy Homes");
    const child = await company.create("Customer", {
      DisplayName: "Kitchen Remodel",
      Job: true,
      ParentRef: { value: parent },
    });
    expect(child.body).toMatchObject({
      FullyQualifiedName: "Abernathy Homes:Kitchen Remodel",
      Job: true,
      Level: 1,
      ParentRef: { value: parent, name: "Abernathy Homes" },
    });
    const made = await invoice(child.id);
    expect(at(made.body, "CustomerRef", "name")).toBe("Abernathy Homes:Kitchen Remodel");
    expect(await read("customer", parent)).toMatchObject({ Balance: 0, BalanceWithJobs: 60 });
    expect(faultCode(await company.post("customer", { DisplayName: "kitchen remodel" }))).toBe("6240");
    const query = "select * from Customer where FullyQualifiedName = 'Abernathy Homes:Kitchen Remodel'";
    expect(textAt((await company.query(query)).json, "QueryResponse", "Customer", 0, "Id")).toBe(child.id);
  });

  it("can be moved to the top and below another, never below themselves", async () => {
    const [first, second] = [await customer("First parent"), await customer("Second parent")];
    const child = await customer("Movable", { Job: true, ParentRef: { value: first } });
    await person("PATCH", `customer/${child}`, { ParentRef: { value: second } });
    expect(await read("customer", child)).toMatchObject({ FullyQualifiedName: "Second parent:Movable" });
    const circle = await person("PATCH", `customer/${second}`, { Job: true, ParentRef: { value: child } });
    expect(at(circle.json, "code")).toBe("900");
    await person("PATCH", `customer/${child}`, { Job: false });
    const top = await read("customer", child);
    expect(top).toMatchObject({ FullyQualifiedName: "Movable", Job: false });
    expect(top).not.toHaveProperty("ParentRef");
  });
});

describe("categories", () => {
  it("hold items of one name each, cannot be sold, and are the only parents of items", async () => {
    const [red, blue] = [
      (await company.create("Item", { Name: "Red", Type: "Category" })).id,
      (await company.create("Item", { Name: "Blue", Type: "Category" })).id,
    ];
    const parent = (value: string) => ({ SubItem: true, ParentRef: { value } });
    const first = await service("Cap", parent(red));
    const second = await service("Cap", parent(blue));
    expect(first).not.toBe(second);
    const income = { IncomeAccountRef: { value: await company.idOf("Account", "Services") } };
    const again = { Name: "cap", Type: "Service", ...income };
    expect(faultCode(await company.post("item", { ...again, ...parent(red) }))).toBe("6240");
    expect(faultCode(await company.post("item", { ...again, ...parent(hours) }))).toBe("6000");
    const buyer = { value: await customer("Cap buyer") };
    expect(faultCode(await company.post("invoice", { CustomerRef: buyer, Line: [salesLine(red, 5)] }))).toBe("2500");
    await person("PATCH", `item/${first}`, { SubItem: false });
    const top = await read("item", first);
    expect(top).toMatchObject({ FullyQualifiedName: "Cap" });
    expect(top).not.toHaveProperty("ParentRef");
  });
});

describe("deactivating and making anew", () => {
  it("holds the plain name of an inactive record, in each kind of name", async () => {
    const income = { value: await company.idOf("Account", "Services") };
    const kinds: [string, object][] = [
      ["Customer", { DisplayName: "Dormant" }],
      ["Item", { Name: "Dormant", Type: "Service", IncomeAccountRef: income }],
      ["Account", { Name: "Dormant", AccountType: "Income" }],
    ];
    for (const [type, body] of kinds) {
      const made = await company.create(type, body);
      const left = await person("PATCH", `${type.toLowerCase()}/${made.id}`, { Active: false });
      expect(left.json).toMatchObject({ FullyQualifiedName: "Dormant (deleted)", Active: false });
      const again = await company.post(type.toLowerCase(), body);
      expect([faultCode(again), again.text]).toEqual(["6240", expect.stringContaining(`Id=${made.id}`)]);
      const back = await person("PATCH", `${type.toLowerCase()}/${made.id}`, { Active: true });
      expect(back.json).toMatchObject({ FullyQualifiedName: "Dormant", Active: true });
    }
  });

  it("frees the name where the setting says so, and takes the plain name back when it is free", async () => {
    const other = await Company.make({ inactive_names: "freed" });
    const change = (id: string, Active: boolean) => person("PATCH", `customer/${id}`, { Active }, other);
    const first = await other.create("Customer", { DisplayName: "Comeback" });
    await change(first.id, false);
    const second = await other.create("Customer", { DisplayName: "Comeback" });
    expect(at((await change(first.id, true)).json, "code")).toBe("6240");
    expect(at((await change(second.id, false)).json, "DisplayName")).toBe("Comeback (deleted 2)");
    expect(at((await change(first.id, true)).json, "DisplayName")).toBe("Comeback");
  });
});

describe("invoices that change", () => {
  const BillAddr = { Line1: "Quay 4", City: "Reno", CountrySubDivisionCode: "NV", PostalCode: "89501", Country: "US" };

  it("may come back with addresses in plain lines where the update did not send them", async () => {
    const made = await invoice(await customer("Re-flowed"), { BillAddr });
    const update = (SyncToken: string, more: object) =>
      company.post("invoice", { Id: made.id, SyncToken, sparse: true, ...more });
    const first = at((await update("0", { PrivateNote: "1" })).json, "Invoice", "BillAddr");
    expect(first).toEqual({
      Id: at(made.body, "BillAddr", "Id"),
      Line1: "Quay 4",
      Line2: "Reno, NV 89501",
      Line3: "US",
    });
    expect(at((await update("1", { PrivateNote: "2" })).json, "Invoice", "BillAddr")).toEqual(first);
    expect(at((await update("2", { BillAddr })).json, "Invoice", "BillAddr")).toMatchObject(BillAddr);
    await control("PATCH", `/companies/${company.realmId}`, { reflow_addresses: false });
    expect(at((await update("3", { PrivateNote: "4" })).json, "Invoice", "BillAddr")).toMatchObject(BillAddr);
    await control("PATCH", `/companies/${company.realmId}`, { reflow_addresses: true });
  });

  it("can be voided by a person although a payment is applied, which stays unapplied", async () => {
    const buyer = await customer("Paid then voided");
    const made = await invoice(buyer);
    const payment = await person("POST", "payment", {
      CustomerRef: { value: buyer },
      TotalAmt: 25,
      Line: [{ Amount: 25, LinkedTxn: [{ TxnId: made.id, TxnType: "Invoice" }] }],
    });
    expect(faultCode(await company.post("invoice?operation=void", { Id: made.id, SyncToken: "1" }))).toBe("6000");
    expect((await person("POST", `invoice/${made.id}/void`)).status).toBe(200);
    expect(await read("payment", textAt(payment.json, "Id"))).toMatchObject({ UnappliedAmt: 25 });
  });
});
