import { eq } from "drizzle-orm";
import fc from "fast-check";
import { beforeEach, describe, expect, it } from "vitest";
import { createInvoices } from "../../src/actions/create-invoices.ts";
import { readContent } from "../../src/invoices/invoice.ts";
import { invoices } from "../../src/invoices/schema.ts";
import { orders } from "../../src/orders/schema.ts";
import { activity } from "../../src/people/schema.ts";
import { openDb } from "../../src/platform/db.ts";
import {
  act,
  db,
  emptyTables,
  makeConnection,
  makeInstance,
  makeInvoice,
  makeOrder,
  orderOf,
  queued,
  testEnv,
} from "../api/fixture.ts";
import { selectInvoices } from "../../src/invoicing/invoice-row.ts";
import { pushes } from "../../src/pushes/schema.ts";

beforeEach(emptyTables);

const create = async (orderIds: string[], given = act, date: string | null = null) => {
  const created = await createInvoices(given, orderIds, date);
  if (!created.ok) throw new Error(created.message);
  return created.results;
};
const rows = () => selectInvoices(db);

describe("an invoice of a shipped order", () => {
  it.each([
    [{ autoInvoice: true }, { autoInvoice: true }, "queued"],
    [{ autoInvoice: false }, { autoInvoice: true }, "not_sent"],
    [{ autoInvoice: true }, { autoInvoice: false }, "not_sent"],
    [{ autoInvoice: true, enabled: false }, { autoInvoice: true }, "not_sent"],
    [{ autoInvoice: true, state: "disconnected" }, { autoInvoice: true }, "held"],
    [{ autoInvoice: true, state: "reconnect_needed" }, { autoInvoice: true }, "held"],
    [{ autoInvoice: true, subscriptionLapsedAt: "2026-11-01T00:00:00.000Z" }, { autoInvoice: true }, "held"],
  ] as const)("with connection %j and instance %j starts as %s", async (connection, instance, status) => {
    const connectionId = await makeConnection(connection);
    const orderId = await makeOrder(await makeInstance({ connectionId, ...instance }), "S-1");
    const [result] = await create([orderId]);
    expect(result).toMatchObject({ status: "created", push_status: status });
    const [row] = await rows();
    expect(row).toMatchObject({
      id: result?.invoice_id,
      orderId,
      connectionId,
      state: status,
      madeBy: "fulfillment",
      externalId: null,
      number: "S-1",
      date: "2026-11-20",
      totalMinor: 2500,
    });
    expect(readContent(row!.body)).toEqual({
      number: "S-1",
      date: "2026-11-20",
      dueDate: null,
      order: orderOf("S-1"),
    });
    expect(queued).toEqual(status === "queued" ? [{ kind: "invoice", invoiceId: result?.invoice_id }] : []);
    expect(row?.error === null).toBe(status !== "held");
    expect(await db.select().from(orders)).toMatchObject([{ isInvoiced: true, rowVersion: 1 }]);
  });

  it("is made once, however many ask at the same time", async () => {
    const instanceId = await makeInstance();
    const ids = await Promise.all(["S-1", "S-2", "S-3"].map((number) => makeOrder(instanceId, number)));
    const answers = await Promise.all([create(ids), create(ids.toReversed()), create([...ids, ...ids])]);
    expect(await rows()).toHaveLength(3);
    const made = answers.flat().filter((result) => result.status === "created");
    expect(new Set(made.map((result) => result.invoice_id)).size).toBe(3);
    expect(answers.flat().every((result) => ["created", "already_invoiced"].includes(result.status))).toBe(true);
  });

  it("is made again after the first was voided, and not while one from the order system exists", async () => {
    const instanceId = await makeInstance();
    const orderId = await makeOrder(instanceId, "S-1");
    await create([orderId]);
    await db.update(pushes).set({ state: "voided" });
    await db.update(orders).set({ isInvoiced: false });
    expect(await create([orderId])).toMatchObject([{ status: "created" }]);

    const other = await makeOrder(instanceId, "S-2");
    await makeInvoice(instanceId, "S-2", { orderId: other });
    expect(await create([other])).toMatchObject([{ status: "already_invoiced" }]);
    expect(await selectInvoices(db).where(eq(invoices.orderId, other))).toHaveLength(1);
  });

  it("is not made of an order that is open, cancelled or unknown", async () => {
    const instanceId = await makeInstance();
    const open = await makeOrder(instanceId, "S-1", { status: "open" });
    const cancelled = await makeOrder(instanceId, "S-2", { status: "cancelled", body: null });
    expect(await create([open, cancelled, "unknown"])).toMatchObject([
      { status: "not_shipped", message: "The order has not shipped yet." },
      { status: "not_shipped", message: "The order was cancelled." },
      { status: "not_found" },
    ]);
    expect(await rows()).toEqual([]);
    expect(await db.select().from(activity)).toEqual([]);
  });

  it("keeps every text exactly, whatever characters are in it", async () => {
    const instanceId = await makeInstance();
    const text = fc
      .string({ unit: "grapheme", minLength: 1, maxLength: 60 })
      .filter((value) => !value.includes("\0") && value.isWellFormed());
    await fc.assert(
      fc.asyncProperty(text, text, async (name, memo) => {
        await db.batch([db.delete(invoices), db.delete(orders)]);
        const order = { ...orderOf("S-1"), memo, customer: { ...orderOf("S-1").customer, name } };
        await create([await makeOrder(instanceId, "S-1", { body: JSON.stringify(order) })]);
        const [row] = await rows();
        expect(row?.customerName).toBe(name);
        expect(readContent(row!.body)).toMatchObject({ order: { memo } });
      }),
      { numRuns: 60 },
    );
  });
});

describe("the date of an invoice", () => {
  /** One shipped order for a company in each place. */
  const ordersAt = async (zones: readonly string[]) =>
    Promise.all(
      zones.map(async (timeZone, index) => {
        const connectionId = await makeConnection({ timeZone });
        return makeOrder(await makeInstance({ connectionId }), `S-${index}`);
      }),
    );
  const datesOf = async (ids: string[]) => {
    const dates = new Map((await rows()).map((row) => [row.orderId, row.date]));
    return ids.map((id) => dates.get(id));
  };
  const ZONES = ["Pacific/Auckland", "America/Los_Angeles", "Europe/London"] as const;

  it.each([
    // When, and what day it is then in Auckland, Reno and London.
    ["2026-11-26T06:39:00Z", "2026-11-26", "2026-11-25", "2026-11-26"],
    ["2026-11-30T10:59:59Z", "2026-11-30", "2026-11-30", "2026-11-30"],
    ["2026-11-30T11:00:00Z", "2026-12-01", "2026-11-30", "2026-11-30"],
    ["2026-12-01T00:00:00Z", "2026-12-01", "2026-11-30", "2026-12-01"],
    ["2026-12-01T07:59:59Z", "2026-12-01", "2026-11-30", "2026-12-01"],
    ["2026-12-01T08:00:00Z", "2026-12-01", "2026-12-01", "2026-12-01"],
    ["2026-06-30T23:00:00Z", "2026-07-01", "2026-06-30", "2026-07-01"],
    ["2026-12-31T23:59:59Z", "2027-01-01", "2026-12-31", "2026-12-31"],
  ])("made at %s is today at each company", async (now, ...expected) => {
    const ids = await ordersAt(ZONES);
    await create(ids, { ...act, now: new Date(now) });
    expect(await datesOf(ids)).toEqual(expected);
  });

  it("is the one that was given, for all of them", async () => {
    const ids = await ordersAt(ZONES);
    await create(ids, { ...act, now: new Date("2026-12-01T00:00:00Z") }, "2026-11-30");
    expect(await datesOf(ids)).toEqual(["2026-11-30", "2026-11-30", "2026-11-30"]);
  });

  it("is today in UTC where no company is associated", async () => {
    const id = await makeOrder(await makeInstance(), "S-1");
    await create([id], { ...act, now: new Date("2026-12-01T00:30:00Z") });
    expect(await datesOf([id])).toEqual(["2026-12-01"]);
  });

  it("has to be a day that exists", async () => {
    const [id = ""] = await ordersAt(["UTC"]);
    expect(await createInvoices(act, [id], "2026-02-30")).toMatchObject({
      ok: false,
      reason: "invalid",
      errors: [{ path: "date", message: expect.stringContaining("invoice date") }],
    });
    expect(await rows()).toEqual([]);
  });
});

it("makes a thousand invoices with few statements", async () => {
  const instanceId = await makeInstance();
  const template = await makeOrder(instanceId, "S-0");
  await db.$client.exec(
    `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 999) INSERT INTO orders (id, instance_id, external_id, status, number, customer_name, currency, total_minor, shipped_on, body, event_at, created_at, updated_at) SELECT 'order-' || i, instance_id, 'x-' || i, status, 'S-' || i, customer_name, currency, total_minor, shipped_on, body, event_at, created_at, updated_at FROM n, orders WHERE orders.id = '${template}'`,
  );
  const ids = (await db.select({ id: orders.id }).from(orders)).map((row) => row.id);
  let statements = 0;
  const counted = Object.assign(Object.create(testEnv.DB) as D1Database, {
    prepare: (sql: string) => {
      statements++;
      return testEnv.DB.prepare(sql);
    },
    batch: (list: D1PreparedStatement[]) => testEnv.DB.batch(list),
  });
  const results = await create(ids, { ...act, db: openDb(counted) });
  expect(results.filter((result) => result.status === "created")).toHaveLength(1000);
  expect(await rows()).toHaveLength(1000);
  expect(statements).toBeLessThan(250);
  expect(await createInvoices(act, [...ids, "one more"])).toMatchObject({
    ok: false,
    reason: "invalid",
    errors: [{ path: "order_ids" }],
  });
});
