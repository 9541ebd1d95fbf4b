/**
 * Load that ends: open events don't spin, a heap of payments neither reads twice nor keeps invoices waiting, stragglers
 * don't shut the company's door for minutes more, alarms stay at the smallest time, and no invocation asks D1 too much.
 */
import { eq } from "drizzle-orm";
import { describe, expect, test, vi } from "vitest";
import { SendSlots } from "../../../src/connections/send-slots.ts";
import { checkSafety, readRows } from "../oracle.ts";
import { saveInstanceAs } from "../people.ts";
import type { World } from "../world.ts";
import { CONTENT, OTHER, inWorld, manyInvoices, mishap, newInvoice, posts, standings } from "./stage.ts";
import { pushes } from "../../../src/pushes/schema.ts";

vi.mock("cloudflare:workers", () => import("../workers-double.ts"));

const MANY_STEPS = 200_000;

function runsOf(world: World): number {
  return world.trace.filter((line) => line.includes("company.run")).length;
}

function payAll(world: World): void {
  const [books] = world.books;
  for (const invoice of books?.invoices.values() ?? []) books?.pay(invoice, world.time.now);
}

// E8
test("open events cost a bounded number of runs while QuickBooks can't be read", { timeout: 120_000 }, async () => {
  await inWorld(
    {},
    async (world) => {
      await manyInvoices(world, 60);
      await world.advance(60_000);
      expect((await standings(world)).every(({ state }) => state === "sent")).toBe(true);
      world.network.outage = "throttled";
      payAll(world);
      await world.advance(5_000);
      const before = runsOf(world);
      await world.advance(600_000);
      expect(runsOf(world) - before).toBeLessThan(100);
    },
    { maxSteps: MANY_STEPS },
  );
});

// E32
test("70 payments at once: each is read once, and what is due is sent meanwhile", { timeout: 120_000 }, async () => {
  await inWorld(
    {},
    async (world) => {
      await manyInvoices(world, 70);
      await world.advance(60_000);
      await world.complete(saveInstanceAs(world, { auto_invoice: false }));
      await manyInvoices(world, 20, OTHER);
      await world.advance(2_000);
      const fresh = (await readRows(world)).filter((row) => row.state === "not_sent").map(({ id }) => id);
      expect(fresh).toHaveLength(20);
      payAll(world);
      await world.advance(3_200);
      const dueAt = new Date(world.time.now).toISOString();
      await world.db.update(pushes).set({ state: "queued", dueAt }).where(eq(pushes.state, "not_sent"));
      await world.advance(30_000);
      const late = (await readRows(world)).filter((row) => fresh.includes(row.id) && row.state !== "sent");
      expect(late).toHaveLength(0);
      await world.advance(600_000);
      const reads = (pattern: RegExp) =>
        world.network.asked.filter(({ method, path }) => method === "GET" && pattern.test(path)).length;
      expect(reads(/^\/payment\//)).toBeLessThanOrEqual(70);
      expect(reads(/^\/invoice\/\d+$/)).toBeLessThanOrEqual(70);
      const paid = (await readRows(world)).filter((row) => row.paidOn !== null);
      expect(paid).toHaveLength(70);
    },
    { maxSteps: MANY_STEPS },
  );
});

// E31
test("calls that hung together open the circuit once", () => {
  const slots = new SendSlots();
  const permits: string[] = [];
  for (let i = 0; i < 6; i += 1) {
    const answer = slots.enter(0, "write", 5_000);
    if (answer.kind === "go") permits.push(answer.permit);
  }
  expect(permits).toHaveLength(6);
  for (const permit of permits) slots.leave(120_000, permit, "unanswered", 0);
  expect(slots.block.until - 120_000).toBe(60_000);
});

// E12
describe("the alarm stays at the smallest time that is still ahead", () => {
  test("whatever is armed for later", async () => {
    await inWorld(
      {},
      async (world) => {
        await world.advance(60_000);
        const id = world.connectionIds[0] ?? "";
        const gate = world.gates.namespace.get(world.gates.namespace.idFromName(id));
        const { now } = world.time;
        await gate.arm(id, now + 10_000);
        await gate.arm(id, now + 600_000);
        await gate.nextDue(now + 600_000);
        expect(((await world.gates.alarmAt(id)) ?? 0) - now).toBeLessThanOrEqual(10_000);
      },
      { hasCron: false },
    );
  });

  test("where one invoice is being written while another is put off, and its message is lost", async () => {
    await inWorld(
      {},
      async (world) => {
        world.network.outage = "request_lost";
        await manyInvoices(world, 4);
        await world.advance(130_000);
        world.mishaps.push(mishap("stall_before", 1, "d1", 3_000));
        await newInvoice(world);
        await newInvoice(world);
        await world.advance(2_500);
        world.queue.lose();
        await world.advance(1_000);
        world.queue.lose();
        await checkSafety(world);
      },
      { hasCron: false },
    );
  });
});

// E34, E35
test("two companies with 120 due each: no invocation passes 1,000 queries, and no claim is lost", async () => {
  await inWorld(
    {},
    async (world) => {
      await newInvoice(world);
      await world.advance(20_000);
      await world.complete(saveInstanceAs(world, { auto_invoice: false }));
      await manyInvoices(world, 240, CONTENT);
      const rows = (await readRows(world)).filter((row) => row.state === "not_sent");
      const dueAt = new Date(world.time.now).toISOString();
      for (const [i, row] of rows.entries())
        await world.db
          .update(pushes)
          .set({ state: "queued", connectionId: world.connectionIds[i % 2] ?? "", dueAt })
          .where(eq(pushes.documentId, row.id));
      for (const connectionId of world.connectionIds) await world.queue.binding().send({ kind: "due", connectionId });
      await world.advance(120_000);
      expect((await standings(world)).filter(({ state }) => state !== "sent")).toEqual([]);
      expect(posts(world)).toHaveLength(241);
      await checkSafety(world);
    },
    { maxSteps: MANY_STEPS },
  );
}, 120_000);
