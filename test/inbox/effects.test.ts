import { env } from "cloudflare:workers";
import { eq } from "drizzle-orm";
import { describe, expect, test } from "vitest";
import { connections } from "../../src/connections/schema.ts";
import { invoiceFromOrder } from "../../src/invoices/from-order.ts";
import { newInvoiceRow } from "../../src/invoicing/new-invoice.ts";
import type { InvoiceRow } from "../../src/invoicing/invoice-row.ts";
import { publicStatus } from "../../src/documents/status.ts";
import { readContent } from "../../src/invoices/invoice.ts";
import { rememberedWish } from "../../src/pushes/states.ts";
import { fulfillmentBatch } from "../../src/invoicing/fulfillment-batch.ts";
import { listOfOrder } from "../invoices/find-invoices.ts";
import { loadInvoice } from "../../src/invoicing/invoice-row.ts";
import { readWarnings } from "../../src/failures/warning.ts";
import { listOrders } from "../../src/orders/store.ts";
import { runBatch } from "../../src/platform/db.ts";
import { newId } from "../../src/platform/ids.ts";
import { exampleOrder } from "../orders/example-order.ts";
import {
  NOW,
  type OrderSystem,
  at,
  db,
  exampleInvoice,
  makeAutoPushed,
  makeConnection,
  makeOrderSystem,
  calls,
} from "./order-system.ts";
import { pushes } from "../../src/pushes/schema.ts";
import { storedOrder } from "../../src/orders/order.ts";

const codes = (row: InvoiceRow | null): string[] => readWarnings(row?.warnings ?? "[]").map(({ code }) => code);

/** Puts the invoice into the state in which a push would have left it. */
async function bring(row: InvoiceRow | null, changes: Partial<InvoiceRow>): Promise<void> {
  const { pushStatus: _generated, ...columns } = changes;
  await db
    .update(pushes)
    .set({ ...columns, rowVersion: (row?.rowVersion ?? 0) + 1 })
    .where(eq(pushes.documentId, row?.id ?? ""));
}
const SENT: Partial<InvoiceRow> = {
  state: "sent",
  dueAt: null,
  qboId: "145",
  frozenContentVersion: 1,
  deliveredAt: at(0),
};
const isInvoiced = async (system: OrderSystem) => (await system.order())?.isInvoiced;

/** Makes an invoice on Fulfillment of the stored order, as the action does. */
async function makeOnFulfillment(system: OrderSystem): Promise<InvoiceRow> {
  const order = await system.order();
  const content = invoiceFromOrder(storedOrder.read(order!.body!), "2026-11-20");
  const identity = {
    id: newId(NOW),
    instanceId: system.instance.id,
    externalId: null,
    orderId: order!.id,
    madeBy: "fulfillment" as const,
  };
  const row = newInvoiceRow(
    { ...identity, content, eventAt: order!.eventAt },
    { state: "not_sent", error: null },
    system.instance.connectionId,
    NOW,
  );
  await runBatch(db, fulfillmentBatch(db, [{ row, orderVersion: order!.rowVersion }], NOW));
  return loadInvoice(db, row.id);
}

describe("order.shipped", () => {
  test("is stored and waits on Fulfillment", async () => {
    const system = await makeOrderSystem();
    await system.send("order.shipped", exampleOrder());
    const { rows } = await listOrders(
      db,
      { status: "shipped", isInvoiced: false, instanceId: system.instance.id },
      { limit: 10 },
    );
    expect(rows).toMatchObject([
      { externalId: "o-1", customerName: "Green Grocers", shippedOn: "2026-11-20", currency: "USD" },
    ]);
  });

  test("without a shipped_at it takes the date of the event", async () => {
    const system = await makeOrderSystem();
    await system.send("order.shipped", exampleOrder({ shipped_at: null }), { at: "2026-11-18T23:30:00-02:00" });
    expect(await system.order()).toMatchObject({ shippedOn: "2026-11-19", eventAt: "2026-11-19T01:30:00.000Z" });
  });

  test.each([
    ["Pacific/Auckland", "2026-11-30T11:30:00Z", "2026-12-01"],
    ["America/Los_Angeles", "2026-12-01T05:15:00Z", "2026-11-30"],
    ["America/Los_Angeles", "2026-11-30T21:15:00-08:00", "2026-11-30"],
    ["Pacific/Auckland", "2026-11-30T21:15:00-08:00", "2026-11-30"],
    ["Europe/London", "2026-11-30T23:30:00Z", "2026-11-30"],
    ["America/Los_Angeles", "2026-12-01T00:00:00Z", "2026-12-01"],
  ])("for a company in %s, shipped_at %s is on %s", async (timeZone, shipped_at, day) => {
    const system = await makeOrderSystem({ connectionId: await makeConnection({ timeZone }) });
    await system.send("order.shipped", exampleOrder({ shipped_at }));
    expect(await system.order()).toMatchObject({ shippedOn: day });
  });

  test("the newest envelope wins, of two equal ones the later arrival, in whatever order they come", async () => {
    const system = await makeOrderSystem();
    await system.send("order.shipped", exampleOrder({ number: "second" }), { at: at(2) });
    await system.send("order.shipped", exampleOrder({ number: "first" }), { at: at(1) });
    expect(await system.order()).toMatchObject({ number: "second", eventAt: at(2) });
    await system.send("order.shipped", exampleOrder({ number: "equal" }), { at: at(2) });
    expect(await system.order()).toMatchObject({ number: "equal" });
  });

  test("a newer one corrects the invoice that was made of it on Fulfillment", async () => {
    const system = await makeAutoPushed();
    await system.send("order.shipped", exampleOrder());
    const made = await makeOnFulfillment(system);
    await system.send("order.shipped", exampleOrder({ total: "32.50", tax: "2.00", number: "1001-B" }), { at: at(1) });
    expect(await loadInvoice(db, made.id)).toMatchObject({
      totalMinor: 3250,
      number: "1001-B",
      state: "not_sent",
      contentVersion: 2,
    });
    await bring(await loadInvoice(db, made.id), SENT);
    await system.send("order.shipped", exampleOrder(), { at: at(2) });
    expect(await loadInvoice(db, made.id)).toMatchObject({ totalMinor: 3150, operation: "update", state: "queued" });
  });
});

describe("order.cancelled", () => {
  test("takes the order off Fulfillment; a newer order.shipped brings it back", async () => {
    const system = await makeOrderSystem();
    await system.send("order.shipped", exampleOrder());
    await system.send("order.cancelled", { id: "o-1" }, { at: at(1) });
    expect(await system.order()).toMatchObject({ status: "cancelled" });
    await system.send("order.shipped", exampleOrder(), { at: at(0.5) });
    expect(await system.order()).toMatchObject({ status: "cancelled" });
    await system.send("order.shipped", exampleOrder(), { at: at(2) });
    expect(await system.order()).toMatchObject({ status: "shipped" });
  });

  test("of an order not yet known is remembered: an older order.shipped stays cancelled", async () => {
    const system = await makeOrderSystem();
    expect((await system.send("order.cancelled", { id: "o-1" }, { at: at(4) })).status).toBe(202);
    await system.send("order.shipped", exampleOrder(), { at: at(1) });
    expect(await system.order()).toMatchObject({ status: "cancelled", body: null });
    await system.send("order.shipped", exampleOrder(), { at: at(5) });
    expect(await system.order()).toMatchObject({ status: "shipped", number: "1001" });
  });

  test.each(["not_sent", "queued", "failed", "held"] as const)("voids an invoice that is %s, here", async (state) => {
    const system = await makeOrderSystem();
    await system.send("invoice.created", exampleInvoice());
    await bring(await system.invoice(), { state, dueAt: state === "queued" ? at(0) : null });
    await system.send("order.cancelled", { id: "o-1" }, { at: at(1) });
    expect(await system.invoice()).toMatchObject({ state: "voided", pushStatus: "voided", dueAt: null });
    expect(await isInvoiced(system)).toBe(false);
  });

  test.each([SENT, { ...SENT, operation: "update", state: "queued" }] as const)(
    "flags one that QuickBooks has, and leaves it there",
    async (changes) => {
      const system = await makeAutoPushed();
      await system.send("invoice.created", exampleInvoice());
      await bring(await system.invoice(), changes);
      await system.send("order.cancelled", { id: "o-1" }, { at: at(1) });
      const row = await system.invoice();
      expect([row?.pushStatus, row?.operation, codes(row)]).toEqual([
        "sent",
        changes.operation ?? "create",
        ["order_cancelled"],
      ]);
    },
  );

  test.each(["sending", "unknown"] as const)(
    "while it is %s the wish is remembered, as a cancellation",
    async (state) => {
      const system = await makeAutoPushed();
      await system.send("invoice.created", exampleInvoice());
      await bring(await system.invoice(), { state, sentAt: at(0) });
      await system.send("order.cancelled", { id: "o-1" }, { at: at(1) });
      const row = await system.invoice();
      expect([row?.state, row?.voidRequestedAt, rememberedWish(row!)]).toEqual([
        state,
        NOW.toISOString(),
        "cancellation",
      ]);
      await system.send("invoice.voided", { id: "i-1" }, { at: at(2) });
      expect(rememberedWish((await system.invoice())!)).toBe("void");
    },
  );

  test("an invoice that arrives late, of an order cancelled since, is stored as voided; a newer one is kept, with a warning", async () => {
    const system = await makeAutoPushed();
    await system.send("order.cancelled", { id: "o-1" }, { at: at(4) });
    await system.send("invoice.created", exampleInvoice(), { at: at(1) });
    expect(await system.invoice()).toMatchObject({ state: "voided" });
    await system.send("invoice.created", exampleInvoice({ id: "i-2" }), { at: at(5) });
    const row = await system.invoice("i-2");
    expect([row?.state, codes(row)]).toEqual(["queued", ["order_cancelled"]]);
    expect(await system.order()).toMatchObject({ status: "cancelled", number: "1001", eventAt: at(4) });
  });
});

describe("invoice.created", () => {
  test("stores order and invoice; where auto push is effective it is queued and due at once", async () => {
    const system = await makeAutoPushed();
    const { body } = await system.send("invoice.created", exampleInvoice());
    expect(await system.invoice()).toMatchObject({
      state: "queued",
      dueAt: NOW.toISOString(),
      requestedAt: NOW.toISOString(),
      connectionId: system.connectionId,
      number: "INV-1",
      date: "2026-11-20",
      orderExternalId: "o-1",
      orderNumber: "1001",
      customerName: "Green Grocers",
      totalMinor: 3150,
      madeBy: "webhook",
      error: null,
      rowVersion: 0,
    });
    expect(await system.order()).toMatchObject({ status: "shipped", isInvoiced: true });
    const event = await env.DB.prepare("select effect, invoice_id from order_events where id = ?")
      .bind(body["event_id"])
      .first();
    expect(event).toEqual({ effect: "stored", invoice_id: (await system.invoice())?.id });
  });

  test("the company's alarm is armed before the write, the queue gets the invoice after it; without auto push neither", async () => {
    const system = await makeAutoPushed();
    calls.length = 0;
    await system.send("invoice.created", exampleInvoice());
    expect(calls).toEqual([`arm ${system.connectionId}`, `enqueue ${(await system.invoice())?.id}`]);
    calls.length = 0;
    await system.send("invoice.created", exampleInvoice(), { at: at(1) });
    const quiet = await makeOrderSystem();
    await quiet.send("invoice.created", exampleInvoice());
    expect(calls).toEqual([]);
  });

  test("an order that is not shipped yet is open", async () => {
    const system = await makeOrderSystem();
    await system.send("invoice.created", exampleInvoice({}, { shipped_at: null }));
    expect(await system.order()).toMatchObject({ status: "open", isInvoiced: true });
    await system.send("order.shipped", exampleOrder(), { at: at(1) });
    await system.send("invoice.created", exampleInvoice({}, { shipped_at: null }), { at: at(2) });
    expect(await system.order()).toMatchObject({ status: "shipped", shippedAt: "2026-11-20T09:30:00.000Z" });
  });

  test.each([
    ["no connection", null, {}, "not_sent", null],
    ["auto off at the connection", { autoInvoice: false }, {}, "not_sent", null],
    ["connection off", { enabled: false }, {}, "not_sent", null],
    ["auto off at the instance", {}, { autoInvoice: false }, "not_sent", null],
    ["instance off", {}, { enabled: false }, "not_sent", null],
    ["disconnected", { state: "disconnected" }, {}, "held", "authentication"],
    ["reconnect needed", { state: "reconnect_needed" }, {}, "held", "authentication"],
    ["subscription lapsed", { subscriptionLapsedAt: at(-60) }, {}, "held", "subscription"],
    ["all well", {}, {}, "queued", null],
  ] as const)("begins by the switches: %s", async (_name, connection, settings, state, category) => {
    const connectionId = connection ? await makeConnection(connection) : null;
    const system = await makeOrderSystem({ connectionId, ...settings });
    await system.send("invoice.created", exampleInvoice());
    const row = await system.invoice();
    const error = row?.error ? (JSON.parse(row.error) as { category: string }) : null;
    expect([row?.state, error?.category ?? null, row?.connectionId]).toEqual([state, category, connectionId]);
  });

  test("under a new webhook-id it updates, and never makes a second invoice", async () => {
    const system = await makeAutoPushed();
    await system.send("invoice.created", exampleInvoice());
    await system.send("invoice.created", exampleInvoice({ number: "INV-1b" }), { at: at(1) });
    await system.send("invoice.created", exampleInvoice({ number: "INV-1b" }), { at: at(2) });
    const row = await system.invoice();
    expect(row).toMatchObject({ number: "INV-1b", contentVersion: 2, eventAt: at(2), state: "queued" });
    expect(await listOfOrder(db, row!.orderId)).toHaveLength(1);
  });

  test("an older one changes nothing", async () => {
    const system = await makeAutoPushed();
    await system.send("invoice.created", exampleInvoice({ number: "new" }), { at: at(5) });
    const before = [await system.invoice(), await system.order()];
    expect(
      (await system.send("invoice.created", exampleInvoice({ number: "old" }, { memo: "old" }), { at: at(1) })).status,
    ).toBe(202);
    expect([await system.invoice(), await system.order()]).toEqual(before);
  });

  test("sent: with auto push an update is queued, without it it stays sent with a warning that names the change", async () => {
    const system = await makeAutoPushed();
    await system.send("invoice.created", exampleInvoice());
    await bring(await system.invoice(), SENT);
    await system.send("invoice.created", exampleInvoice({}, { total: "32.50", tax: "2.00" }), { at: at(1) });
    expect(await system.invoice()).toMatchObject({
      operation: "update",
      state: "queued",
      pushStatus: "sent",
      contentVersion: 2,
    });

    await bring(await system.invoice(), { ...SENT, operation: "create" });
    await db.update(connections).set({ autoInvoice: false }).where(eq(connections.id, system.connectionId));
    await system.send("invoice.created", exampleInvoice({}, { total: "33.50", tax: "3.00" }), { at: at(2) });
    const row = await system.invoice();
    expect(row).toMatchObject({
      operation: "update",
      state: "not_sent",
      pushStatus: "sent",
      dueAt: null,
      totalMinor: 3350,
    });
    expect(readWarnings(row!.warnings)[0]?.message).toContain("the total from 32.50 USD to 33.50 USD");
  });

  test("an update goes where the invoice was sent, though the instance has another connection now", async () => {
    const system = await makeAutoPushed();
    await system.send("invoice.created", exampleInvoice());
    await bring(await system.invoice(), SENT);
    const other = await makeConnection({ state: "disconnected" });
    await env.DB.prepare("update instances set connection_id = ? where id = ?").bind(other, system.instance.id).run();
    await system.send("invoice.created", exampleInvoice({ number: "INV-2" }), { at: at(1) });
    expect(await system.invoice()).toMatchObject({
      operation: "update",
      state: "queued",
      connectionId: system.connectionId,
    });
  });

  test("an invoice made on Fulfillment becomes that invoice; another number is a change", async () => {
    const system = await makeAutoPushed();
    await system.send("order.shipped", exampleOrder());
    const made = await makeOnFulfillment(system);
    await bring(made, SENT);
    await system.send("invoice.created", exampleInvoice(), { at: at(1) });
    const row = await system.invoice();
    expect(row).toMatchObject({
      id: made.id,
      madeBy: "fulfillment",
      externalId: "i-1",
      number: "INV-1",
      operation: "update",
      state: "queued",
    });
    expect(readWarnings(row!.warnings)[0]?.message).toContain("the number from 1001 to INV-1");
    expect(await listOfOrder(db, made.orderId)).toHaveLength(1);
    await system.send("invoice.created", exampleInvoice({ id: "i-2" }), { at: at(2) });
    expect(await listOfOrder(db, made.orderId)).toHaveLength(2);
  });

  test("an older one still gives the Fulfillment invoice its ID; a voided one is left alone", async () => {
    const system = await makeOrderSystem();
    await system.send("order.shipped", exampleOrder(), { at: at(5) });
    const made = await makeOnFulfillment(system);
    await system.send("invoice.created", exampleInvoice({}, { total: "32.50", tax: "2.00" }), { at: at(1) });
    expect(await system.invoice()).toMatchObject({ id: made.id, number: "1001", totalMinor: 3150 });

    const other = await makeOrderSystem();
    await other.send("order.shipped", exampleOrder());
    const voided = await makeOnFulfillment(other);
    await bring(voided, { state: "voided" });
    await other.send("invoice.created", exampleInvoice(), { at: at(1) });
    expect((await other.invoice())?.id).not.toBe(voided.id);
  });

  test("an invoice that moves to another order leaves the first one uninvoiced", async () => {
    const system = await makeOrderSystem();
    await system.send("invoice.created", exampleInvoice());
    await system.send("invoice.created", exampleInvoice({}, { id: "o-2", number: "1002" }), { at: at(1) });
    expect(await isInvoiced(system)).toBe(false);
    expect((await system.order("o-2"))?.isInvoiced).toBe(true);
    expect(await system.invoice()).toMatchObject({
      orderExternalId: "o-2",
      orderNumber: "1002",
      orderId: (await system.order("o-2"))?.id,
    });
  });

  test("what is stored is what was received", async () => {
    const system = await makeOrderSystem();
    await system.send("invoice.created", exampleInvoice({ due_date: "2026-12-20" }));
    const content = readContent((await system.invoice())!.body);
    expect(content).toMatchObject({ number: "INV-1", date: "2026-11-20", dueDate: "2026-12-20" });
    expect(content.order).toEqual(storedOrder.read((await system.order())!.body!));
  });
});

describe("invoice.voided", () => {
  test.each(["not_sent", "queued", "failed", "held"] as const)("voids one that is %s, here", async (state) => {
    const system = await makeOrderSystem();
    await system.send("invoice.created", exampleInvoice());
    await bring(await system.invoice(), { state, dueAt: state === "queued" ? at(0) : null });
    await system.send("invoice.voided", { id: "i-1" });
    expect(await system.invoice()).toMatchObject({ operation: "create", state: "voided", dueAt: null });
    expect(await isInvoiced(system)).toBe(false);
  });

  test("one that was sent is voided in QuickBooks too, and stays sent until then", async () => {
    const system = await makeAutoPushed();
    await system.send("invoice.created", exampleInvoice());
    await bring(await system.invoice(), SENT);
    await system.send("invoice.voided", { id: "i-1" }, { at: at(1) });
    const row = await system.invoice();
    expect(row).toMatchObject({ operation: "void", state: "queued", dueAt: NOW.toISOString(), pushStatus: "sent" });
    await system.send("invoice.voided", { id: "i-1" }, { at: at(2) });
    expect(await system.invoice()).toMatchObject({ operation: "void", state: "queued" });
  });

  test("where QuickBooks can't be reached the void waits, with a warning", async () => {
    const system = await makeAutoPushed({ state: "reconnect_needed" });
    await system.send("invoice.created", exampleInvoice());
    await bring(await system.invoice(), SENT);
    await system.send("invoice.voided", { id: "i-1" }, { at: at(1) });
    const row = await system.invoice();
    expect([row?.operation, row?.state, publicStatus(row!), codes(row)]).toEqual([
      "void",
      "held",
      "sent",
      ["void_waits"],
    ]);
  });

  test.each(["sending", "unknown"] as const)("while it is %s the void is remembered", async (state) => {
    const system = await makeAutoPushed();
    await system.send("invoice.created", exampleInvoice());
    await bring(await system.invoice(), { state, sentAt: at(0) });
    await system.send("invoice.voided", { id: "i-1" }, { at: at(1) });
    const row = await system.invoice();
    expect([row?.state, row?.operation, rememberedWish(row!)]).toEqual([state, "create", "void"]);
  });

  test("a voided invoice stays voided: a later invoice.created adds a warning", async () => {
    const system = await makeAutoPushed();
    await system.send("invoice.created", exampleInvoice());
    await system.send("invoice.voided", { id: "i-1" });
    expect((await system.send("invoice.created", exampleInvoice({ number: "again" }), { at: at(1) })).status).toBe(202);
    const row = await system.invoice();
    expect([row?.state, row?.number, codes(row)]).toEqual(["voided", "INV-1", ["created_after_void"]]);
    expect(await isInvoiced(system)).toBe(false);
  });

  test("of an invoice not yet known is remembered, whichever is newer", async () => {
    for (const minutes of [-1, 0, 1]) {
      const system = await makeAutoPushed();
      await system.send("invoice.voided", { id: "i-1" });
      await system.send("invoice.created", exampleInvoice(), { at: at(minutes) });
      const row = await system.invoice();
      expect([row?.state, row?.dueAt, codes(row)]).toEqual(["voided", null, ["created_after_void"]]);
      expect(await isInvoiced(system)).toBe(false);
    }
  });

  test("remembered, it voids the Fulfillment invoice that turns out to be that one", async () => {
    const system = await makeAutoPushed();
    await system.send("order.shipped", exampleOrder());
    const made = await makeOnFulfillment(system);
    await bring(made, SENT);
    await system.send("invoice.voided", { id: "i-1" });
    await system.send("invoice.created", exampleInvoice(), { at: at(1) });
    expect(await system.invoice()).toMatchObject({
      id: made.id,
      operation: "void",
      state: "queued",
      connectionId: system.connectionId,
    });
  });

  test("an older void changes nothing; of equal times the later arrival counts", async () => {
    const system = await makeOrderSystem();
    await system.send("invoice.created", exampleInvoice(), { at: at(5) });
    await system.send("invoice.voided", { id: "i-1" }, { at: at(4) });
    expect(await system.invoice()).toMatchObject({ state: "not_sent" });
    await system.send("invoice.voided", { id: "i-1" }, { at: at(5) });
    expect(await system.invoice()).toMatchObject({ state: "voided" });
  });
});
