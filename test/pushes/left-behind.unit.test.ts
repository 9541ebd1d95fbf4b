/**
 * A row that was left behind and can't be settled: it is tried once a minute, not without end, and its company's other
 * invoices go out meanwhile. The database refuses that one row here, as it does where a trigger or a value is broken.
 */
import { eq } from "drizzle-orm";
import { expect, test } from "vitest";
import { RealmGate } from "../../src/connections/realm-gate.ts";
import { HONEST_BOOKS } from "../simulation/books.ts";
import { ALL_IN_FORCE, MemoryLab } from "../simulation/in-memory.ts";
import { saveInstanceAs } from "../simulation/people.ts";
import { CONTENT, OTHER, onlyRow } from "./world-fixture.ts";
import { selectInvoices } from "../../src/invoicing/invoice-row.ts";
import { pushes } from "../../src/pushes/schema.ts";

const MINUTES = 10;
const REFUSES = `CREATE TRIGGER refuses BEFORE UPDATE ON invoices WHEN new.state = 'unknown'
  BEGIN SELECT raise(ABORT, 'D1_ERROR: Network connection lost.'); END`;

test.each([true, false])("sending, its lease over; went out: %s", async (isOut) => {
  const lab = new MemoryLab(RealmGate, { ...ALL_IN_FORCE, ddl: REFUSES });
  await lab.run({ books: HONEST_BOOKS, hasCron: true }, 1, async (world) => {
    await world.complete(saveInstanceAs(world, { auto_invoice: false }));
    await world.complete(world.deliver(world.orders.newInvoice(CONTENT)));
    await world.complete(saveInstanceAs(world, { auto_invoice: true }));
    const row = await onlyRow(world);
    const past = new Date(world.time.now - 60_000).toISOString();
    const sentAt = isOut ? past : null;
    await world.db.update(pushes).set({ state: "sending", sentAt, dueAt: past }).where(eq(pushes.documentId, row.id));
    await world.complete(world.deliver(world.orders.newInvoice(OTHER)));
    await world.advance(MINUTES * 60_000);
    const tries = world.trace.filter((line) => line.includes('"push.left_behind"')).length;
    const rows = await selectInvoices(world.db);
    // What never went out is simply queued again.
    expect([rows.map(({ state }) => state).toSorted(), tries]).toEqual(
      isOut ? [["sending", "sent"], MINUTES] : [["sent", "sent"], 0],
    );
  });
});
