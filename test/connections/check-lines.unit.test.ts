/** The lines of Check configuration, each judged by itself. */
import { describe, expect, it } from "vitest";
import {
  currencyLine,
  documentNumberLine,
  lettersLines,
  salesFormLines,
  subscriptionLine,
  tokenLine,
} from "../../src/connections/check-company.ts";
import {
  accountLine,
  customerLine,
  itemTypeLine,
  planLine,
  quantityLine,
  startDateLine,
} from "../../src/connections/check-settings.ts";
import type { CompanyFacts, Connection } from "../../src/connections/connection.ts";
import type { Account } from "../../src/quickbooks/wire.ts";
import { CONNECTION, NOW } from "./connection-fixture.ts";
import { US_COMPANY } from "./company-fixture.ts";

const companyWith = (facts: Partial<CompanyFacts>): Connection => ({
  ...CONNECTION,
  company: { ...US_COMPANY, ...facts },
});
const account = (more: Partial<Account>): Account => ({
  id: "79",
  syncToken: "0",
  createdAt: null,
  name: "Web sales",
  fullName: "Web sales",
  type: "Income",
  subType: "SalesOfProductIncome",
  isActive: true,
  currency: null,
  ...more,
});

describe("authorization", () => {
  it("names both ends", () => {
    const { status, message } = tokenLine(CONNECTION, null, NOW);
    expect([status, message]).toEqual([
      "ok",
      "QuickBooks accepts the authorization; it ends on 2026-04-10 without use and on 2030-10-01 for good.",
    ]);
  });

  it.each([
    ["low on the 100 days", { refreshExpiresAt: "2026-01-20T00:00:00.000Z" }, null, "warning"],
    ["low on the 5 years", { refreshHardExpiresAt: "2026-01-20T00:00:00.000Z" }, null, "warning"],
    ["ends not known", { refreshExpiresAt: null, refreshHardExpiresAt: null }, null, "ok"],
    ["disconnected", { state: "disconnected" }, null, "wrong"],
    ["needs reconnecting", { state: "reconnect_needed" }, null, "wrong"],
    ["refused", {}, "QuickBooks refused to be read.", "wrong"],
  ] as const)("%s", (_what, change, refusal, status) => {
    const line = tokenLine({ ...CONNECTION, ...change }, refusal, NOW);
    expect(line.status).toBe(status);
    expect(line.fix === null).toBe(status === "ok");
  });
});

describe("subscription", () => {
  it.each([
    ["PAID", false, "ok"],
    ["TRIAL", false, "ok"],
    [null, false, "ok"],
    ["EXPIRED", false, "wrong"],
    ["SUSPENDED", false, "wrong"],
    ["CANCELLED", false, "wrong"],
    ["SOMETHING", false, "warning"],
    ["PAID", true, "wrong"],
  ] as const)("%s, refused %s: %s", (subscriptionStatus, isRefused, status) => {
    expect(subscriptionLine(companyWith({ subscriptionStatus }), isRefused)).toMatchObject({
      status,
      required: true,
    });
  });
});

describe("inventory tracking", () => {
  it.each([
    ["QuickBooks Online Plus", true, "ok"],
    ["QuickBooks Online Advanced", true, "ok"],
    [null, true, "ok"],
    ["QuickBooks Online Simple Start", true, "wrong"],
    ["QuickBooks Online Essentials", true, "wrong"],
    ["QuickBooks Online Plus", false, "wrong"],
  ] as const)("%s, switched on %s: %s", (offeringSku, quantityOnHand, status) => {
    expect(planLine(companyWith({ offeringSku, quantityOnHand })).status).toBe(status);
  });
});

describe("accounts", () => {
  it.each([
    ["there", [account({})], true, "ok", "is there"],
    ["to be created", [], true, "ok", "will be created"],
    [
      "inactive",
      [account({ name: "Web sales (deleted)", fullName: "Web sales (deleted)", isActive: false })],
      true,
      "wrong",
      "inactive",
    ],
    ["of another type", [account({ type: "Expense" })], true, "wrong", "type Expense"],
    ["other income, for services", [account({ type: "Other Income" })], false, "ok", "Other Income"],
    ["other income, for inventory", [account({ type: "Other Income" })], true, "wrong", "Other Income"],
    [
      "wrong detail type, for inventory",
      [account({ subType: "ServiceFeeIncome" })],
      true,
      "wrong",
      "Sales of Product Income",
    ],
    ["wrong detail type, for services", [account({ subType: "ServiceFeeIncome" })], false, "ok", "is there"],
  ] as const)("%s", (_what, accounts, isInventory, status, words) => {
    const line = accountLine(CONNECTION, "income", accounts, isInventory);
    expect(line.status).toBe(status);
    expect(line.message).toContain(words);
    expect(line.message).toContain("Web sales");
  });

  it("one that is not set is wrong, and the link goes to its field", () => {
    expect(accountLine({ ...CONNECTION, cogsAccount: null }, "cogs", [], true)).toMatchObject({
      id: "cogs_account",
      status: "wrong",
      message: "Cost of goods sold account is not set.",
      fix: { href: "/settings/quickbooks/c1#field-cogs_account" },
      required: true,
    });
  });
});

describe("customer", () => {
  const holder = { kind: "Customer", id: "1", displayName: "Web orders", isActive: true } as const;
  it.each([
    ["there", holder, "ok", "is there"],
    ["to be created", null, "ok", "will be created"],
    ["inactive", { ...holder, isActive: false }, "wrong", "inactive"],
    ["a vendor's name", { ...holder, kind: "Vendor" }, "wrong", "a vendor"],
    ["an employee's name", { ...holder, kind: "Employee" }, "wrong", "an employee"],
  ] as const)("%s", (_what, found, status, words) => {
    const line = customerLine(CONNECTION, found);
    expect([line.status, line.message]).toEqual([status, expect.stringContaining(words)]);
  });

  it("per buyer needs no name; single does", () => {
    expect(customerLine({ ...CONNECTION, customerMode: "per_buyer", customerName: null }, null).status).toBe("ok");
    expect(customerLine({ ...CONNECTION, customerName: null }, null)).toMatchObject({
      status: "wrong",
      id: "customer_name",
    });
  });
});

describe("product settings", () => {
  it("say what is not set", () => {
    expect(itemTypeLine({ ...CONNECTION, itemType: null }).message).toBe("Item type is not set.");
    expect(quantityLine({ ...CONNECTION, defaultInventoryQuantity: null }).status).toBe("wrong");
    expect(startDateLine({ ...CONNECTION, inventoryStartDate: null }, { oldestDate: null, countOlder: 0 }).status).toBe(
      "wrong",
    );
    expect(itemTypeLine(CONNECTION).status).toBe("ok");
    expect(quantityLine(CONNECTION).message).toContain("100");
  });

  it("offer the date of the oldest invoice that waits", () => {
    const line = startDateLine(CONNECTION, { oldestDate: "2025-11-03", countOlder: 12 });
    expect(line).toMatchObject({ status: "warning", fix: { label: "Set 2025-11-03", setStartDate: "2025-11-03" } });
    expect(line.message).toContain("12 invoices");
    expect(startDateLine(CONNECTION, { oldestDate: "2025-11-03", countOlder: 1 }).message).toContain(
      "1 invoice that waits is older",
    );
    expect(startDateLine(CONNECTION, { oldestDate: "2026-01-01", countOlder: 0 }).status).toBe("ok");
  });
});

describe("numbers, currency, sales forms", () => {
  it("only speak up where something is off", () => {
    expect(documentNumberLine(US_COMPANY).status).toBe("ok");
    expect(documentNumberLine({ ...US_COMPANY, customTxnNumbers: false })).toMatchObject({
      status: "warning",
      required: false,
    });
    expect(currencyLine(US_COMPANY).message).toContain("multicurrency is off");
    expect(currencyLine({ ...US_COMPANY, multicurrency: true }).message).toContain("multicurrency is on");
    expect(salesFormLines(US_COMPANY)).toEqual([]);
    expect(salesFormLines({ ...US_COMPANY, allowShipping: false, allowDiscount: false }).map(({ id }) => id)).toEqual([
      "shipping",
      "discount",
    ]);
  });

  it("letters are only listed where the company was seen not to keep them all", () => {
    expect(lettersLines({ letters: "all" })).toEqual([]);
    expect(lettersLines({ letters: "latin1" })).toMatchObject([
      { id: "letters", status: "warning", required: false, message: expect.stringContaining("ISO-8859-1") },
    ]);
  });
});
