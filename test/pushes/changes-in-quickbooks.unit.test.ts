/**
 * What people do to our invoices in QuickBooks (docs/contract.md, section 7), told by Intuit's webhooks through the
 * front door: it shows on the invoice, echoes of our own writes cost nothing, and nobody's work is overwritten unseen.
 */
import { expect, test } from "vitest";
import { findConnection } from "../../src/connections/store.ts";
import { readConfig } from "../../src/env.ts";
import { followNames } from "../../src/pushes/events/follow-names.ts";
import { newContext } from "../../src/pushes/push-context.ts";
import { intuitEvents } from "../../src/pushes/schema.ts";
import type { World } from "../simulation/world.ts";
import { CONTENT, OTHER, errorOf, home, inBooks, rowOf, sentInvoice, warningCodes } from "./world-fixture.ts";
import { inWorld } from "./world-in-memory.ts";

const UNTIL_TOLD_MS = 12_000;

async function edited(world: World): Promise<void> {
  const [told] = world.orders.told;
  if (told) await world.complete(world.deliver(world.orders.edit(told, OTHER)));
}

const reads = (world: World) =>
  world.network.asked.filter(({ path }) => /^\/(invoice|payment)\/\d+$/.test(path)).length;

/** The only one of our invoices in the books. */
async function sent(world: World) {
  const row = await sentInvoice(world);
  const [invoice] = inBooks(world, row);
  const [books] = world.books;
  if (!invoice || !books) throw new Error("Not in the books");
  return { row, invoice, books };
}

test("the echo of our own write is done with and costs no read", () =>
  inWorld(async (world) => {
    const { row } = await sent(world);
    await world.advance(UNTIL_TOLD_MS);
    expect(await rowOf(world, row.id)).toMatchObject({ state: "sent", warnings: "[]" });
    expect(reads(world)).toBe(0);
    const events = await world.db.select().from(intuitEvents);
    expect(events).toHaveLength(1);
    expect(events.every((event) => event.doneAt !== null)).toBe(true);
  }));

test("a void in QuickBooks voids the invoice here, and says so", () =>
  inWorld(async (world) => {
    const { row, invoice, books } = await sent(world);
    books.void(invoice, world.time.now);
    await world.advance(UNTIL_TOLD_MS);
    const after = await rowOf(world, row.id);
    expect(after).toMatchObject({ state: "voided", dueAt: null, qboTotalMinor: 0, qboBalanceMinor: 0 });
    expect(warningCodes(after)).toEqual(["voided_in_quickbooks"]);
  }));

test("a deletion in QuickBooks does, too", () =>
  inWorld(async (world) => {
    const { row, invoice, books } = await sent(world);
    books.touch(invoice, { isDeleted: true }, "Delete", world.time.now);
    await world.advance(UNTIL_TOLD_MS);
    const after = await rowOf(world, row.id);
    expect(after.state).toBe("voided");
    expect(after.warnings).toContain("was deleted in QuickBooks on");
  }));

test("another total is a warning that names both, and the invoice stays sent", () =>
  inWorld(async (world) => {
    const { row, invoice, books } = await sent(world);
    books.touch(invoice, { TotalAmt: 30, Balance: 30, totalCents: 3000 }, "Update", world.time.now);
    await world.advance(UNTIL_TOLD_MS);
    const after = await rowOf(world, row.id);
    expect(after).toMatchObject({ state: "sent", qboTotalMinor: 3000, qboSyncToken: "1" });
    expect(after.warnings).toContain("from 24.68 USD to 30.00 USD");
  }));

test("a payment shows as balance and paid date, without a warning", () =>
  inWorld(async (world) => {
    const { row, invoice, books } = await sent(world);
    books.pay(invoice, world.time.now);
    await world.advance(UNTIL_TOLD_MS);
    expect(await rowOf(world, row.id)).toMatchObject({
      state: "sent",
      qboBalanceMinor: 0,
      paidOn: "2035-01-02",
      warnings: "[]",
    });
  }));

test("a change that can't be read now is read later", () =>
  inWorld(async (world) => {
    const { row, invoice, books } = await sent(world);
    world.network.outage = "error_before";
    books.void(invoice, world.time.now);
    await world.advance(UNTIL_TOLD_MS);
    expect((await rowOf(world, row.id)).state).toBe("sent");
    world.network.outage = null;
    await world.advance(240_000);
    expect((await rowOf(world, row.id)).state).toBe("voided");
  }));

test("a void in QuickBooks is not lost to a change of the order system at the same moment", () =>
  inWorld(async (world) => {
    const { row, invoice, books } = await sent(world);
    books.void(invoice, world.time.now);
    for (let i = 0; i < 400 && reads(world) === 0; i += 1) await world.advance(25);
    // It is being read just now.
    await edited(world);
    await world.advance(240_000);
    expect((await rowOf(world, row.id)).state).toBe("voided");
    expect(invoice.totalCents).toBe(0);
  }));

test("what was voided in QuickBooks is not brought back by an update that did not know of it", () =>
  inWorld(async (world) => {
    const { row, invoice, books } = await sent(world);
    world.silenceIntuit(true);
    books.void(invoice, world.time.now);
    await edited(world);
    await world.advance(60_000);
    expect(invoice.totalCents).toBe(0);
    world.silenceIntuit(false);
    await world.advance(240_000);
    const after = await rowOf(world, row.id);
    expect(after.state).toBe("voided");
    expect(warningCodes(after)).toContain("voided_in_quickbooks");
  }));

test("an update whose answer was lost does not bring back what was voided meanwhile", () =>
  inWorld(async (world) => {
    const { row, invoice, books } = await sent(world);
    world.silenceIntuit(true);
    world.network.troubles.push({ kind: "request_lost", on: "invoice", doneMs: 100, answerMs: 60_000 });
    await edited(world);
    await world.advance(2_000);
    books.void(invoice, world.time.now);
    await world.advance(240_000);
    expect(invoice.totalCents).toBe(0);
    expect((await rowOf(world, row.id)).state).toBe("voided");
  }));

test("a changed invoice is pushed as an update, with the SyncToken that is in force", () =>
  inWorld(async (world) => {
    const { row, invoice, books } = await sent(world);
    world.silenceIntuit(true);
    books.pay(invoice, world.time.now);
    // Our SyncToken is stale now: the update reads the new one and goes on, once.
    await edited(world);
    await world.advance(20_000);
    const after = await rowOf(world, row.id);
    expect(after).toMatchObject({
      operation: "update",
      state: "sent",
      qboSyncToken: "2",
      qboTotalMinor: 2997,
      warnings: "[]",
    });
    expect(invoice.totalCents).toBe(2997);
    expect(inBooks(world, row)).toHaveLength(1);
  }));

test("an update that QuickBooks refuses leaves the invoice sent, with a warning that says why", () =>
  inWorld(async (world) => {
    const { row, invoice } = await sent(world);
    world.network.troubles.push({ kind: "refused", on: "invoice", doneMs: 100, answerMs: 60_000 });
    await edited(world);
    await world.advance(20_000);
    const after = await rowOf(world, row.id);
    expect(after).toMatchObject({ operation: "update", state: "failed", pushStatus: "sent" });
    expect(warningCodes(after)).toContain("update_refused");
    expect(errorOf(after)).toMatchObject({ category: "validation", code: "6000" });
    expect(invoice.totalCents).toBe(2468);
  }));

test("an event about an invoice that is not ours is done with at once", () =>
  inWorld(async (world) => {
    world.books[0]?.addForeignInvoice("F-1", 100, "1", world.time.now);
    await world.advance(UNTIL_TOLD_MS);
    expect((await world.db.select().from(intuitEvents)).every((event) => event.doneAt !== null)).toBe(true);
    expect(reads(world)).toBe(0);
  }));

test("a changed tax code makes the company's facts due: the next run reads them, once", () =>
  inWorld(async (world) => {
    await sent(world);
    await world.advance(UNTIL_TOLD_MS);
    const looks = () => world.network.asked.filter(({ path }) => path.startsWith("/companyinfo/")).length;
    const before = looks();
    const [told] = await world.db.select().from(intuitEvents);
    const connection = await findConnection(world.db, home(world));
    if (!told || !connection) throw new Error("Nothing was told");
    const context = newContext(world.env, readConfig(world.env), world.db, connection);
    await followNames(context, { ...told, entity: "taxcode", operation: "updated" });
    await world.complete(world.deliver(world.orders.newInvoice(CONTENT)));
    await world.advance(UNTIL_TOLD_MS);
    expect(looks()).toBe(before + 1);
  }));
