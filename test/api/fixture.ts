/**
 * A connected company, an instance, orders and API keys in D1, and a client of the API: the ground of the tests of API
 * and actions. The queue is a list here, so that no push begins behind a test's back.
 */
import { env } from "cloudflare:workers";
import { app } from "../../src/app.ts";
import type { ActionContext } from "../../src/app-context.ts";
import type { Role } from "../../src/people/roles.ts";
import { connections } from "../../src/connections/schema.ts";
import { type Env, readConfig } from "../../src/env.ts";
import { deliveryCounts, orderEvents } from "../../src/inbox/schema.ts";
import { instances, signingSecrets } from "../../src/instances/schema.ts";
import { invoices } from "../../src/invoices/schema.ts";
import type { NewInvoiceRow } from "../../src/invoicing/invoice-row.ts";
import { storing } from "../invoices/example-invoice.ts";
import { type Order, parseOrder } from "../../src/orders/order.ts";
import { orders } from "../../src/orders/schema.ts";
import { createApiKey } from "../../src/people/api-keys.ts";
import { activity, apiKeys, statusShares } from "../../src/people/schema.ts";
import { openDb, runBatch } from "../../src/platform/db.ts";
import { parseExactJson } from "../../src/platform/exact-json.ts";
import { newId } from "../../src/platform/ids.ts";
import { pushAttempts, pushes } from "../../src/pushes/schema.ts";
import { US_COMPANY } from "../connections/company-fixture.ts";

export const db = openDb(env.DB);
export const ORIGIN = "https://books.example.com";
export const now = new Date("2026-11-20T10:00:00.000Z");
/** Messages that were put on the queue. */
export const queued: unknown[] = [];

const queue = {
  send: async (body: unknown) => void queued.push(body),
  sendBatch: async (messages: Iterable<{ body: unknown }>) =>
    void queued.push(...[...messages].map((message) => message.body)),
};
export const testEnv: Env = { ...env, PUSH_QUEUE: queue as unknown as Queue };

export const act: ActionContext = {
  env: testEnv,
  config: readConfig(testEnv),
  db,
  now,
  actor: { kind: "user", id: "u1", name: "ann@example.com", role: "admin" },
};

const FACTS = { ...US_COMPANY, automatedSalesTax: false };

/** Empties every table that these tests write. */
export async function emptyTables(): Promise<void> {
  queued.length = 0;
  const tables = [
    connections,
    instances,
    signingSecrets,
    orders,
    invoices,
    pushes,
    orderEvents,
    deliveryCounts,
    pushAttempts,
    apiKeys,
    activity,
    statusShares,
  ];
  await runBatch(
    db,
    tables.map((table) => db.delete(table)),
  );
}

export async function makeConnection(changes: Partial<typeof connections.$inferInsert> = {}): Promise<string> {
  const at = now.toISOString();
  const id = newId(now);
  await db.insert(connections).values({
    id,
    realmId: id,
    companyName: "Blue Harbor Supply",
    state: "connected",
    stateChangedAt: at,
    incomeAccount: "Sales of Product Income",
    itemType: "service",
    company: JSON.stringify(FACTS),
    companyReadAt: at,
    createdAt: at,
    updatedAt: at,
    ...changes,
  });
  return id;
}

export async function makeInstance(changes: Partial<typeof instances.$inferInsert> = {}): Promise<string> {
  const id = newId(now);
  await db
    .insert(instances)
    .values({ id, name: "Shop", createdAt: now.toISOString(), updatedAt: now.toISOString(), ...changes });
  return id;
}

export function orderOf(number: string, unitPrice = "12.50"): Order {
  const told = {
    id: `ext-${number}`,
    number,
    currency: "USD",
    customer: { name: "Corner Café" },
    lines: [{ sku: "A-1", quantity: "2", unit_price: unitPrice }],
    total: String(2 * Number(unitPrice)),
  };
  const parsed = parseOrder(parseExactJson(JSON.stringify(told)), "data");
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.errors));
  return parsed.order;
}

export async function makeOrder(
  instanceId: string,
  number: string,
  changes: Partial<typeof orders.$inferInsert> = {},
): Promise<string> {
  const order = orderOf(number);
  const at = now.toISOString();
  const id = newId(now);
  await db.insert(orders).values({
    id,
    instanceId,
    externalId: order.id,
    status: "shipped",
    number,
    customerName: order.customer.name,
    currency: order.currency,
    totalMinor: order.totalMinor,
    shippedOn: "2026-11-19",
    body: JSON.stringify(order),
    eventAt: at,
    createdAt: at,
    updatedAt: at,
    ...changes,
  });
  return id;
}

export async function makeInvoice(
  instanceId: string,
  number: string,
  changes: Partial<NewInvoiceRow> = {},
): Promise<string> {
  const order = orderOf(number);
  const at = now.toISOString();
  const id = newId(now);
  const row: NewInvoiceRow = {
    id,
    instanceId,
    externalId: `inv-${number}`,
    orderId: `order-${number}`,
    orderExternalId: order.id,
    orderNumber: number,
    madeBy: "webhook",
    number,
    date: "2026-11-19",
    customerName: order.customer.name,
    currency: order.currency,
    totalMinor: order.totalMinor,
    body: JSON.stringify({ number, date: "2026-11-19", dueDate: null, order }),
    eventAt: at,
    state: "not_sent",
    createdAt: at,
    updatedAt: at,
    ...changes,
  };
  await runBatch(db, storing(db, row));
  return id;
}

/** A client with a key of that role; `key` null comes without one. */
export async function clientOf(role: Role | null) {
  const key = role === null ? null : (await createApiKey(db, { name: role, role }, now)).key;
  return async (
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<Response> => {
    const init: RequestInit = {
      method,
      headers: {
        ...(key === null ? {} : { authorization: `Bearer ${key}` }),
        ...(body === undefined ? {} : { "content-type": "application/json" }),
        ...headers,
      },
      ...(body === undefined
        ? {}
        : { body: typeof body === "string" || body instanceof Uint8Array ? body : JSON.stringify(body) }),
    };
    return app.request(`${ORIGIN}/api/v1${path}`, init, testEnv);
  };
}

export interface Problem {
  type: string;
  title: string;
  status: number;
  detail?: string;
  errors?: { path: string; message: string }[];
}
