import { env } from "cloudflare:workers";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { faultsOf, findDelivery } from "../../src/inbox/deliveries.ts";
import { listDeliveries } from "../../src/inbox/list-deliveries.ts";
import { redeliver } from "../../src/inbox/redeliver.ts";
import { rotateSigningSecret } from "../../src/instances/signing-secrets.ts";
import { removeInstance } from "../../src/instances/store.ts";
import { openDb } from "../../src/platform/db.ts";
import { exampleOrder } from "../orders/example-order.ts";
import {
  NOW,
  at,
  config,
  db,
  deliver,
  exampleInvoice,
  makeAutoPushed,
  quietEnv,
  signedHeaders,
  makeOrderSystem,
} from "./order-system.ts";

const envelope = (data: unknown, type = "order.shipped"): string => JSON.stringify({ type, timestamp: at(0), data });
const problemType = "application/problem+json";

describe("answers", () => {
  test("202 once it is stored, and the same event ID with duplicate: true for the same webhook-id", async () => {
    const { send, order } = await makeOrderSystem();
    const first = await send("order.shipped", exampleOrder(), { id: "msg_same" });
    expect(first).toMatchObject({ status: 202, body: { status: "accepted", duplicate: false } });
    expect(Object.keys(first.body).sort()).toEqual(["duplicate", "event_id", "status"]);
    expect(await order()).toMatchObject({ status: "shipped", number: "1001", totalMinor: 3150, rowVersion: 0 });
    const again = await send("order.shipped", exampleOrder({ number: "changed" }), { id: "msg_same", at: at(5) });
    expect(again).toEqual({ status: 202, body: { ...first.body, duplicate: true } });
    expect(await order()).toMatchObject({ number: "1001", rowVersion: 0 });
  });

  test("the same webhook-id at another instance is another delivery", async () => {
    const [one, other] = [await makeOrderSystem(), await makeOrderSystem()];
    expect((await one.send("order.shipped", exampleOrder(), { id: "m" })).body["duplicate"]).toBe(false);
    expect((await other.send("order.shipped", exampleOrder(), { id: "m" })).body["duplicate"]).toBe(false);
    expect([(await one.order())?.id === (await other.order())?.id, await other.order()]).toEqual([
      false,
      expect.anything(),
    ]);
  });

  test("404 for an unknown instance, 410 for a removed one, whoever asks", async () => {
    const { instance, secret } = await makeOrderSystem();
    const body = envelope(exampleOrder());
    expect((await deliver("00000000-0000-7000-8000-000000000000", signedHeaders(secret, body), body)).status).toBe(404);
    expect((await deliver("%00'--", signedHeaders(secret, body), body)).status).toBe(404);
    await removeInstance(db, instance.id, NOW);
    const gone = await deliver(instance.id, signedHeaders(secret, body), body);
    expect([gone.status, gone.headers.get("content-type")]).toEqual([410, problemType]);
  });

  test("401 says the same whatever was wrong, and nothing is stored", async () => {
    const { instance, secret, order } = await makeOrderSystem();
    const body = envelope(exampleOrder());
    const other = await makeOrderSystem();
    const attempts = [
      signedHeaders(other.secret, body),
      signedHeaders(secret, `${body} `),
      signedHeaders(secret, body, "m", new Date(NOW.getTime() - 301_000)),
      new Headers({ "content-type": "application/json" }),
    ];
    const answers = await Promise.all(attempts.map((headers) => deliver(instance.id, headers, body)));
    expect(answers.map((answer) => answer.status)).toEqual([401, 401, 401, 401]);
    expect(new Set(await Promise.all(answers.map((answer) => answer.text()))).size).toBe(1);
    expect(await order()).toBeNull();
    expect((await listDeliveries(db, { instanceId: instance.id }, { limit: 10 })).rows).toEqual([]);
  });

  test("a rotated secret goes on being accepted next to the new one", async () => {
    const { instance, secret } = await makeOrderSystem();
    const renewed = await rotateSigningSecret(db, config.keys, instance.id, NOW);
    const body = envelope(exampleOrder());
    for (const one of [secret, renewed])
      expect((await deliver(instance.id, signedHeaders(one, body), body)).status).toBe(202);
  });

  test.each([
    ["text/plain", 415],
    ["application/x-www-form-urlencoded", 415],
    ["application/json; charset=latin1", 415],
    ["application/json; charset=UTF-8", 202],
    ["Application/JSON", 202],
  ])("content type %s: %i", async (type, status) => {
    const { instance, secret } = await makeOrderSystem();
    const body = envelope(exampleOrder());
    const headers = signedHeaders(secret, body);
    headers.set("content-type", type);
    expect((await deliver(instance.id, headers, body)).status).toBe(status);
  });

  test("exactly 256 KiB is taken, a byte more is 413, with and without a Content-Length", async () => {
    const { instance, secret } = await makeOrderSystem();
    const fit = (size: number): string => {
      const frame = envelope(exampleOrder({ padding: "" }));
      return frame.replace('"padding":""', `"padding":"${"x".repeat(size - frame.length)}"`);
    };
    const [largest, larger] = [fit(256 * 1024), fit(256 * 1024 + 1)];
    expect(largest.length).toBe(256 * 1024);
    expect((await deliver(instance.id, signedHeaders(secret, largest), largest)).status).toBe(202);
    expect((await deliver(instance.id, signedHeaders(secret, larger), larger)).status).toBe(413);
    const streamed = new Blob([larger]).stream();
    expect((await deliver(instance.id, signedHeaders(secret, larger), streamed)).status).toBe(413);
  });

  test.each([
    ["nothing", ""],
    ["no JSON", "{"],
    ["a list", "[]"],
    ["a number", "7"],
    ["null", "null"],
    ["no type", JSON.stringify({ timestamp: at(0), data: {} })],
    ["a number for a type", JSON.stringify({ type: 5, timestamp: at(0), data: {} })],
    ["no time", JSON.stringify({ type: "order.shipped", data: {} })],
    ["a time without a zone", JSON.stringify({ type: "order.shipped", timestamp: "2026-11-20T10:00:00", data: {} })],
    ["no data", JSON.stringify({ type: "order.shipped", timestamp: at(0) })],
    ["a list for data", JSON.stringify({ type: "order.shipped", timestamp: at(0), data: [] })],
    ["nesting without end", "[".repeat(200_000)],
  ])("400 for a body that is %s", async (_name, body) => {
    const { instance, secret } = await makeOrderSystem();
    const answer = await deliver(instance.id, signedHeaders(secret, body), body);
    const problem = await answer.json<{ errors: { path: string; message: string }[] }>();
    expect([answer.status, answer.headers.get("content-type")]).toEqual([400, problemType]);
    expect(problem.errors.length).toBeGreaterThan(0);
  });

  test("400 for bytes that are not UTF-8", async () => {
    const { instance, secret } = await makeOrderSystem();
    const bytes = new Uint8Array([0x7b, 0x22, 0xff, 0x22, 0x7d]);
    // The package signs strings; these bytes have none, so they are signed by hand.
    const key = await crypto.subtle.importKey(
      "raw",
      Uint8Array.from(atob(secret.slice(6)), (c) => c.charCodeAt(0)),
      { name: "HMAC", hash: "SHA-256" },
      false,
      ["sign"],
    );
    const head = new TextEncoder().encode(`m.${NOW.getTime() / 1000}.`);
    const mac = await crypto.subtle.sign("HMAC", key, new Uint8Array([...head, ...bytes]));
    const headers = signedHeaders(secret, "", "m");
    headers.set("webhook-signature", `v1,${btoa(String.fromCharCode(...new Uint8Array(mac)))}`);
    expect((await deliver(instance.id, headers, bytes)).status).toBe(400);
  });

  test("422 for an unknown type lists the known ones", async () => {
    const { send } = await makeOrderSystem();
    const { status, body } = await send("order.paid", exampleOrder());
    expect(status).toBe(422);
    expect(JSON.stringify(body["errors"])).toMatch(
      /order\.shipped.*order\.cancelled.*invoice\.created.*invoice\.voided/,
    );
  });

  test("422 names every fault with its path, and the fixed delivery may be sent again under the same ID", async () => {
    const { send, instance, order } = await makeOrderSystem();
    const { status, body } = await send(
      "invoice.created",
      exampleInvoice({ number: null, date: "20.11.2026" }, { total: "1.00", currency: "usd" }),
      { id: "msg_mend" },
    );
    expect(status).toBe(422);
    expect((body["errors"] as { path: string }[]).map(({ path }) => path).sort()).toEqual([
      "data.date",
      "data.number",
      "data.order.currency",
    ]);
    expect(await order()).toBeNull();
    const [recorded] = (await listDeliveries(db, { instanceId: instance.id }, { limit: 1 })).rows;
    expect(recorded).toMatchObject({
      outcome: "rejected",
      httpStatus: 422,
      type: "invoice.created",
      webhookId: "msg_mend",
    });
    expect(faultsOf(recorded!)).toEqual(body["errors"]);
    expect(await send("invoice.created", exampleInvoice(), { id: "msg_mend" })).toMatchObject({
      status: 202,
      body: { duplicate: false },
    });
  });

  test.each([
    ["order.cancelled", {}, "data.id"],
    ["order.cancelled", { id: 5 }, "data.id"],
    ["invoice.voided", { id: "" }, "data.id"],
    ["invoice.voided", { id: "x".repeat(129) }, "data.id"],
    ["invoice.created", exampleInvoice({ order: null }), "data.order"],
    ["invoice.created", exampleInvoice({ id: null }), "data.id"],
    ["invoice.created", exampleInvoice({ number: "n".repeat(65) }), "data.number"],
    ["invoice.created", exampleInvoice({ date: "2026-02-30" }), "data.date"],
    ["invoice.created", exampleInvoice({ date: null }), "data.date"],
    ["invoice.created", exampleInvoice({ due_date: "soon" }), "data.due_date"],
  ])("422 for %s with %o", async (type, data, path) => {
    const { send } = await makeOrderSystem();
    const { status, body } = await send(type, data);
    expect([status, (body["errors"] as { path: string }[]).map((error) => error.path)]).toEqual([422, [path]]);
  });

  test.each(["order.shipped", "order.cancelled", "invoice.created", "invoice.voided"])(
    "an envelope's time may be 5 minutes ahead; beyond that, 422 at timestamp and how to fix it (%s)",
    async (type) => {
      const { send, instance } = await makeOrderSystem();
      const data = { "order.shipped": exampleOrder(), "invoice.created": exampleInvoice() }[type] ?? { id: "x-1" };
      const answers = [];
      for (const minutes of [4, 5, 6, 60 * 24 * 365 * 60]) answers.push(await send(type, data, { at: at(minutes) }));
      expect(answers.map(({ status }) => status)).toEqual([202, 202, 422, 422]);
      expect(answers[2]!.body["errors"]).toEqual([
        { path: "timestamp", message: expect.stringMatching(/more than 5 minutes in the future.*10:06.*10:00.*clock/) },
      ]);
      const { rows } = await listDeliveries(db, { instanceId: instance.id }, { limit: 10 });
      expect(rows.map(({ outcome, eventAt }) => [outcome, eventAt])).toContainEqual(["rejected", at(6)]);
    },
  );

  test("a time that is ahead hides no other fault", async () => {
    const { send } = await makeOrderSystem();
    const { status, body } = await send("order.cancelled", {}, { at: at(6) });
    expect([status, (body["errors"] as { path: string }[]).map(({ path }) => path)]).toEqual([
      422,
      ["timestamp", "data.id"],
    ]);
  });

  test("503 with Retry-After where storage is unavailable, and nothing is accepted", async () => {
    const { instance, secret, order } = await makeOrderSystem();
    const body = envelope(exampleOrder());
    const broken = (failing: "batch" | "prepare") =>
      openDb(
        new Proxy(env.DB, {
          get(target, name) {
            if (name === failing) {
              return () => {
                throw new Error("D1_ERROR: unavailable");
              };
            }
            const value: unknown = Reflect.get(target, name, target);
            return typeof value === "function" ? (value.bind(target) as unknown) : value;
          },
        }),
      );
    for (const failing of ["batch", "prepare"] as const) {
      const answer = await deliver(instance.id, signedHeaders(secret, body), body, { testDb: broken(failing) });
      expect([answer.status, Number(answer.headers.get("retry-after")) > 0]).toEqual([503, true]);
    }
    expect(await order()).toBeNull();
  });

  test("a queue that fails is no reason to refuse: what is queued lies in D1", async () => {
    const { instance, secret, order } = await makeAutoPushed();
    const body = envelope(exampleInvoice(), "invoice.created");
    const queue = {
      sendBatch: () => Promise.reject(new Error("queue is down")),
      send: () => Promise.reject(new Error("queue is down")),
    };
    const answer = await deliver(instance.id, signedHeaders(secret, body), body, {
      testEnv: { ...quietEnv, PUSH_QUEUE: queue as unknown as Queue },
    });
    expect([answer.status, await order()]).toEqual([202, expect.anything()]);
  });

  test("whatever is sent is never answered with a 5xx", async () => {
    const { instance, secret } = await makeOrderSystem();
    const types = fc.constantFrom("order.shipped", "order.cancelled", "invoice.created", "invoice.voided", "x\0y");
    const data = fc.oneof(
      fc.jsonValue(),
      fc.record({ id: fc.jsonValue() }),
      fc.jsonValue().map((value) => exampleOrder({ lines: value })),
      fc.jsonValue().map((value) => exampleInvoice({}, { customer: value })),
    );
    const bodies = fc.oneof(
      fc.string({ unit: "binary" }),
      fc.json(),
      fc
        .record({ type: types, timestamp: fc.constantFrom(at(0), "x", ""), data })
        .map((value) => JSON.stringify(value)),
    );
    await fc.assert(
      fc.asyncProperty(bodies, async (body) => {
        const text = body.toWellFormed();
        const answer = await deliver(instance.id, signedHeaders(secret, text), text);
        expect([202, 400, 422]).toContain(answer.status);
      }),
      { numRuns: 150 },
    );
  });
});

describe("the record of deliveries", () => {
  test("pages, newest first, without bodies", async () => {
    const { send, instance } = await makeOrderSystem();
    for (let i = 0; i < 5; i += 1) await send("order.shipped", exampleOrder({ id: `o-${i}` }));
    await send("order.shipped", {});
    const first = await listDeliveries(db, { instanceId: instance.id }, { limit: 4 });
    const second = await listDeliveries(db, { instanceId: instance.id }, { limit: 4, after: first.next! });
    const seen = [...first.rows, ...second.rows];
    expect(seen.map((row) => row.outcome).sort()).toEqual([
      "accepted",
      "accepted",
      "accepted",
      "accepted",
      "accepted",
      "rejected",
    ]);
    expect([new Set(seen.map((row) => row.id)).size, second.next]).toEqual([6, null]);
    for (const row of seen) expect(row).not.toHaveProperty("body");
  });

  test("a stored delivery can be played again, and changes nothing where something newer is known", async () => {
    const { send, order } = await makeOrderSystem();
    const { body } = await send("order.shipped", exampleOrder());
    const stored = await findDelivery(db, String(body["event_id"]));
    if (!stored) throw new Error("It is not stored");
    expect(await redeliver(quietEnv, db, stored, NOW)).toMatchObject({
      kind: "accepted",
      isDuplicate: false,
      effect: "unchanged",
    });
    await send("order.shipped", exampleOrder({ number: "newer" }), { at: at(1) });
    expect(await redeliver(quietEnv, db, stored, NOW)).toMatchObject({ effect: "older" });
    expect(await order()).toMatchObject({ number: "newer" });
  });

  test("played again, an accepted one is never refused for its time; a refused one is, until its time has come", async () => {
    const { send, instance, order } = await makeOrderSystem();
    const { body } = await send("order.shipped", exampleOrder(), { at: at(4) });
    const accepted = await findDelivery(db, String(body["event_id"]));
    // As if it had been accepted before there was a limit.
    expect(await redeliver(quietEnv, db, accepted!, new Date(at(-600)))).toMatchObject({ kind: "accepted" });
    await send("order.shipped", exampleOrder({ number: "ahead" }), { at: at(60), id: "ahead" });
    const refused = (await listDeliveries(db, { instanceId: instance.id }, { limit: 10 })).rows.find(
      (row) => row.webhookId === "ahead",
    );
    const stored = (await findDelivery(db, refused!.id))!;
    expect(await redeliver(quietEnv, db, stored, NOW)).toMatchObject({ kind: "rejected" });
    expect(await order()).not.toMatchObject({ number: "ahead" });
    expect(await redeliver(quietEnv, db, stored, new Date(at(56)))).toMatchObject({ kind: "accepted" });
    expect(await order()).toMatchObject({ number: "ahead" });
  });
});
