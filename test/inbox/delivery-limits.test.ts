/** The limits of an instance (docs/contract.md, section 5), and the count of wrong signatures. */
import { runDurableObjectAlarm } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { describe, expect, test } from "vitest";
import { MAX_ACCEPTED_PER_DAY, listWrongSignatures, sumWrongSignatures } from "../../src/inbox/delivery-counts.ts";
import { listDeliveries } from "../../src/inbox/list-deliveries.ts";
import { MAX_REFUSED_PER_MINUTE } from "../../src/inbox/refusal-pace.ts";
import { exampleOrder } from "../orders/example-order.ts";
import { NOW, at, db, deliver, makeOrderSystem, type OrderSystem, quietEnv, signedHeaders } from "./order-system.ts";

const STRANGER = `whsec_${btoa("the secret of somebody else")}`;
const HOURS_TO_MIDNIGHT = 14;

async function sendWrong({ instance, secret }: OrderSystem, kind: "signature" | "content"): Promise<Response> {
  const body = JSON.stringify({ type: "order.shipped", timestamp: at(0), data: {} });
  return deliver(instance.id, signedHeaders(kind === "signature" ? STRANGER : secret, body), body);
}

async function storedOf({ instance }: OrderSystem): Promise<number> {
  return (
    (await env.DB.prepare("select count(*) as n from order_events where instance_id = ?")
      .bind(instance.id)
      .first<number>("n")) ?? 0
  );
}

const writtenOf = async ({ instance }: OrderSystem) => (await sumWrongSignatures(db, 7, NOW)).get(instance.id);
const counterOf = ({ instance }: OrderSystem) => env.REFUSED_REQUESTS.get(env.REFUSED_REQUESTS.idFromName(instance.id));

describe("accepted deliveries of a day", () => {
  test("over the quota: 429 until midnight (UTC), nothing stored; a repeat of an accepted one is still acknowledged", async () => {
    const shop = await makeOrderSystem();
    await shop.send("order.shipped", exampleOrder(), { id: "known" });
    await env.DB.prepare("update delivery_counts set accepted = ? where instance_id = ?")
      .bind(MAX_ACCEPTED_PER_DAY, shop.instance.id)
      .run();
    const body = JSON.stringify({ type: "order.shipped", timestamp: at(0), data: exampleOrder({ id: "o-2" }) });
    const answer = await deliver(shop.instance.id, signedHeaders(shop.secret, body), body);
    expect([answer.status, answer.headers.get("content-type")]).toEqual([429, "application/problem+json"]);
    expect(answer.headers.get("retry-after")).toBe(String(HOURS_TO_MIDNIGHT * 3_600));
    expect(await shop.order("o-2")).toBeNull();
    expect(await storedOf(shop)).toBe(1);
    expect(await shop.send("order.shipped", exampleOrder(), { id: "known" })).toMatchObject({
      status: 202,
      body: { duplicate: true },
    });
  });

  test("one below it is accepted, and yesterday's don't count", async () => {
    const shop = await makeOrderSystem();
    await env.DB.batch(
      [
        ["2026-11-19T23", MAX_ACCEPTED_PER_DAY],
        ["2026-11-20T00", MAX_ACCEPTED_PER_DAY - 1],
      ].map(([hour, accepted]) =>
        env.DB.prepare("insert into delivery_counts (instance_id, hour, accepted) values (?, ?, ?)").bind(
          shop.instance.id,
          hour,
          accepted,
        ),
      ),
    );
    expect((await shop.send("order.shipped", exampleOrder())).status).toBe(202);
    expect((await shop.send("order.shipped", exampleOrder({ id: "o-2" }))).status).toBe(429);
  });

  test("each is counted once, also where it is sent twice at the same time", async () => {
    const shop = await makeOrderSystem();
    await Promise.all(Array.from({ length: 5 }, () => shop.send("order.shipped", exampleOrder(), { id: "same" })));
    await shop.send("order.shipped", {});
    const counted = await env.DB.prepare("select accepted from delivery_counts where instance_id = ?")
      .bind(shop.instance.id)
      .first<number>("accepted");
    expect(counted).toBe(1);
  });
});

test("refused requests faster than 1,000 a minute: 429 with Retry-After, nothing stored, and right ones go on", async () => {
  const shop = await makeOrderSystem();
  // The counter is asked what the front door asks it for each refused request, or this would take a minute.
  const before = Array.from({ length: MAX_REFUSED_PER_MINUTE - 5 }, () =>
    counterOf(shop).count(shop.instance.id, true, NOW),
  );
  expect(new Set(await Promise.all(before))).toEqual(new Set([0]));
  for (const kind of ["content", "content", "content", "content", "signature"] as const)
    expect((await sendWrong(shop, kind)).status).toBe(kind === "content" ? 422 : 401);
  for (const kind of ["content", "signature"] as const) {
    const answer = await sendWrong(shop, kind);
    expect([answer.status, answer.headers.get("retry-after")]).toEqual([429, "60"]);
  }
  expect(await storedOf(shop)).toBe(4);
  expect(await shop.send("order.shipped", exampleOrder())).toMatchObject({ status: 202 });
});

describe("a wrong signature", () => {
  test("is counted by instance and hour, without body, the first at once and then at most once a minute", async () => {
    const shop = await makeOrderSystem();
    for (let i = 0; i < 3; i += 1) expect((await sendWrong(shop, "signature")).status).toBe(401);
    expect(await writtenOf(shop)).toEqual({ count: 1, lastAt: NOW.toISOString() });
    expect(await runDurableObjectAlarm(counterOf(shop))).toBe(true);
    expect(await writtenOf(shop)).toEqual({ count: 3, lastAt: NOW.toISOString() });
    const hours = await listWrongSignatures(db, { days: 7, limit: 50 }, NOW);
    expect(hours.filter((row) => row.instanceId === shop.instance.id)).toEqual([
      { instanceId: shop.instance.id, hourAt: "2026-11-20T10:00:00.000Z", count: 3, lastAt: NOW.toISOString() },
    ]);
    expect((await listDeliveries(db, { instanceId: shop.instance.id }, { limit: 5 })).rows).toEqual([]);
    // Nothing since: the alarm ends, and the next one is written at once again.
    expect([await runDurableObjectAlarm(counterOf(shop)), await runDurableObjectAlarm(counterOf(shop))]).toEqual([
      true,
      false,
    ]);
    await sendWrong(shop, "signature");
    expect(await writtenOf(shop)).toMatchObject({ count: 4 });
  });

  test("is refused as usual where it can't be counted", async () => {
    const { instance } = await makeOrderSystem();
    const body = "{}";
    const broken = {
      get: () => ({ count: () => Promise.reject(new Error("gone")) }),
      idFromName: (name: string) => name,
    };
    const testEnv = { ...quietEnv, REFUSED_REQUESTS: broken as unknown as typeof env.REFUSED_REQUESTS };
    expect((await deliver(instance.id, signedHeaders(STRANGER, body), body, { testEnv })).status).toBe(401);
  });
});
