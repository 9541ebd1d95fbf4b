/**
 * Five orders beyond Northwind's, so that the demo shows what an accountant will meet one day: a number that is taken, an
 * item that was made inactive, books that are closed, an order with tax, a number of 30 characters. What QuickBooks
 * needs for it is set up in the emulator as its user would. The three that fail can be fixed on their pages.
 */
import type { OrderEvent } from "./northwind.ts";
import { type Webhook, deliverAll } from "./demo-order-system.ts";

const DAY_MS = 86_400_000;
/** Beyond the oldest Northwind order (two years), within the inventory start date of the demo's settings. */
const BOOKS_CLOSED_DAYS_AGO = 900;
const TAKEN_NUMBER = "20001";
/** An item and a customer that every company of the emulator begins with. */
const RETIRED_SKU = "PC-100";
const WALK_IN = "Walk-in Customer";
const HOURS = "Hours";

/** How many of them are refused. */
export const FAILING_ORDER_COUNT = 3;
export const SPECIAL_ORDER_COUNT = 5;

interface Named {
  Id: string;
  Sku?: string;
  Name?: string;
  DisplayName?: string;
}

/** Prepares the emulator's company and sends the orders. Sending the same again changes nothing. */
export async function sendSpecialOrders(webhook: Webhook, emulatorOrigin: string, realmId: string): Promise<void> {
  const now = new Date();
  await prepareCompany(`${emulatorOrigin}/control/companies/${realmId}`, now);
  await deliverAll(
    webhook,
    specialEvents(now).map(([id, event]) => ({ id, event })),
  );
}

async function prepareCompany(company: string, now: Date): Promise<void> {
  const items = await list(`${company}/entities/item`);
  const customers = await list(`${company}/entities/customer`);
  const retired = items.find((item) => item.Sku === RETIRED_SKU);
  const hours = items.find((item) => item.Name === HOURS);
  const walkIn = customers.find((customer) => customer.DisplayName === WALK_IN);
  if (!retired || !hours || !walkIn)
    throw new Error("The emulator's company lacks the items or the customer that it begins with.");
  const invoices = await list(`${company}/entities/invoice`);
  if (invoices.some((invoice) => "DocNumber" in invoice && invoice.DocNumber === TAKEN_NUMBER)) return;
  await send("POST", `${company}/entities/invoice`, {
    DocNumber: TAKEN_NUMBER,
    TxnDate: dateOf(now, 20),
    CustomerRef: { value: walkIn.Id },
    Line: [
      {
        DetailType: "SalesItemLineDetail",
        Amount: 120,
        SalesItemLineDetail: { ItemRef: { value: hours.Id }, Qty: 2, UnitPrice: 60 },
      },
    ],
  });
  await send("PATCH", `${company}/entities/item/${retired.Id}`, { Active: false });
  await send("PATCH", company, { book_close_date: dateOf(now, BOOKS_CLOSED_DAYS_AGO) });
}

function specialEvents(now: Date): [string, OrderEvent][] {
  const rope = { sku: "NW-900", name: "Sisal rope 20 m", quantity: "3", unit_price: "14.50", taxable: true };
  const crate = { sku: RETIRED_SKU, name: "Packing crate", quantity: "4", unit_price: "12.50", taxable: true };
  const made = (id: string, daysAgo: number, given: Record<string, unknown>, number = id): [string, OrderEvent] => [
    `demo-special-${id}`,
    {
      type: "invoice.created",
      timestamp: now.toISOString(),
      data: {
        id: `INV-${id}`,
        number,
        date: dateOf(now, daysAgo),
        due_date: dateOf(now, daysAgo - 30),
        order: {
          id,
          number: id,
          currency: "USD",
          placed_at: `${dateOf(now, daysAgo)}T09:00:00Z`,
          shipped_at: `${dateOf(now, daysAgo)}T15:00:00Z`,
          customer: { id: "QUAYS", name: "Quayside Stores", email: "orders@quayside-stores.example" },
          billing_address: { line1: "4 Harbour Row", city: "Reno", region: "NV", postal_code: "89501", country: "USA" },
          lines: [rope],
          total: "43.50",
          ...given,
        },
      },
    },
  ];
  return [
    made(TAKEN_NUMBER, 1, {}),
    made("20002", 1, { lines: [crate], total: "50.00" }),
    made("20003", BOOKS_CLOSED_DAYS_AGO + 30, {}),
    made("20004", 1, { tax: "3.59", shipping: "6.00", total: "53.09" }),
    made("20005", 1, {}, "QUAYSIDE-STORES-2026-000020005"),
  ];
}

function dateOf(now: Date, daysAgo: number): string {
  return new Date(now.getTime() - daysAgo * DAY_MS).toISOString().slice(0, 10);
}

async function list(url: string): Promise<Named[]> {
  const response = await fetch(`${url}?limit=1000`);
  if (!response.ok) throw new Error(`${url} answered ${response.status}: ${await response.text()}`);
  return (await response.json<{ data: Named[] }>()).data;
}

async function send(method: "POST" | "PATCH", url: string, body: object): Promise<void> {
  const response = await fetch(url, {
    method,
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  if (!response.ok) throw new Error(`${method} ${url} answered ${response.status}: ${await response.text()}`);
}
