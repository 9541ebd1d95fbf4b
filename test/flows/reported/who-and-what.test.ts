/**
 * Cases that users of such integrations have reported in public: who a buyer is and what a line is (docs/contract.md,
 * section 8, *Who and what it is*). Each sends what their shop sent, does what a person did in QuickBooks, and looks into
 * the emulator's books. The names are those of the list of cases.
 */
import { beforeAll, describe, expect, test, vi } from "vitest";
import { setUpCompany, type TestCompany } from "../../harness/app.ts";
import type { QboEntity } from "../../harness/emulator.ts";
import { cloudEvent, deliverAsIntuit, olderBody } from "../../harness/intuit-events.ts";
import { invoiceEvent, newNumber, type OrderLine } from "../../harness/make-order.ts";
import { goodsLines, push, type Pushed, sendAndSettle, warningCodes } from "../../harness/push.ts";

const SHOWN_LIMIT = { timeout: 60_000, interval: 500 };

let company: TestCompany;

beforeAll(async () => {
  company = await setUpCompany();
});

const customer = (parts: Record<string, unknown>) => company.emulator.create(company.realmId, "customer", parts);
const customersNamed = async (name: string, of = company): Promise<QboEntity[]> =>
  (await of.emulator.list(of.realmId, "customer")).filter(({ DisplayName }) => DisplayName?.includes(name));

async function item(parts: Record<string, unknown>, of = company): Promise<QboEntity> {
  const accounts = await of.emulator.list(of.realmId, "account");
  const income = accounts.find((account) => account.Name === "Sales of Product Income");
  const body = { Type: "NonInventory", IncomeAccountRef: { value: income?.Id }, ...parts };
  return of.emulator.create(of.realmId, "item", body);
}

const category = (Name: string) => company.emulator.create(company.realmId, "item", { Name, Type: "Category" });
const inCategory = (Name: string, above: QboEntity) => item({ Name, SubItem: true, ParentRef: { value: above.Id } });

const line = (parts: Partial<OrderLine>) => ({
  lines: [{ id: "1", quantity: "1", unit_price: "100.00", taxable: false, ...parts }],
});
const itemOf = ({ qbo }: Pushed) => goodsLines(qbo)[0]?.SalesItemLineDetail?.ItemRef;
const messageOf = ({ invoice }: Pushed, code: string) => invoice.warnings.find((one) => one.code === code)?.message;

describe.concurrent("PB07: one ID for several people", () => {
  test("another name with another e-mail is another customer, and both are named", async () => {
    const id = newNumber("WALK-IN");
    const alice = { id, name: `Alice ${id}`, email: "alice@example.com" };
    const bob = { id, name: `Bob ${id}`, email: "bob@example.com" };
    const first = await push(company, { customer: alice });
    const second = await push(company, { customer: bob });
    expect(second.qbo.CustomerRef.name).toBe(bob.name);
    expect(second.qbo.CustomerRef.value).not.toBe(first.qbo.CustomerRef.value);
    expect(messageOf(second, "buyer_changed")).toMatch(new RegExp(`'${alice.name}'.*'${bob.name}'`));
    const again = await push(company, { customer: bob });
    expect(again.qbo.CustomerRef.value).toBe(second.qbo.CustomerRef.value);
    expect(again.invoice.warnings).toEqual([]);
    const back = await push(company, { customer: alice });
    expect(back.qbo.CustomerRef.value).toBe(first.qbo.CustomerRef.value);
    expect(warningCodes(back.invoice)).toEqual(["buyer_changed"]);
    expect(await customersNamed(id)).toHaveLength(2);
  });

  test.each([
    ["the e-mail stays", "one@example.com", "one@example.com"],
    ["one of its addresses stays", "one@example.com, two@example.com", "TWO@example.com"],
    ["an order has no e-mail", "one@example.com", null],
    ["none had one", null, "one@example.com"],
  ])("another name is the same buyer where %s", async (_case, before, after) => {
    const id = newNumber("SAME");
    const first = await push(company, { customer: { id, name: `Before ${id}`, email: before } });
    const second = await push(company, { customer: { id, name: `After ${id}`, email: after } });
    expect(second.qbo.CustomerRef.value).toBe(first.qbo.CustomerRef.value);
    expect(warningCodes(second.invoice)).toEqual([]);
  });

  test("another e-mail, then another name with that: still the same buyer", async () => {
    const id = newNumber("STEPS");
    const first = await push(company, { customer: { id, name: `Before ${id}`, email: "old@example.com" } });
    await push(company, { customer: { id, name: `Before ${id}`, email: "new@example.com" } });
    const third = await push(company, { customer: { id, name: `After ${id}`, email: "new@example.com" } });
    expect(third.qbo.CustomerRef.value).toBe(first.qbo.CustomerRef.value);
    expect(third.invoice.warnings).toEqual([]);
  });

  test("guests of one name are one customer however it is spelled; with different e-mails there is a warning", async () => {
    const name = `Mary Jones ${newNumber()}`;
    const first = await push(company, { customer: { id: "0", name, email: "mary@example.com" } });
    const spelled = ` ${name.toUpperCase().replace(" ", "  ")}`;
    const second = await push(company, { customer: { id: null, name: spelled, email: "mary@example.com" } });
    const third = await push(company, { customer: { id: "guest", name, email: "other.mary@example.com" } });
    expect([second, third].map(({ qbo }) => qbo.CustomerRef.value)).toEqual(
      Array.from({ length: 2 }, () => first.qbo.CustomerRef.value),
    );
    expect([first, second].flatMap(({ invoice }) => invoice.warnings)).toEqual([]);
    expect(messageOf(third, "guest_emails_differ")).toMatch(/mary@example\.com and other\.mary@example\.com/);
    expect(await customersNamed(name)).toHaveLength(1);
  });
});

describe.concurrent("PB13: sub-customers", () => {
  test("a buyer of that name is not booked on one; the full name finds it", async () => {
    const [parent, child] = [`Abernathy Homes ${newNumber()}`, `Kitchen Remodel ${newNumber()}`];
    const above = await customer({ DisplayName: parent });
    const below = await customer({
      DisplayName: child,
      Job: true,
      BillWithParent: true,
      ParentRef: { value: above.Id },
    });
    const plain = await push(company, { customer: { id: "c-PB13-1", name: child } });
    expect(plain.qbo.CustomerRef.value).not.toBe(below.Id);
    expect(plain.qbo.CustomerRef.name).toBe(`${child} (c-PB13-1)`);
    expect(warningCodes(plain.invoice)).toEqual(["customer_renamed"]);
    const full = await push(company, { customer: { id: "c-PB13-2", name: `${parent}: ${child}` } });
    expect(full.qbo.CustomerRef.value).toBe(below.Id);
    expect(full.invoice.warnings).toEqual([]);
  });

  test("a full name that is not there becomes a plain one, with a warning", async () => {
    const name = `Some Parent ${newNumber()}`;
    const { qbo, invoice } = await push(company, { customer: { id: newNumber("NEW"), name: `${name}:Child` } });
    expect(qbo.CustomerRef.name).toBe(`${name}-Child`);
    expect(warningCodes(invoice)).toEqual(["text_changed"]);
  });
});

describe.concurrent("PB15d: categories", () => {
  test("'Category:Item' finds the item there", async () => {
    const hats = await category(`Hats ${newNumber()}`);
    const small = await inCategory("Small", hats);
    const pushed = await push(company, line({ sku: null, name: `${hats.Name ?? ""}:Small` }));
    expect(itemOf(pushed)?.value).toBe(small.Id);
    expect(pushed.invoice.warnings).toEqual([]);
  });

  test("one name in two categories: the first, and a warning names both", async () => {
    const name = `Large ${newNumber()}`;
    const [hats, coats] = [await category(`Hats ${newNumber()}`), await category(`Coats ${newNumber()}`)];
    const [first] = [await inCategory(name, hats), await inCategory(name, coats)];
    const pushed = await push(company, line({ sku: null, name }));
    expect(itemOf(pushed)?.value).toBe(first?.Id);
    expect(messageOf(pushed, "several_items")).toMatch(new RegExp(`'${hats.Name}:${name}'.*'${coats.Name}:${name}'`));
    // It stays doubtful until a person chooses.
    expect(warningCodes((await push(company, line({ sku: null, name }))).invoice)).toEqual(["several_items"]);
  });

  test("one at the top is taken before those in categories", async () => {
    const name = `Medium ${newNumber()}`;
    await inCategory(name, await category(`Hats ${newNumber()}`));
    const top = await item({ Name: name });
    expect(itemOf(await push(company, line({ sku: null, name })))?.value).toBe(top.Id);
  });
});

describe.concurrent("PB26: one SKU twice", () => {
  test("the item with the line's name is taken, and the first order's warning names both", async () => {
    const sku = newNumber("DUP");
    await item({ Name: `Lamp old model ${sku}`, Sku: sku });
    const wanted = await item({ Name: `Lamp new model ${sku}`, Sku: sku });
    const pushed = await push(company, line({ sku, name: `lamp new model ${sku}` }));
    expect(itemOf(pushed)?.value).toBe(wanted.Id);
    expect(messageOf(pushed, "several_items")).toMatch(/new model.*old model/);
    const again = await push(company, line({ sku, name: `Lamp new model ${sku}` }));
    expect(itemOf(again)?.value).toBe(wanted.Id);
    expect(again.invoice.warnings).toEqual([]);
  });

  test("else the first, and each invoice says so", async () => {
    const sku = newNumber("DUP");
    const first = await item({ Name: `Shade A ${sku}`, Sku: sku });
    await item({ Name: `Shade B ${sku}`, Sku: sku });
    for (const name of [`Shade ${sku}`, `Lampshade ${sku}`]) {
      const pushed = await push(company, line({ sku, name }));
      expect(itemOf(pushed)?.value).toBe(first.Id);
      expect(warningCodes(pushed.invoice)).toEqual(["several_items"]);
    }
  });

  test("of two lines with one SKU the first names the item", async () => {
    const sku = newNumber("TWO");
    const lines = [`First ${sku}`, `Second ${sku}`].map((name, index) => ({
      ...line({ sku, name }).lines[0]!,
      id: String(index + 1),
    }));
    const { qbo } = await push(company, { lines });
    const refs = goodsLines(qbo).map((one) => one.SalesItemLineDetail?.ItemRef);
    expect(refs.map((ref) => ref?.name)).toEqual([`First ${sku}`, `First ${sku}`]);
  });
});

test.each([
  ["PB28: two blanks", (name: string) => name.replace("Tea ", "Tea  ")],
  ["PB19: entities", (name: string) => name.replace("&", "&amp;")],
])("%s in the name of an item make no second one", async (_case, spell) => {
  const name = `Tea & Co ${newNumber()}`;
  const there = await item({ Name: spell(name) });
  expect(itemOf(await push(company, line({ sku: null, name })))?.value).toBe(there.Id);
});

test("PB16a: an inactive customer that holds the name is left alone, and the warning says so", async () => {
  const name = `Dormant Deli ${newNumber()}`;
  const there = await customer({ DisplayName: name });
  await company.emulator.change(company.realmId, "customer", there.Id, { Active: false });
  const { qbo, invoice } = await push(company, { customer: { id: "dd", name } });
  expect(qbo.CustomerRef.name).toBe(`${name} (dd)`);
  expect(warningCodes(invoice)).toEqual(["customer_renamed"]);
});

describe.concurrent("PB59a/c: made inactive in QuickBooks", () => {
  // There a name is free again once its record is inactive, so that a person can make it anew.
  let freeing: TestCompany;
  beforeAll(async () => {
    freeing = await setUpCompany({ company: { inactive_names: "freed" } });
  });

  test("and made anew: the active item is taken, with a warning on the invoice that noticed", async () => {
    const sku = newNumber("RECR");
    const name = `Recreated tray ${sku}`;
    const first = await push(freeing, line({ sku, name }));
    await freeing.emulator.change(freeing.realmId, "item", itemOf(first)?.value ?? "", { Active: false });
    const anew = await item({ Name: name, Sku: sku }, freeing);
    const second = await push(freeing, line({ sku, name }));
    expect(itemOf(second)?.value).toBe(anew.Id);
    expect(warningCodes(second.invoice)).toEqual(["item_replaced"]);
    const third = await push(freeing, line({ sku, name }));
    expect(itemOf(third)?.value).toBe(anew.Id);
    expect(third.invoice.warnings).toEqual([]);
  });

  test("and made anew twice: inactive_reference names both, and nothing is created", async () => {
    const sku = newNumber("TWICE");
    const name = `Tray ${sku}`;
    const first = await push(freeing, line({ sku, name }));
    await freeing.emulator.change(freeing.realmId, "item", itemOf(first)?.value ?? "", { Active: false });
    await item({ Name: `${name} A`, Sku: sku }, freeing);
    await item({ Name: `${name} B`, Sku: sku }, freeing);
    const invoice = await sendAndSettle(freeing, invoiceEvent(line({ sku, name })));
    expect(invoice).toMatchObject({ push_status: "failed", error: { category: "inactive_reference" } });
    expect(invoice.error?.message).toMatch(/A' and '.* B'/);
    const withSku = (await freeing.emulator.list(freeing.realmId, "item")).filter((one) => one["Sku"] === sku);
    expect(withSku).toHaveLength(3);
  });

  test("a customer made anew is taken; without one the invoice waits, and no second customer is made", async () => {
    const id = newNumber("GONE");
    const name = `Gone ${id}`;
    const first = await push(freeing, { customer: { id, name } });
    await freeing.emulator.change(freeing.realmId, "customer", first.qbo.CustomerRef.value, { Active: false });
    const failed = await sendAndSettle(freeing, invoiceEvent({ customer: { id, name } }));
    expect(failed).toMatchObject({ push_status: "failed", error: { category: "inactive_reference" } });
    expect((await freeing.visitor.get(`/invoices/${failed.id}`)).html).toContain("Make active again");
    expect(await customersNamed(name, freeing)).toHaveLength(1);
    const anew = await freeing.emulator.create(freeing.realmId, "customer", { DisplayName: name });
    const second = await push(freeing, { customer: { id, name } });
    expect(second.qbo.CustomerRef.value).toBe(anew.Id);
    expect(warningCodes(second.invoice)).toEqual(["customer_replaced"]);
  });
});

describe.concurrent("PB59d: a merge in QuickBooks", () => {
  test.each(["older", "newer"])(
    "in the %s form: the next order goes to the survivor, without a warning",
    async (form) => {
      const id = newNumber("MERGED");
      const first = await push(company, { customer: { id, name: `Merged away ${id}` } });
      const survivor = await customer({ DisplayName: `Survivor ${id}` });
      const goneId = first.qbo.CustomerRef.value;
      await company.emulator.merge(company.realmId, "customer", goneId, survivor.Id);
      await tellOfMerge({ form, survivorId: survivor.Id, goneId });
      const second = await push(company, { customer: { id, name: `Merged away ${id}` } });
      expect(second.qbo.CustomerRef.value).toBe(survivor.Id);
      expect(second.invoice.warnings).toEqual([]);
    },
  );

  test("the survivor keeps the buyer that it had", async () => {
    const id = newNumber("KEPT");
    const [one, two] = [
      await push(company, { customer: { id: `${id}-1`, name: `Stays ${id}` } }),
      await push(company, { customer: { id: `${id}-2`, name: `Goes ${id}` } }),
    ];
    const [survivorId, goneId] = [one.qbo.CustomerRef.value, two.qbo.CustomerRef.value];
    await company.emulator.merge(company.realmId, "customer", goneId, survivorId);
    await tellOfMerge({ form: "older", survivorId, goneId });
    for (const [buyer, name] of [
      ["1", "Stays"],
      ["2", "Goes"],
    ]) {
      const { qbo } = await push(company, { customer: { id: `${id}-${buyer}`, name: `${name} ${id}` } });
      expect(qbo.CustomerRef.value).toBe(survivorId);
    }
  });

  test("that nobody told of: inactive_reference, and what was merged is not made again", async () => {
    const id = newNumber("UNTOLD");
    const first = await push(company, { customer: { id, name: `Untold ${id}` } });
    const survivor = await customer({ DisplayName: `Heir of it ${id}` });
    await company.emulator.merge(company.realmId, "customer", first.qbo.CustomerRef.value, survivor.Id);
    const invoice = await sendAndSettle(company, invoiceEvent({ customer: { id, name: `Untold ${id}` } }));
    expect(invoice).toMatchObject({ push_status: "failed", error: { category: "inactive_reference" } });
    expect(await customersNamed(`Untold ${id}`)).toEqual([]);
  });
});

test("metered reads: one for a new buyer, none for a known one, one where the ID stands for somebody else", async () => {
  const own = await setUpCompany();
  const reads = async () => {
    const { by_kind } = await own.emulator.summary(own.realmId);
    return (by_kind["query"] ?? 0) + (by_kind["read"] ?? 0);
  };
  const readsOf = async (buyer: { id: string; name: string; email: string }) => {
    const before = await reads();
    await push(own, { customer: buyer });
    return (await reads()) - before;
  };
  const tea = await push(own, {});
  expect(tea.invoice.push_status).toBe("sent");
  expect(await readsOf({ id: "R-1", name: "Reader One", email: "one@example.com" })).toBe(1);
  expect(await readsOf({ id: "R-1", name: "Reader One", email: "one@example.com" })).toBe(0);
  expect(await readsOf({ id: "R-1", name: "Reader Two", email: "two@example.com" })).toBe(1);
});

/** Tells the app of a merge, and waits until it has worked that off: a void told in the same breath shows by then. */
async function tellOfMerge({
  form,
  survivorId,
  goneId,
}: {
  form: string;
  survivorId: string;
  goneId: string;
}): Promise<void> {
  const { invoice, qbo } = await push(company, {});
  await company.emulator.voidInvoice(company.realmId, qbo.Id);
  const lastUpdated = new Date(Date.now() + 60_000).toISOString();
  const body =
    form === "older"
      ? olderBody(company.realmId, [
          { name: "Customer", id: survivorId, operation: "Merge", deletedId: goneId, lastUpdated },
          { name: "Vendor", id: survivorId, operation: "Merge", deletedId: goneId, lastUpdated },
          { name: "Invoice", id: qbo.Id, operation: "Void", lastUpdated },
        ])
      : [
          cloudEvent(company.realmId, "qbo.customer.merged.v1", survivorId, { deletedid: goneId }),
          cloudEvent(company.realmId, "qbo.vendor.merged.v1", survivorId, { deletedid: goneId }),
          { ...(cloudEvent(company.realmId, "qbo.invoice.void.v1", qbo.Id) as object), time: lastUpdated },
        ];
  expect(await deliverAsIntuit(body)).toBe(200);
  const status = async () =>
    (await company.api.call<{ push_status: string }>("GET", `/invoices/${invoice.id}`)).push_status;
  // Not expect.poll, which tests that run side by side can't share.
  await vi.waitFor(async () => expect(await status()).toBe("voided"), SHOWN_LIMIT);
}
