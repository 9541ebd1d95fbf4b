/**
 * docs/contract.md, section 8, "Customer": whom an invoice is booked on. Each test looks into the emulator's company.
 */
import { beforeAll, describe, expect, test } from "vitest";
import { createInstance } from "../../scripts/demo/front-door.ts";
import { setUpCompany, sharedStack, type TestCompany } from "../harness/app.ts";
import type { QboEntity } from "../harness/emulator.ts";
import { newNumber } from "../harness/make-order.ts";
import { OrderSystem } from "../harness/order-system.ts";
import { push, warningCodes } from "../harness/push.ts";

let company: TestCompany;

beforeAll(async () => {
  company = await setUpCompany();
});

async function customersNamed(name: string): Promise<QboEntity[]> {
  const customers = await company.emulator.list(company.realmId, "customer");
  return customers.filter((customer) => customer.DisplayName === name);
}

describe.concurrent("one QuickBooks customer per buyer", () => {
  test("a new buyer becomes a customer of that name", async () => {
    const name = `Blauer See Delikatessen ${newNumber()}`;
    const { qbo, invoice } = await push(company, { customer: { id: "NEW-1", name, email: "orders@example.com" } });
    expect(qbo.CustomerRef.name).toBe(name);
    expect(await customersNamed(name)).toHaveLength(1);
    expect(invoice.warnings).toEqual([]);
  });

  test("the first time, an active customer of that display name is adopted", async () => {
    const name = `Adopted ${newNumber()}`;
    const there = await company.emulator.create(company.realmId, "customer", { DisplayName: name });
    const { qbo, invoice } = await push(company, { customer: { id: "ADOPT-1", name } });
    expect(qbo.CustomerRef.value).toBe(there.Id);
    expect(await customersNamed(name)).toHaveLength(1);
    expect(invoice.warnings).toEqual([]);
  });

  test("a buyer is known by customer.id: a changed name makes no second customer", async () => {
    const id = newNumber("ID");
    const first = await push(company, { customer: { id, name: `Before ${id}` } });
    const second = await push(company, { customer: { id, name: `After ${id}` } });
    expect(second.qbo.CustomerRef.value).toBe(first.qbo.CustomerRef.value);
    expect(await customersNamed(`After ${id}`)).toEqual([]);
  });

  test("a buyer without an ID is known by name", async () => {
    const name = `No ID ${newNumber()}`;
    const first = await push(company, { customer: { id: null, name } });
    const second = await push(company, { customer: { id: null, name } });
    expect(second.qbo.CustomerRef.value).toBe(first.qbo.CustomerRef.value);
    expect(await customersNamed(name)).toHaveLength(1);
  });

  test.each(["0", "guest"])("guests, whom their shop all gives the ID '%s', are customers of their own", async (id) => {
    const [alice, bob] = [`Alice ${newNumber()}`, `Bob ${newNumber()}`];
    const first = await push(company, { customer: { id, name: alice } });
    const second = await push(company, { customer: { id, name: bob } });
    const again = await push(company, { customer: { id, name: alice } });
    expect([first, second, again].map(({ qbo }) => qbo.CustomerRef.name)).toEqual([alice, bob, alice]);
    expect(again.qbo.CustomerRef.value).toBe(first.qbo.CustomerRef.value);
  });

  test("two buyers of one name: the second gets its ID behind the name, with a warning", async () => {
    const name = `Twin ${newNumber()}`;
    const first = await push(company, { customer: { id: "TW-1", name } });
    const second = await push(company, { customer: { id: "TW-2", name } });
    expect(second.qbo.CustomerRef.value).not.toBe(first.qbo.CustomerRef.value);
    expect(second.qbo.CustomerRef.name).toBe(`${name} (TW-2)`);
    expect(warningCodes(second.invoice)).toContain("customer_renamed");
  });

  test("the same customer.id in another instance is another buyer", async () => {
    const name = `Instances ${newNumber()}`;
    const first = await push(company, { customer: { id: "SAME", name } });
    const instance = await createInstance(company.api, "Second shop", company.connectionId, true);
    const webhookUrl = sharedStack().appOrigin + new URL(instance.webhook_url).pathname;
    const orders = new OrderSystem(webhookUrl, instance.webhook_secret);
    const second = await push({ ...company, instanceId: instance.id, orders }, { customer: { id: "SAME", name } });
    expect(second.qbo.CustomerRef.value).not.toBe(first.qbo.CustomerRef.value);
    expect(second.qbo.CustomerRef.name).toBe(`${name} (SAME)`);
  });

  test.each(["vendor", "employee"] as const)("a name that a %s holds gets the buyer's ID behind it", async (type) => {
    const name = `${type} name ${newNumber()}`;
    await company.emulator.create(
      company.realmId,
      type,
      type === "employee" ? { DisplayName: name, FamilyName: name } : { DisplayName: name },
    );
    const id = newNumber("HELD");
    const { qbo, invoice } = await push(company, { customer: { id, name } });
    expect(qbo.CustomerRef.name).toBe(`${name} (${id})`);
    expect(warningCodes(invoice)).toContain("customer_renamed");
  });

  test("a name that an inactive customer holds gets the buyer's ID behind it; an inactive customer is never adopted", async () => {
    const name = `Gone ${newNumber()}`;
    const there = await company.emulator.create(company.realmId, "customer", { DisplayName: name });
    const gone = await company.emulator.change(company.realmId, "customer", there.Id, { Active: false });
    // QuickBooks keeps an inactive customer under its name with ' (deleted)' behind.
    const heldName = gone.DisplayName ?? "";
    expect(heldName).toBe(`${name} (deleted)`);
    const held = await push(company, { customer: { id: "GONE-1", name: heldName } });
    expect(held.qbo.CustomerRef.name).toBe(`${heldName} (GONE-1)`);
    expect(warningCodes(held.invoice)).toContain("customer_renamed");
    // It holds its plain name too, unless the company frees it (docs/emulator.md).
    const plain = await push(company, { customer: { id: "GONE-2", name } });
    expect(plain.qbo.CustomerRef.name).toBe(`${name} (GONE-2)`);
    expect(plain.qbo.CustomerRef.value).not.toBe(there.Id);
  });

  test("where there is no ID, a taken name becomes 'Name (2)'", async () => {
    const name = `Taken ${newNumber()}`;
    await company.emulator.create(company.realmId, "vendor", { DisplayName: name });
    const { qbo, invoice } = await push(company, { customer: { id: null, name } });
    expect(qbo.CustomerRef.name).toBe(`${name} (2)`);
    expect(warningCodes(invoice)).toContain("customer_renamed");
  });

  test("a name of which nothing is left becomes 'Customer <id>'", async () => {
    const id = newNumber("E");
    const { qbo, invoice } = await push(company, { customer: { id, name: "🎉🎉" } });
    expect(qbo.CustomerRef.name).toBe(`Customer ${id}`);
    expect(warningCodes(invoice)).toContain("text_changed");
  });
});

test("one QuickBooks customer for all orders: created if missing, the buyer's name and addresses on the invoice", async () => {
  const single = await setUpCompany({ settings: { customer_mode: "single", customer_name: "Web shop sales" } });
  const address = {
    line1: "12 Quay Street",
    line2: null,
    city: "Bristol",
    region: null,
    postal_code: "BS1 4AA",
    country: "United Kingdom",
  };
  const first = await push(single, {
    customer: { id: "A", name: "First Buyer Ltd" },
    billing_address: address,
    shipping_address: address,
  });
  const second = await push(single, { customer: { id: "B", name: "Second Buyer Ltd" }, billing_address: address });
  const customers = await single.emulator.list(single.realmId, "customer");
  expect(customers.filter((customer) => customer.DisplayName === "Web shop sales")).toHaveLength(1);
  expect(customers.filter((customer) => /Buyer Ltd/.test(customer.DisplayName ?? ""))).toEqual([]);
  expect(first.qbo.CustomerRef).toMatchObject({ name: "Web shop sales" });
  expect(second.qbo.CustomerRef.value).toBe(first.qbo.CustomerRef.value);
  expect(Object.values(first.qbo.BillAddr ?? {})).toEqual(
    expect.arrayContaining(["First Buyer Ltd", "12 Quay Street", "Bristol", "BS1 4AA"]),
  );
  expect(Object.values(first.qbo.ShipAddr ?? {})).toEqual(
    expect.arrayContaining(["First Buyer Ltd", "12 Quay Street"]),
  );
  expect(Object.values(second.qbo.BillAddr ?? {})).toContain("Second Buyer Ltd");
});

test("one QuickBooks customer for all orders: one that is there is used", async () => {
  const single = await setUpCompany({ settings: { customer_mode: "single", customer_name: "House account" } });
  const there = await single.emulator.create(single.realmId, "customer", { DisplayName: "House account" });
  const { qbo } = await push(single, { customer: { id: "A", name: "Somebody" } });
  expect(qbo.CustomerRef.value).toBe(there.Id);
});
