/** docs/contract.md, section 8: document number and texts, as the emulator's company holds them. */
import { beforeAll, describe, expect, test } from "vitest";
import { setUpCompany, type TestCompany } from "../harness/app.ts";
import { newNumber } from "../harness/make-order.ts";
import { goodsLines, push, warningCodes } from "../harness/push.ts";

const MAX_LINE_DESCRIPTION = 4_000;
const MAX_ITEM_NAME = 100;
let company: TestCompany;

beforeAll(async () => {
  company = await setUpCompany();
});

function oneLine(parts: Record<string, unknown>) {
  return { lines: [{ sku: newNumber("SKU"), quantity: "1", unit_price: "5.00", taxable: false, ...parts }] };
}

describe.concurrent("document number", () => {
  test("the invoice's number is QuickBooks' document number", async () => {
    const number = newNumber("INV-");
    const { qbo, invoice } = await push(company, {}, { number });
    expect(qbo.DocNumber).toBe(number);
    expect(invoice.warnings).toEqual([]);
  });

  test("over 21 characters its last 21, with a warning, the whole number in the private note", async () => {
    const number = `VERY-LONG-SERIES-2026-${newNumber("")}`;
    expect(number.length).toBeGreaterThan(21);
    const { qbo, invoice } = await push(company, {}, { number });
    expect(qbo.DocNumber).toBe(number.slice(-21));
    expect(qbo.PrivateNote).toContain(number);
    expect(warningCodes(invoice)).toContain("number_shortened");
  });

  test("the date and the due date are the order system's", async () => {
    const { qbo } = await push(company, {}, { date: "2026-02-27", due_date: "2026-03-29" });
    expect(qbo.TxnDate).toBe("2026-02-27");
    expect(qbo["DueDate"]).toBe("2026-03-29");
  });
});

describe.concurrent("texts", () => {
  test("a decomposed letter is normalised without a warning that anything was lost", async () => {
    const id = newNumber("NFC");
    const { qbo } = await push(company, { customer: { id, name: `Cafe\u0301 ${id}` } });
    expect(qbo.CustomerRef.name).toBe(`Caf\u00e9 ${id}`);
  });

  test("emoji and control characters are removed, with a warning", async () => {
    const id = newNumber("EM");
    const { qbo, invoice } = await push(company, { customer: { id, name: `Sunny 🌞 Shop\u0007 ${id}` } });
    expect(qbo.CustomerRef.name).toBe(`Sunny Shop ${id}`);
    expect(warningCodes(invoice)).toContain("text_changed");
  });

  test("smart quotes and dashes arrive as plain ones, with a warning", async () => {
    const { qbo, invoice } = await push(
      company,
      oneLine({ name: `Rack ${newNumber()}`, description: "\u201cwide\u201d \u2013 it\u2019s new" }),
    );
    expect(goodsLines(qbo)[0]?.Description).toContain(`"wide" - it's new`);
    expect(warningCodes(invoice)).toContain("text_changed");
  });

  test("accents and apostrophes stay as they are", async () => {
    const id = newNumber("AC");
    const { qbo, invoice } = await push(company, { customer: { id, name: `Père d'Équinoxe ${id}` } });
    expect(qbo.CustomerRef.name).toBe(`Père d'Équinoxe ${id}`);
    expect(invoice.warnings).toEqual([]);
  });

  test("a colon in a name becomes a hyphen with a warning; a tab or line break a space, without", async () => {
    const id = newNumber("CO");
    const colon = await push(company, { customer: { id: `${id}a`, name: `Agency: North ${id}` } });
    expect(colon.qbo.CustomerRef.name).toBe(`Agency- North ${id}`);
    expect(warningCodes(colon.invoice)).toContain("text_changed");
    const tab = await push(company, { customer: { id: `${id}b`, name: `Two\tWords\nThree ${id}` } });
    expect(tab.qbo.CustomerRef.name).toBe(`Two Words Three ${id}`);
    expect(tab.invoice.warnings).toEqual([]);
  });

  test("a text over QuickBooks' limit is cut at a character, with a warning", async () => {
    const { qbo, invoice } = await push(company, oneLine({ name: "é".repeat(900), description: "ü".repeat(4_000) }));
    const description = goodsLines(qbo)[0]?.Description ?? "";
    expect(description.length).toBe(MAX_LINE_DESCRIPTION);
    expect(description).toMatch(/ü$/);
    expect(warningCodes(invoice)).toContain("text_shortened");
  });

  test("an item's name over the limit is cut to it, with a warning; the line keeps it whole", async () => {
    const name = `${newNumber("LG")} ${"long ".repeat(30)}end`;
    const { qbo, invoice } = await push(company, oneLine({ name }));
    const line = goodsLines(qbo)[0];
    expect(line?.SalesItemLineDetail?.ItemRef.name).toBe(name.slice(0, MAX_ITEM_NAME).trimEnd());
    expect(line?.Description).toBe(name);
    expect(warningCodes(invoice)).toContain("text_shortened");
  });

  test("our mark stands in the private note, so that only it can tell this invoice again", async () => {
    const { qbo, invoice } = await push(company, { memo: "Deliver to the side door" });
    expect(qbo.PrivateNote).toContain(invoice.id);
    expect(qbo.PrivateNote).toContain("Deliver to the side door");
  });
});
