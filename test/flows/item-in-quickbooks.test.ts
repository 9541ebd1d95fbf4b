/** docs/contract.md, section 8, "Item": what a line is booked on. Each test looks into the emulator's company. */
import { beforeAll, describe, expect, test } from "vitest";
import { setUpCompany, type TestCompany } from "../harness/app.ts";
import type { QboEntity } from "../harness/emulator.ts";
import { invoiceEvent, newNumber, type OrderLine } from "../harness/make-order.ts";
import { goodsLines, push, sendAndSettle, warningCodes } from "../harness/push.ts";

let company: TestCompany;

beforeAll(async () => {
  company = await setUpCompany();
});

function line(parts: Partial<OrderLine>): OrderLine {
  return { id: "1", quantity: "1", unit_price: "10.00", taxable: false, ...parts };
}

async function pushLine(parts: Partial<OrderLine>) {
  const pushed = await push(company, { lines: [line(parts)] });
  const ref = goodsLines(pushed.qbo)[0]?.SalesItemLineDetail?.ItemRef;
  if (ref === undefined) throw new Error("The invoice has no line of goods.");
  return { ...pushed, ref };
}

async function items(where: (item: QboEntity) => boolean): Promise<QboEntity[]> {
  return (await company.emulator.list(company.realmId, "item")).filter(where);
}

async function existingItem(name: string, sku: string | null): Promise<QboEntity> {
  const accounts = await company.emulator.list(company.realmId, "account");
  const income = accounts.find((account) => account.Name === "Sales of Product Income");
  return company.emulator.create(company.realmId, "item", {
    Name: name,
    ...(sku === null ? {} : { Sku: sku }),
    Type: "Service",
    IncomeAccountRef: { value: income?.Id },
  });
}

describe.concurrent("items", () => {
  test("a new SKU becomes an inventory item with name, SKU, the three accounts, quantity and start date", async () => {
    const sku = newNumber("SKU");
    const { ref } = await pushLine({ sku, name: `Walnut tray ${sku}` });
    const [item] = await items(({ Id }) => Id === ref.value);
    expect(item).toMatchObject({
      Name: `Walnut tray ${sku}`,
      Sku: sku,
      Type: "Inventory",
      IncomeAccountRef: { name: "Sales of Product Income" },
      ExpenseAccountRef: { name: "Cost of Goods Sold" },
      AssetAccountRef: { name: "Inventory Asset" },
      InvStartDate: "2020-01-01",
    });
  });

  test("an item is known by SKU: another name on a later line makes no second item", async () => {
    const sku = newNumber("SKU");
    const first = await pushLine({ sku, name: `Before ${sku}` });
    const second = await pushLine({ sku, name: `After ${sku}` });
    expect(second.ref.value).toBe(first.ref.value);
    expect(await items((item) => item["Sku"] === sku)).toHaveLength(1);
  });

  test("an item of that SKU that is there already is used, whatever its name", async () => {
    const sku = newNumber("SKU");
    const there = await existingItem(`Own name ${sku}`, sku);
    const { ref } = await pushLine({ sku, name: "The shop's name" });
    expect(ref.value).toBe(there.Id);
  });

  test("else the item of that name that has no other SKU", async () => {
    const name = `Plain ${newNumber()}`;
    const there = await existingItem(name, null);
    const { ref } = await pushLine({ sku: newNumber("SKU"), name });
    expect(ref.value).toBe(there.Id);
  });

  test("a name that an item with another SKU holds becomes 'Name (SKU)', with a warning", async () => {
    const name = `Shared ${newNumber()}`;
    const sku = newNumber("SKU");
    await existingItem(name, newNumber("OTHER"));
    const { ref, invoice } = await pushLine({ sku, name });
    const [item] = await items(({ Id }) => Id === ref.value);
    expect(item).toMatchObject({ Name: `${name} (${sku})`, Sku: sku });
    expect(warningCodes(invoice)).toContain("item_renamed");
  });

  test("a line without SKU is known by its name", async () => {
    const name = `Gift wrap ${newNumber()}`;
    const first = await pushLine({ name });
    const second = await pushLine({ name });
    expect(second.ref.value).toBe(first.ref.value);
    expect(await items((item) => item.Name === name)).toHaveLength(1);
  });

  test("the line's own name and description stand in the line's description", async () => {
    const sku = newNumber("SKU");
    await pushLine({ sku, name: `Teapot ${sku}` });
    const { qbo } = await pushLine({ sku, name: "Teapot, blue", description: "1.2 litres" });
    expect(goodsLines(qbo)[0]?.Description).toBe("Teapot, blue - 1.2 litres");
  });

  test("two orders with the same new item and buyer at once create each once", async () => {
    const sku = newNumber("SKU");
    const buyer = { id: sku, name: `At once ${sku}` };
    const orders = Array.from({ length: 8 }, () =>
      push(company, { customer: buyer, lines: [line({ sku, name: `Item ${sku}` })] }),
    );
    await Promise.all(orders);
    expect(await items((item) => item["Sku"] === sku)).toHaveLength(1);
    const customers = await company.emulator.list(company.realmId, "customer");
    expect(customers.filter((customer) => customer.DisplayName?.startsWith(buyer.name))).toHaveLength(1);
  });
});

test("an item that was deactivated: inactive_reference, and 'Make active again' sends it on its way", async () => {
  const sku = newNumber("SKU");
  const first = await pushLine({ sku, name: `Retired ${sku}` });
  await company.emulator.change(company.realmId, "item", first.ref.value, { Active: false });
  const invoice = await sendAndSettle(company, invoiceEvent({ lines: [line({ sku, name: `Retired ${sku}` })] }));
  expect(invoice).toMatchObject({
    push_status: "failed",
    error: { category: "inactive_reference", title: "Inactive in QuickBooks" },
  });
  expect(invoice.error?.message).toContain(sku);
  const page = await company.visitor.get(`/invoices/${invoice.id}`);
  expect(page.html).toContain("Make active again");
});

test.each([
  ["non_inventory", "NonInventory"],
  ["service", "Service"],
])("item type %s makes items of type %s", async (setting, type) => {
  const other = await setUpCompany({ settings: { item_type: setting } });
  const { qbo } = await push(other, { lines: [line({ sku: "A-1", name: "Anything" })] });
  const made = await other.emulator.list(other.realmId, "item");
  expect(made.find(({ Id }) => Id === goodsLines(qbo)[0]?.SalesItemLineDetail?.ItemRef.value)).toMatchObject({
    Type: type,
    Sku: "A-1",
  });
});

test("accounts that do not exist yet are created, each once", async () => {
  const other = await setUpCompany({
    settings: { income_account: "Shop income", cogs_account: "Shop cost of goods", asset_account: "Shop stock" },
  });
  await Promise.all([
    push(other, { lines: [line({ sku: "A-1", name: "One" })] }),
    push(other, { lines: [line({ sku: "A-2", name: "Two" })] }),
  ]);
  const accounts = await other.emulator.list(other.realmId, "account");
  const found = ["Shop income", "Shop cost of goods", "Shop stock"].map((name) =>
    accounts.filter((account) => account.Name === name),
  );
  expect(found.map((same) => same.length)).toEqual([1, 1, 1]);
  expect(found.map(([account]) => account?.["AccountType"])).toEqual([
    "Income",
    "Cost of Goods Sold",
    "Other Current Asset",
  ]);
});
