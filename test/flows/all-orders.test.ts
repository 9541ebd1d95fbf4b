/**
 * Issue 2, "Must show" 4: all 830 orders of the data set through the webhook become 830 invoices with equal totals, customers
 * and items once each; then all deliveries again, shuffled and under new delivery IDs as well: still 830.
 */
import { expect, test } from "vitest";
import { invoiceCreated, readNorthwindOrders, shiftToYesterday } from "../../scripts/demo/northwind.ts";
import { listInvoices, pause, setUpCompany, settled } from "../harness/app.ts";
import type { QboInvoice } from "../harness/push.ts";
import { cents } from "../harness/push.ts";

const ORDERS = 830;
const CUSTOMERS = 89;
const ITEMS = 77;
/** At eight calls a second QuickBooks takes about two and a half minutes for them; twice that is slow but not wrong. */
const PUSH_LIMIT_MS = 360_000;
const TEST_LIMIT_MS = 500_000;
/** A second delivery that caused a push would have done so by then. */
const QUIET_MS = 5_000;
const SHUFFLE_SEED = 20261123;

test(
  "830 orders become 830 invoices with equal totals; 830 repeated deliveries change nothing",
  { timeout: TEST_LIMIT_MS },
  async () => {
    const company = await setUpCompany();
    const { emulator, realmId } = company;
    const before = {
      customers: (await emulator.list(realmId, "customer")).length,
      items: (await emulator.list(realmId, "item")).length,
    };
    const now = new Date();
    const orders = shiftToYesterday(readNorthwindOrders(), now);
    const deliveries = orders.map((order) => ({ id: `northwind-${order.id}`, event: invoiceCreated(order, now) }));

    const startedAt = Date.now();
    await company.orders.sendAll(deliveries);
    const acceptedMs = Date.now() - startedAt;
    const invoices = await settled(company, ORDERS, PUSH_LIMIT_MS);
    const pushedMs = Date.now() - startedAt;
    expect(
      invoices.filter(({ push_status }) => push_status !== "sent").map(({ number, error }) => ({ number, error })),
    ).toEqual([]);

    const summary = await emulator.summary(realmId);
    const booked = (await emulator.list(realmId, "invoice")) as QboInvoice[];
    expect(totalsByNumber(booked.map((invoice) => [invoice.DocNumber, cents(invoice.TotalAmt)]))).toEqual(
      totalsByNumber(orders.map((order) => [order.number, order.total])),
    );
    expect(booked).toHaveLength(ORDERS);
    expect((await emulator.list(realmId, "customer")).length - before.customers).toBe(CUSTOMERS);
    expect((await emulator.list(realmId, "item")).length - before.items).toBe(ITEMS);
    expect(new Set(invoices.map(({ qbo_invoice_id }) => qbo_invoice_id)).size).toBe(ORDERS);
    expect(summary.by_status["429"] ?? 0).toBe(0);
    reportCosts(summary.by_kind, acceptedMs, pushedMs);

    const again = shuffled(deliveries);
    await company.orders.sendAll(again);
    await company.orders.sendAll(again.slice(0, ORDERS / 10).map(({ event }) => ({ event })));
    await pause(QUIET_MS);
    expect(await listInvoices(company)).toHaveLength(ORDERS);
    expect(await emulator.list(realmId, "invoice")).toHaveLength(ORDERS);
    const after = await emulator.summary(realmId);
    expect(after.by_kind["create_invoice"]).toBe(summary.by_kind["create_invoice"]);
    expect(after.by_kind["update_invoice"] ?? 0).toBe(0);
  },
);

function totalsByNumber(totals: [string, string][]): Record<string, string> {
  return Object.fromEntries(totals);
}

function reportCosts(byKind: Record<string, number>, acceptedMs: number, pushedMs: number): void {
  const isRead = (kind: string) => ["companyinfo", "preferences", "query", "read", "cdc"].includes(kind);
  const isWrite = (kind: string) => /^(?:create|update|void|delete)_/.test(kind);
  const count = (is: (kind: string) => boolean) =>
    Object.entries(byKind).reduce((sum, [kind, calls]) => sum + (is(kind) ? calls : 0), 0);
  const reads = count(isRead);
  const writes = count(isWrite);
  console.log(
    `${ORDERS} orders: accepted in ${(acceptedMs / 1_000).toFixed(1)} s, all in QuickBooks after ${(pushedMs / 1_000).toFixed(1)} s; ` +
      `per invoice ${(reads / ORDERS).toFixed(2)} reads and ${(writes / ORDERS).toFixed(2)} writes (${JSON.stringify(byKind)})`,
  );
}

/** The same list in another order, the same at every run. */
function shuffled<T>(list: readonly T[]): T[] {
  let state = SHUFFLE_SEED;
  const random = () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state;
  };
  return list
    .map((value) => ({ value, key: random() }))
    .toSorted((a, b) => a.key - b.key)
    .map(({ value }) => value);
}
