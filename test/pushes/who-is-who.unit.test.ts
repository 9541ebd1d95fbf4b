/**
 * Who a buyer is, and what is done where its record is gone (docs/contract.md, section 8, *Who and what it is*), while
 * answers get lost and several orders come at once. Asserted on the books, in a world in memory.
 */
import { and, eq } from "drizzle-orm";
import { describe, expect, test } from "vitest";
import { findLinks } from "../../src/mapping/links.ts";
import { links } from "../../src/mapping/schema.ts";
import type { Books } from "../simulation/books.ts";
import type { Row } from "../simulation/books-query.ts";
import { interceptFetch } from "../simulation/intercept.ts";
import type { World } from "../simulation/world.ts";
import { selectInvoices } from "../../src/invoicing/invoice-row.ts";
import { CONTENT, errorOf, home, warningCodes } from "./world-fixture.ts";
import { inWorld as inMemory } from "./world-in-memory.ts";

const ALICE = { id: "walk-in", name: "Alice Guest", email: "alice@example.com" };
const BOB = { id: "walk-in", name: "Bob Guest", email: "bob@example.com" };

function inWorld(work: (world: World, books: Books) => Promise<void>): Promise<void> {
  return inMemory(async (world) => {
    const [books] = world.books;
    if (!books) throw new Error("No books");
    await work(world, books);
    expect(world.problems).toEqual([]);
  });
}

/** An invoice of that buyer arrives. */
async function order(world: World, customer: { id: string | null; name: string; email: string | null }): Promise<void> {
  const delivery = world.orders.newInvoice(CONTENT);
  const body = JSON.parse(delivery.body);
  body.data.order.customer = customer;
  delivery.body = JSON.stringify(body);
  await world.start(world.deliver(delivery));
}

/** Whom each invoice names, by its number, with the name in the books. */
function billed(books: Books): string[] {
  return [...books.invoices.values()]
    .toSorted((a, b) => a.DocNumber.localeCompare(b.DocNumber))
    .map(({ CustomerRef }) => nameOf(books.customers.get(CustomerRef.value)));
}

const nameOf = (row: Row | undefined) => (row?.["DisplayName"] as string | undefined) ?? "nobody";
const customerNames = (books: Books): string[] => [...books.customers.values()].map(nameOf).toSorted();
const states = async (world: World) => (await selectInvoices(world.db)).map(({ state }) => state);
const readsSince = (world: World, asked: number) =>
  world.network.asked.slice(asked).filter(({ method, path }) => method === "GET" || path.startsWith("/query"));

function customerNamed(books: Books, name: string): Row {
  const row = [...books.customers.values()].find((one) => nameOf(one) === name);
  if (!row) throw new Error(`No customer ${name}`);
  return row;
}

/** As a person makes it in QuickBooks. */
function addCustomer(books: Books, DisplayName: string): Row {
  const row = { Id: books.newId(), DisplayName, SyncToken: "0", Active: true };
  books.customers.set(row.Id, row);
  return row;
}

describe("a customer that was inactive for a while", () => {
  test("stays its buyer's: another one of that name gets a customer of its own", () =>
    inWorld(async (world, books) => {
      const [first, second] = [
        { id: "C-1", name: "Quayside Stores", email: null },
        { id: "C-2", name: "Quayside Stores", email: null },
      ];
      await order(world, first);
      await world.advance(30_000);
      const record = customerNamed(books, first.name);
      books.deactivate(record);
      await order(world, first);
      await world.advance(30_000);
      record["Active"] = true;
      await order(world, second);
      await world.advance(30_000);
      await order(world, first);
      await world.advance(30_000);
      expect(billed(books)).toEqual(["Quayside Stores", "Quayside Stores (C-2)", "Quayside Stores"]);
    }));
});

describe("one ID for two people", () => {
  test("whose orders come at once: each is billed", () =>
    inWorld(async (world, books) => {
      await Promise.all([order(world, ALICE), order(world, BOB)]);
      await world.advance(60_000);
      expect(billed(books)).toEqual(["Alice Guest", "Bob Guest"]);
      await Promise.all([BOB, ALICE, BOB].map((buyer) => order(world, buyer)));
      await world.advance(60_000);
      expect(billed(books).toSorted()).toEqual(["Alice Guest", "Alice Guest", "Bob Guest", "Bob Guest", "Bob Guest"]);
      expect(customerNames(books)).toEqual(["Alice Guest", "Bob Guest"]);
    }));

  test("a known one costs no read, the other one a read", () =>
    inWorld(async (world, books) => {
      await order(world, ALICE);
      await world.advance(30_000);
      for (const [buyer, reads] of [
        [ALICE, 0],
        [{ ...ALICE, name: "Alice Wed" }, 0],
        [BOB, 1],
        [BOB, 0],
      ] as const) {
        const asked = world.network.asked.length;
        await order(world, buyer);
        await world.advance(30_000);
        expect(readsSince(world, asked)).toHaveLength(reads);
      }
      expect(billed(books)).toEqual(["Alice Guest", "Alice Guest", "Alice Guest", "Bob Guest", "Bob Guest"]);
    }));

  test.each(["answer_lost", "request_lost"] as const)("%s while the second one is made: never made twice", (kind) =>
    inWorld(async (world, books) => {
      await order(world, ALICE);
      await world.advance(30_000);
      world.network.troubles.push({ kind, on: "write", doneMs: 100, answerMs: 60_000 });
      await order(world, BOB);
      await world.advance(10 * 60_000);
      expect(billed(books)).toEqual(["Alice Guest", "Bob Guest"]);
      expect(customerNames(books)).toEqual(["Alice Guest", "Bob Guest"]);
    }),
  );

  test("one of them has the name of another new buyer: they are kept apart", () =>
    inWorld(async (world, books) => {
      await order(world, ALICE);
      await world.advance(30_000);
      await Promise.all([order(world, BOB), order(world, { id: "C-9", name: "Bob Guest", email: "9@example.com" })]);
      await world.advance(60_000);
      expect(new Set(billed(books)).size).toBe(3);
      expect(customerNames(books)[0]).toBe("Alice Guest");
      expect(customerNames(books).filter((name) => name.startsWith("Bob Guest"))).toHaveLength(2);
    }));

  test("a link of an earlier version, which keeps no buyer, counts as the same, and learns who it is", () =>
    inWorld(async (world, books) => {
      await order(world, ALICE);
      await world.advance(30_000);
      const former = { buyerName: null, buyerEmail: null, origin: null };
      await world.db.update(links).set(former);
      await order(world, BOB);
      await world.advance(30_000);
      expect(billed(books)).toEqual(["Alice Guest", "Alice Guest"]);
      await order(world, ALICE);
      await world.advance(30_000);
      await order(world, BOB);
      await world.advance(30_000);
      expect(billed(books)).toEqual(["Alice Guest", "Alice Guest", "Alice Guest", "Bob Guest"]);
    }));
});

test("a guest whom an earlier version knew by another spelling keeps the link", () =>
  inWorld(async (world, books) => {
    const guest = { id: null, name: "Mary  Jones", email: null };
    await order(world, guest);
    await world.advance(30_000);
    const [today] = await world.db.select().from(links).where(eq(links.kind, "customer"));
    expect(today?.key).toMatch(/:name:mary jones$/);
    const former = today?.key.replace("mary jones", "mary  jones") ?? "";
    await world.db.update(links).set({ key: former }).where(eq(links.kind, "customer"));
    await order(world, guest);
    await world.advance(30_000);
    expect(customerNames(books)).toEqual(["Mary Jones"]);
    expect((await findLinks(world.db, home(world), "customer", [today?.key ?? ""])).size).toBe(1);
  }));

describe("a customer that is inactive now", () => {
  test("and made anew is replaced, and its invoice goes at once", () =>
    inWorld(async (world, books) => {
      await order(world, ALICE);
      await world.advance(30_000);
      books.deactivate(customerNamed(books, "Alice Guest"));
      const anew = addCustomer(books, "ALICE  Guest");
      const asked = world.network.asked.length;
      await order(world, ALICE);
      await world.advance(30_000);
      expect(await states(world)).toEqual(["sent", "sent"]);
      expect([...books.invoices.values()].at(-1)?.CustomerRef.value).toBe(anew["Id"]);
      expect(books.customers.size).toBe(2);
      // The items of the refused invoice, its customer, and the look-up by name.
      expect(readsSince(world, asked)).toHaveLength(3);
      const [, second] = await selectInvoices(world.db);
      expect(second && warningCodes(second)).toEqual(["customer_replaced"]);
    }));

  test("with nobody in its place is refused once, and made active again it is used, under another name too", () =>
    inWorld(async (world, books) => {
      await order(world, ALICE);
      await world.advance(30_000);
      const alice = customerNamed(books, "Alice Guest");
      books.deactivate(alice);
      await order(world, ALICE);
      await world.advance(30_000);
      const [, failed] = await selectInvoices(world.db);
      expect(failed && errorOf(failed)).toMatchObject({
        category: "inactive_reference",
        fix: { action: "reactivate" },
      });
      Object.assign(alice, { Active: true, DisplayName: "Alice Wed" });
      await order(world, ALICE);
      await world.advance(30_000);
      expect(await states(world)).toEqual(["sent", "failed", "sent"]);
      expect(books.customers.size).toBe(1);
    }));

  test("according to the write, but not according to queries: refused after one more try, not for ever", () =>
    inWorld(async (world, books) => {
      await order(world, ALICE);
      await world.advance(30_000);
      const alice = customerNamed(books, "Alice Guest");
      books.deactivate(alice);
      const stale = { ...structuredClone(alice), Active: true };
      interceptFetch(world, ({ url }) =>
        url.searchParams.get("query")?.includes("FROM Customer")
          ? Response.json({ QueryResponse: { Customer: [stale] } })
          : null,
      );
      const asked = world.network.asked.length;
      await order(world, ALICE);
      await world.advance(60 * 60_000);
      expect(await states(world)).toEqual(["sent", "failed"]);
      const sends = world.network.asked.slice(asked).filter(({ path }) => path.startsWith("/invoice"));
      expect(sends).toHaveLength(2);
    }));

  test("merged without a word of it: refused, with the way to the links; the word of it comes later and is followed", () =>
    inWorld(async (world, books) => {
      await order(world, ALICE);
      await world.advance(30_000);
      const survivor = addCustomer(books, "Alice Heir");
      world.silenceIntuit(true);
      books.merge(customerNamed(books, "Alice Guest"), survivor, world.time.now);
      await order(world, ALICE);
      await world.advance(30_000);
      const [, failed] = await selectInvoices(world.db);
      expect(failed && errorOf(failed)).toMatchObject({
        category: "inactive_reference",
        fix: { href: `/settings/quickbooks/${home(world)}/links` },
      });
      world.silenceIntuit(false);
      await world.advance(60_000);
      const [link] = await world.db
        .select()
        .from(links)
        .where(and(eq(links.connectionId, home(world)), eq(links.kind, "customer")));
      expect(link).toMatchObject({ qboId: survivor["Id"], origin: "merged", isGone: false });
      await order(world, ALICE);
      await world.advance(30_000);
      expect(billed(books).at(-1)).toBe("Alice Heir");
      expect(customerNames(books)).toEqual(["Alice Heir"]);
    }));
});
