/**
 * What stands in the books is found by our mark, whatever its number, and is nobody else's: refused resends, numbers that
 * changed or are shared, a database that was set back. And a mark alone proves nothing about an update or a customer.
 */
import { describe, expect, test } from "vitest";
import { pushes } from "../../../src/pushes/schema.ts";
import { readRows } from "../oracle.ts";
import { interceptFetch, refusal } from "../intercept.ts";
import { linkAndConfirm, sendByHand, voidByHand, workInQuickBooks } from "../people.ts";
import {
  CONTENT,
  FORGETFUL,
  HOUR_MS,
  OTHER,
  copies,
  editFirst,
  endsWell,
  firstInBooks,
  firstRow,
  inWorld,
  newInvoice,
  newInvoiceLike,
  standingOf,
  standings,
  trouble,
  untilSent,
} from "./stage.ts";

describe("a refused resend says nothing of the first send", () => {
  test.each([
    { kind: "forbidden", hasUniqueNumbers: false },
    { kind: "refused", hasUniqueNumbers: false },
    { kind: "forbidden", hasUniqueNumbers: true },
  ] as const)("$kind, unique numbers: $hasUniqueNumbers", async ({ kind, hasUniqueNumbers }) => {
    await inWorld({ queryLagMs: 400_000, hasUniqueNumbers }, async (world) => {
      world.network.troubles.push(trouble("answer_lost"), trouble(kind));
      await newInvoice(world);
      await world.advance(HOUR_MS);
      await editFirst(world, OTHER);
      await world.advance(60_000);
      expect(copies(world)).toBe(1);
      await endsWell(world);
      expect(firstInBooks(world).totalCents).toBe(2997);
    });
  });
});

test("a database that was set back to before the send is no trouble where numbers are unique, too", async () => {
  await inWorld({ ...FORGETFUL, hasUniqueNumbers: true }, async (world) => {
    await newInvoice(world);
    await world.advance(10_000);
    await world.db.update(pushes).set({
      state: "queued",
      dueAt: new Date(world.time.now).toISOString(),
      qboId: null,
      qboSyncToken: null,
      frozenPayload: null,
    });
    await world.queue.binding().send({ kind: "due", connectionId: world.connectionIds[0] });
    await world.advance(30_000);
    expect(copies(world)).toBe(1);
    expect(await standings(world)).toEqual([expect.objectContaining({ state: "sent", category: null })]);
  });
});

test("an invoice that was renumbered before its look-up is found all the same", async () => {
  await inWorld(FORGETFUL, async (world) => {
    world.network.troubles.push(trouble("answer_lost", { doneMs: 10_000 }));
    await newInvoice(world);
    await untilSent(world);
    await world.advance(11_000);
    world.books[0]?.touch(firstInBooks(world), { DocNumber: "1042" }, "Update", world.time.now);
    await world.advance(600_000);
    expect(copies(world)).toBe(1);
    expect(await standings(world)).toEqual([expect.objectContaining({ state: "sent" })]);
  });
});

test("a look-up by customer that QuickBooks can't process does not mean that the invoice is not there", async () => {
  await inWorld(FORGETFUL, async (world) => {
    interceptFetch(world, ({ url }) => {
      const query = url.searchParams.get("query") ?? "";
      return query.includes("FROM Invoice") && query.includes("CustomerRef") ? refusal("4002") : null;
    });
    world.network.troubles.push(trouble("answer_lost", { doneMs: 10_000 }));
    await newInvoice(world);
    await untilSent(world);
    await world.advance(11_000);
    world.books[0]?.touch(firstInBooks(world), { DocNumber: "1042" }, "Update", world.time.now);
    await world.advance(HOUR_MS);
    expect(await standings(world)).toEqual([expect.objectContaining({ state: "failed", category: "unavailable" })]);
    await world.start(sendByHand(world, [(await firstRow(world)).id]));
    await world.advance(HOUR_MS);
    expect(copies(world)).toBe(1);
    expect(await standings(world)).toEqual([expect.objectContaining({ state: "failed", category: "unavailable" })]);
  });
});

test("before a third send the look-up by customer still covers the first one", async () => {
  await inWorld({ ...FORGETFUL, queryLagMs: 400_000 }, async (world) => {
    world.network.troubles.push(
      trouble("answer_lost", { doneMs: 10_000 }),
      trouble("request_lost"),
      trouble("request_lost"),
    );
    await newInvoice(world);
    await untilSent(world);
    await world.advance(11_000);
    world.books[0]?.touch(firstInBooks(world), { DocNumber: "1042" }, "Update", world.time.now);
    await world.advance(HOUR_MS);
    expect(copies(world)).toBe(1);
    expect(await standings(world)).toEqual([expect.objectContaining({ state: "sent" })]);
  });
});

test("an invoice that stands for another of ours can't be linked, and its void is not another's", async () => {
  await inWorld({ hasUniqueNumbers: true }, async (world) => {
    const first = world.orders.newInvoice(CONTENT);
    await world.start(world.deliver(first));
    await world.advance(20_000);
    await newInvoiceLike(world, first, { customer: { id: "c-1", name: "Łódź Supplies" } });
    await world.advance(20_000);
    const failed = (await readRows(world)).find((row) => row.state === "failed");
    expect(standingOf(failed).category).toBe("duplicate");
    if (!failed) return;
    const context = { env: world.env, config: world.config, db: world.db, now: new Date() };
    await world.complete(world.spawn("link", () => linkAndConfirm(context, failed)));
    const rows = await readRows(world);
    expect(rows.filter((row) => row.qboId !== null)).toHaveLength(1);
    await world.start(voidByHand(world, failed.id));
    await world.advance(30_000);
    expect(firstInBooks(world).totalCents).toBe(2468);
  });
});

test("an update that never arrived is not taken for done because somebody paid", async () => {
  await inWorld({}, async (world) => {
    await newInvoice(world);
    await world.advance(10_000);
    world.network.troubles.push(trouble("request_lost"));
    await editFirst(world, { ...CONTENT, buyer: 1 });
    await untilSent(world, 2);
    await world.advance(6_000);
    const [books] = world.books;
    if (books) workInQuickBooks(world, "pay", books, firstInBooks(world));
    await world.advance(400_000);
    const customer = books?.customers.get(firstInBooks(world).CustomerRef.value)?.["DisplayName"];
    expect(customer).toBe("Łódź Supplies");
    await endsWell(world);
  });
});

test("another customer under our mark is a warning", async () => {
  await inWorld({}, async (world) => {
    world.network.troubles.push(trouble("answer_lost"));
    await newInvoice(world);
    await untilSent(world);
    await world.advance(1_000);
    world.books[0]?.touch(firstInBooks(world), { CustomerRef: { value: "9999" } }, "Update", world.time.now);
    await world.advance(60_000);
    const standing = standingOf(await firstRow(world));
    expect(standing.state).toBe("sent");
    expect(standing.warnings).not.toEqual([]);
  });
});
