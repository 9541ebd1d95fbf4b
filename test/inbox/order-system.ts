/**
 * An order system for tests: signs with the `standardwebhooks` package, so that our own signature code is checked by
 * another, and sends through the same function that the route calls.
 */
import { env } from "cloudflare:workers";
import { and, eq } from "drizzle-orm";
import { Webhook } from "standardwebhooks";
import { connections } from "../../src/connections/schema.ts";
import { readConfig } from "../../src/env.ts";
import { receiveOrderWebhook } from "../../src/inbox/order-webhook.ts";
import type { Instance, InstanceSettings } from "../../src/instances/instance.ts";
import { createInstance } from "../../src/instances/store.ts";
import { orders } from "../../src/orders/schema.ts";
import type { OrderRow } from "../../src/orders/store.ts";
import { openDb } from "../../src/platform/db.ts";
import { newId, randomToken } from "../../src/platform/ids.ts";
import { findByExternalId } from "../invoices/find-invoices.ts";
import { exampleOrder } from "../orders/example-order.ts";
import { US_COMPANY } from "../connections/company-fixture.ts";

export const NOW = new Date("2026-11-20T10:00:00.000Z");
export const db = openDb(env.DB);
export const config = readConfig(env);

/** What was asked of the gates and the queue, in order: `arm <connection>` and `enqueue <invoice>`. */
export const calls: string[] = [];

/**
 * The Worker's bindings with gates and a queue that only write down what they are asked, so that these tests are about
 * receiving: no alarm fires and nothing is pushed behind their back.
 */
export const quietEnv: typeof env = {
  ...env,
  PUSH_QUEUE: {
    sendBatch: async (messages: Iterable<{ body: { invoiceId: string } }>) => {
      for (const { body } of messages) calls.push(`enqueue ${body.invoiceId}`);
    },
  } as unknown as Queue,
  REALM_GATE: {
    idFromName: (name: string) => name,
    get: () => ({ arm: async (connectionId: string) => void calls.push(`arm ${connectionId}`) }),
  } as unknown as typeof env.REALM_GATE,
};

/** The envelope's time so many minutes after ten o'clock. */
export const at = (minutes: number): string => new Date(NOW.getTime() + minutes * 60_000).toISOString();

export async function makeConnection(changes: Partial<typeof connections.$inferInsert> = {}): Promise<string> {
  const id = newId(NOW);
  const time = NOW.toISOString();
  const company = { ...US_COMPANY, automatedSalesTax: false, offeringSku: null, subscriptionStatus: null };
  await db.insert(connections).values({
    id,
    realmId: id,
    companyName: "Test company",
    state: "connected",
    stateChangedAt: time,
    enabled: true,
    autoInvoice: true,
    company: JSON.stringify(company),
    companyReadAt: time,
    createdAt: time,
    updatedAt: time,
    ...changes,
  });
  return id;
}

export interface OrderSystem {
  instance: Instance;
  secret: string;
  /** Sends an event; answers with status and body. */
  send: (
    type: string,
    data: unknown,
    options?: { at?: string; id?: string },
  ) => Promise<{ status: number; body: Record<string, unknown> }>;
  order: (externalId?: string) => Promise<OrderRow | null>;
  invoice: (externalId?: string) => ReturnType<typeof findByExternalId>;
}

/** A new instance and its order system. */
export async function makeOrderSystem(settings: Partial<InstanceSettings> = {}): Promise<OrderSystem> {
  const { instance, secret } = await createInstance(
    db,
    config.keys,
    { name: "Test", connectionId: null, enabled: true, autoInvoice: true, ...settings },
    NOW,
  );
  return {
    instance,
    secret,
    send: async (type, data, options = {}) => {
      const body = JSON.stringify({ type, timestamp: options.at ?? NOW.toISOString(), data });
      const response = await deliver(instance.id, signedHeaders(secret, body, options.id), body);
      return { status: response.status, body: await response.json<Record<string, unknown>>() };
    },
    order: async (externalId = "o-1") => {
      const isIt = and(eq(orders.instanceId, instance.id), eq(orders.externalId, externalId));
      return (await db.select().from(orders).where(isIt))[0] ?? null;
    },
    invoice: (externalId = "i-1") => findByExternalId(db, instance.id, externalId),
  };
}

/** An order system whose connection and switches make auto push effective. */
export async function makeAutoPushed(
  connection: Parameters<typeof makeConnection>[0] = {},
): Promise<OrderSystem & { connectionId: string }> {
  const connectionId = await makeConnection(connection);
  return { ...(await makeOrderSystem({ connectionId })), connectionId };
}

export function signedHeaders(secret: string, body: string, id = `msg_${randomToken(8)}`, time = NOW): Headers {
  return new Headers({
    "content-type": "application/json",
    "webhook-id": id,
    "webhook-timestamp": String(Math.floor(time.getTime() / 1000)),
    "webhook-signature": new Webhook(secret).sign(id, time, body),
  });
}

export async function deliver(
  instanceId: string,
  headers: Headers,
  body: BodyInit,
  { testEnv = quietEnv, testDb = db }: { testEnv?: typeof env; testDb?: typeof db } = {},
): Promise<Response> {
  const request = new Request(`https://books.example.com/webhooks/instances/${instanceId}`, {
    method: "POST",
    headers,
    body,
  });
  return receiveOrderWebhook({ env: testEnv, config, db: testDb, now: NOW }, request, instanceId);
}

/** `data` of an `invoice.created`. */
export function exampleInvoice(
  changes: Record<string, unknown> = {},
  orderChanges: Record<string, unknown> = {},
): Record<string, unknown> {
  return {
    id: "i-1",
    number: "INV-1",
    date: "2026-11-20",
    due_date: null,
    order: exampleOrder(orderChanges),
    ...changes,
  };
}
