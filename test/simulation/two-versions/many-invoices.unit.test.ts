/**
 * A database of years, as the former version of the Worker left it: invoices in every state and operation. After the
 * migration each says what it said, is counted and listed as before, and its delivery goes on where it stood. Prints how
 * long the migration took. FORMER_INVOICES says how many they are: `npm run proof` takes 50,000.
 */
import { getTableColumns, sql } from "drizzle-orm";
import { beforeAll, describe, expect, test } from "vitest";
import { companyHistory, CONNECTION_IDS, NOW } from "../../../bench/company-history.ts";
import { invoices } from "../../../src/invoices/schema.ts";
import { DOCUMENT_STATES } from "../../../src/documents/status.ts";
import { type Db, openDb } from "../../../src/platform/db.ts";
import { type NewInvoiceRow, selectInvoices } from "../../../src/invoicing/invoice-row.ts";
import { countByStatus } from "../../../src/invoicing/lists/counts.ts";
import type { InvoiceFilter } from "../../../src/invoicing/lists/filter.ts";
import { countInvoices, listIds, listInvoices } from "../../../src/invoicing/lists/list.ts";
import { pushes } from "../../../src/pushes/schema.ts";
import { listDue, nextDueAt } from "../../../src/pushes/due.ts";
import { claimRow, renewLease } from "../../../src/pushes/lease.ts";
import { InMemoryD1 } from "../d1-in-memory.ts";
import { FORMER_NAMES, differs } from "./halves.ts";

const INVOICES = Number(process.env["FORMER_INVOICES"] ?? 10_000);
const MIGRATION = "0010_pushes.sql";
const ROWS_AT_ONCE = 500;
const LIMIT_MS = 300_000;
const LONG_AFTER = new Date("2100-01-01T00:00:00.000Z");

const d1 = new InMemoryD1(MIGRATION);
const db: Db = openDb(d1.binding({ around: (_count, run) => run(), rewrite: (text) => text, isAtomic: () => true }));

/** What the former version stored, by the names of its columns. */
function formerRow(row: NewInvoiceRow): Record<string, unknown> {
  const columns = { ...getTableColumns(pushes), ...getTableColumns(invoices) };
  const entries = Object.entries(row).flatMap(([key, value]) => {
    const column = columns[key as keyof typeof columns];
    return column ? [[FORMER_NAMES[column.name] ?? column.name, value] as const] : [];
  });
  return Object.fromEntries(entries);
}

/** Some of those in QuickBooks have an update or a void on its way, in each state that one can be in. */
function withOperation(row: NewInvoiceRow, place: number): NewInvoiceRow {
  if (row.state !== "sent" || place % 40 !== 0) return row;
  const state = DOCUMENT_STATES[(place / 40) % DOCUMENT_STATES.length] ?? "sent";
  const operation = place % 80 === 0 ? "update" : "void";
  const isUnderWay = state === "queued" || state === "sending" || state === "unknown";
  return { ...row, operation, state, dueAt: isUnderWay ? NOW.toISOString() : null, revision: 2, contentVersion: 3 };
}

async function fill(): Promise<void> {
  let rows: Record<string, unknown>[] = [];
  const flush = async (): Promise<void> => {
    const names = [...new Set(rows.flatMap((row) => Object.keys(row)))];
    const cells = names.map((name) => {
      const orDefault = DEFAULTS[name];
      const given = `value ->> '$.${name}'`;
      return orDefault === undefined ? given : `coalesce(${given}, ${orDefault})`;
    });
    await db.run(
      sql`${sql.raw(`INSERT INTO invoices (${names.join(", ")}) SELECT ${cells.join(", ")} FROM json_each(`)}${JSON.stringify(rows)})`,
    );
    rows = [];
  };
  let place = 0;
  for (const { invoice } of companyHistory(INVOICES)) {
    if (!invoice) continue;
    rows.push(formerRow(withOperation(invoice, place)));
    place += 1;
    if (rows.length === ROWS_AT_ONCE) await flush();
  }
  if (rows.length > 0) await flush();
}

/** Of columns that not every row of the history names. */
const DEFAULTS: Readonly<Record<string, string>> = {
  operation: "'create'",
  revision: "1",
  content_version: "1",
  attempt_count: "0",
};

const FILTERS: [InvoiceFilter, string][] = [
  [{}, "true"],
  ...DOCUMENT_STATES.map((status): [InvoiceFilter, string] => [{ status }, `push_status = '${status}'`]),
  [{ instanceId: "instance-2" }, "instance_id = 'instance-2'"],
  [{ instanceId: "instance-1", status: "failed" }, "instance_id = 'instance-1' AND push_status = 'failed'"],
  [{ from: "2025-03-01", to: "2025-03-31" }, "date >= '2025-03-01' AND date <= '2025-03-31'"],
];

interface Former {
  ids: string[][];
  counts: { status: string; n: number }[];
  resting: object[];
  due: string[];
  firstDueAt: string | null;
}

const idsOf = async (statement: string): Promise<string[]> =>
  (await db.all<{ id: string }>(sql.raw(statement))).map(({ id }) => id);
const resting = (): Promise<object[]> => db.all(sql`SELECT * FROM invoice_counts WHERE n > 0 ORDER BY 1, 2`);

/** As the former version asked; lists in the order of today, by number within a day. */
async function askAsFormer(): Promise<Former> {
  const ids: string[][] = [];
  for (const [, where] of FILTERS)
    ids.push(
      await idsOf(
        `SELECT id FROM invoices WHERE ${where} ORDER BY date DESC, length(number) DESC, number DESC, id DESC`,
      ),
    );
  const isUnderWay = `connection_id = '${CONNECTION_IDS[0]}' AND state IN ('queued', 'sending', 'unknown')`;
  const [first] = await db.all<{ at: string | null }>(
    sql.raw(`SELECT min(due_at) AS at FROM invoices WHERE ${isUnderWay}`),
  );
  return {
    ids,
    counts: await db.all(sql`SELECT push_status AS status, count(*) AS n FROM invoices GROUP BY 1`),
    resting: await resting(),
    due: await idsOf(`SELECT id FROM invoices WHERE ${isUnderWay} AND state = 'queued' ORDER BY due_at, id LIMIT 400`),
    firstDueAt: first?.at ?? null,
  };
}

let former: Former;

beforeAll(async () => {
  await fill();
  former = await askAsFormer();
  const before = process.cpuUsage();
  d1.migrate();
  const { user, system } = process.cpuUsage(before);
  // Of the processor, since others may be at work on this machine.
  const tookMs = (user + system) / 1_000;
  process.stderr.write(`${INVOICES} invoices migrated in ${Math.round(tookMs)} ms\n`);
}, LIMIT_MS);

describe("invoices of the former version", () => {
  test("are there in every state, each with its push, and say what they said", async () => {
    expect(former.counts).toHaveLength(DOCUMENT_STATES.length);
    const [all] = await db.all<{ n: number; same: number }>(
      sql.raw(`SELECT count(*) AS n, sum(NOT (${differs})) AS same
        FROM invoices JOIN pushes ON pushes.kind = 'invoice' AND pushes.document_id = invoices.id`),
    );
    expect(all).toEqual({ n: INVOICES, same: INVOICES });
    expect(await db.$count(pushes)).toBe(INVOICES);
  });

  test("have the same counts", async () => {
    const counts = await countByStatus(db);
    expect(counts).toEqual(Object.fromEntries(former.counts.map(({ status, n }) => [status, n])));
    expect(await resting()).toEqual(former.resting);
  });

  test.each(FILTERS.map(([filter], index) => ({ filter, index })))("have the same list: $filter", async (given) => {
    const before = former.ids[given.index] ?? [];
    expect(await listIds(db, given.filter, INVOICES)).toEqual(before);
    expect(await countInvoices(db, given.filter, INVOICES)).toBe(before.length);
    const { rows } = await listInvoices(db, given.filter, { limit: 50 });
    expect(rows.map(({ id }) => id)).toEqual(before.slice(0, 50));
  });

  test("go on being pushed where they stood, and the former version sees it", async () => {
    const [company] = CONNECTION_IDS;
    expect(await nextDueAt(db, company)).toBe(former.firstDueAt);
    const due = await listDue(db, { connectionId: company, state: "queued" }, LONG_AFTER, 400);
    expect(due.map(({ id }) => id)).toEqual(former.due);
    expect(due.length).toBeGreaterThan(INVOICES / 500);
    for (const waiting of due.slice(0, 40)) {
      const claimed = (await claimRow(db, waiting, LONG_AFTER, NOW))?.row;
      expect(claimed).toMatchObject({ state: "sending", fence: waiting.fence + 1, totalMinor: waiting.totalMinor });
      expect(await claimRow(db, waiting, LONG_AFTER, NOW)).toBeNull();
      expect(claimed && (await renewLease(db, claimed, NOW))).toBe(true);
      const [seen] = await db.all(sql`SELECT state, fence FROM invoices WHERE id = ${waiting.id}`);
      expect(seen).toEqual({ state: "sending", fence: waiting.fence + 1 });
    }
    expect((await selectInvoices(db).where(sql`pushes.state = 'sending' AND pushes.fence = 1`)).length).toBe(40);
  });

  test("take their pushes along when they are erased, so that nothing is due for ever", async () => {
    const [gone] = await db.all<{ id: string }>(
      sql`SELECT document_id AS id FROM pushes WHERE push_status = 'not_sent' LIMIT 1`,
    );
    const before = (await countByStatus(db)).not_sent;
    await db.run(sql`DELETE FROM invoices WHERE id = ${gone?.id}`);
    expect(await db.$count(pushes)).toBe(INVOICES - 1);
    expect((await countByStatus(db)).not_sent).toBe(before - 1);
  });
});
