/**
 * Orders of the data set through the webhook, in QuickBooks with equal totals, customers and items once each; then all
 * deliveries again, shuffled and under new delivery IDs as well. `npm test` does it with some, `npm run proof` with all.
 */
import { expect } from "vitest";
import { invoiceCreated, readNorthwindOrders, shiftToYesterday } from "../../scripts/demo/northwind.ts";
import { listInvoices, pause, settled, type TestCompany } from "./app.ts";
import { cents, type QboInvoice } from "./push.ts";

/** At eight calls a second QuickBooks takes a fifth of it for an order of the data set. */
const PUSH_LIMIT_PER_ORDER_MS = 900;
const PUSH_LIMIT_MS = 60_000;
/** A second delivery that caused a push would have done so by then. */
const QUIET_MS = 5_000;
const SHUFFLE_SEED = 20261123;

export interface PushedOrders {
  acceptedMs: number;
  pushedMs: number;
  customers: number;
  items: number;
  /** Calls of QuickBooks per invoice. */
  reads: number;
  writes: number;
  throttled: number;
}

/** Delivers the data set's newest `count` orders, twice, and holds the books against them; answers what it took. */
export async function pushDataSet(company: TestCompany, count: number): Promise<PushedOrders> {
  const { emulator, realmId } = company;
  const before = await countEntities(company);
  const now = new Date();
  const orders = shiftToYesterday(readNorthwindOrders(), now).slice(-count);
  expect(orders).toHaveLength(count);
  const deliveries = orders.map((order) => ({ id: `northwind-${order.id}`, event: invoiceCreated(order, now) }));

  const startedAt = Date.now();
  await company.orders.sendAll(deliveries);
  const acceptedMs = Date.now() - startedAt;
  const invoices = await settled(company, count, PUSH_LIMIT_MS + count * PUSH_LIMIT_PER_ORDER_MS);
  const pushedMs = Date.now() - startedAt;
  expect(
    invoices.filter(({ push_status }) => push_status !== "sent").map(({ number, error }) => ({ number, error })),
  ).toEqual([]);

  const summary = await emulator.summary(realmId);
  const booked = (await emulator.list(realmId, "invoice")) as QboInvoice[];
  expect(totalsByNumber(booked.map((invoice) => [invoice.DocNumber, cents(invoice.TotalAmt)]))).toEqual(
    totalsByNumber(orders.map((order) => [order.number, order.total])),
  );
  expect(booked).toHaveLength(count);
  expect(new Set(invoices.map(({ qbo_invoice_id }) => qbo_invoice_id)).size).toBe(count);
  const made = await countEntities(company);

  const again = shuffled(deliveries);
  await company.orders.sendAll(again);
  await company.orders.sendAll(again.slice(0, count / 10).map(({ event }) => ({ event })));
  await pause(QUIET_MS);
  expect(await listInvoices(company)).toHaveLength(count);
  expect(await emulator.list(realmId, "invoice")).toHaveLength(count);
  const after = await emulator.summary(realmId);
  expect(after.by_kind["create_invoice"]).toBe(summary.by_kind["create_invoice"]);
  expect(after.by_kind["update_invoice"] ?? 0).toBe(0);

  return {
    acceptedMs,
    pushedMs,
    customers: made.customers - before.customers,
    items: made.items - before.items,
    reads: callsOf(summary.by_kind, /^(?:companyinfo|preferences|query|read|cdc)$/) / count,
    writes: callsOf(summary.by_kind, /^(?:create|update|void|delete)_/) / count,
    throttled: summary.by_status["429"] ?? 0,
  };
}

/** How many buyers and products the data set's newest `count` orders have. */
export function distinctIn(count: number): { customers: number; items: number } {
  const orders = readNorthwindOrders().slice(-count);
  return {
    customers: new Set(orders.map(({ customer }) => customer.id)).size,
    items: new Set(orders.flatMap(({ lines }) => lines.map(({ sku }) => sku))).size,
  };
}

async function countEntities({ emulator, realmId }: TestCompany): Promise<{ customers: number; items: number }> {
  return {
    customers: (await emulator.list(realmId, "customer")).length,
    items: (await emulator.list(realmId, "item")).length,
  };
}

function totalsByNumber(totals: [string, string][]): Record<string, string> {
  return Object.fromEntries(totals);
}

function callsOf(byKind: Record<string, number>, kinds: RegExp): number {
  return Object.entries(byKind).reduce((sum, [kind, calls]) => sum + (kinds.test(kind) ? calls : 0), 0);
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
