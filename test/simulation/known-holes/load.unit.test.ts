/**
 * Load that ends: open events don't spin, and a heap of payments neither reads twice nor keeps invoices waiting.
 */
import { eq } from "drizzle-orm";
import { expect, test } from "vitest";
import { readRows } from "../oracle.ts";
import { saveInstanceAs } from "../people.ts";
import type { World } from "../world.ts";
import { OTHER, inWorld, manyInvoices, standings } from "./stage.ts";
import { pushes } from "../../../src/pushes/schema.ts";

const MANY_STEPS = 200_000;

function runsOf(world: World): number {
  return world.trace.filter((line) => line.includes("company.run")).length;
}

function payAll(world: World): void {
  const [books] = world.books;
  for (const invoice of books?.invoices.values() ?? []) books?.pay(invoice, world.time.now);
}

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
