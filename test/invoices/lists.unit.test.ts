/**
 * Lists of invoices in their orders and views, by SQLite in memory: each shows what it says, once, in its order, and reads
 * no more than it must. What people search for is found with and without accents, and by its amount.
 */
import { beforeAll, describe, expect, test } from "vitest";
import { attentionKind } from "../../src/documents/attention.ts";
import { countAttention, listCauses, listOfCauses } from "../../src/invoicing/lists/attention.ts";
import { type InvoiceFilter, INVOICE_VIEWS } from "../../src/invoicing/lists/filter.ts";
import { listIds, listInvoices, listShown, sumUp } from "../../src/invoicing/lists/list.ts";
import { INVOICE_SORTS, type InvoiceSort } from "../../src/invoicing/lists/order.ts";
import { amountsIn } from "../../src/invoices/amount-search.ts";
import { type Db, openDb, runBatch } from "../../src/platform/db.ts";
import { InMemoryD1 } from "../simulation/d1-in-memory.ts";
import { content, newRow, storing } from "./example-invoice.ts";

const memory = new InMemoryD1();
const HOOKS = {
  around: <T>(_count: number, run: () => Promise<T>) => run(),
  rewrite: (sql: string) => sql,
  isAtomic: () => true,
};
const seen: { sql: string; params: unknown[] }[] = [];
const db: Db = openDb(watched(memory.binding(HOOKS)));
const MANY = 12_000;
/** On a machine that does much else. */
const MANY_LIMIT_MS = 60_000;

/** Remembers what is asked. */
function watched(d1: D1Database): D1Database {
  return new Proxy(d1, {
    get(target, name) {
      if (name !== "prepare") return Reflect.get(target, name, target) as unknown;
      return (sql: string) =>
        new Proxy(target.prepare(sql), {
          get(statement, key) {
            if (key !== "bind") return Reflect.get(statement, key, statement) as unknown;
            return (...params: unknown[]) => {
              seen.push({ sql, params });
              return statement.bind(...params);
            };
          },
        });
    },
  });
}

async function plansOf(work: () => Promise<unknown>): Promise<string[]> {
  seen.length = 0;
  await work();
  const asked = [...seen];
  const plans: string[] = [];
  for (const { sql, params } of asked) {
    const { results } = await memory
      .binding(HOOKS)
      .prepare(`explain query plan ${sql}`)
      .bind(...params)
      .all<{ detail: string }>();
    plans.push(...results.map(({ detail }) => detail));
  }
  return plans;
}

const ERROR = {
  category: "missing_configuration",
  title: "Missing configuration",
  message: "Income account is not set.",
  remedy: "Set it.",
  code: null,
  retryable: false,
  intuit_tid: null,
  occurred_at: "2026-11-20T09:00:00.000Z",
};
const failed = (concerns?: string, code: string | null = null) => ({
  state: "failed" as const,
  error: JSON.stringify({ ...ERROR, code, concerns }),
});
const warned = (code: string) => ({ warnings: JSON.stringify([{ code, message: `"code":"conflict" ${code}` }]) });

const CASES = [
  { number: "SO-9", connectionId: "a", ...failed("Income account") },
  { number: "SO-10", connectionId: "a", ...failed("Income account") },
  { number: "SO-100", connectionId: "a", ...failed("Customer name") },
  { number: "SO-11", connectionId: "b", ...failed("Income account") },
  { number: "SO-12", connectionId: "b", ...failed(undefined, "6200") },
  { number: "SO-20", connectionId: "a", state: "sent" as const, ...warned("conflict") },
  { number: "SO-21", connectionId: "a", state: "sent" as const, ...warned("customer_renamed") },
  { number: "SO-22", connectionId: "a", state: "sent" as const, ...warned("order_cancelled") },
  { number: "SO-23", connectionId: "a", state: "voided" as const, ...warned("order_cancelled") },
  { number: "SO-24", connectionId: "a", state: "voided" as const, ...warned("voided_in_quickbooks") },
  {
    number: "SO-25",
    connectionId: "a",
    state: "failed" as const,
    operation: "update" as const,
    ...warned("update_refused"),
  },
  { number: "SO-30", connectionId: "b", state: "queued" as const },
  { number: "SO-31", connectionId: "b", state: "held" as const },
  { number: "SO-32", connectionId: "b", state: "not_sent" as const },
];

beforeAll(async () => {
  const rows = CASES.map(({ number, ...delivery }, index) =>
    newRow(delivery, content({}, { number, date: index % 3 === 0 ? "2026-11-21" : "2026-11-20" })),
  );
  const named = ["Łukasz Żółć", "O'Neill Plumbing", "Straße & Søn", "Đorđe Æon"].map((name, index) =>
    newRow(
      { state: "sent", connectionId: "a" },
      content({ customer: { name } }, { number: `N-${index}`, date: "2026-01-01" }),
    ),
  );
  await runBatch(db, storing(db, ...rows, ...named));
});

const numbers = async (filter: InvoiceFilter, sort: InvoiceSort = "-date") =>
  (await listInvoices(db, filter, { limit: 100 }, sort)).rows.map(({ number }) => number);

async function walk(filter: InvoiceFilter, sort: InvoiceSort, limit: number): Promise<string[]> {
  const ids: string[] = [];
  for (let after: string | undefined; ;) {
    const page = await listInvoices(db, filter, { limit, after }, sort);
    ids.push(...page.rows.map(({ id }) => id));
    if (page.next === null) return ids;
    after = page.next;
  }
}

describe("orders", () => {
  test("newest first, and within a day by number as people count", async () => {
    const ofDay = (isFirst: boolean) =>
      CASES.filter((_, index) => (index % 3 === 0) === isFirst)
        .map(({ number }) => number)
        .toSorted((a, b) => Number(b.slice(3)) - Number(a.slice(3)));
    expect(await numbers({ from: "2026-11-20" })).toEqual([...ofDay(true), ...ofDay(false)]);
  });

  test("by number: SO-9 before SO-10 before SO-100", async () => {
    const sorted = await numbers({ status: "failed" }, "number");
    expect(sorted).toEqual(["SO-9", "SO-10", "SO-11", "SO-12", "SO-100"]);
    expect(await numbers({ status: "failed" }, "-number")).toEqual(sorted.toReversed());
  });

  test.each(INVOICE_SORTS)("pages by %s show each once, forwards and back", async (sort) => {
    for (const filter of [{}, { status: "needs_attention" }, { connectionId: "a" }, { q: "SO-" }] as InvoiceFilter[]) {
      const { rows } = await listInvoices(db, filter, { limit: 100 }, sort);
      const whole = rows.map(({ id }) => id);
      expect(await walk(filter, sort, 3)).toEqual(whole);
      const second = await listInvoices(
        db,
        filter,
        { limit: 2, after: (await listInvoices(db, filter, { limit: 2 }, sort)).next! },
        sort,
      );
      const back = await listInvoices(db, filter, { limit: 2, before: second.previous! }, sort);
      expect(back.rows.map(({ id }) => id)).toEqual(whole.slice(0, 2));
    }
  });

  test("a cursor of the former version goes on where it stopped", async () => {
    const { rows } = await listInvoices(db, {}, { limit: 5 });
    const { date, id } = rows[4]!;
    const next = await listInvoices(db, {}, { limit: 3, after: `${date}_${id}` });
    expect(next.rows.map((row) => row.id)).toEqual((await listIds(db, {}, 8)).slice(5));
  });

  test("rows that are shown come back in the order asked for, whatever has become of them", async () => {
    const ids = (await listIds(db, {}, 4)).toReversed();
    expect((await listShown(db, ids)).map(({ id }) => id)).toEqual(ids);
  });
});

describe("views", () => {
  test("needs attention: failed, in conflict, cancelled after sending, voided in QuickBooks", async () => {
    const expected = ["SO-9", "SO-10", "SO-100", "SO-11", "SO-12", "SO-20", "SO-22", "SO-24", "SO-25"];
    expect((await numbers({ status: "needs_attention" })).toSorted()).toEqual(expected.toSorted());
    expect(await countAttention(db)).toBe(expected.length);
  });

  test("the page, the API and the index agree on it", async () => {
    const { rows } = await listInvoices(db, {}, { limit: 100 });
    const inIndex = new Set(await listIds(db, { status: "needs_attention" }, 100));
    for (const row of rows)
      expect([row.number, attentionKind(row) !== null]).toEqual([row.number, inIndex.has(row.id)]);
  });

  test("waiting, and sent with warnings", async () => {
    expect((await numbers({ status: "waiting" })).toSorted()).toEqual(["SO-30", "SO-31"]);
    expect((await numbers({ status: "sent_with_warnings" })).toSorted()).toEqual(["SO-20", "SO-21", "SO-22", "SO-25"]);
  });

  test("causes are causes: company, category, code, and what it is about", async () => {
    const causes = await listCauses(db);
    const words = causes.map(({ connectionId, kind, code, concerns, count }) => [
      connectionId,
      kind,
      code,
      concerns,
      count,
    ]);
    expect(words).toEqual(
      expect.arrayContaining([
        ["a", "failed", null, "Income account", 2],
        ["a", "failed", null, "Customer name", 1],
        ["b", "failed", null, "Income account", 1],
        ["b", "failed", "6200", null, 1],
        ["a", "conflict", null, null, 1],
        ["a", "order_cancelled", null, null, 1],
        ["a", "voided_in_quickbooks", null, null, 1],
      ]),
    );
    expect(causes.reduce((sum, { count }) => sum + count, 0)).toBe(9);
    const lists = await listOfCauses(db, causes, 10);
    for (const [index, cause] of causes.entries()) {
      expect(lists[index]).toHaveLength(cause.count);
      const total = Object.values(JSON.parse(cause.sums) as Record<string, number>).reduce(
        (sum, minor) => sum + minor,
        0,
      );
      expect(total).toBe(cause.count * 3150);
    }
  });
});

describe("search", () => {
  test.each([
    ["lukasz", "N-0"],
    ["Łukasz", "N-0"],
    ["zolc", "N-0"],
    ["oneill", "N-1"],
    ["O'Neill", "N-1"],
    ["o’neill plumb", "N-1"],
    ["strasse", "N-2"],
    ["Straße & Søn", "N-2"],
    ["sons", ""],
    ["dorde aeon", "N-3"],
  ])("'%s' finds %s", async (q, expected) => {
    expect((await numbers({ q })).join()).toBe(expected);
  });

  test.each([
    ["31.50", 18],
    ["$31.50", 18],
    ["31,50 USD", 18],
    ["31.51", 0],
    ["3150", 0],
  ])("the amount %s finds %i", async (q, count) => {
    expect(await numbers({ q })).toHaveLength(count);
  });

  test.each([
    [
      "1,081.35",
      [
        { digits: 2, minor: 108135 },
        { digits: 3, minor: 1081350 },
      ],
    ],
    [
      "1.081,35",
      [
        { digits: 2, minor: 108135 },
        { digits: 3, minor: 1081350 },
      ],
    ],
    [
      "¥1,081",
      [
        { digits: 0, minor: 1081 },
        { digits: 2, minor: 108100 },
        { digits: 3, minor: 1081000 },
        { digits: 3, minor: 1081 },
      ],
    ],
    ["INV-100", []],
    ["99999999999999999999", []],
  ])("'%s' may mean these amounts", (text, expected) => {
    const sorted = (list: { digits: number; minor: number }[]) =>
      list.toSorted((a, b) => a.digits - b.digits || a.minor - b.minor);
    expect(sorted(amountsIn(text))).toEqual(sorted(expected));
  });
});

describe("with many invoices", () => {
  beforeAll(async () => {
    const { body, createdAt } = newRow({}, content());
    const d1 = memory.binding(HOOKS);
    await d1
      .prepare(
        `insert into invoices (id, instance_id, order_id, order_external_id, order_number, made_by, number, date, customer_name, currency, total_minor, body, event_at, state, created_at, updated_at)
        select printf('00000000-0000-7000-8000-%012d', value), 'bulk', 'o', 'o', 'o', 'webhook', 'BULK-' || value, printf('2025-%02d-%02d', 1 + value % 12, 1 + value % 28), 'Bulk Buyer', 'USD', 100, ?, '', '', ?, ? from json_each(?)`,
      )
      .bind(body, createdAt, createdAt, JSON.stringify(Array.from({ length: MANY }, (_, index) => index + 1)))
      .run();
    await d1
      .prepare(
        `insert into pushes (kind, document_id, document_date, sort_number, instance_id, connection_id, state, created_at, updated_at)
        select 'invoice', id, date, printf('%03d%s', length(number), number), instance_id, 'bulk', 'sent', created_at, updated_at from invoices where instance_id = 'bulk'`,
      )
      .bind()
      .run();
  }, MANY_LIMIT_MS);

  test("counts and sums are exact up to 10,000, beyond that nobody counts", async () => {
    expect(await sumUp(db, {})).toBeNull();
    expect(await sumUp(db, { q: "bulk buyer" })).toBeNull();
    expect(await sumUp(db, { connectionId: "bulk", from: "2025-01-01", to: "2025-06-30" })).toEqual({
      count: MANY / 2,
      sums: [{ currency: "USD", minor: (MANY / 2) * 100 }],
    });
    expect(await sumUp(db, { status: "failed" })).toEqual({ count: 5, sums: [{ currency: "USD", minor: 5 * 3150 }] });
  });

  const filters: InvoiceFilter[] = [];
  for (const status of [undefined, "sent", "failed", ...INVOICE_VIEWS] as const)
    for (const connectionId of [undefined, "a"])
      for (const instanceId of [undefined, "one"])
        for (const q of [undefined, "ab", "SO-", "bulk buyer", "31.50"])
          filters.push({ status, connectionId, instanceId, q });
  filters.push({ requestedAt: "2026-11-20T09:00:00.000Z" });

  test.each(INVOICE_SORTS)(
    "by %s: every list walks an index, and sorts only what few match",
    async (sort) => {
      for (const filter of filters) {
        const plans = await plansOf(async () => {
          const first = await listInvoices(db, filter, { limit: 5 }, sort);
          if (first.next) await listInvoices(db, filter, { limit: 5, after: first.next }, sort);
          await sumUp(db, filter);
          await listIds(db, filter, 5);
        });
        const bare = plans.filter((detail) => /SCAN (invoices|pushes)(?! USING)/.test(detail));
        expect([filter, bare]).toEqual([filter, []]);
      }
    },
    MANY_LIMIT_MS,
  );

  test("a search that nearly all match is read in the order of the list", async () => {
    for (const sort of INVOICE_SORTS) {
      const plans = await plansOf(() => listInvoices(db, { q: "bulk buyer" }, { limit: 50 }, sort));
      expect(plans.filter((detail) => detail.includes("TEMP B-TREE"))).toEqual([]);
    }
  });
});
