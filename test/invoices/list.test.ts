import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, test } from "vitest";
import type { InvoiceFilter } from "../../src/invoicing/lists/filter.ts";
import { countInvoices, listIds, listInvoices } from "../../src/invoicing/lists/list.ts";
import type { DocumentState } from "../../src/documents/status.ts";
import { fulfillmentBatch } from "../../src/invoicing/fulfillment-batch.ts";
import { invoiceView } from "../../src/invoices/view.ts";
import { orders } from "../../src/orders/schema.ts";
import { CursorError } from "../../src/orders/date-page.ts";
import { findOrder } from "../../src/orders/store.ts";
import { openDb, runBatch } from "../../src/platform/db.ts";
import { plansOf } from "../orders/query-plans.ts";
import { content, newRow, NOW, storing } from "./example-invoice.ts";
import { listOfOrder } from "./find-invoices.ts";

const db = openDb(env.DB);

beforeAll(async () => {
  const customers = ["Green Grocers", "Münster Möbel", 'O\'Brien & "Sons" 100%'];
  const states: DocumentState[] = ["not_sent", "queued", "sent", "failed"];
  const rows = Array.from({ length: 60 }, (_, i) => {
    const received = content(
      { number: `ORD-${i}`, customer: { name: customers[i % 3] } },
      { number: `INV-${String(i).padStart(3, "0")}`, date: `2026-11-${String((i % 20) + 1).padStart(2, "0")}` },
    );
    return newRow({ instanceId: i % 2 ? "one" : "two", state: states[i % 4]! }, received);
  });
  await runBatch(db, storing(db, ...rows));
});

async function walk(filter: InvoiceFilter, limit: number): Promise<string[]> {
  const seen: string[] = [];
  for (let after: string | undefined; ;) {
    const page = await listInvoices(db, filter, { limit, after });
    seen.push(...page.rows.map((row) => row.id));
    if (page.next === null) return seen;
    after = page.next;
  }
}

describe("pages", () => {
  test.each([
    {},
    { status: "failed" },
    { instanceId: "one" },
    { instanceId: "one", status: "queued" },
    { from: "2026-11-05", to: "2026-11-09" },
    { q: "grocers" },
  ] as InvoiceFilter[])(
    "walking through %o shows each invoice once, newest first, as many as are counted",
    async (filter) => {
      const ids = await walk(filter, 7);
      expect(new Set(ids).size).toBe(ids.length);
      expect(ids.length).toBe(await countInvoices(db, filter, 1000));
      expect(await countInvoices(db, filter, 3)).toBe(3);
      expect(ids).toEqual(await listIds(db, filter, 1000));
      const { rows } = await listInvoices(db, filter, { limit: 100 });
      const places = rows.map((row) => `${row.date}_${row.sortNumber}_${row.id}`);
      expect(places).toEqual([...places].sort().reverse());
    },
  );

  test("Previous leads back over the same rows", async () => {
    const first = await listInvoices(db, {}, { limit: 10 });
    const second = await listInvoices(db, {}, { limit: 10, after: first.next! });
    const third = await listInvoices(db, {}, { limit: 10, after: second.next! });
    const back = await listInvoices(db, {}, { limit: 10, before: third.previous! });
    expect(back.rows).toEqual(second.rows);
    const start = await listInvoices(db, {}, { limit: 10, before: back.previous! });
    expect(start.rows).toEqual(first.rows);
    expect([first.previous, start.previous]).toEqual([null, null]);
    expect(start.next).toBe(first.next);
  });

  test("the last page has no next, an empty one neither", async () => {
    expect((await listInvoices(db, { from: "2030-01-01" }, { limit: 10 })).next).toBeNull();
    expect((await listInvoices(db, { status: "failed" }, { limit: 15 })).next).toBeNull();
  });

  test.each(["", "x", "2026-11-20", "2026-11-20_'; drop table invoices; --", "9999-99-99_zz"])(
    "'%s' is no cursor",
    async (after) => {
      await expect(listInvoices(db, {}, { limit: 5, after })).rejects.toThrow(CursorError);
    },
  );
});

describe("search", () => {
  const numbers = async (q: string) =>
    (await listInvoices(db, { q }, { limit: 100 })).rows.map((row) => row.number).sort();

  test("finds any part of a number, an order's number or a name, whatever its case or accents", async () => {
    expect(await numbers("INV-007")).toEqual(["INV-007"]);
    expect(await numbers("v-00")).toHaveLength(10);
    expect(await numbers("ORD-12")).toEqual(["INV-012"]);
    expect(await numbers("GROCER")).toHaveLength(20);
    expect(await numbers("munster mobel")).toHaveLength(20);
  });

  test("signs that mean something to the index are only text", async () => {
    expect(await numbers(`"sons" 100%`)).toHaveLength(20);
    for (const q of [
      `"`,
      `"""`,
      "a OR b",
      "number:INV",
      "INV*",
      "(",
      "-INV",
      "NEAR(",
      "%%%",
      "___",
      "\ud800\ud800\ud800",
    ]) {
      expect((await numbers(q)).length).toBeLessThan(60);
    }
  });

  test("one or two characters are the beginning of a number", async () => {
    expect(await numbers("in")).toHaveLength(60);
    expect(await numbers("I")).toHaveLength(60);
    expect(await numbers("V")).toEqual([]);
    expect(await numbers("  ")).toHaveLength(60);
  });

  test("what very many match is found by walking the list, and no other rows are", async () => {
    const { body, ...columns } = newRow({}, content({}, { date: "2026-10-01" }));
    const names =
      "id, instance_id, order_id, order_external_id, order_number, made_by, number, date, customer_name, currency, total_minor, body, event_at, state, created_at, updated_at";
    await env.DB.prepare(
      `insert into invoices (${names}) select printf('00000000-0000-7000-8000-%012d', value), 'bulk', 'o', 'o', 'o', 'webhook', 'BULK-' || value, '2026-10-' || (10 + value % 20), iif(value % 7, 'Münster Bulk', 'Other'),
        'USD', 1, ?, '', '', ?, ? from json_each(?)`,
    )
      .bind(body, columns.createdAt, columns.createdAt, JSON.stringify(Array.from({ length: 1400 }, (_, i) => i + 1)))
      .run();
    await env.DB.exec(
      "insert into pushes (kind, document_id, document_date, instance_id, state, created_at, updated_at) select 'invoice', id, date, instance_id, iif(substr(number, 6) % 3, 'sent', 'failed'), created_at, updated_at from invoices where instance_id = 'bulk'",
    );
    for (const [filter, count] of [
      [{ q: "munster bulk" }, 1200],
      [{ q: "BU" }, 1400],
      [{ q: "munster bulk", status: "failed" }, 400],
      [{ q: "bulk-1", from: "2026-10-11", to: "2026-10-11" }, 26],
    ] as [InvoiceFilter, number][]) {
      const ids = await walk(filter, 200);
      expect(new Set(ids).size).toBe(ids.length);
      expect(ids).toHaveLength(count);
      expect(ids).toEqual(await listIds(db, filter, 2000));
      expect(await countInvoices(db, filter, 2000)).toBe(count);
    }
    const plans = await plansOf((client) => listInvoices(client, { q: "munster bulk" }, { limit: 50 }));
    expect(plans).toEqual(
      expect.arrayContaining([expect.stringMatching(/SCAN pushes USING (COVERING )?INDEX pushes_by_date/)]),
    );
    expect(plans.filter((detail) => detail.includes("TEMP B-TREE"))).toEqual([]);
    await env.DB.exec("delete from invoices where instance_id = 'bulk'");
    await env.DB.exec("delete from pushes where instance_id = 'bulk'");
  });

  test("works together with the filters", async () => {
    const { rows } = await listInvoices(db, { q: "grocers", status: "failed", instanceId: "one" }, { limit: 100 });
    expect(rows.length).toBeGreaterThan(0);
    for (const row of rows)
      expect(row).toMatchObject({ customerName: "Green Grocers", state: "failed", instanceId: "one" });
  });

  test("follows a change of the number and the removal of a row", async () => {
    const row = newRow({}, content({}, { number: "ZZZ-FIRST" }));
    await runBatch(db, storing(db, row));
    await env.DB.prepare("update invoices set number = 'YYY-SECOND' where id = ?").bind(row.id).run();
    expect([await numbers("ZZZ-FIRST"), await numbers("YYY-SECOND")]).toEqual([[], ["YYY-SECOND"]]);
    await env.DB.prepare("delete from invoices where id = ?").bind(row.id).run();
    expect(await numbers("YYY-SECOND")).toEqual([]);
    await env.DB.prepare("insert into invoice_search (invoice_search) values ('integrity-check')").run();
  });
});

describe("plans", () => {
  const filters: InvoiceFilter[] = [];
  for (const status of [undefined, "sent"] as const)
    for (const instanceId of [undefined, "one"])
      for (const from of [undefined, "2026-11-01"])
        for (const q of [undefined, "ab", "abc"])
          filters.push({ status, instanceId, from, to: from && "2026-11-30", q });
  const cursor = "2026-11-10_00000000-0000-7000-8000-000000000000";

  test.each(filters)("no filter reads all invoices: %o", async (filter) => {
    const isFiltered = Object.values(filter).some((value) => value !== undefined);
    const plans = await plansOf(async (client) => {
      await listInvoices(client, filter, { limit: 50 });
      await listInvoices(client, filter, { limit: 50, after: cursor });
      await listInvoices(client, filter, { limit: 50, before: cursor });
      if (isFiltered) await Promise.all([countInvoices(client, filter, 1000), listIds(client, filter, 1000)]);
    });
    expect(plans.length).toBeGreaterThan(2);
    // The unfiltered first page walks the index of dates and stops after its rows.
    const scans = plans.filter(
      (detail) =>
        /SCAN (invoices|pushes)/.test(detail) && (isFiltered || !/USING (COVERING )?INDEX pushes_by_date/.test(detail)),
    );
    expect(scans).toEqual([]);
  });

  test("a list without search is never sorted afterwards", async () => {
    for (const filter of filters.filter(({ q }) => q === undefined)) {
      const plans = await plansOf((client) => listInvoices(client, filter, { limit: 50 }));
      expect(plans.filter((detail) => detail.includes("TEMP B-TREE"))).toEqual([]);
    }
  });
});

test("the API's shape: no inner state, no inner fields of an error", async () => {
  const error = {
    category: "validation",
    title: "t",
    message: "m",
    remedy: "r",
    code: "6000",
    retryable: false,
    intuit_tid: null,
    occurred_at: NOW.toISOString(),
    fix: { label: "x" },
  };
  const row = newRow(
    {
      state: "queued",
      operation: "update",
      dueAt: NOW.toISOString(),
      error: JSON.stringify(error),
      qboId: "145",
      warnings: '[{"code":"a","message":"b"}]',
    },
    content({}, { date: "2031-01-01" }),
  );
  await runBatch(db, storing(db, row));
  const { rows } = await listInvoices(db, { from: "2031-01-01" }, { limit: 1 });
  const { fix: _fix, ...publicFields } = error;
  expect(invoiceView(rows[0]!, "https://app.example.com")).toEqual({
    id: row.id,
    number: "INV-1",
    external_id: row.externalId,
    order_id: row.orderId,
    order_external_id: "o-1",
    instance_id: "instance-1",
    customer_name: "Green Grocers",
    date: "2031-01-01",
    currency: "USD",
    total: "31.50",
    push_status: "sent",
    error: publicFields,
    warnings: [{ code: "a", message: "b" }],
    next_attempt_at: NOW.toISOString(),
    qbo_invoice_id: "145",
    qbo_url: "https://app.example.com/app/invoice?txnId=145",
    balance: null,
    paid_on: null,
    needs_attention: false,
  });
});

describe("an invoice made on Fulfillment", () => {
  const shipped = (id: string) => ({
    id,
    instanceId: "one",
    externalId: id,
    status: "shipped" as const,
    number: id,
    customerName: "A",
    currency: "USD",
    totalMinor: 1,
    shippedOn: "2026-11-20",
    body: "{}",
    eventAt: NOW.toISOString(),
    createdAt: NOW.toISOString(),
    updatedAt: NOW.toISOString(),
  });
  const make = (orderId: string, rowVersion: number) =>
    runBatch(
      db,
      fulfillmentBatch(
        db,
        [{ row: newRow({ orderId, externalId: null, madeBy: "fulfillment" }), orderVersion: rowVersion }],
        NOW,
      ),
    );

  test("is made once, however often and from wherever it is asked for", async () => {
    await db.insert(orders).values(shipped("order-1"));
    await Promise.all([make("order-1", 0), make("order-1", 0), make("order-1", 0)]);
    await make("order-1", 1);
    expect(await listOfOrder(db, "order-1")).toHaveLength(1);
    expect((await findOrder(db, "order-1"))?.isInvoiced).toBe(true);
  });

  test("is not made of an order that changed meanwhile, or was cancelled", async () => {
    await db.insert(orders).values([
      { ...shipped("order-2"), rowVersion: 3 },
      { ...shipped("order-3"), status: "cancelled" },
    ]);
    await make("order-2", 2);
    await make("order-3", 0);
    expect([...(await listOfOrder(db, "order-2")), ...(await listOfOrder(db, "order-3"))]).toEqual([]);
  });
});
