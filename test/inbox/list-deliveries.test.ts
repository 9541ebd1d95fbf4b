/** The list of deliveries: filters, search and pages. */
import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, test } from "vitest";
import { type DeliveryFilter, listDeliveries, listDeliveriesOfOrder } from "../../src/inbox/list-deliveries.ts";
import { lowestIdAt, newId, timeOfId } from "../../src/platform/ids.ts";
import { exampleOrder } from "../orders/example-order.ts";
import { NOW, at, db, exampleInvoice, makeOrderSystem, type OrderSystem } from "./order-system.ts";

const DAY_MS = 24 * 3_600_000;
const ALL = { limit: 50 };

let shop: OrderSystem;
let other: OrderSystem;

/** Which deliveries a filter lists, by `webhook-id`. */
const listed = async (filter: DeliveryFilter) =>
  (await listDeliveries(db, filter, ALL)).rows.map((row) => row.webhookId).toSorted();

/** A delivery of an earlier day. */
async function makeOld(webhookId: string, days: number, outcome = "accepted"): Promise<void> {
  const time = new Date(NOW.getTime() - days * DAY_MS);
  await env.DB.prepare(
    "insert into order_events (id, instance_id, webhook_id, received_at, outcome, http_status, body) values (?, ?, ?, ?, ?, 202, 'x')",
  )
    .bind(newId(time), shop.instance.id, webhookId, time.toISOString(), outcome)
    .run();
}

beforeAll(async () => {
  shop = await makeOrderSystem();
  other = await makeOrderSystem();
  await shop.send("order.shipped", exampleOrder({ number: "SO-1001" }), { id: "msg_shipped" });
  await shop.send(
    "invoice.created",
    exampleInvoice({ number: "INV-7" }, { id: "o-2", number: "SO-1002", customer: { name: "Zoë & Sons" } }),
    { id: "msg_invoice" },
  );
  await shop.send("order.shipped", exampleOrder({ id: "o-3", number: "SO-1003", total: "1.00" }), {
    id: "msg_refused",
  });
  await shop.send("order.shipped", exampleOrder({ id: "o-4", total: "1.00" }), { id: "msg_made_good" });
  await shop.send("order.shipped", exampleOrder({ id: "o-4", number: "SO-1004" }), { id: "msg_good", at: at(1) });
  await other.send("order.shipped", exampleOrder({ number: "SO-1001" }), { id: "msg_elsewhere" });
  await makeOld("old_1", 1);
  await makeOld("old_2", 2);
  await makeOld("old_3", 2, "rejected");
});

describe("filters", () => {
  test("outcome and instance", async () => {
    const [instanceId, elsewhere] = [shop.instance.id, other.instance.id];
    expect(await listed({ outcome: "refused", instanceId })).toEqual(["msg_made_good", "msg_refused", "old_3"]);
    expect(await listed({ outcome: "unsettled", instanceId })).toEqual(["msg_refused", "old_3"]);
    expect(await listed({ outcome: "accepted", instanceId })).toEqual([
      "msg_good",
      "msg_invoice",
      "msg_shipped",
      "old_1",
      "old_2",
    ]);
    expect(await listed({ instanceId: elsewhere })).toEqual(["msg_elsewhere"]);
    expect(await listed({ outcome: "refused" })).toEqual(["msg_made_good", "msg_refused", "old_3"]);
    expect(await listed({})).toHaveLength(9);
  });

  test.each(["of all", "of one instance"])("days, inclusive, %s", async (which) => {
    const instance = which === "of all" ? {} : { instanceId: shop.instance.id };
    expect(await listed({ ...instance, to: "2026-11-19" })).toEqual(["old_1", "old_2", "old_3"]);
    expect(await listed({ ...instance, from: "2026-11-19", to: "2026-11-19" })).toEqual(["old_1"]);
    expect(await listed({ ...instance, from: "2026-11-20", outcome: "refused" })).toEqual([
      "msg_made_good",
      "msg_refused",
    ]);
  });
});

describe("search", () => {
  test.each([
    ["an order's number, its beginning", "SO-1001", ["msg_elsewhere", "msg_shipped"]],
    ["an invoice's number", "INV-7", ["msg_invoice"]],
    ["part of a customer, without accents", "zoe", ["msg_invoice"]],
    ["the number of a refused one", "so-1003", ["msg_refused"]],
    ["a webhook-id, its beginning", "msg_ship", ["msg_shipped"]],
    ["part of the webhook-id of a refused one", "made_good", ["msg_made_good"]],
    ["nothing", "no such thing", []],
    ["what only SQL knows", "%' OR 1 --", []],
  ])("finds %s", async (_what, q, found) => {
    expect(await listed({ q })).toEqual(found);
  });

  test("goes with the other filters", async () => {
    expect(await listed({ q: "SO-1001", instanceId: other.instance.id })).toEqual(["msg_elsewhere"]);
    expect(await listed({ q: "msg_", outcome: "refused" })).toEqual(["msg_made_good", "msg_refused"]);
    expect(await listed({ q: "SO-1001", to: "2026-11-19" })).toEqual([]);
  });
});

test("an order's deliveries are found by it", async () => {
  const order = await shop.order("o-4");
  expect((await listDeliveriesOfOrder(db, order!.id, 5)).map((row) => row.webhookId)).toEqual(["msg_good"]);
});

test.each([{}, { outcome: "refused" }, { q: "msg_" }, { byInstance: true }] as (DeliveryFilter & {
  byInstance?: boolean;
})[])("pages lead forth and back through all of %o", async ({ byInstance, ...given }) => {
  const filter = byInstance ? { instanceId: shop.instance.id } : given;
  const all = (await listDeliveries(db, filter, ALL)).rows.map((row) => row.id);
  const forth: string[][] = [];
  let page = await listDeliveries(db, filter, { limit: 2 });
  expect(page.previous).toBeNull();
  for (;;) {
    forth.push(page.rows.map((row) => row.id));
    if (page.next === null) break;
    page = await listDeliveries(db, filter, { limit: 2, after: page.next });
  }
  expect(forth.flat()).toEqual(all);
  const back: string[][] = [forth.at(-1) ?? []];
  while (page.previous !== null) {
    page = await listDeliveries(db, filter, { limit: 2, before: page.previous });
    back.unshift(page.rows.map((row) => row.id));
  }
  expect(back.flat()).toEqual(all);
});

test("an ID tells its time, and where a time begins among IDs", () => {
  const id = newId(NOW);
  expect(timeOfId(id)).toBe(NOW.toISOString());
  expect([id > lowestIdAt(NOW), id < lowestIdAt(new Date(NOW.getTime() + 1))]).toEqual([true, true]);
});
