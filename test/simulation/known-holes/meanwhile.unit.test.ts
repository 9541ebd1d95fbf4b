/**
 * What happens while an invoice is on its way: people in QuickBooks edit, void, delete or pay it, the order system tells
 * of something else. Nothing of it may be lost.
 */
import { describe, expect, test } from "vitest";
import { interceptFetch, refusal } from "../intercept.ts";
import { saveInstanceAs, workInQuickBooks } from "../people.ts";
import {
  HOUR_MS,
  OTHER,
  editFirst,
  endsWell,
  firstInBooks,
  firstRow,
  inWorld,
  newInvoice,
  posts,
  standingOf,
  trouble,
  untilSent,
} from "./stage.ts";

describe("what a person does while the create's answer is slow", () => {
  const during = async (deed: "edit" | "void" | "delete" | "pay", look: Parameters<typeof inWorld>[1]) =>
    inWorld({}, async (world) => {
      world.network.troubles.push(trouble("slow", { answerMs: 30_000 }));
      await newInvoice(world);
      await untilSent(world);
      await world.advance(2_000);
      const [books] = world.books;
      if (books) workInQuickBooks(world, deed, books, firstInBooks(world));
      await world.advance(HOUR_MS);
      await look(world);
      await endsWell(world);
    });

  test("an edit shows, with a warning", async () => {
    await during("edit", async (world) => {
      const row = await firstRow(world);
      expect(row.qboTotalMinor).toBe(2568);
      expect(standingOf(row).warnings).not.toEqual([]);
    });
  });

  test.each(["void", "delete"] as const)("a %s shows", async (deed) => {
    await during(deed, async (world) => {
      expect(standingOf(await firstRow(world)).state).toBe("voided");
    });
  });

  test("a payment shows", async () => {
    await during("pay", async (world) => {
      const row = await firstRow(world);
      expect(row.qboBalanceMinor).toBe(0);
      expect(row.paidOn).toBe("2035-01-02");
    });
  });
});

test("an invoice deleted before anybody could look is not Sent because the request ID's answer was replayed", async () => {
  await inWorld({}, async (world) => {
    world.network.troubles.push(trouble("answer_lost", { doneMs: 30_000 }));
    await newInvoice(world);
    await untilSent(world);
    await world.advance(31_000);
    const [books] = world.books;
    if (books) workInQuickBooks(world, "delete", books, firstInBooks(world));
    await world.advance(HOUR_MS);
    expect(standingOf(await firstRow(world)).state).toBe("voided");
    await endsWell(world);
  });
});

describe("an event whose read is refused once is kept", () => {
  test.each(["6190", "4002", "5020"])("%s", async (code) => {
    await inWorld({}, async (world) => {
      await newInvoice(world);
      await world.advance(10_000);
      let left = 1;
      interceptFetch(world, ({ method, url }) => {
        if (method !== "GET" || !/\/invoice\/\d+$/.test(url.pathname) || left === 0) return null;
        left -= 1;
        return refusal(code);
      });
      const [books] = world.books;
      if (books) workInQuickBooks(world, "void", books, firstInBooks(world));
      await world.advance(2 * HOUR_MS);
      expect(standingOf(await firstRow(world)).state).toBe("voided");
    });
  });
});

test("a change after a cancellation is not dropped because the create was on its way", async () => {
  await inWorld({}, async (world) => {
    world.network.troubles.push(trouble("slow", { answerMs: 30_000 }));
    await newInvoice(world);
    await untilSent(world);
    const [told] = world.orders.told;
    if (told) await world.start(world.deliver(world.orders.cancel(told)));
    await editFirst(world, OTHER);
    await world.advance(200_000);
    const row = await firstRow(world);
    expect(firstInBooks(world).totalCents).toBe(2997);
    expect(row.totalMinor).toBe(2997);
    expect(standingOf(row).warnings).toContain("order_cancelled");
    expect(row.warnings).not.toContain("void is under way");
  });
});

test("what the order system put right while the refusal was on its way goes out by itself", async () => {
  await inWorld({}, async (world) => {
    world.network.troubles.push(trouble("refused"));
    await newInvoice(world);
    await untilSent(world);
    await editFirst(world, OTHER);
    await world.advance(600_000);
    expect(standingOf(await firstRow(world)).state).toBe("sent");
    expect(firstInBooks(world).totalCents).toBe(2997);
    expect(posts(world)).toHaveLength(2);
  });
});

test("an invoice that moves to another company no longer says what the former one waits for", async () => {
  await inWorld({}, async (world) => {
    world.network.troubles.push(trouble("throttled"));
    await newInvoice(world);
    await world.advance(5_000);
    expect(standingOf(await firstRow(world))).toMatchObject({ state: "queued", category: "rate_limited" });
    await world.complete(saveInstanceAs(world, { connection_id: world.connectionIds[1] ?? "" }));
    expect(standingOf(await firstRow(world))).toMatchObject({ state: "queued", category: null });
  });
});
