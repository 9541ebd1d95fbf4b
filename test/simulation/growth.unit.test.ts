/**
 * What an invoice costs in the database, for good and before the cron has thinned it: real orders, shipped, invoiced
 * and delivered, with Intuit's events, and again 91 days later. Prints the table in docs/storage.md. Shows if a new
 * column, index or table makes invoices larger.
 */
import { readFileSync } from "node:fs";
import { sql } from "drizzle-orm";
import { expect, test } from "vitest";
import { thinHistory } from "../../src/app/thin-history.ts";
import { RealmGate } from "../../src/connections/realm-gate.ts";
import { DATABASE_LIMIT_BYTES } from "../../src/platform/database-size.ts";
import { HONEST_BOOKS } from "./books.ts";
import { MemoryLab } from "./in-memory.ts";
import { checkSafety, readRows } from "./oracle.ts";
import type { Delivery } from "./simulated-order-system.ts";
import type { World } from "./world.ts";

const ORDERS = 200;
const ORDERS_AT_ONCE = 20;
const SETTLE_MS = 8_000;
const KEPT_MS = 91 * 24 * 3_600_000;
/** At most so many bytes of D1 for an invoice of the data set (2.6 lines, 1.2 kB of JSON), thinned: no more by accident. Of these
 * 2,700 go with the next release, when where a delivery stands is stored once. */
const MAX_BYTES_PER_INVOICE = 11_500;
/** At least this share of an invoice's initial size is freed. */
const MIN_SHARE_THROWN_AWAY = 0.2;

interface Footprint {
  bytes: number;
  rows: number;
}

/** Bytes and rows by table, indexes with their table. Pages that are free do not count, as in D1's own figure. */
async function footprint(world: World): Promise<Map<string, Footprint>> {
  const sizes = await world.db.all<{ name: string; bytes: number }>(sql`
    SELECT coalesce(sqlite_schema.tbl_name, dbstat.name) AS name, sum(pgsize) AS bytes
    FROM dbstat LEFT JOIN sqlite_schema ON sqlite_schema.name = dbstat.name GROUP BY 1`);
  const found = new Map<string, Footprint>();
  for (const { name, bytes } of sizes) {
    const [table] = await world.db.all<{ n: number }>(sql.raw(`SELECT count(*) AS n FROM "${name}"`));
    found.set(name, { bytes, rows: table?.n ?? 0 });
  }
  return found;
}

interface Line extends Footprint {
  table: string;
}

/** What was added since `before`, for each invoice, the largest first; the last line is the sum. */
function perInvoice(after: Map<string, Footprint>, before: Map<string, Footprint>): Line[] {
  const lines = [...after].map(([table, { bytes, rows }]) => ({
    table,
    bytes: (bytes - (before.get(table)?.bytes ?? 0)) / ORDERS,
    rows: (rows - (before.get(table)?.rows ?? 0)) / ORDERS,
  }));
  const sum = (of: (line: Line) => number): number => lines.reduce((total, line) => total + of(line), 0);
  const all = { table: "all", bytes: sum(({ bytes }) => bytes), rows: sum(({ rows }) => rows) };
  return [...lines.toSorted((a, b) => b.bytes - a.bytes), all];
}

const envelope = (type: string, data: unknown): string =>
  JSON.stringify({ type, timestamp: "2026-11-20T10:00:00Z", data });

/** Orders of the data set, each shipped, invoiced and delivered to QuickBooks. Answers what the order system sent. */
async function liveThrough(world: World): Promise<Delivery[]> {
  const sent: Delivery[] = [];
  const lines = readFileSync("data/northwind-orders.ndjson", "utf8").trim().split("\n");
  for (const [place, line] of lines.slice(0, ORDERS).entries()) {
    const order = { ...(JSON.parse(line) as Record<string, unknown>), currency: "USD" };
    const invoice = { id: `inv-${place}`, number: `INV-${place}`, date: "2026-11-20", order };
    for (const body of [envelope("order.shipped", order), envelope("invoice.created", invoice)]) {
      const delivery = { webhookId: `msg-${sent.length}`, body, isAcked: false };
      sent.push(delivery);
      await world.start(world.deliver(delivery));
    }
    if (place % ORDERS_AT_ONCE === ORDERS_AT_ONCE - 1) await world.advance(SETTLE_MS);
  }
  await world.advance(15 * SETTLE_MS);
  expect((await readRows(world)).filter(({ state }) => state === "sent")).toHaveLength(ORDERS);
  return sent;
}

async function thinAll(world: World): Promise<void> {
  const later = new Date(world.time.now + KEPT_MS);
  for (let run = 0; run < (10 * ORDERS) / 500 + 1; run += 1) await thinHistory(world.db, later);
}

function print(atFirst: Line[], thinned: Line[]): void {
  const number = (value: number): string => Math.round(value).toLocaleString("en-US").padStart(10);
  const rows = atFirst
    .filter(({ bytes }) => bytes >= 1)
    .map((line) => {
      const left = thinned.find(({ table }) => table === line.table);
      return `${line.table.padEnd(22)}${number(line.bytes)}${line.rows.toFixed(1).padStart(7)}${number(left?.bytes ?? 0)}${(left?.rows ?? 0).toFixed(1).padStart(7)}`;
    });
  const hold = (lines: Line[]): string => number(DATABASE_LIMIT_BYTES / (lines.at(-1)?.bytes ?? 1));
  process.stderr.write(
    [
      `${"per invoice".padEnd(22)}${"bytes".padStart(10)}${"rows".padStart(7)}${"thinned".padStart(10)}${"rows".padStart(7)}`,
      ...rows,
      `10 GB hold ${hold(atFirst)} at first, ${hold(thinned)} thinned`,
      "",
    ].join("\n"),
  );
}

/** Nothing that was deleted is needed to recognize a delivery. */
async function sendAgain(world: World, sent: readonly Delivery[]): Promise<void> {
  const told = world.books[0]?.invoices.size;
  for (const delivery of sent) {
    delivery.isAcked = false;
    await world.start(world.deliver(delivery));
  }
  await world.advance(SETTLE_MS);
  expect(sent.every(({ isAcked }) => isAcked)).toBe(true);
  expect(world.books[0]?.invoices.size).toBe(told);
  const [events] = await world.db.all<{ n: number }>(sql`SELECT count(*) AS n FROM order_events`);
  expect(events?.n).toBe(sent.length);
  await checkSafety(world);
}

test("an invoice takes little room, and less after 90 days", async () => {
  await new MemoryLab(RealmGate).run({ books: HONEST_BOOKS, hasCron: false }, 1, async (world) => {
    const empty = await footprint(world);
    const sent = await liveThrough(world);
    const atFirst = perInvoice(await footprint(world), empty);
    await thinAll(world);
    const thinned = perInvoice(await footprint(world), empty);
    print(atFirst, thinned);
    await sendAgain(world, sent);

    const [before, left] = [atFirst.at(-1)?.bytes ?? 0, thinned.at(-1)?.bytes ?? Number.NaN];
    expect(left).toBeLessThan(MAX_BYTES_PER_INVOICE);
    expect(left).toBeLessThan(before * (1 - MIN_SHARE_THROWN_AWAY));
    expect(thinned.find(({ table }) => table === "order_events")?.rows).toBe(2);
    expect(thinned.find(({ table }) => table === "intuit_events")?.rows).toBe(0);
  });
});
