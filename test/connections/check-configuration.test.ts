/** Check configuration as a whole: which lines there are, and what QuickBooks' own failures become. */
import { env } from "cloudflare:workers";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { checkConfiguration } from "../../src/connections/check-configuration.ts";
import type { UnsentInvoices } from "../../src/connections/check-line.ts";
import { beginConnect, completeConnect } from "../../src/connections/connect.ts";
import { disconnect } from "../../src/connections/disconnect.ts";
import { loadConnection, markSubscriptionLapsed, saveSettings } from "../../src/connections/store.ts";
import { readConfig } from "../../src/env.ts";
import { openDb } from "../../src/platform/db.ts";
import { type FakeIntuit, fakeIntuit } from "./fake-intuit.ts";

const config = readConfig(env);
const db = openDb(env.DB);
const NONE: UnsentInvoices = { oldestDate: null, countOlder: 0 };
let intuit: FakeIntuit;
let realms = 0;

beforeEach(() => {
  intuit = fakeIntuit();
});
afterEach(() => {
  vi.unstubAllGlobals();
});

/** Outside the US, with one code; the country as QuickBooks writes it lately. */
function beBritish(): void {
  intuit.company.info = { Country: "GBR" };
  intuit.company.taxPrefs = { UsingSalesTax: true };
  const detail = { TaxRateRef: { value: "3" }, TaxTypeApplicable: "TaxOnAmount", TaxOrder: 0 };
  intuit.rows.set("TaxCode", [{ Id: "6", Name: "20.0% S", SalesTaxRateList: { TaxRateDetail: [detail] } }]);
  intuit.rows.set("TaxRate", [{ Id: "3", RateValue: 20.0 }]);
}

function newRealmId(): string {
  realms += 1;
  return `93414600000000${10_000 + realms}`;
}

async function connected(
  settings: Parameters<typeof saveSettings>[2] = {},
  realmId: string = newRealmId(),
): Promise<string> {
  const begun = await beginConnect(config, db, { sessionHash: "s", connectionId: null }, new Date());
  const state = begun.kind === "go" ? (new URL(begun.url).searchParams.get("state") ?? "") : "";
  const query = new URLSearchParams({ state, code: intuit.grant(realmId), realmId });
  const result = await completeConnect({ env, config, db, now: new Date() }, { query, sessionHash: "s" });
  if (result.kind !== "connected") throw new Error(result.kind);
  await saveSettings(db, result.connectionId, settings, new Date());
  return result.connectionId;
}

async function check(id: string, unsent = NONE): Promise<Record<string, string>> {
  const lines = await checkConfiguration({ env, config, db, now: new Date() }, await loadConnection(db, id), unsent);
  expect(new Set(lines.map((line) => line.id)).size).toBe(lines.length);
  return Object.fromEntries(lines.map((line) => [line.id, line.status]));
}

const RIGHT = {
  customerMode: "single",
  customerName: "Web orders",
  incomeAccount: "Web sales",
  cogsAccount: "Web costs",
  assetAccount: "Stock",
  itemType: "inventory",
  defaultInventoryQuantity: "100",
  inventoryStartDate: "2026-01-01",
  timeZone: "America/Chicago",
} as const;

describe("checkConfiguration", () => {
  it("finds everything right", async () => {
    intuit.rows.set("Account", [
      { Id: "79", SyncToken: "0", Name: "Web sales", AccountType: "Income", AccountSubType: "SalesOfProductIncome" },
    ]);
    intuit.rows.set("Customer", [{ Id: "1", SyncToken: "0", DisplayName: "Web orders" }]);
    expect(await check(await connected(RIGHT))).toEqual({
      authorization: "ok",
      subscription: "ok",
      customer_name: "ok",
      income_account: "ok",
      cogs_account: "ok",
      asset_account: "ok",
      item_type: "ok",
      inventory_tracking: "ok",
      default_inventory_quantity: "ok",
      inventory_start_date: "ok",
      sales_tax: "ok",
      total_policy: "ok",
      time_zone: "ok",
      document_numbers: "ok",
      currency: "ok",
    });
  });

  it("a new connection lacks its income account and item type, and asks for no inventory setting", async () => {
    const lines = await check(await connected());
    expect(
      Object.entries(lines)
        .filter(([, status]) => status === "wrong")
        .map(([id]) => id),
    ).toEqual(["income_account", "item_type"]);
    expect(lines).not.toHaveProperty("inventory_start_date");
  });

  it("reads how the company taxes anew each time, and stores it for the pushes", async () => {
    const id = await connected(RIGHT);
    expect((await loadConnection(db, id)).company).toMatchObject({ country: "US", taxCodes: [] });
    beBritish();
    expect(await check(id)).toMatchObject({
      sales_tax: "ok",
      sales_tax_code: "wrong",
      zero_rate_code: "wrong",
      "tax_codes:20": "warning",
    });
    expect((await loadConnection(db, id)).company).toMatchObject({
      country: "GB",
      taxCodes: [
        { id: "6", name: "20.0% S", percent: "20", rates: [{ rateId: "3", percent: "20" }], isReversed: false },
      ],
    });
  });

  it("a company that is connected or reconnected has its codes at once", async () => {
    beBritish();
    const id = await connected();
    expect((await loadConnection(db, id)).company.taxCodes).toHaveLength(1);
    intuit.rows.set("TaxCode", []);
    const { realmId } = await loadConnection(db, id);
    expect(await connected({}, realmId)).toBe(id);
    expect((await loadConnection(db, id)).company.taxCodes).toEqual([]);
  });

  it("holds the start date against invoices that wait", async () => {
    expect(await check(await connected(RIGHT), { oldestDate: "2025-12-01", countOlder: 3 })).toMatchObject({
      inventory_start_date: "warning",
    });
  });

  it("a disconnected company is not read", async () => {
    const id = await connected(RIGHT);
    await disconnect(env, config, await loadConnection(db, id), new Date());
    const before = intuit.asked.length;
    expect(await check(id)).toEqual({ authorization: "wrong" });
    expect(intuit.asked).toHaveLength(before);
  });

  it("remembers that the subscription has lapsed, and that it is paid again", async () => {
    const id = await connected(RIGHT);
    intuit.bend("/companyinfo", () =>
      Response.json({ Fault: { Error: [{ code: "6190", Detail: "ended" }], type: "ValidationFault" } }),
    );
    expect(await check(id)).toMatchObject({ authorization: "ok", subscription: "wrong" });
    expect((await loadConnection(db, id)).subscriptionLapsedAt).not.toBeNull();
    intuit.straighten();
    expect(await check(id)).toMatchObject({ subscription: "ok" });
    expect((await loadConnection(db, id)).subscriptionLapsedAt).toBeNull();
  });

  it("keeps the first time of a lapse", async () => {
    const id = await connected();
    const first = new Date("2026-01-01T00:00:00Z");
    await markSubscriptionLapsed(db, id, first);
    intuit.bend("/companyinfo", () => Response.json({ Fault: { Error: [{ code: "6190" }], type: "ValidationFault" } }));
    await check(id);
    expect((await loadConnection(db, id)).subscriptionLapsedAt).toBe(first.toISOString());
  });

  it("QuickBooks being down is a warning, not a fault of the configuration", async () => {
    const id = await connected(RIGHT);
    intuit.bend("/companyinfo", () => new Response("<html>", { status: 503 }));
    expect(await check(id)).toEqual({ authorization: "ok", company: "warning" });
  });

  it("says which part could not be read", async () => {
    const id = await connected(RIGHT);
    intuit.bend("/query", () =>
      Response.json(
        { Fault: { Error: [{ code: "5020", Detail: "no rights" }], type: "ValidationFault" } },
        { status: 400 },
      ),
    );
    expect(await check(id)).toMatchObject({
      authorization: "ok",
      accounts: "wrong",
      customer_name: "wrong",
      item_type: "ok",
    });
  });

  it("a company that lets us in no more is a wrong authorization", async () => {
    const id = await connected(RIGHT);
    const error = [{ message: "ApplicationAuthorizationFailed", detail: "scope", code: "003100" }];
    intuit.bend("/companyinfo", () => Response.json({ fault: { error, type: "SERVICE" } }, { status: 403 }));
    expect(await check(id)).toEqual({ authorization: "wrong" });
  });
});
