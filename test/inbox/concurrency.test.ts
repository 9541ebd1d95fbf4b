/** Deliveries at the same time and in any order: one row each, and the newest event always wins. */
import { env } from "cloudflare:workers";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { exampleOrder } from "../orders/example-order.ts";
import { at, exampleInvoice, makeAutoPushed, makeOrderSystem } from "./order-system.ts";

const count = (table: string, instanceId: string) =>
  env.DB.prepare(`select count(*) as n from ${table} where instance_id = ?`).bind(instanceId).first<number>("n");

describe("at the same time", () => {
  test("two events of one invoice make one row", async () => {
    const system = await makeAutoPushed();
    const answers = await Promise.all([
      system.send("invoice.created", exampleInvoice()),
      system.send("invoice.created", exampleInvoice()),
    ]);
    expect(answers.map(({ status, body }) => [status, body["duplicate"]])).toEqual([
      [202, false],
      [202, false],
    ]);
    expect([
      await count("invoices", system.instance.id),
      await count("orders", system.instance.id),
      await count("order_events", system.instance.id),
    ]).toEqual([1, 1, 2]);
  });

  test("one delivery sent several times is accepted once, the others name the same event", async () => {
    const system = await makeAutoPushed();
    const answers = await Promise.all(
      Array.from({ length: 5 }, () => system.send("invoice.created", exampleInvoice(), { id: "same" })),
    );
    expect(answers.map(({ status }) => status)).toEqual([202, 202, 202, 202, 202]);
    expect(answers.filter(({ body }) => body["duplicate"] === false)).toHaveLength(1);
    expect(new Set(answers.map(({ body }) => body["event_id"])).size).toBe(1);
    expect([await count("invoices", system.instance.id), await count("order_events", system.instance.id)]).toEqual([
      1, 1,
    ]);
  });

  test("changes of one invoice end with the newest, and each is counted once", async () => {
    const system = await makeOrderSystem();
    const answers = await Promise.all(
      [1, 2, 3, 4].map((i) => system.send("invoice.created", exampleInvoice({ number: `INV-${i}` }), { at: at(i) })),
    );
    expect(answers.map(({ status }) => status)).toEqual([202, 202, 202, 202]);
    expect(await system.invoice()).toMatchObject({ number: "INV-4", eventAt: at(4) });
  });

  test("thirty changes of one invoice are all accepted: a sender who is quick gets no 503", async () => {
    const system = await makeAutoPushed();
    const changes = Array.from({ length: 30 }, (_, i) => i);
    const answers = await Promise.all(
      changes.map((i) => system.send("invoice.created", exampleInvoice({ number: `INV-${i}` }), { at: at(i / 10) })),
    );
    expect(answers.map(({ status }) => status)).toEqual(changes.map(() => 202));
    expect(await system.invoice()).toMatchObject({ number: "INV-29", eventAt: at(2.9) });
    expect(await count("order_events", system.instance.id)).toBe(30);
  });

  test("an order and its cancellation end cancelled, the invoice voided or never queued", async () => {
    const system = await makeAutoPushed();
    await Promise.all([
      system.send("invoice.created", exampleInvoice(), { at: at(1) }),
      system.send("order.cancelled", { id: "o-1" }, { at: at(2) }),
    ]);
    expect([(await system.order())?.status, (await system.invoice())?.state]).toEqual(["cancelled", "voided"]);
  });
});

describe("in any order", () => {
  test("events of an order leave what the newest says", async () => {
    const event = fc.record({ minute: fc.integer({ min: 0, max: 3 }), isCancelled: fc.boolean() });
    await fc.assert(
      fc.asyncProperty(fc.array(event, { minLength: 1, maxLength: 6 }), async (events) => {
        const system = await makeOrderSystem();
        let newest = { minute: -1, isCancelled: false, index: -1 };
        for (const [index, { minute, isCancelled }] of events.entries()) {
          const data = isCancelled ? { id: "o-1" } : exampleOrder({ number: `N${index}` });
          const { status } = await system.send(isCancelled ? "order.cancelled" : "order.shipped", data, {
            at: at(minute),
          });
          expect(status).toBe(202);
          if (minute >= newest.minute) newest = { minute, isCancelled, index };
        }
        const order = await system.order();
        const number = newest.isCancelled ? order?.number : `N${newest.index}`;
        expect([order?.status, order?.eventAt, order?.number]).toEqual([
          newest.isCancelled ? "cancelled" : "shipped",
          at(newest.minute),
          number,
        ]);
      }),
      { numRuns: 12 },
    );
  });

  test("an invoice that was voided by the newest word, or before it was known, is never alive; an order never has two rows of it", async () => {
    const event = fc.record({ minute: fc.integer({ min: 0, max: 3 }), isVoid: fc.boolean() });
    await fc.assert(
      fc.asyncProperty(fc.array(event, { minLength: 1, maxLength: 6 }), async (events) => {
        const system = await makeAutoPushed();
        let [newest, isVoided] = [-1, false];
        for (const [index, { minute, isVoid }] of events.entries()) {
          await system.send(
            isVoid ? "invoice.voided" : "invoice.created",
            isVoid ? { id: "i-1" } : exampleInvoice({ number: `N${index}` }),
            { at: at(minute) },
          );
          // A void counts where it is not older than what is known; nothing is known before the first invoice.created.
          const isKnown = events.slice(0, index).some((earlier) => !earlier.isVoid);
          if (isVoid && (!isKnown || minute >= newest)) isVoided = true;
          if (!isVoid || isKnown) newest = Math.max(newest, minute);
          if (!isKnown && !isVoid && isVoided)
            newest = Math.max(newest, ...events.slice(0, index).map((earlier) => earlier.minute));
        }
        const row = await system.invoice();
        const wasCreated = events.some(({ isVoid }) => !isVoid);
        expect(row ? row.state === "voided" : "none").toBe(wasCreated ? isVoided : "none");
        expect(await count("invoices", system.instance.id)).toBe(wasCreated ? 1 : 0);
        expect((await system.order())?.isInvoiced ?? false).toBe(wasCreated && !isVoided);
      }),
      { numRuns: 12 },
    );
  });
});
