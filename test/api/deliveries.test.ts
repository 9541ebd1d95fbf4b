/** `/api/v1/deliveries`: what arrived, what became of it, and receiving it again. */
import { beforeEach, describe, expect, it } from "vitest";
import { signDelivery } from "../../src/platform/standard-signature.ts";
import { createInstance } from "../../src/instances/store.ts";
import { app } from "../../src/app.ts";
import { exampleOrder } from "../orders/example-order.ts";
import { act, clientOf, db, emptyTables, ORIGIN, type Problem, testEnv } from "./fixture.ts";

interface Delivery {
  id: string;
  instance_id: string;
  webhook_id: string;
  outcome: string;
  errors: { path: string; message: string }[];
  number: string | null;
  order_id: string | null;
  settled_as: string | null;
  body?: string | null;
}

let instanceId = "";
let secret = "";
let call: Awaited<ReturnType<typeof clientOf>>;

async function send(webhookId: string, data: Record<string, unknown>): Promise<void> {
  const body = JSON.stringify({ type: "order.shipped", timestamp: new Date().toISOString(), data });
  const headers = await signDelivery(secret, webhookId, body, new Date());
  const init = { method: "POST", headers: { ...headers, "content-type": "application/json" }, body };
  await app.request(`${ORIGIN}/webhooks/instances/${instanceId}`, init, testEnv);
}

async function listed(query = ""): Promise<Delivery[]> {
  return (await (await call("GET", `/deliveries${query}`)).json<{ data: Delivery[] }>()).data;
}

beforeEach(async () => {
  await emptyTables();
  const settings = { name: "Shop", connectionId: null, enabled: true, autoInvoice: false };
  const created = await createInstance(db, act.config.keys, settings, new Date());
  [instanceId, secret] = [created.instance.id, created.secret];
  call = await clientOf("operator");
  await send("w-good", exampleOrder({ id: "o-1", number: "SO-1" }));
  await send("w-bad", exampleOrder({ id: "o-2", number: "SO-2", total: "1.00" }));
});

describe("GET /deliveries", () => {
  it("lists all, the newest first, with outcome, faults and what they led to", async () => {
    const [bad, good] = await listed();
    expect(good).toMatchObject({
      webhook_id: "w-good",
      outcome: "accepted",
      effect: "stored",
      http_status: 202,
      errors: [],
    });
    expect(good?.order_id).toEqual(expect.any(String));
    expect(bad).toMatchObject({
      webhook_id: "w-bad",
      outcome: "refused",
      number: "SO-2",
      settled_as: null,
      order_id: null,
    });
    expect(bad?.errors[0]?.path).toBe("data.total");
    expect(bad).not.toHaveProperty("body");
  });

  it.each([
    ["?outcome=refused", ["w-bad"]],
    ["?outcome=unsettled", ["w-bad"]],
    ["?outcome=accepted", ["w-good"]],
    ["?q=SO-1", ["w-good"]],
    ["?instance_id=none", []],
    ["?from=2999-01-01", []],
  ])("filters by %s", async (query, found) => {
    expect((await listed(query)).map((row) => row.webhook_id)).toEqual(found);
  });

  it("comes in pages", async () => {
    const first = await (await call("GET", "/deliveries?limit=1")).json<{ data: Delivery[]; next: string }>();
    const second = await (
      await call("GET", `/deliveries?limit=1&after=${first.next}`)
    ).json<{ data: Delivery[]; next: null }>();
    expect([first.data[0]?.webhook_id, second.data[0]?.webhook_id, second.next]).toEqual(["w-bad", "w-good", null]);
  });

  it.each(["?outcome=lost", "?after=x", "?from=today", "?limit=0", "?colour=red"])(
    "refuses %s with 422",
    async (query) => {
      const answer = await call("GET", `/deliveries${query}`);
      expect(answer.status).toBe(422);
      expect((await answer.json<Problem>()).errors?.[0]?.path).toBe(/\?(\w+)/.exec(query)?.[1]);
    },
  );
});

it("GET /deliveries/:id brings the body as it was received", async () => {
  const [bad] = await listed("?outcome=refused");
  const one = await (await call("GET", `/deliveries/${bad?.id}`)).json<Delivery>();
  expect(JSON.parse(one.body ?? "")).toMatchObject({ type: "order.shipped", data: { number: "SO-2" } });
  expect((await call("GET", "/deliveries/none")).status).toBe(404);
});

describe("POST /deliveries/:id/replay", () => {
  it("says what the order system would get now", async () => {
    const [bad, good] = await listed();
    expect(await (await call("POST", `/deliveries/${good?.id}/replay`)).json()).toMatchObject({
      outcome: "accepted",
      effect: "unchanged",
    });
    const again = await (await call("POST", `/deliveries/${bad?.id}/replay`)).json<Delivery>();
    expect(again).toMatchObject({ outcome: "refused", errors: [{ path: "data.total" }] });
    // No second refusal is on record.
    expect(await listed("?outcome=refused")).toHaveLength(1);
  });

  it("is 409 once the body is no longer kept, 404 for none, 403 for a viewer", async () => {
    const [bad] = await listed("?outcome=refused");
    await db.run(`UPDATE order_events SET received_at = '2020-01-01T00:00:00.000Z' WHERE id = '${bad?.id}'`);
    const answer = await call("POST", `/deliveries/${bad?.id}/replay`);
    expect(answer.status).toBe(409);
    expect((await answer.json<Problem>()).detail).toContain("deleted after 90 days");
    expect((await (await call("GET", `/deliveries/${bad?.id}`)).json<Delivery>()).body).toBeNull();
    expect((await call("POST", "/deliveries/none/replay")).status).toBe(404);
    expect((await (await clientOf("viewer"))("POST", `/deliveries/${bad?.id}/replay`)).status).toBe(403);
  });
});

it("GET /status counts refused deliveries that are open, by instance", async () => {
  const status = await (await call("GET", "/status")).json<{ instances: Record<string, unknown>[] }>();
  expect(status.instances[0]).toMatchObject({ refused_deliveries: 1, wrong_signatures: null });
});
