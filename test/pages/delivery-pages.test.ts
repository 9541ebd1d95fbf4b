/** The pages of deliveries and orders, and the sample order: what they say and what their buttons do. */
import { beforeEach, describe, expect, it } from "vitest";
import { orderEvents } from "../../src/inbox/schema.ts";
import type { Instance } from "../../src/instances/instance.ts";
import { createInstance, findInstance } from "../../src/instances/store.ts";
import { orders } from "../../src/orders/schema.ts";
import { newId } from "../../src/platform/ids.ts";
import { signDelivery } from "../../src/platform/standard-signature.ts";
import { app } from "../../src/app.ts";
import { exampleOrder } from "../orders/example-order.ts";
import { act, makeConnection, testEnv } from "../api/fixture.ts";
import { db, emptyAll, ORIGIN, type Visitor, visitorOf, words } from "./visitor.ts";

let instance: Instance;
let secret = "";
let operator: Visitor;

const instancePath = () => `/settings/instances/${instance.id}`;

async function send(webhookId: string, data: Record<string, unknown>, key = secret): Promise<number> {
  const body = JSON.stringify({ type: "order.shipped", timestamp: new Date().toISOString(), data });
  const headers = await signDelivery(key, webhookId, body, new Date());
  const init = { method: "POST", headers: { ...headers, "content-type": "application/json" }, body };
  return (await app.request(`${ORIGIN}/webhooks/instances/${instance.id}`, init, testEnv)).status;
}

async function rowOf(webhookId: string) {
  const rows = await db.select().from(orderEvents);
  return rows.find((row) => row.webhookId === webhookId)!;
}

beforeEach(async () => {
  await emptyAll();
  const connectionId = await makeConnection({ autoInvoice: false });
  const settings = { name: "Web shop", connectionId, enabled: true, autoInvoice: false };
  const created = await createInstance(db, act.config.keys, settings, new Date());
  [instance, secret] = [created.instance, created.secret];
  operator = await visitorOf("operator");
});

describe("/deliveries", () => {
  it("says what to do where nothing has arrived, and where nothing matches", async () => {
    expect(words((await operator.get("/deliveries")).html)).toContain("Nothing has arrived yet");
    expect(words((await operator.get("/deliveries?q=none")).html)).toContain("No delivery matches");
  });

  it("lists what was accepted and what was refused, with its first fault and the order", async () => {
    await send("w-1", exampleOrder({ number: "SO-1" }));
    await send("w-2", exampleOrder({ id: "o-2", number: "SO-2", currency: "usd", customer: {} }));
    const page = await operator.get("/deliveries");
    const text = words(page.html);
    expect(text).toMatch(/Order shipped w-2 Web shop .* Refused .*data\.currency.* and 1 more SO-2/);
    expect(text).toMatch(/Order shipped w-1 Web shop .* Accepted Stored SO-1/);
    expect(page.html).toContain(`href="/orders/${(await rowOf("w-1")).orderId}"`);
    expect(words((await operator.get("/deliveries?outcome=unsettled")).html)).not.toContain("w-1");
  });

  it("counts wrong signatures by instance and hour", async () => {
    expect(await send("w-1", exampleOrder(), `whsec_${btoa("another secret altogether")}`)).toBe(401);
    expect(words((await operator.get("/deliveries")).html)).toMatch(
      /Wrong signatures .* Web shop \d+ \w+ \d{4}, \d\d:00 UTC 1 just now/,
    );
    const page = words((await operator.get(instancePath())).html);
    expect(page).toContain("1 delivery with a wrong signature in the last 7 days, the last just now");
    expect(words((await operator.get("/")).html)).toContain(
      "Web shop: 1 delivery with a wrong signature in the last 24 hours",
    );
  });
});

describe("a refused delivery", () => {
  beforeEach(async () => {
    await send("w-1", exampleOrder({ number: "SO-1", total: "1.00" }));
  });

  it("shows its faults, its body, what to do and what to tell support, and no secret", async () => {
    const { id } = await rowOf("w-1");
    const { html } = await operator.get(`/deliveries/${id}`);
    expect(words(html)).toContain("Refused: nothing of it was stored");
    expect(words(html)).toMatch(/data\.total .*1\.00/);
    expect(words(html)).toContain("Have this corrected in the order system");
    expect(html).toContain("&quot;number&quot;: &quot;SO-1&quot;");
    expect(html).toContain("Copy details for support");
    expect(html).not.toContain(secret);
  });

  it("stands on dashboard and status until it is settled", async () => {
    for (const path of ["/", "/status"])
      expect(words((await operator.get(path)).html)).toContain(
        "1 refused delivery is open: its order may not be invoiced.",
      );
    await send("w-2", exampleOrder({ number: "SO-1" }));
    for (const path of ["/", "/status"])
      expect(words((await operator.get(path)).html)).not.toContain("refused delivery");
    const text = words((await operator.get(`/deliveries/${(await rowOf("w-1")).id}`)).html);
    expect(text).toContain("Refused, then: accepted since");
  });

  it("is set aside by an operator, once, and that is on record", async () => {
    const { id } = await rowOf("w-1");
    expect((await (await visitorOf("viewer")).post(`/deliveries/${id}/set-aside`)).status).toBe(403);
    const done = await operator.submit(`/deliveries/${id}/set-aside`);
    expect(words(done.html)).toContain("The delivery is set aside");
    expect(done.html).not.toContain("/set-aside");
    expect(words((await operator.submit(`/deliveries/${id}/set-aside`)).html)).toContain("still open can be set aside");
    expect(words((await operator.get("/activity")).html)).toContain("Order event set aside: w-1");
  });

  it("is replayed: refused again it says why and stays open", async () => {
    const { id } = await rowOf("w-1");
    const page = await operator.submit(`/deliveries/${id}/replay`);
    expect(words(page.html)).toContain("The delivery was refused again:");
    expect(await db.select().from(orderEvents)).toHaveLength(1);
  });
});

describe("an accepted delivery", () => {
  it("is replayed and says what that did; a viewer reads it and has no buttons", async () => {
    await send("w-1", exampleOrder());
    const { id } = await rowOf("w-1");
    expect(words((await operator.submit(`/deliveries/${id}/replay`)).html)).toContain(
      "The delivery was accepted. Nothing new in it.",
    );
    const viewer = await (await visitorOf("viewer")).get(`/deliveries/${id}`);
    expect(words(viewer.html)).toContain("Order shipped 1001");
    expect(viewer.html).not.toContain("/replay");
    expect((await operator.get("/deliveries/none")).status).toBe(404);
  });
});

describe("a sample order", () => {
  it("goes through the front door, once for each form, and leads to its page", async () => {
    const key = newId(new Date());
    expect((await operator.get(instancePath())).html).toContain("Send a sample order");
    const sent = await operator.submit(`${instancePath()}/sample-order`, { key });
    expect(words(sent.html)).toContain("The sample order was signed, sent and accepted.");
    expect(words(sent.html)).toMatch(/Order SAMPLE-\w{8}.*To invoice .*36\.25/);
    const again = await operator.submit(`${instancePath()}/sample-order`, { key });
    expect(words(again.html)).toContain("This sample order was sent already.");
    expect(await db.select().from(orders)).toMatchObject([{ status: "shipped", currency: "USD" }]);
    expect(await rowOf(`sample-${key}`)).toMatchObject({ outcome: "accepted", effect: "stored" });
    await operator.post(`${instancePath()}/sample-order`);
    expect(await db.select().from(orders)).toHaveLength(2);
  });

  it("is invoiced on its page, or cancelled; a viewer can do neither", async () => {
    const sent = await operator.post(`${instancePath()}/sample-order`);
    const path = new URL(sent.location ?? "", ORIGIN).pathname;
    const viewer = await visitorOf("viewer");
    expect((await viewer.get(path)).html).not.toMatch(/Create invoice|Cancel sample/);
    for (const action of ["invoice", "cancel-sample"])
      expect((await viewer.post(`${path}/${action}`)).status).toBe(403);
    const made = await operator.submit(`${path}/invoice`);
    expect(words(made.html)).toContain("1 invoice was created: 1 not sent, as Auto invoice is off.");
    expect(words((await operator.get(path)).html)).toMatch(/Invoiced .*Invoices of the order|Invoiced/);
    expect(words((await operator.submit(`${path}/invoice`)).html)).toContain("The order has an invoice already.");
    const cancelled = await operator.submit(`${path}/cancel-sample`);
    expect(words(cancelled.html)).toContain("The sample order is cancelled.");
    expect(words(cancelled.html)).toMatch(/Cancelled .*Voided/);
  });

  it("is not what another order is: that one can't be cancelled here", async () => {
    await send("w-1", exampleOrder());
    const [order] = await db.select().from(orders);
    expect((await operator.get(`/orders/${order?.id}`)).html).not.toContain("Cancel sample order");
    expect((await operator.post(`/orders/${order?.id}/cancel-sample`)).status).toBe(404);
  });
});

describe("/orders/:id", () => {
  it("shows lines, addresses, shipping, and what became of it", async () => {
    const address = { line1: "1 Quay St", city: "Reno", region: "NV", postal_code: "89501", country: "US" };
    const more = {
      shipping_address: address,
      shipping_method: "Air",
      tracking_number: "1Z9",
      po_number: "PO-7",
      memo: "Ring twice",
    };
    await send("w-1", exampleOrder(more));
    const [order] = await db.select().from(orders);
    const text = words((await operator.get(`/orders/${order?.id}`)).html);
    for (const part of [
      "Order 1001",
      "1 Quay St",
      "Reno, NV, 89501",
      "Air",
      "1Z9",
      "PO-7",
      "Ring twice",
      "It has shipped and has no invoice yet",
      "w-1",
    ])
      expect(text).toContain(part);
    expect((await operator.get("/fulfillment")).html).toContain(`href="/orders/${order?.id}"`);
    expect((await operator.get("/orders/none")).status).toBe(404);
  });

  it("is a page also for an order that was cancelled before it arrived", async () => {
    const body = JSON.stringify({
      type: "order.cancelled",
      timestamp: new Date().toISOString(),
      data: { id: "never" },
    });
    const headers = await signDelivery(secret, "w", body, new Date());
    const init = { method: "POST", headers: { ...headers, "content-type": "application/json" }, body };
    await app.request(`${ORIGIN}/webhooks/instances/${instance.id}`, init, testEnv);
    const [order] = await db.select().from(orders);
    expect(words((await operator.get(`/orders/${order?.id}`)).html)).toContain("The order system cancelled it");
  });
});

describe("an instance's switches and Save", () => {
  it("each switch acts at once and changes nothing else; Save switches nothing", async () => {
    const admin = await visitorOf("admin");
    const turned = await admin.submit(`${instancePath()}/switches`, { switch: "auto_invoice", auto_invoice: "true" });
    expect(words(turned.html)).toContain("Auto invoice is on.");
    expect(await findInstance(db, instance.id)).toMatchObject({ autoInvoice: true, enabled: true, name: "Web shop" });
    await admin.submit(`${instancePath()}/switches`, { switch: "enabled" });
    expect(await findInstance(db, instance.id)).toMatchObject({ autoInvoice: true, enabled: false });
    const saved = await admin.submit(instancePath(), { name: "Shop 2", connection_id: "", enabled: "true" });
    expect(words(saved.html)).toContain("Saved.");
    expect(await findInstance(db, instance.id)).toMatchObject({
      name: "Shop 2",
      connectionId: null,
      enabled: false,
      autoInvoice: true,
    });
    expect((await admin.post(`${instancePath()}/switches`, { switch: "name", name: "x" })).status).toBe(404);
    expect((await operator.post(`${instancePath()}/switches`, { switch: "enabled" })).status).toBe(403);
  });

  it("htmx gets the switches and the result", async () => {
    const admin = await visitorOf("admin");
    const asFragment = { "hx-request": "true", "hx-request-type": "partial" };
    const { html } = await admin.post(`${instancePath()}/switches`, { switch: "enabled" }, asFragment);
    expect(html).toContain('id="switches"');
    expect(html).toContain("The integration of this instance is off.");
    expect(html).not.toContain("<html");
  });

  it("says which of the two Auto invoice switches is the reason that nothing is sent", async () => {
    expect(words((await operator.get(instancePath())).html)).toContain(
      "Auto invoice of Blue Harbor Supply is off at present.",
    );
  });
});
