/**
 * Events of what happened in QuickBooks under load, refusals and open creates (docs/contract.md, section 7): none is
 * lost, none costs more than one read, and pushes never wait for them. Asserted on what QuickBooks was asked, in a
 * world in memory.
 */
import { and, eq } from "drizzle-orm";
import { describe, expect, test } from "vitest";
import { links } from "../../src/mapping/schema.ts";
import { intuitEvents } from "../../src/pushes/schema.ts";
import { type BookInvoice, type Books, type BooksOptions, faultOf } from "../simulation/books.ts";
import { DEEDS_IN_QUICKBOOKS, saveInstanceAs, workInQuickBooks } from "../simulation/people.ts";
import type { World } from "../simulation/world.ts";
import { CONTENT, OTHER, home, onlyRow, rowOf, warningCodes } from "./world-fixture.ts";
import { inWorld as inMemory } from "./world-in-memory.ts";
import { selectInvoices } from "../../src/invoicing/invoice-row.ts";
import { pushes } from "../../src/pushes/schema.ts";

const UNTIL_TOLD_MS = 12_000;
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

function inWorld(
  work: (world: World, books: Books) => Promise<void>,
  options: Partial<BooksOptions> = {},
  hasCron = false,
): Promise<void> {
  const playAndLook = async (world: World): Promise<void> => {
    const [books] = world.books;
    if (!books) throw new Error("No books");
    await work(world, books);
    expect(world.problems).toEqual([]);
  };
  return inMemory(playAndLook, options, hasCron);
}

async function sendInvoices(world: World, count: number): Promise<void> {
  for (let i = 0; i < count; i += 1) await world.start(world.deliver(world.orders.newInvoice(CONTENT)));
  await world.advance(60_000);
  expect((await stateCounts(world))["sent"]).toBe(count);
}

async function stateCounts(world: World): Promise<Record<string, number>> {
  const rows = await selectInvoices(world.db);
  return rows.reduce<Record<string, number>>(
    (counts, { state }) => ({ ...counts, [state]: (counts[state] ?? 0) + 1 }),
    {},
  );
}

const readsOf = (world: World, entity: string) =>
  world.network.asked.filter(({ method, path }) => method === "GET" && path.startsWith(`/${entity}/`));
const runs = (world: World) => world.trace.filter((line) => line.includes('"company.run"')).length;
const openEvents = async (world: World) =>
  (await world.db.select().from(intuitEvents)).filter((event) => event.doneAt === null);

/** The only invoice in the books. */
function onlyInvoice(books: Books): BookInvoice {
  const [invoice] = books.invoices.values();
  if (!invoice) throw new Error("No invoice in the books");
  return invoice;
}

/** Refuses reads whose path fits, so many times. */
function refuseReads(world: World, path: RegExp, code: string, times = Number.POSITIVE_INFINITY): void {
  const network = world.network as { fetch: typeof fetch };
  const real = network.fetch;
  let left = times;
  network.fetch = async (input, init) => {
    const url = new URL(input instanceof Request ? input.url : input);
    if ((init?.method ?? "GET") !== "GET" || !path.test(url.pathname) || left <= 0) return real(input, init);
    left -= 1;
    world.network.asked.push({
      method: "GET",
      path: url.pathname.replace(/.*(?=\/\w+\/\w+$)/, ""),
      body: null,
      requestId: null,
    });
    return Response.json(faultOf(code, "refused"), { status: 400 });
  };
}

describe("while a create is open", () => {
  test.each(DEEDS_IN_QUICKBOOKS)("%s before its slow answer: shown afterwards, with one read", (deed) =>
    inWorld(async (world, books) => {
      world.network.troubles.push({ kind: "slow", on: "invoice", doneMs: 100, answerMs: 30_000 });
      await world.start(world.deliver(world.orders.newInvoice(CONTENT)));
      while (books.invoices.size === 0) await world.advance(100);
      await world.advance(2_000);
      const invoice = onlyInvoice(books);
      workInQuickBooks(world, deed, books, invoice);
      await world.advance(20_000);
      // The answer is still out: the event waits, and costs nothing.
      expect((await onlyRow(world)).state).toBe("sending");
      expect(await openEvents(world)).not.toEqual([]);
      expect(readsOf(world, "invoice")).toEqual([]);
      await world.advance(30_000);
      const row = await onlyRow(world);
      const isGone = deed === "void" || deed === "delete";
      expect(row.state).toBe(isGone ? "voided" : "sent");
      expect(warningCodes(row)).toEqual(
        isGone ? ["voided_in_quickbooks"] : deed === "edit" ? ["changed_in_quickbooks"] : [],
      );
      expect(row.qboTotalMinor).toBe(isGone ? 0 : invoice.totalCents);
      expect(row.qboBalanceMinor).toBe(isGone || deed === "pay" ? 0 : invoice.totalCents);
      expect(row.paidOn).toBe(deed === "pay" ? "2035-01-02" : null);
      expect(await openEvents(world)).toEqual([]);
      expect(readsOf(world, "invoice")).toHaveLength(1);
      expect(readsOf(world, "payment")).toHaveLength(deed === "pay" ? 1 : 0);
    }),
  );

  test("an event of somebody else's invoice waits without a run of its own, and is then done with", () =>
    inWorld(async (world, books) => {
      world.network.troubles.push({ kind: "answer_lost", on: "invoice", doneMs: 119_000, answerMs: 60_000 });
      await world.start(world.deliver(world.orders.newInvoice(CONTENT)));
      await world.advance(5_000);
      books.addForeignInvoice("F-1", 100, "1", world.time.now);
      await world.advance(10_000);
      const before = runs(world);
      await world.advance(25_000);
      expect(runs(world) - before).toBeLessThan(5);
      expect((await openEvents(world)).map((event) => event.isParked)).toEqual([true]);
      await world.advance(10 * 60_000);
      expect((await onlyRow(world)).state).toBe("sent");
      expect(await openEvents(world)).toEqual([]);
      expect(readsOf(world, "invoice").filter(({ path }) => path.endsWith(onlyForeign(books)))).toEqual([]);
    }));

  test("creates that went out long after it keep no event waiting, however many follow each other", () =>
    inWorld(async (world, books) => {
      const create = async () => {
        world.network.troubles.push({ kind: "slow", on: "invoice", doneMs: 100, answerMs: 100_000 });
        await world.start(world.deliver(world.orders.newInvoice(CONTENT)));
      };
      await create();
      await world.advance(5_000);
      books.addForeignInvoice("F-1", 100, "1", world.time.now);
      const foreign = onlyForeign(books);
      for (let i = 0; i < 10; i += 1) {
        await world.advance(50_000);
        await create();
      }
      expect((await stateCounts(world))["sending"]).toBeGreaterThan(0);
      expect((await openEvents(world)).map((event) => event.entityId)).not.toContain(foreign);
    }));
});

function onlyForeign(books: Books): string {
  return [...books.invoices.values()].find((invoice) => invoice.PrivateNote === "made by hand")?.Id ?? "none";
}

describe("a read that is refused", () => {
  test.each(["6190", "4002", "5020"])("%s once: the event is read later", (code) =>
    inWorld(async (world, books) => {
      await sendInvoices(world, 1);
      refuseReads(world, /\/invoice\/\d+$/, code, 1);
      books.void(onlyInvoice(books), world.time.now);
      await world.advance(90_000);
      expect((await onlyRow(world)).state).toBe("voided");
    }),
  );

  test("again and again: asked ever more seldom, at most once an hour in the end, and never given up", () =>
    inWorld(async (world, books) => {
      await sendInvoices(world, 1);
      refuseReads(world, /\/invoice\/\d+$/, "4002");
      books.void(onlyInvoice(books), world.time.now);
      await world.advance(DAY_MS);
      const reads = readsOf(world, "invoice").length;
      expect(reads).toBeGreaterThan(24);
      expect(reads).toBeLessThan(50);
      expect(await openEvents(world)).toHaveLength(1);
    }));

  test("one that can't be read keeps no other waiting", () =>
    inWorld(async (world, books) => {
      await sendInvoices(world, 3);
      const [poisoned, ...others] = [...books.invoices.values()];
      refuseReads(world, new RegExp(`/invoice/${poisoned?.Id}$`), "4002");
      for (const invoice of books.invoices.values()) books.void(invoice, world.time.now);
      await world.advance(UNTIL_TOLD_MS);
      expect(await stateCounts(world)).toEqual({ sent: 1, voided: others.length });
    }));

  test("610 is an answer: what is not there was deleted", () =>
    inWorld(async (world, books) => {
      await sendInvoices(world, 1);
      books.touch(onlyInvoice(books), { isDeleted: true }, "Delete", world.time.now);
      await world.advance(UNTIL_TOLD_MS);
      expect(await onlyRow(world)).toMatchObject({ state: "voided" });
      expect(readsOf(world, "invoice")).toHaveLength(1);
    }));

  test("a total that is no amount of its currency is a warning and is not read again", () =>
    inWorld(async (world, books) => {
      await sendInvoices(world, 1);
      books.touch(onlyInvoice(books), { TotalAmt: 12.3456, Balance: 12.3456 }, "Update", world.time.now);
      await world.advance(HOUR_MS);
      const row = await onlyRow(world);
      expect(row).toMatchObject({ state: "sent", qboTotalMinor: 2468, qboSyncToken: "1" });
      expect(row.warnings).toContain("12.3456");
      expect(readsOf(world, "invoice")).toHaveLength(1);
    }));
});

describe("many events", () => {
  test("more than a page while QuickBooks can't be read: a few runs a minute, and all are read afterwards", () =>
    inWorld(async (world, books) => {
      await sendInvoices(world, 60);
      world.network.outage = "throttled";
      for (const invoice of books.invoices.values()) books.pay(invoice, world.time.now);
      await world.advance(5_000);
      const before = runs(world);
      await world.advance(600_000);
      expect(runs(world) - before).toBeLessThan(60);
      expect(await openEvents(world)).toHaveLength(120);
      world.network.outage = null;
      await world.advance(200_000);
      const rows = await selectInvoices(world.db);
      expect(rows.filter((row) => row.qboBalanceMinor === 0).length).toBe(60);
    }));

  test("70 payments at once while 20 invoices are due: the invoices first, and one read each", () =>
    inWorld(async (world, books) => {
      await sendInvoices(world, 70);
      await world.complete(saveInstanceAs(world, { auto_invoice: false }));
      for (let i = 0; i < 20; i += 1) await world.start(world.deliver(world.orders.newInvoice(OTHER)));
      await world.advance(2_000);
      for (const invoice of books.invoices.values()) books.pay(invoice, world.time.now);
      await world.advance(3_200);
      const dueAt = new Date(world.time.now).toISOString();
      await world.db.update(pushes).set({ state: "queued", dueAt }).where(eq(pushes.state, "not_sent"));
      await world.advance(15_000);
      expect(await stateCounts(world)).toEqual({ sent: 90 });
      await world.advance(45_000);
      expect(await openEvents(world)).toEqual([]);
      const rows = await selectInvoices(world.db);
      expect(rows.filter((row) => row.paidOn !== null).length).toBe(70);
      expect(readsOf(world, "payment")).toHaveLength(70);
      expect(readsOf(world, "invoice")).toHaveLength(70);
    }));

  test("five events of one invoice and two of one payment cost one read each", () =>
    inWorld(async (world, books) => {
      await sendInvoices(world, 1);
      const invoice = onlyInvoice(books);
      for (let i = 0; i < 4; i += 1) books.touch(invoice, {}, "Update", world.time.now);
      books.pay(invoice, world.time.now);
      const payment = books.changes.findLast(({ entity }) => entity === "Payment");
      if (payment) books.changes.push({ ...payment, operation: "Update", atMs: payment.atMs + 1_000 });
      await world.advance(UNTIL_TOLD_MS);
      expect((await world.db.select().from(intuitEvents)).filter(({ doneAt }) => doneAt === null)).toEqual([]);
      expect(readsOf(world, "invoice")).toHaveLength(1);
      expect(readsOf(world, "payment")).toHaveLength(1);
      expect(await onlyRow(world)).toMatchObject({ paidOn: "2035-01-02", qboBalanceMinor: 0 });
    }));

  test("the cron rings nobody for events that wait", () =>
    inWorld(
      async (world, books) => {
        await sendInvoices(world, 1);
        refuseReads(world, /\/invoice\/\d+$/, "4002");
        books.void(onlyInvoice(books), world.time.now);
        await world.advance(4 * HOUR_MS);
        const before = runs(world);
        await world.advance(HOUR_MS);
        expect(runs(world) - before).toBeLessThan(5);
      },
      {},
      true,
    ));
});

describe("a merge", () => {
  test("what was linked to the one that is gone goes to the survivor, without a read", () =>
    inWorld(async (world, books) => {
      await sendInvoices(world, 1);
      const invoice = onlyInvoice(books);
      const goneId = invoice.CustomerRef.value;
      books.customers.set("900", { Id: "900", DisplayName: "Survivor", SyncToken: "0", Active: true });
      await world.db.insert(intuitEvents).values({
        id: "merge",
        realmId: books.realmId,
        entity: "customer",
        entityId: "900",
        operation: "merged",
        eventAt: new Date(world.time.now).toISOString(),
        receivedAt: new Date(world.time.now).toISOString(),
        deletedIds: JSON.stringify([goneId]),
      });
      const asked = world.network.asked.length;
      await world.start(world.deliver(world.orders.newInvoice(CONTENT)));
      await world.advance(20_000);
      const survivors = await world.db
        .select()
        .from(links)
        .where(and(eq(links.connectionId, home(world)), eq(links.kind, "customer")));
      expect(survivors.map(({ qboId }) => qboId)).toEqual(["900"]);
      await world.start(world.deliver(world.orders.newInvoice(CONTENT)));
      await world.advance(10_000);
      expect([...books.invoices.values()].at(-1)?.CustomerRef.value).toBe("900");
      expect(world.network.asked.slice(asked).filter(({ method }) => method === "GET")).toEqual([]);
    }));
});

test("a row that is written by somebody else while it is read is read again, and nothing is lost", () =>
  inWorld(async (world, books) => {
    await sendInvoices(world, 1);
    const row = await onlyRow(world);
    books.void(onlyInvoice(books), world.time.now);
    while (readsOf(world, "invoice").length === 0) await world.advance(25);
    await world.db
      .update(pushes)
      .set({ rowVersion: row.rowVersion + 7 })
      .where(eq(pushes.documentId, row.id));
    await world.advance(UNTIL_TOLD_MS);
    expect((await rowOf(world, row.id)).state).toBe("voided");
  }));
