/**
 * Errors that QuickBooks, its gateway and our own rules give for one invoice and not for the next, provoked end to end:
 * each says what happened and what to do. Those that stop a whole company are in company-errors.test.ts.
 */
import { afterAll, beforeAll, describe, it } from "vitest";
import { wholesalerSettings } from "../../../scripts/demo/front-door.ts";
import { setUpCompany, type TestCompany } from "../../harness/app.ts";
import { newNumber } from "../../harness/make-order.ts";
import { bend, type Case, expectError, printTable, save } from "./error-case.ts";

const START_DATE = "2020-01-01";

const CASES: Case[] = [
  {
    name: "403 of the gateway",
    provoke: bend({ scenario: "permission_denied", kinds: ["create_invoice"] }),
    status: "failed",
    category: "permission",
    title: "Permission error",
    code: "3100",
    hasTrace: true,
    names: ["create invoices"],
    remedy: /administrator/,
  },
  {
    name: "user locked out",
    provoke: bend({ scenario: "permission_denied", kinds: ["create_invoice"], options: { code: "120" } }),
    status: "failed",
    category: "permission",
    title: "Permission error",
    code: "120",
    hasTrace: true,
    names: ["Test Company"],
    remedy: /administrator/,
  },
  {
    name: "before the inventory start date",
    provoke: save({ inventory_start_date: "2026-06-01" }),
    status: "failed",
    category: "validation",
    title: "Rejected by QuickBooks",
    code: "6270",
    hasTrace: true,
    names: ["NUMBER", "2026-03-03", "2026-06-01"],
    remedy: /Inventory start date/,
  },
  {
    name: "a rule without a text",
    provoke: bend({
      scenario: "fault",
      kinds: ["create_invoice"],
      options: { code: "6000", message: " ", detail: " " },
    }),
    status: "failed",
    category: "validation",
    title: "Rejected by QuickBooks",
    code: "6000",
    hasTrace: true,
    names: ["NUMBER", "Buyer of NUMBER"],
    remedy: /./,
  },
  {
    name: "a code that no table knows",
    provoke: bend({ scenario: "fault", kinds: ["create_invoice"], options: { code: "9999", detail: "Some new rule" } }),
    status: "failed",
    category: "validation",
    title: "Rejected by QuickBooks",
    code: "9999",
    hasTrace: true,
    names: ["Some new rule"],
    remedy: /./,
  },
  {
    name: "a fault inside a 200",
    provoke: bend({ scenario: "fault_in_200", kinds: ["create_invoice"], options: { code: "2050" } }),
    status: "failed",
    category: "validation",
    title: "Rejected by QuickBooks",
    code: "2050",
    hasTrace: true,
    names: ["NUMBER"],
    remedy: /./,
  },
  {
    name: "a fault in XML",
    provoke: bend({ scenario: "xml_fault", kinds: ["create_invoice"], options: { code: "6430" } }),
    status: "failed",
    category: "validation",
    title: "Rejected by QuickBooks",
    code: "6430",
    hasTrace: true,
    names: ["NUMBER"],
    remedy: /account of the right type/,
  },
  {
    name: "books closed (6210)",
    provoke: bend({ scenario: "books_closed", kinds: ["create_invoice"], options: { code: "6210" } }),
    status: "failed",
    category: "closed_period",
    title: "Books are closed",
    code: "6210",
    hasTrace: true,
    names: ["NUMBER", "2026-03-03"],
    remedy: /closing date/,
  },
  {
    name: "user without the right",
    provoke: bend({ scenario: "permission_denied", kinds: ["create_customer"], options: { code: "5020" } }),
    status: "failed",
    category: "permission",
    title: "Permission error",
    code: "5020",
    hasTrace: true,
    names: ["create the customer 'Buyer of NUMBER'"],
    remedy: /administrator/,
  },
  {
    name: "plan without inventory",
    provoke: bend({ scenario: "plan_without_inventory" }),
    status: "failed",
    category: "subscription",
    title: "QuickBooks subscription",
    code: "5030",
    hasTrace: true,
    names: ["Tin NUMBER"],
    remedy: /Non-inventory or Service/,
  },
  {
    name: "request of ours that QuickBooks can't read",
    provoke: bend({
      scenario: "fault",
      kinds: ["create_invoice"],
      options: { code: "500", status: 400, type: "ValidationFault" },
    }),
    status: "failed",
    category: "internal",
    title: "Internal error",
    code: "500",
    hasTrace: true,
    names: ["NUMBER"],
    remedy: /trace ID/,
  },
  {
    name: "account can't be created",
    provoke: async (company) => {
      await save({ income_account: "Wholesale income" })(company);
      await bend({ scenario: "account_creation_refused" })(company);
    },
    status: "failed",
    category: "account_creation",
    title: "Account creation failed",
    code: "6000",
    hasTrace: true,
    names: ["Wholesale income"],
    remedy: /by hand in QuickBooks/,
  },
  {
    name: "company locked",
    provoke: bend({ scenario: "company_locked", kinds: ["create_invoice"] }),
    status: "queued",
    category: "unavailable",
    title: "QuickBooks is unavailable",
    code: "140",
    hasTrace: true,
    names: ["Test Company"],
    remedy: /./,
  },
  {
    name: "income account cleared",
    provoke: save({ income_account: null }),
    status: "failed",
    category: "missing_configuration",
    title: "Missing configuration",
    code: null,
    hasTrace: false,
    names: ["Income account", "Test Company"],
    remedy: /Set Income account/,
  },
  {
    name: "one customer for all, none named",
    provoke: save({ customer_mode: "single", customer_name: null }),
    status: "failed",
    category: "missing_configuration",
    title: "Missing configuration",
    code: null,
    hasTrace: false,
    names: ["Customer name"],
    remedy: /Set Customer name/,
  },
  // Looked for later, and sent again after 150 s: at the end, so that no bend meant for another meets them.
  {
    name: "503 when it was sent",
    provoke: bend({ scenario: "unavailable_before", kinds: ["create_invoice"] }),
    status: "unknown",
    category: "unavailable",
    title: "QuickBooks is unavailable",
    code: null,
    hasTrace: true,
    names: ["HTTP 503", "NUMBER"],
    remedy: /looks it up/,
  },
  {
    name: "fault 10000",
    provoke: bend({ scenario: "system_fault", kinds: ["create_invoice"] }),
    status: "unknown",
    category: "unavailable",
    title: "QuickBooks is unavailable",
    code: "10000",
    hasTrace: true,
    names: ["HTTP 500", "NUMBER"],
    remedy: /looks it up/,
  },
  {
    name: "maintenance",
    provoke: bend({ scenario: "maintenance", kinds: ["create_invoice"] }),
    status: "unknown",
    category: "unavailable",
    title: "QuickBooks is unavailable",
    code: "150",
    hasTrace: true,
    names: ["NUMBER"],
    remedy: /looks it up/,
  },
];

describe("each error says what happened and what to do", () => {
  let company: TestCompany;

  beforeAll(async () => {
    company = await setUpCompany();
  });

  for (const one of CASES) {
    it(`${one.category}: ${one.name}`, async () => {
      await save(wholesalerSettings(START_DATE))(company);
      const number = newNumber();
      // A buyer and an item of its own, so that both have to be made.
      const lines = [{ id: "1", sku: number, name: `Tin ${number}`, quantity: "1", unit_price: "9.00" }];
      await expectError(company, one, { number, customer: { id: number, name: `Buyer of ${number}` }, lines });
    });
  }

  afterAll(printTable);
});
