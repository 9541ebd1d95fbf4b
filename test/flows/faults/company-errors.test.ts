/**
 * Errors that stop a whole company, or something in it that every invoice needs: each says what happened and what to do.
 * Those of one invoice alone are in error-words.test.ts.
 */
import { afterAll, describe, expect, it } from "vitest";
import { setUpCompany, type TestCompany } from "../../harness/app.ts";
import { deliver, expectReadable, reachesStatus } from "./books.ts";
import { bend, type Case, expectError, expectOnPage, note, printTable } from "./error-case.ts";

/** Sends a first invoice, so that customer, item and accounts are known, then turns one of them off in QuickBooks. */
const deactivate = (type: "item" | "customer", name: string) => async (company: TestCompany) => {
  await reachesStatus(company, await deliver(company), "sent");
  const entity = (await company.emulator.list(company.realmId, type)).find(
    (one) => one.Name === name || one.DisplayName === name,
  );
  if (!entity) throw new Error(`No ${type} ${name}`);
  await company.emulator.change(company.realmId, type, entity.Id, { Active: false });
};

const CASES: Case[] = [
  {
    name: "app removed in QuickBooks",
    provoke: async (company) => void (await company.emulator.revokeTokens(company.realmId)),
    status: "held",
    category: "authentication",
    title: "Authentication error",
    code: "3200",
    hasTrace: true,
    names: ["Test Company"],
    remedy: /Reconnect to QuickBooks/,
  },
  {
    name: "books closed (6200)",
    provoke: async (company) =>
      void (await company.emulator.changeCompany(company.realmId, { book_close_date: "2026-12-31" })),
    status: "failed",
    category: "closed_period",
    title: "Books are closed",
    code: "6200",
    hasTrace: true,
    names: ["NUMBER", "2026-03-03"],
    remedy: /closing date/,
  },
  {
    name: "subscription lapsed",
    provoke: async (company) =>
      void (await company.emulator.changeCompany(company.realmId, { subscription_status: "EXPIRED" })),
    status: "held",
    category: "subscription",
    title: "QuickBooks subscription",
    code: "6190",
    hasTrace: true,
    names: ["Test Company"],
    remedy: /Check configuration/,
  },
  {
    name: "item inactive",
    provoke: deactivate("item", "Green tea"),
    status: "failed",
    category: "inactive_reference",
    title: "Inactive in QuickBooks",
    // QuickBooks refuses with 610; the look-up that follows finds nothing to take instead.
    code: null,
    hasTrace: false,
    refusedBefore: "610",
    names: ["item 'Green tea' (SKU TEA-1) is inactive", "Test Company"],
    remedy: /Make active again/,
  },
  {
    name: "customer inactive",
    provoke: deactivate("customer", "Lakeside Delicatessen"),
    status: "failed",
    category: "inactive_reference",
    title: "Inactive in QuickBooks",
    // QuickBooks refuses with 610; the look-up that follows finds nothing to take instead.
    code: null,
    hasTrace: false,
    refusedBefore: "610",
    names: ["customer 'Lakeside Delicatessen' is inactive", "Test Company"],
    remedy: /Make active again/,
  },
  {
    name: "account inactive",
    provoke: async (company) => {
      const accounts = await company.emulator.list(company.realmId, "account");
      const income = accounts.find((account) => account.Name === "Sales of Product Income");
      await company.emulator.change(company.realmId, "account", income?.Id ?? "", { Active: false });
    },
    status: "failed",
    category: "inactive_reference",
    title: "Inactive in QuickBooks",
    code: null,
    hasTrace: false,
    names: ["account 'Sales of Product Income'"],
    remedy: /Make the account active in QuickBooks/,
  },
  {
    name: "503 before anything was sent",
    provoke: bend({ scenario: "unavailable_before", kinds: ["create_customer"] }),
    status: "queued",
    category: "unavailable",
    title: "QuickBooks is unavailable",
    code: null,
    hasTrace: true,
    names: ["HTTP 503", "Lakeside Delicatessen", "NUMBER"],
    remedy: /tries again automatically/,
  },
  {
    name: "429",
    provoke: bend({ scenario: "throttled", kinds: ["create_invoice"] }),
    status: "queued",
    category: "rate_limited",
    title: "QuickBooks is limiting requests",
    code: "3001",
    hasTrace: true,
    names: ["Test Company"],
    remedy: /NUMBER is tried again at \d\d:\d\d UTC/,
  },
];

describe.concurrent("each error says what happened and what to do", () => {
  for (const one of CASES) {
    it(`${one.category}: ${one.name}`, async () => {
      await expectError(await setUpCompany(), one);
    });
  }

  it("duplicate: the number is taken by an invoice that is not ours", async () => {
    const company = await setUpCompany();
    const number = await takeNumber(company);
    await deliver(company, { number });
    const invoice = await reachesStatus(company, number, "failed");
    note("number taken", "failed", invoice.error);
    expectReadable(invoice.error);
    expect(invoice.error).toMatchObject({ category: "duplicate", title: "Already in QuickBooks", code: "6140" });
    expect(invoice.error.message).toContain(number);
    expect(invoice.error.intuit_tid).toMatch(/\S{8,}/);
    await expectOnPage(company, invoice.id, invoice.error);
  });

  it("a number that is taken where QuickBooks does not warn: both invoices stand there", async () => {
    const company = await setUpCompany({ company: { warn_on_duplicates: false } });
    const number = await takeNumber(company);
    await deliver(company, { number });
    await reachesStatus(company, number, "sent");
    const held = (await company.emulator.list(company.realmId, "invoice")).filter(
      (invoice) => invoice["DocNumber"] === number,
    );
    expect(held).toHaveLength(2);
  });

  it("validation: a currency that the company does not keep", async () => {
    const company = await setUpCompany();
    const number = await deliver(company, { currency: "EUR" });
    const invoice = await reachesStatus(company, number, "failed");
    note("foreign currency", "failed", invoice.error);
    expectReadable(invoice.error);
    expect(invoice.error).toMatchObject({ category: "validation", code: null });
    expect(invoice.error.message).toMatch(/EUR.*USD/);
    await expectOnPage(company, invoice.id, invoice.error);
  });

  it("integration_disabled: each of the two Enable switches, and on it goes", async () => {
    const company = await setUpCompany();
    await bend({ scenario: "throttled", kinds: ["create_invoice"] })(company);
    const number = await deliver(company);
    await reachesStatus(company, number, "queued");
    for (const path of [`/connections/${company.connectionId}`, `/instances/${company.instanceId}`]) {
      await company.api.call("PATCH", path, { enabled: false });
      const { id, error } = await reachesStatus(company, number, "held");
      note(`${path.split("/")[1]} switched off`, "held", error);
      expectReadable(error);
      expect(error).toMatchObject({ category: "integration_disabled", title: "Integration is off", code: null });
      await expectOnPage(company, id, error);
      await company.api.call("PATCH", path, { enabled: true });
      await reachesStatus(company, number, "queued");
    }
  });

  afterAll(printTable);
});

/** A person made an invoice of that number in QuickBooks before the order system did. */
async function takeNumber(company: TestCompany): Promise<string> {
  const [customer] = await company.emulator.list(company.realmId, "customer");
  const item = (await company.emulator.list(company.realmId, "item")).find((one) => one.Name === "Installation");
  const number = `HAND-${company.realmId.slice(-4)}`;
  await company.emulator.create(company.realmId, "invoice", {
    DocNumber: number,
    CustomerRef: { value: customer?.Id },
    Line: [{ Amount: 10, DetailType: "SalesItemLineDetail", SalesItemLineDetail: { ItemRef: { value: item?.Id } } }],
  });
  return number;
}
