/**
 * docs/contract.md, section 8, *Letters*: names in the scripts of the world, in companies that keep letters, refuse them, or
 * turn them into others. Asserted on the emulator's books and on its record of calls: what stands there, what was said, how
 * many writes were spent to learn, and that nothing was created twice.
 */
import { describe, expect, test } from "vitest";
import { setUpCompany, type TestCompany } from "../harness/app.ts";
import { newNumber } from "../harness/make-order.ts";
import { goodsLines, push, pushEvent, type QboInvoice, warningCodes } from "../harness/push.ts";
import { invoiceEvent } from "../harness/make-order.ts";

interface Names {
  buyer: string;
  product: string;
}

const NAMES = {
  polish: { buyer: "Zażółć Gęślą Jaźń", product: "Łopata" },
  greek: { buyer: "Αθήνα Τρόφιμα", product: "Λάδι" },
  cyrillic: { buyer: "ООО «Ромашка»", product: "Чайник" },
  japanese: { buyer: "東京商店", product: "急須" },
  arabic: { buyer: "مكتبة النور", product: "شاي" },
  emoji: { buyer: "Sunny 🌞 Shop", product: "Party 🎉 hat" },
} satisfies Record<string, Names>;
type Script = keyof typeof NAMES;
const SCRIPTS = Object.keys(NAMES) as Script[];
const SOME: readonly Script[] = ["polish", "japanese", "emoji"];

const WITHOUT_EMOJI: Names = { buyer: "Sunny Shop", product: "Party hat" };
const AS_THEY_ARE: Record<Script, Names> = { ...NAMES, emoji: WITHOUT_EMOJI };
/** Made fit for ISO-8859-1; a name of which nothing is left is called by its ID or its SKU. */
const MADE_FIT: Record<Script, Names> = {
  polish: { buyer: "Zazólc Gesla Jazn", product: "Lopata" },
  greek: { buyer: "Customer C-greek", product: "S-greek" },
  cyrillic: { buyer: "Customer C-cyrillic", product: "S-cyrillic" },
  japanese: { buyer: "Customer C-japanese", product: "S-japanese" },
  arabic: { buyer: "Customer C-arabic", product: "S-arabic" },
  emoji: WITHOUT_EMOJI,
};

function order(script: Script) {
  const { buyer, product } = NAMES[script];
  return {
    customer: { id: `C-${script}`, name: buyer },
    lines: [{ sku: `S-${script}`, name: product, quantity: "1", unit_price: "5.00", taxable: false }],
  };
}

async function namesIn(company: TestCompany, type: "customer" | "item"): Promise<string[]> {
  const rows = await company.emulator.list(company.realmId, type);
  return rows.map((row) => (type === "customer" ? row.DisplayName : row.Name) ?? "");
}

/** The writes of an invoice, its customer and its item: all that the emulator received, and those that it did. */
async function writesOf(company: TestCompany, work: () => Promise<unknown>): Promise<{ all: number; done: number }> {
  const isWrite = ({ method, path }: { method: string; path: string }) =>
    method === "POST" && !/query|batch/.test(path);
  const before = (await company.emulator.record(company.realmId)).length;
  await work();
  const calls = (await company.emulator.record(company.realmId)).slice(before).filter(isWrite);
  return { all: calls.length, done: calls.filter(({ committed }) => committed).length };
}

describe.concurrent.each([
  // Each invoice takes three writes: customer, item, invoice. To learn takes at most two more: customer and item are made at
  // the same time, and each of them may have to be made, or named, once more. `done`: those that QuickBooks did.
  ["everything", SOME, AS_THEY_ARE, { all: 0, done: 0 }],
  ["letters", SOME, AS_THEY_ARE, { all: 0, done: 0 }],
  ["latin-1", SCRIPTS, MADE_FIT, { all: 2, done: 0 }],
  ["question-marks", SCRIPTS, MADE_FIT, { all: 2, done: 2 }],
  ["look-alikes", SOME, MADE_FIT, { all: 2, done: 2 }],
] as const)("a company that keeps letters so: %s", (charset, scripts, expected, toLearn) => {
  test("each name stands there once, as far as it is kept, and every change was said", async () => {
    const company = await setUpCompany({ company: { charset } });
    // The accounts are there, and nothing has been learned.
    await push(company, {});
    const writes: Record<string, { all: number; done: number }> = {};
    for (const script of scripts) {
      writes[script] = await writesOf(company, async () => {
        const { qbo, invoice } = await push(company, order(script));
        const [line] = goodsLines(qbo);
        expect(qbo.CustomerRef.name).toBe(expected[script].buyer);
        expect(line?.SalesItemLineDetail?.ItemRef.name).toBe(expected[script].product);
        const isChanged = expected[script].buyer !== NAMES[script].buyer;
        expect(warningCodes(invoice).includes("text_changed")).toBe(isChanged);
      });
    }
    for (const kind of ["all", "done"] as const) {
      const spent = Object.values(writes).map((of) => of[kind] - 3);
      expect(Math.min(...spent)).toBe(0);
      expect(spent.reduce((sum, more) => sum + more)).toBeLessThanOrEqual(toLearn[kind]);
    }
    for (const type of ["customer", "item"] as const) {
      const names = await namesIn(company, type);
      const wanted = scripts.map((script) => (type === "customer" ? expected[script].buyer : expected[script].product));
      expect(names.filter((name) => wanted.includes(name)).toSorted()).toEqual(wanted.toSorted());
      expect(names.filter((name) => name.includes("?"))).toEqual([]);
    }
  });
});

test.concurrent("signs are made plain where only they are refused; letters stay", async () => {
  const company = await setUpCompany({ company: { charset: "letters" } });
  const { qbo, invoice } = await push(company, { customer: { id: "C-1", name: "Łódź – “Sklep”" } });
  expect(qbo.CustomerRef.name).toBe('Łódź - "Sklep"');
  expect(warningCodes(invoice)).toContain("text_changed");
});

test.concurrent("an invoice whose own texts lose letters is sent again, as an update of the same invoice", async () => {
  const company = await setUpCompany({ company: { charset: "question-marks" } });
  const customer = { id: "C-1", name: "Plain Buyer" };
  await push(company, { customer });
  const event = invoiceEvent({
    customer,
    memo: "Dostawa: Łódź – brama 3",
    shipping_address: { line1: "ul. Żelazna 1" },
  });
  const { invoice } = await pushEvent(company, event);
  const held = await settledInBooks(company, invoice.qbo_invoice_id ?? "", (qbo) => !/\?/.test(JSON.stringify(qbo)));
  expect(held.PrivateNote).toContain("Dostawa: Lódz - brama 3");
  expect(held.ShipAddr).toMatchObject({ Line1: "ul. Zelazna 1" });
  const creates = await company.emulator.record(company.realmId, "create_invoice");
  expect(creates.filter(({ committed }) => committed)).toHaveLength(2);
  // QuickBooks has the update before its answer is recorded here.
  await expect
    .poll(() => company.api.call<typeof invoice>("GET", `/invoices/${invoice.id}`), { timeout: 20_000, interval: 250 })
    .toSatisfy(
      (seen: typeof invoice) =>
        seen.push_status === "sent" &&
        warningCodes(seen).includes("text_changed") &&
        !warningCodes(seen).includes("lost_letters"),
    );
});

test.concurrent("Try again forgets what was learned, and what the company keeps by now is kept", async () => {
  const company = await setUpCompany({ company: { charset: "latin-1" } });
  const page = `/settings/quickbooks/${company.connectionId}`;
  expect((await company.visitor.get(page)).html).toContain("Sent as they are");
  await push(company, { customer: { id: "C-1", name: "Łódź Market" } });
  const learned = (await company.visitor.get(page)).html;
  expect(learned).toContain("ISO-8859-1");
  expect(learned).toMatch(/<button[^>]*>\s*Try again\s*<\/button>/);
  await company.emulator.changeCompany(company.realmId, { charset: "letters" });
  const before = await push(company, { customer: { id: "C-2", name: "Żabka" } });
  expect(before.qbo.CustomerRef.name).toBe("Zabka");
  await company.visitor.post(`${page}/letters`, {});
  const after = await push(company, { customer: { id: "C-3", name: "Źródło" } });
  expect(after.qbo.CustomerRef.name).toBe("Źródło");
  expect((await company.visitor.get(page)).html).toContain("Sent as they are");
  // Who is linked stays so, under the name that the customer has.
  const again = await push(company, { customer: { id: "C-1", name: "Łódź Market" } });
  expect(again.qbo.CustomerRef.name).toBe("Lódz Market");
});

test.concurrent("accounts with such names are created once, and found again", async () => {
  const settings = { income_account: "Sprzedaż", item_type: "service" };
  for (const [charset, name] of [
    ["letters", "Sprzedaż"],
    ["latin-1", "Sprzedaz"],
    ["question-marks", "Sprzedaz"],
  ] as const) {
    const company = await setUpCompany({ company: { charset }, settings });
    const first = await push(company, { lines: [line(newNumber("SKU"))] });
    await push(company, { lines: [line(newNumber("SKU"))] });
    const accounts = (await company.emulator.list(company.realmId, "account")).map((account) => account.Name ?? "");
    expect(accounts.filter((account) => account.startsWith("Sprzeda"))).toEqual([name]);
    expect(warningCodes(first.invoice).includes("text_changed")).toBe(name !== "Sprzedaż");
    const check = await company.api.call<{ data: { id: string; status: string; message: string }[] }>(
      "POST",
      `/connections/${company.connectionId}/check`,
    );
    expect(check.data.find(({ id }) => id === "income_account")).toMatchObject({
      status: "ok",
      message: expect.stringContaining(`'${name}' is there`),
    });
  }
});

test.concurrent.each(["requestid_not_honoured", null])(
  "nothing is created twice where answers get lost (%s)",
  async (forgetful) => {
    const company = await setUpCompany({
      company: { charset: "question-marks", honour_requestid: forgetful === null },
    });
    await push(company, {});
    const end = await company.emulator.bend({
      scenario: "dropped_after",
      realm_id: company.realmId,
      kinds: ["create_customer"],
      times: 1,
    });
    const { qbo } = await push(company, { customer: { id: "C-1", name: "東京商店" } });
    await end();
    expect(qbo.CustomerRef.name).toBe("Customer C-1");
    const names = await namesIn(company, "customer");
    expect(names.filter((name) => /\?|Customer C-1/.test(name))).toEqual(["Customer C-1"]);
  },
);

function line(sku: string) {
  return { sku, name: `Rzecz ${sku}`, quantity: "1", unit_price: "5.00", taxable: false };
}

/** The invoice as soon as it fits; as it is after a while. */
async function settledInBooks(
  company: TestCompany,
  id: string,
  fits: (qbo: QboInvoice) => boolean,
): Promise<QboInvoice> {
  let qbo = await company.emulator.find<QboInvoice>(company.realmId, "Invoice", id);
  for (let i = 0; i < 60 && !fits(qbo); i += 1) {
    await new Promise((resolve) => setTimeout(resolve, 500));
    qbo = await company.emulator.find<QboInvoice>(company.realmId, "Invoice", id);
  }
  return qbo;
}
