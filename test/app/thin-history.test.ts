import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, it } from "vitest";
import { thinHistory } from "../../src/app/thin-history.ts";
import { replayDelivery } from "../../src/actions/settle-delivery.ts";
import worker from "../../src/index.ts";
import { findDelivery, forgetOldBodies } from "../../src/inbox/deliveries.ts";
import { openDb } from "../../src/platform/db.ts";
import { newId } from "../../src/platform/ids.ts";
import { forgetDoneEvents } from "../../src/pushes/events/forget-done-events.ts";
import { thinAttempts } from "../../src/pushes/thin-attempts.ts";
import { act, emptyTables } from "../api/fixture.ts";
import { db, makeOrderSystem, NOW, quietEnv } from "../inbox/order-system.ts";
import { exampleOrder } from "../orders/example-order.ts";
import { plansOf } from "../orders/query-plans.ts";

const DAY_MS = 24 * 3_600_000;
const after = (days: number): Date => new Date(NOW.getTime() + days * DAY_MS);
const before = (days: number): string => after(-days).toISOString();
const actAt = (now: Date) => ({ ...act, env: quietEnv, now });

beforeEach(async () => {
  await emptyTables();
  await env.DB.batch(
    ["intuit_events", "prune_marks", "database_sizes"].map((table) => env.DB.prepare(`DELETE FROM ${table}`)),
  );
});

describe("bodies of deliveries", () => {
  it("go after 90 days; the webhook-id is known for ever, and a replay is a conflict that says why", async () => {
    const { send, order } = await makeOrderSystem();
    const { body } = await send("order.shipped", exampleOrder(), { id: "msg_old" });
    const eventId = String(body["event_id"]);
    await thinHistory(db, after(89));
    expect(await findDelivery(db, eventId)).toMatchObject({ body: expect.stringContaining("order.shipped") });
    expect(await replayDelivery(actAt(after(89)), eventId)).toMatchObject({ ok: true });

    await thinHistory(db, after(91));
    expect(await findDelivery(db, eventId)).toMatchObject({ webhookId: "msg_old", body: "", effect: "stored" });
    expect(await replayDelivery(actAt(after(91)), eventId)).toMatchObject({
      ok: false,
      reason: "conflict",
      message: expect.stringContaining("deleted after 90 days"),
    });
    expect(await order()).toMatchObject({ number: "1001" });
    const again = await send("order.shipped", exampleOrder({ number: "changed" }), { id: "msg_old" });
    expect(again).toMatchObject({ status: 202, body: { duplicate: true, event_id: eventId } });
    expect(await order()).toMatchObject({ number: "1001" });
  });

  it("go alone: everything else of the row stays", async () => {
    const { send, instance } = await makeOrderSystem();
    await send("order.shipped", exampleOrder());
    await send("order.shipped", {});
    const all = async () => {
      const rows = await env.DB.prepare("SELECT * FROM order_events WHERE instance_id = ? ORDER BY id")
        .bind(instance.id)
        .all();
      return rows.results;
    };
    const told = await all();
    expect(new Set(told.map(({ outcome }) => outcome))).toEqual(new Set(["accepted", "rejected"]));
    await thinHistory(db, after(91));
    expect(await all()).toEqual(told.map((row) => ({ ...row, body: "" })));
  });

  it("can't be replayed after 90 days even where the cron has not come to them yet", async () => {
    const { send } = await makeOrderSystem();
    const { body } = await send("order.shipped", exampleOrder());
    const replayed = await replayDelivery(actAt(after(91)), String(body["event_id"]));
    expect(replayed).toMatchObject({ ok: false, reason: "conflict" });
  });

  it("go some at a time, the oldest first, until none is left", async () => {
    await env.DB.prepare(
      `INSERT INTO order_events (id, instance_id, webhook_id, received_at, outcome, http_status, body)
       SELECT printf('e-%04d', value), 'i', printf('w-%04d', value), printf('2026-01-01T00:00:00.%03dZ', value % 1000), 'accepted', 202, 'told'
       FROM json_each(?)`,
    )
      .bind(JSON.stringify(Array.from({ length: 300 }, (_, place) => place)))
      .run();
    expect(await forgetOldBodies(db, NOW)).toBe(250);
    const kept = await env.DB.prepare(
      "SELECT min(id) AS first, count(*) AS n FROM order_events WHERE body <> ''",
    ).first();
    expect(kept).toEqual({ first: "e-0250", n: 50 });
    expect(await forgetOldBodies(db, NOW)).toBe(50);
    expect(await forgetOldBodies(db, NOW)).toBe(0);
  });
});

describe("events of Intuit's", () => {
  it("go 90 days after they were done; open ones never", async () => {
    const insert = env.DB.prepare(
      `INSERT INTO intuit_events (id, realm_id, entity, entity_id, operation, event_at, received_at, done_at)
       VALUES (?1, '1', 'Invoice', ?1, 'Update', ?2, ?2, ?3)`,
    );
    await env.DB.batch([
      insert.bind("open", before(400), null),
      insert.bind("long-open", before(400), before(89)),
      insert.bind("done", before(91), before(91)),
    ]);
    await thinHistory(db, NOW);
    const left = await env.DB.prepare("SELECT id FROM intuit_events ORDER BY id").all();
    expect(left.results).toEqual([{ id: "long-open" }, { id: "open" }]);
  });
});

it("finds each by an index, and reads nothing where nothing is to be done", async () => {
  await env.DB.prepare(
    `INSERT INTO push_attempts (id, invoice_id, number, operation, started_at, duration_ms, outcome)
     VALUES (?, 'x', 3, 'create', '', 1, 'held')`,
  )
    .bind(newId(after(-91)))
    .run();
  for (const forget of [forgetOldBodies, forgetDoneEvents, thinAttempts]) {
    const plans = await plansOf((client) => forget(client, NOW));
    expect(plans.length).toBeGreaterThan(0);
    expect(
      plans.filter((detail) => /SCAN (order_events|intuit_events|push_attempts|invoices|prune_marks)\b/.test(detail)),
    ).toEqual([]);
  }
  expect((await plansOf((client) => forgetOldBodies(client, NOW))).join()).toContain("order_events_with_body");
  expect((await plansOf((client) => forgetDoneEvents(client, NOW))).join()).toContain("intuit_events_done");
  expect((await plansOf((client) => thinAttempts(client, NOW))).join()).toContain("(id>? AND id<?)");
});

it("is done by the cron", async () => {
  await env.DB.prepare(
    `INSERT INTO order_events (id, instance_id, webhook_id, received_at, outcome, http_status, body)
     VALUES ('long-ago', 'i', 'w', '2020-01-01T00:00:00.000Z', 'accepted', 202, 'told')`,
  ).run();
  await worker.scheduled?.({} as ScheduledController, quietEnv);
  expect(await findDelivery(db, "long-ago")).toMatchObject({ body: "" });
  const sizes = await env.DB.prepare("SELECT bytes FROM database_sizes").all<{ bytes: number }>();
  expect(sizes.results).toEqual([{ bytes: expect.any(Number) }]);
});

it("does not throw where the database does", async () => {
  const down = (): never => {
    throw new Error("down");
  };
  const broken = openDb({ prepare: down, batch: down } as never);
  await expect(thinHistory(broken, NOW)).resolves.toBeUndefined();
});
