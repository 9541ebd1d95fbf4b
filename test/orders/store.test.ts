import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, test } from "vitest";
import { orders } from "../../src/orders/schema.ts";
import { type OrderFilter, countOrders, findOrders, listOrderIds, listOrders } from "../../src/orders/store.ts";
import { openDb, runBatch } from "../../src/platform/db.ts";
import { newId } from "../../src/platform/ids.ts";
import { plansOf } from "./query-plans.ts";

const db = openDb(env.DB);
const NOW = new Date("2026-11-20T10:00:00Z");
const STATUSES = ["open", "shipped", "cancelled", "shipped"] as const;

beforeAll(async () => {
  const at = NOW.toISOString();
  const rows = Array.from({ length: 40 }, (_, i) => ({
    id: newId(NOW),
    instanceId: i % 3 ? "one" : "two",
    externalId: `o-${i}`,
    status: STATUSES[i % 4]!,
    number: `N-${i}`,
    customerName: "A",
    currency: "USD",
    totalMinor: i,
    shippedOn: `2026-11-${String((i % 7) + 1).padStart(2, "0")}`,
    isInvoiced: i % 8 === 1,
    body: "{}",
    eventAt: at,
    createdAt: at,
    updatedAt: at,
  }));
  await runBatch(
    db,
    rows.map((row) => db.insert(orders).values(row)),
  );
});

const FILTERS: OrderFilter[] = [
  {},
  { status: "shipped" },
  { status: "shipped", isInvoiced: false },
  { status: "shipped", isInvoiced: false, instanceId: "one", from: "2026-11-02", to: "2026-11-05" },
  { status: "cancelled", from: "2026-11-03" },
  { from: "2026-11-03", to: "2026-11-03" },
];

test.each(FILTERS)(
  "walking through %o shows each order once, newest first, and only those that match",
  async (filter) => {
    const seen: string[] = [];
    for (let after: string | undefined; ;) {
      const page = await listOrders(db, filter, { limit: 3, after });
      for (const row of page.rows) {
        expect(row).not.toHaveProperty("body");
        const { from: _from, to: _to, ...exact } = filter;
        expect(row).toMatchObject(exact);
        expect(row.shippedOn >= (filter.from ?? "") && row.shippedOn <= (filter.to ?? "9")).toBe(true);
        seen.push(row.id);
      }
      if (page.next === null) break;
      after = page.next;
    }
    expect(seen.length).toBeGreaterThan(0);
    expect(seen).toEqual(await listOrderIds(db, filter, 100));
    expect(await countOrders(db, filter)).toBe(new Set(seen).size);
  },
);

describe("plans", () => {
  const every: OrderFilter[] = [];
  for (const status of [undefined, "shipped"] as const)
    for (const isInvoiced of [undefined, false, true])
      for (const instanceId of [undefined, "one"])
        for (const from of [undefined, "2026-11-01"])
          every.push({ status, isInvoiced, instanceId, from, to: from && "2026-11-30" });
  const cursor = "2026-11-05_00000000-0000-7000-8000-000000000000";

  test.each(every)(
    "no filter reads orders in another order than the list's; what is to be invoiced has an index of its own: %o",
    async (filter) => {
      const plans = await plansOf(async (client) => {
        await listOrders(client, filter, { limit: 5 });
        await listOrders(client, filter, { limit: 5, after: cursor });
        await listOrders(client, filter, { limit: 5, before: cursor });
      });
      const isToBeInvoiced = filter.status === "shipped" && filter.isInvoiced === false;
      expect(plans.some((plan) => plan.includes("orders_to_invoice"))).toBe(isToBeInvoiced);
      // The few that are to be invoiced are fetched and sorted; every other list walks an index and stops when it is full.
      expect(plans.filter((plan) => /SCAN orders\b(?! USING (COVERING )?INDEX)/.test(plan))).toEqual([]);
      expect(plans.some((plan) => plan.includes("TEMP B-TREE"))).toBe(isToBeInvoiced);
    },
  );
});

test("orders are found by any number of IDs", async () => {
  const ids = await listOrderIds(db, {}, 100);
  const many = [...ids, ...Array.from({ length: 300 }, () => newId(NOW))];
  expect((await findOrders(db, many)).map((row) => row.id).sort()).toEqual([...ids].sort());
});
