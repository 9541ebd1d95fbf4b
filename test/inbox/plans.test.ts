/**
 * How SQLite finds deliveries. Their table grows for ever, so neither a list, nor a count, nor receiving may read all of
 * them.
 */
import { env } from "cloudflare:workers";
import { sql } from "drizzle-orm";
import { beforeAll, describe, expect, test } from "vitest";
import {
  countAccepted,
  forgetOldCounts,
  listWrongSignatures,
  sumWrongSignatures,
} from "../../src/inbox/delivery-counts.ts";
import {
  DELIVERY_OUTCOMES,
  type DeliveryFilter,
  listDeliveries,
  listDeliveriesOfOrder,
} from "../../src/inbox/list-deliveries.ts";
import { countUnsettledRefusals, isFull, settleBy } from "../../src/inbox/refusals.ts";
import { type Db, runBatch } from "../../src/platform/db.ts";
import { newId } from "../../src/platform/ids.ts";
import { content, newRow, storing } from "../invoices/example-invoice.ts";
import { exampleOrder } from "../orders/example-order.ts";
import { plansOf } from "../orders/query-plans.ts";
import { NOW, at, db, makeOrderSystem } from "./order-system.ts";

/** Far more are accepted than refused. */
const ROWS = 300;

beforeAll(async () => {
  const shop = await makeOrderSystem();
  await shop.send("order.shipped", exampleOrder({ total: "1.00" }));
  await env.DB.prepare(
    `insert into order_events (id, instance_id, webhook_id, received_at, outcome, http_status, order_id, body)
     select '01a-' || value, ?1, 'w-' || value, '2026-11-20', 'accepted', 202, 'o-' || value, 'x' from json_each(?2)`,
  )
    .bind(shop.instance.id, JSON.stringify(Array.from({ length: ROWS }, (_, i) => i)))
    .run();
  await env.DB.prepare(
    "insert into delivery_counts (instance_id, hour, accepted) select ?1, '2026-11-' || value, 1 from json_each(?2)",
  )
    .bind(shop.instance.id, JSON.stringify(Array.from({ length: ROWS }, (_, i) => i)))
    .run();
  const rows = Array.from({ length: ROWS }, (_, i) =>
    newRow({ instanceId: shop.instance.id, state: "sent" }, content({}, { number: `N-${i}` })),
  );
  await runBatch(db, storing(db, ...rows));
}, 120_000);

/** A walk along the primary key or the refused ones, which stops with the page, is the only one allowed. */
const GROWS =
  /^SCAN (order_events|orders|invoices|pushes)(?! USING (COVERING )?INDEX (order_events_(refused|unsettled)|sqlite_autoindex_order_events_1))/;

const filters: DeliveryFilter[] = [undefined, ...DELIVERY_OUTCOMES].flatMap((outcome) =>
  [undefined, "an instance"].flatMap((instanceId) =>
    [undefined, "2026-11-19"].flatMap((day) =>
      [undefined, "SO-1001"].map((q) => ({ outcome, instanceId, from: day, to: day, q })),
    ),
  ),
);

const event = { type: "order.cancelled", at: at(0), orderId: "o" } as const;
const delivery = { instanceId: "i", webhookId: "w", body: "" };

const questions: Record<string, [ask: (client: Db) => Promise<unknown>, index: RegExp]> = {
  "what is open, by instance": [countUnsettledRefusals, /order_events_unsettled/],
  "whether too much is open": [(client) => isFull(client, "i"), /order_events_unsettled\w* \(instance_id=\?\)/],
  "wrong signatures, by instance": [(client) => sumWrongSignatures(client, 1, NOW), /delivery_counts_wrong/],
  "wrong signatures, by hour": [
    (client) => listWrongSignatures(client, { days: 7, limit: 5 }, NOW),
    /delivery_counts_wrong/,
  ],
  "the deliveries of an order": [(client) => listDeliveriesOfOrder(client, "o", 5), /order_events_by_order/],
  "what an accepted event makes good": [
    (client) => runBatch(client, [settleBy(client, { delivery, event }, sql`1`, NOW)]),
    /order_events_unsettled_about \(instance_id=\? AND about=\?\)/,
  ],
  "what is counted": [(client) => runBatch(client, [countAccepted(client, "i", sql`1`, NOW)]), /./],
  "counts that are forgotten": [
    (client) => runBatch(client, [forgetOldCounts(client, NOW)]),
    /delivery_counts_by_hour/,
  ],
};

describe.each(["without", "with"])("%s statistics", (statistics) => {
  beforeAll(async () => {
    if (statistics === "with") await env.DB.exec("ANALYZE");
  });

  test.each(filters)("a list: %o", async (filter) => {
    for (const page of [{}, { after: newId(NOW) }, { before: newId(NOW) }]) {
      const plans = await plansOf((client) => listDeliveries(client, filter, { limit: 50, ...page }));
      expect(plans.filter((detail) => GROWS.test(detail))).toEqual([]);
    }
  });

  test.each(filters.filter(({ q }) => q === undefined))("a list is walked in order: %o", async (filter) => {
    const plans = await plansOf((client) => listDeliveries(client, filter, { limit: 50, after: newId(NOW) }));
    // The rows of the page are sorted again; of what is walked, only those of the same millisecond.
    expect(plans.filter((detail) => detail === "USE TEMP B-TREE FOR ORDER BY").length).toBeLessThan(2);
  });

  test.each(Object.entries(questions))("%s", async (_, [ask, index]) => {
    const plans = await plansOf(ask);
    expect(plans.filter((detail) => GROWS.test(detail))).toEqual([]);
    expect(plans.join("\n")).toMatch(index);
  });
});

test("the watch finds a question that reads everything", async () => {
  const plans = await plansOf((client) => client.all(sql`SELECT body FROM order_events WHERE http_status = ${500}`));
  expect(plans.filter((detail) => GROWS.test(detail))).not.toEqual([]);
});
