/** What becomes of refused deliveries: open until they are made good or set aside, and never lost before. */
import { env } from "cloudflare:workers";
import { describe, expect, test } from "vitest";
import { findDelivery } from "../../src/inbox/deliveries.ts";
import { listDeliveries } from "../../src/inbox/list-deliveries.ts";
import { redeliver } from "../../src/inbox/redeliver.ts";
import { MAX_SETTLED_KEPT, MAX_UNSETTLED, countUnsettledRefusals, setRefusalAside } from "../../src/inbox/refusals.ts";
import { exampleOrder } from "../orders/example-order.ts";
import {
  NOW,
  at,
  db,
  deliver,
  exampleInvoice,
  makeOrderSystem,
  type OrderSystem,
  quietEnv,
  signedHeaders,
} from "./order-system.ts";

const WRONG = { total: "1.00" };

const openOf = async ({ instance }: OrderSystem) => (await countUnsettledRefusals(db)).get(instance.id) ?? 0;
async function refusedOf({ instance }: OrderSystem) {
  return (await listDeliveries(db, { outcome: "refused", instanceId: instance.id }, { limit: 50 })).rows;
}
const settlements = async (shop: OrderSystem) => (await refusedOf(shop)).map((row) => row.settledAs);

describe("a refused delivery is open", () => {
  test("and says what it is about, also where a text is a number", async () => {
    const shop = await makeOrderSystem();
    await shop.send("order.shipped", exampleOrder(WRONG));
    await shop.send("invoice.created", exampleInvoice({ id: 77, number: null }, { number: "SO-9" }));
    await shop.send("order.exploded", { id: "o-1" });
    await shop.send("order.shipped", {});
    expect((await refusedOf(shop)).map(({ about, number }) => `${about} ${number}`).toSorted()).toEqual([
      "invoice:77 SO-9",
      "null null",
      "order:o-1 1001",
      "order:o-1 null",
    ]);
    expect(await openOf(shop)).toBe(4);
  });

  test("until the order is accepted under another webhook-id", async () => {
    const shop = await makeOrderSystem();
    await shop.send("order.shipped", exampleOrder(WRONG));
    await shop.send("order.shipped", exampleOrder({ id: "o-2" }));
    expect(await openOf(shop)).toBe(1);
    await shop.send("order.shipped", exampleOrder(), { at: at(1) });
    expect(await openOf(shop)).toBe(0);
    expect(await settlements(shop)).toEqual(["accepted"]);
  });

  test("an older event does not make good what is newer; without a readable time any does", async () => {
    const shop = await makeOrderSystem();
    await shop.send("order.shipped", exampleOrder(WRONG), { at: at(4) });
    await shop.send("order.shipped", exampleOrder(), { at: at(3) });
    expect(await openOf(shop)).toBe(1);
    await shop.send("order.shipped", exampleOrder(), { at: at(4) });
    expect(await openOf(shop)).toBe(0);
    await shop.send("order.shipped", exampleOrder(), { at: "yesterday" });
    expect(await openOf(shop)).toBe(1);
    await shop.send("order.cancelled", { id: "o-1" }, { at: at(5) });
    expect(await openOf(shop)).toBe(0);
  });

  test("until the same webhook-id is accepted, whatever it is about then", async () => {
    const shop = await makeOrderSystem();
    await shop.send("order.shipped", exampleOrder({ id: null }), { id: "w" });
    await shop.send("order.shipped", exampleOrder({ id: "o-7" }), { id: "w" });
    expect(await settlements(shop)).toEqual(["accepted"]);
  });

  test("an invoice brings its order; an order does not bring its invoice", async () => {
    const shop = await makeOrderSystem();
    await shop.send("order.shipped", exampleOrder(WRONG));
    await shop.send("invoice.created", exampleInvoice({}, WRONG));
    await shop.send("order.shipped", exampleOrder(), { at: at(1) });
    expect(await openOf(shop)).toBe(1);
    await shop.send("order.shipped", exampleOrder(WRONG), { at: at(1) });
    await shop.send("invoice.created", exampleInvoice(), { at: at(2) });
    expect(await openOf(shop)).toBe(0);
  });

  test("of another instance stays open", async () => {
    const [shop, other] = [await makeOrderSystem(), await makeOrderSystem()];
    await shop.send("order.shipped", exampleOrder(WRONG), { id: "w" });
    await other.send("order.shipped", exampleOrder(), { id: "w", at: at(1) });
    expect(await openOf(shop)).toBe(1);
  });

  test("until a person sets it aside, once", async () => {
    const shop = await makeOrderSystem();
    await shop.send("order.shipped", exampleOrder(WRONG));
    const [row] = await refusedOf(shop);
    expect([await setRefusalAside(db, row!.id, NOW), await setRefusalAside(db, row!.id, NOW)]).toEqual([true, false]);
    expect(await settlements(shop)).toEqual(["set_aside"]);
    expect(await openOf(shop)).toBe(0);
    // Nothing that is accepted can be set aside.
    const { body } = await shop.send("order.shipped", exampleOrder());
    expect(await setRefusalAside(db, String(body["event_id"]), NOW)).toBe(false);
  });

  test("once: a repeat that is refused again stands for it", async () => {
    const shop = await makeOrderSystem();
    for (let i = 0; i < 3; i += 1) await shop.send("order.shipped", exampleOrder(WRONG), { id: "again" });
    expect(await openOf(shop)).toBe(1);
    expect((await settlements(shop)).map(String).toSorted()).toEqual(["null", "repeated", "repeated"]);
  });

  test("a replay that is refused again leaves one open record; one that is accepted settles it", async () => {
    const shop = await makeOrderSystem();
    await shop.send("order.shipped", exampleOrder({ id: "ahead" }), { at: at(60) });
    const [row] = await refusedOf(shop);
    const stored = (await findDelivery(db, row!.id))!;
    expect(await redeliver(quietEnv, db, stored, NOW)).toMatchObject({ kind: "rejected" });
    expect(await settlements(shop)).toEqual([null]);
    expect(await redeliver(quietEnv, db, stored, new Date(at(58)))).toMatchObject({ kind: "accepted" });
    expect(await settlements(shop)).toEqual(["accepted"]);
  });
});

/** Refusals without a body, `count` of them. */
async function fill({ instance }: OrderSystem, count: number, settledAs: string | null): Promise<void> {
  const numbers = JSON.stringify(Array.from({ length: count }, (_, i) => i));
  await env.DB.prepare(
    `insert into order_events (id, instance_id, webhook_id, received_at, outcome, http_status, body, settled_at, settled_as)
     select '0000-' || value || '-' || ?1, ?1, 'w-' || value, '2026-01-01', 'rejected', 422, '', case when ?3 is null then null else '2026-01-01' end, ?3
     from json_each(?2)`,
  )
    .bind(instance.id, numbers, settledAs)
    .run();
}

describe("the record of refusals", () => {
  test("keeps the newest settled ones, every open one, and every accepted delivery", async () => {
    const shop = await makeOrderSystem();
    await shop.send("order.shipped", exampleOrder());
    await fill(shop, MAX_SETTLED_KEPT + 20, "set_aside");
    await env.DB.prepare(
      "update order_events set settled_at = null, settled_as = null where instance_id = ? and webhook_id in ('w-0', 'w-1')",
    )
      .bind(shop.instance.id)
      .run();
    await shop.send("order.shipped", {}, { id: "newest" });
    const { results } = await env.DB.prepare(
      "select webhook_id as id, outcome, settled_at as settledAt from order_events where instance_id = ?",
    )
      .bind(shop.instance.id)
      .all<{ id: string; outcome: string; settledAt: string | null }>();
    const open = results.filter((row) => row.outcome === "rejected" && row.settledAt === null);
    expect(open.map(({ id }) => id).toSorted()).toEqual(["newest", "w-0", "w-1"]);
    expect(results.filter((row) => row.settledAt !== null)).toHaveLength(MAX_SETTLED_KEPT);
    expect(results.filter((row) => row.outcome === "accepted")).toHaveLength(1);
  });

  test("where it is full, refused deliveries get a 429 and nothing is lost; right ones go on", async () => {
    const shop = await makeOrderSystem();
    await fill(shop, MAX_UNSETTLED, null);
    const body = JSON.stringify({ type: "order.shipped", timestamp: at(0), data: {} });
    const answer = await deliver(shop.instance.id, signedHeaders(shop.secret, body), body);
    expect([answer.status, Number(answer.headers.get("retry-after")) > 0]).toEqual([429, true]);
    expect(await openOf(shop)).toBe(MAX_UNSETTLED);
    expect(await shop.send("order.shipped", exampleOrder())).toMatchObject({ status: 202 });
  });
});
