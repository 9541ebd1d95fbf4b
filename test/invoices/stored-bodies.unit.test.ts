/** Orders and invoices that earlier releases stored are read by this one, and are the same as what is sent again. */
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { orderColumns } from "../../src/inbox/decision.ts";
import { decideShipped } from "../../src/inbox/decide-order.ts";
import type { Snapshot } from "../../src/inbox/snapshot.ts";
import { applyContent } from "../../src/inbox/content-change.ts";
import { contentColumns, readContent } from "../../src/invoices/invoice.ts";
import { orderSchema, storedOrder } from "../../src/orders/order.ts";
import type { OrderRow } from "../../src/orders/store.ts";
import { absentAsNull, storedJson } from "../../src/platform/stored-json.ts";
import { NOW, content, storedRow } from "./example-invoice.ts";
import { STORED_BODIES } from "./stored-bodies.ts";

const AT = NOW.toISOString();
const LATER = new Date(NOW.getTime() + 60_000).toISOString();

test("this release writes the newest of the bodies that are kept here; a new shape is added, none is changed", () => {
  const newest = STORED_BODIES.at(-1);
  expect(orderColumns(content().order, AT, "UTC").body).toBe(newest?.order);
  expect(contentColumns(content()).body).toBe(newest?.content);
});

describe.each(STORED_BODIES)("what was stored $release", (stored) => {
  test("is read whole", () => {
    expect(storedOrder.read(stored.order)).toEqual(content().order);
    expect(readContent(stored.content)).toEqual(content());
  });

  test("is the same invoice when it is sent again: nothing is queued", () => {
    const row = storedRow({ operation: "create", state: "sent" }, { body: stored.content });
    const change = applyContent(row, { content: content(), eventAt: LATER }, { state: "queued", error: null }, NOW);
    expect(change).toEqual({ patch: { eventAt: LATER }, effect: "unchanged", isQueued: false });
  });

  test("is another invoice when one thing of it was changed", () => {
    const row = storedRow({ operation: "create", state: "sent" }, { body: stored.content });
    const changed = content({ memo: "By the back door" });
    const change = applyContent(row, { content: changed, eventAt: LATER }, { state: "queued", error: null }, NOW);
    expect(change).toMatchObject({ effect: "updated", isQueued: true });
  });

  test("is the same order when it is sent again", () => {
    const order = { id: "order-1", status: "shipped", body: stored.order, eventAt: AT } as OrderRow;
    const instance = { connectionId: null };
    const snapshot = { instance, connections: [], order, orderInvoices: [] } as unknown as Snapshot;
    const context = { now: NOW, newId: () => "new" };
    const decide = (received: ReturnType<typeof content>) =>
      decideShipped(snapshot, { type: "order.shipped", at: LATER, order: received.order }, context);
    expect(decide(content()).effect).toBe("unchanged");
    expect(decide(content({ memo: "By the back door" })).effect).toBe("updated");
  });
});

describe("a field that a later release adds", () => {
  const later = storedJson(orderSchema.extend({ channel: absentAsNull(z.string()) }), [(old) => old]);

  test.each(STORED_BODIES)("is null in what was stored $release, and that is no change", ({ order }) => {
    const read = later.read(order);
    expect(read.channel).toBeNull();
    expect(later.isSame(read, { ...content().order, channel: null })).toBe(true);
    expect(later.isSame(read, { ...content().order, channel: "web" })).toBe(false);
  });

  test("is passed over by the release before it, if that has to come back", () => {
    const written = later.write({ ...content().order, channel: "web" });
    expect(written).toContain('{"v":1,');
    expect(storedOrder.read(written)).toEqual(content().order);
  });
});

test("what means something else in a later release is brought up to date on reading, once", () => {
  const schema = z.object({ cents: z.number() });
  const stored = storedJson(schema, [({ amount }) => ({ cents: Number(amount) * 100 }), (old) => old]);
  expect(stored.read('{"amount":3}')).toEqual({ cents: 300 });
  expect(stored.read('{"v":1,"cents":300}')).toEqual({ cents: 300 });
  expect(stored.write({ cents: 300 })).toBe('{"v":2,"cents":300}');
});

test("what no release wrote is an error, never a half-read order", () => {
  expect(() => storedOrder.read("{}")).toThrow(z.ZodError);
  expect(() => readContent('{"v":1,"number":"1"}')).toThrow(z.ZodError);
});
