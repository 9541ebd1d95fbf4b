/**
 * Pushes that QuickBooks did not answer (docs/architecture.md, section 3, rules 5 to 7): looked up, never sent blindly,
 * found by our mark alone, and given to a person where QuickBooks never answers.
 */
import { expect, test } from "vitest";
import { listAttempts } from "../../src/pushes/attempts.ts";
import { reconnect, switchConnection } from "../simulation/people.ts";
import type { World } from "../simulation/world.ts";
import {
  change,
  errorOf,
  home,
  inBooks,
  invoiceInTrouble,
  makeInvoice,
  onlyRow,
  rowOf,
  warningCodes,
} from "./world-fixture.ts";
import { inWorld } from "./world-in-memory.ts";

const FORGETFUL = { rememberRequestIds: false };
const UNTIL_RESENT_MS = 200_000;

const invoiceCalls = (world: World) =>
  world.network.asked.filter(({ method, path }) => method === "POST" && path === "/invoice");
const outcomes = async (world: World, id: string) =>
  (await listAttempts(world.db, id)).map(({ outcome }) => outcome).toReversed();

test.each(["answer_lost", "error_after", "web_page", "cut_off"] as const)(
  "%s: it is looked up and found, and sent once",
  (kind) =>
    inWorld(async (world) => {
      const row = await invoiceInTrouble(world, { kind });
      expect(["unknown", "sent"]).toContain(row.state);
      await world.advance(30_000);
      const after = await rowOf(world, row.id);
      expect(after).toMatchObject({ state: "sent", sentAt: null, unansweredCount: 0, attemptCount: 2 });
      expect(await outcomes(world, row.id)).toEqual(["unanswered", "found"]);
      expect(inBooks(world, row)).toHaveLength(1);
      expect(invoiceCalls(world)).toHaveLength(1);
    }, FORGETFUL),
);

test("while it is open it says so, and when it is looked for next", () =>
  inWorld(async (world) => {
    const row = await invoiceInTrouble(world, { kind: "request_lost" });
    expect(row).toMatchObject({ state: "unknown", pushStatus: "unknown", unansweredCount: 1 });
    expect(row.dueAt).not.toBeNull();
    expect(errorOf(row)).toMatchObject({
      category: "unavailable",
      message: expect.stringContaining("not known whether it arrived"),
    });
  }));

test.each(["request_lost", "error_before"] as const)(
  "%s: what is not there 150 s later is sent again, the same bytes under the same request ID",
  (kind) =>
    inWorld(async (world) => {
      const row = await invoiceInTrouble(world, { kind });
      await world.advance(130_000);
      expect(invoiceCalls(world)).toHaveLength(1);
      await world.advance(60_000);
      const [first, second] = invoiceCalls(world);
      expect(second).toEqual(first);
      expect(await rowOf(world, row.id)).toMatchObject({ state: "sent", revision: 1 });
      expect(inBooks(world, row)).toHaveLength(1);
    }, FORGETFUL),
);

test("what QuickBooks does only after the connection broke is waited for", () =>
  inWorld(async (world) => {
    const row = await invoiceInTrouble(world, { kind: "answer_lost", doneMs: 115_000 });
    await world.advance(UNTIL_RESENT_MS);
    expect(inBooks(world, row)).toHaveLength(1);
    expect((await rowOf(world, row.id)).state).toBe("sent");
  }, FORGETFUL));

test("a look-up that fails says nothing: the invoice stays open, however long", () =>
  inWorld(async (world) => {
    const row = await invoiceInTrouble(world, { kind: "answer_lost" });
    world.network.outage = "error_before";
    await world.advance(600_000);
    expect((await rowOf(world, row.id)).state).toBe("unknown");
    expect(invoiceCalls(world)).toHaveLength(1);
    world.network.outage = null;
    await world.advance(1_000_000);
    expect((await rowOf(world, row.id)).state).toBe("sent");
    expect(inBooks(world, row)).toHaveLength(1);
  }, FORGETFUL));

test("the same number without our mark is not ours", () =>
  inWorld(async (world) => {
    world.books[0]?.addForeignInvoice("INV-i-1", 2468, "1", world.time.now);
    const row = await invoiceInTrouble(world, { kind: "request_lost" });
    await world.advance(UNTIL_RESENT_MS);
    expect(inBooks(world, row)).toHaveLength(1);
    expect((await rowOf(world, row.id)).qboId).toBe(inBooks(world, row)[0]?.Id);
  }));

test("our mark is found behind the words that a void puts before it, and the void stays", () =>
  inWorld(async (world) => {
    world.silenceIntuit(true);
    world.network.troubles.push({ kind: "answer_lost", on: "invoice", doneMs: 100, answerMs: 60_000 });
    await world.complete(
      world.deliver(
        world.orders.newInvoice({
          buyer: 0,
          lines: [{ sku: 1, quantity: 1, cents: 100 }],
          discountCents: 0,
          shippingCents: 0,
          taxCents: 0,
        }),
      ),
    );
    for (let i = 0; i < 100 && (world.books[0]?.invoices.size ?? 0) === 0; i += 1) await world.advance(50);
    const row = await onlyRow(world);
    const [invoice] = inBooks(world, row);
    if (invoice) world.books[0]?.void(invoice, world.time.now);
    await world.advance(60_000);
    const after = await rowOf(world, row.id);
    expect(after).toMatchObject({ state: "voided", qboId: invoice?.Id });
    expect(warningCodes(after)).toContain("voided_in_quickbooks");
  }));

test("another amount under our mark is adopted with a warning", () =>
  inWorld(async (world) => {
    world.silenceIntuit(true);
    const row = await invoiceInTrouble(world, { kind: "answer_lost", doneMs: 6_000 });
    for (let i = 0; i < 100 && inBooks(world, row).length === 0; i += 1) await world.advance(50);
    const [invoice] = inBooks(world, row);
    if (invoice) world.books[0]?.touch(invoice, { TotalAmt: 9, Balance: 9, totalCents: 900 }, "Update", world.time.now);
    await world.advance(UNTIL_RESENT_MS);
    const after = await rowOf(world, row.id);
    expect(after).toMatchObject({ state: "sent", qboTotalMinor: 900 });
    expect(warningCodes(after)).toEqual(["total_differs"]);
  }));

test("where QuickBooks gives the numbers itself, the mark is looked for among the customer's new invoices", () =>
  inWorld(
    async (world) => {
      const row = await invoiceInTrouble(world, { kind: "answer_lost" });
      await world.advance(UNTIL_RESENT_MS);
      expect((await rowOf(world, row.id)).state).toBe("sent");
      expect(inBooks(world, row)).toHaveLength(1);
      expect(inBooks(world, row)[0]?.DocNumber).not.toBe("INV-i-1");
    },
    { ...FORGETFUL, takesNumbers: false },
  ));

test("while the company is not connected nobody looks, and nothing is sent", () =>
  inWorld(async (world) => {
    const row = await invoiceInTrouble(world, { kind: "request_lost" });
    await world.complete((await import("../simulation/people.ts")).disconnect(world, 0));
    await world.advance(600_000);
    expect(await rowOf(world, row.id)).toMatchObject({ state: "unknown" });
    expect(invoiceCalls(world)).toHaveLength(1);
    await world.complete(reconnect(world, 0));
    await world.advance(180_000);
    expect((await rowOf(world, row.id)).state).toBe("sent");
    expect(inBooks(world, row)).toHaveLength(1);
  }));

test("look-ups go on while the integration is off; what is not there is held, and sent again only when it is on", () =>
  inWorld(async (world) => {
    const row = await invoiceInTrouble(world, { kind: "request_lost" });
    await world.complete(switchConnection(world, 0, { enabled: false }));
    await world.advance(UNTIL_RESENT_MS);
    const held = await rowOf(world, row.id);
    expect(held).toMatchObject({ state: "held", unansweredCount: 1 });
    expect(errorOf(held)).toMatchObject({ category: "integration_disabled" });
    expect(held.frozenPayload).not.toBeNull();
    await world.complete(switchConnection(world, 0, { enabled: true }));
    await world.advance(20_000);
    const [first, second] = invoiceCalls(world);
    expect(second).toEqual(first);
    expect((await rowOf(world, row.id)).state).toBe("sent");
  }, FORGETFUL));

test("a void asked for while it is open is done when its fate is known", () =>
  inWorld(async (world) => {
    const row = await invoiceInTrouble(world, { kind: "answer_lost", doneMs: 60_000 });
    const [told] = world.orders.told;
    if (told) await world.complete(world.deliver(world.orders.void(told)));
    expect(await rowOf(world, row.id)).toMatchObject({ state: "unknown", operation: "create" });
    await world.advance(UNTIL_RESENT_MS);
    expect(await rowOf(world, row.id)).toMatchObject({ state: "voided", operation: "void" });
    expect(inBooks(world, row)[0]?.totalCents).toBe(0);
  }));

test("a void asked for while it is open needs no QuickBooks where nothing arrived", () =>
  inWorld(async (world) => {
    const row = await invoiceInTrouble(world, { kind: "request_lost" });
    const [told] = world.orders.told;
    if (told) await world.complete(world.deliver(world.orders.void(told)));
    await world.advance(UNTIL_RESENT_MS);
    expect(await rowOf(world, row.id)).toMatchObject({ state: "voided", operation: "create", qboId: null });
    expect(invoiceCalls(world)).toHaveLength(1);
  }));

test("a cancellation while it is open leaves one that arrived to a person", () =>
  inWorld(async (world) => {
    const row = await invoiceInTrouble(world, { kind: "answer_lost", doneMs: 60_000 });
    const [told] = world.orders.told;
    if (told) await world.complete(world.deliver(world.orders.cancel(told)));
    await world.advance(UNTIL_RESENT_MS);
    const after = await rowOf(world, row.id);
    expect(after).toMatchObject({ state: "sent", operation: "create" });
    expect(warningCodes(after)).toEqual(["order_cancelled"]);
    expect(inBooks(world, row)[0]?.totalCents).toBe(2468);
  }));

test("an update without an answer is recognised by what stands there", () =>
  inWorld(async (world) => {
    const row = await invoiceInTrouble(world, { kind: "slow", answerMs: 100 });
    expect(row.state).toBe("sent");
    const [told] = world.orders.told;
    world.network.troubles.push({ kind: "answer_lost", on: "invoice", doneMs: 100, answerMs: 60_000 });
    const content = {
      buyer: 0,
      lines: [{ sku: 1, quantity: 1, cents: 555 }],
      discountCents: 0,
      shippingCents: 0,
      taxCents: 0,
    };
    if (told) await world.complete(world.deliver(world.orders.edit(told, content)));
    await world.advance(40_000);
    expect(await rowOf(world, row.id)).toMatchObject({
      operation: "update",
      state: "sent",
      qboSyncToken: "1",
      qboTotalMinor: 555,
    });
    expect(inBooks(world, row)[0]?.SyncToken).toBe("1");
  }, FORGETFUL));

test("after six sends without an answer a person has to look, and can send it again", () =>
  inWorld(async (world) => {
    const row = await makeInvoice(world, {
      state: "queued",
      connectionId: home(world),
      dueAt: new Date().toISOString(),
    });
    world.network.troubles.push({ kind: "request_lost", on: "invoice", doneMs: 100, answerMs: 60_000 });
    await world.queue.binding().send({ kind: "invoice", invoiceId: row.id });
    await world.advance(12_000);
    await change(world, row.id, { unansweredCount: 6 });
    await world.advance(UNTIL_RESENT_MS);
    const after = await rowOf(world, row.id);
    expect(after).toMatchObject({ state: "failed", unansweredCount: 0, frozenPayload: null });
    expect(errorOf(after)?.message).toContain(
      "was sent 6 times without a usable answer from QuickBooks, and it is not in QuickBooks",
    );
  }));
