/** The counts by status against a recount, after whatever is written to the pushes, by whatever statement. */
import { env } from "cloudflare:workers";
import fc from "fast-check";
import { beforeEach, expect, test } from "vitest";
import { countByStatus } from "../../src/invoicing/lists/counts.ts";
import type { DocumentState } from "../../src/documents/status.ts";
import { DOCUMENT_STATES } from "../../src/documents/status.ts";
import { type BatchItem, openDb, runBatch } from "../../src/platform/db.ts";
import { plansOf } from "../orders/query-plans.ts";
import { content, newRow, storing } from "./example-invoice.ts";

const db = openDb(env.DB);
const RUNS = 40;
const ROWS = 6;
const received = content();

beforeEach(async () => {
  await env.DB.exec("DELETE FROM pushes");
  await env.DB.exec("DELETE FROM invoices");
});

async function recount(): Promise<Record<string, number>> {
  const none = Object.fromEntries(DOCUMENT_STATES.map((state) => [state, 0]));
  const { results } = await env.DB.prepare("SELECT push_status AS status, count(*) AS n FROM pushes GROUP BY 1").all<{
    status: string;
    n: number;
  }>();
  return { ...none, ...Object.fromEntries(results.map(({ status, n }) => [status, n])) };
}

const anyState = fc.constantFrom<DocumentState>(...DOCUMENT_STATES);
const anyOperation = fc.constantFrom("create", "update", "void");
const anyInstance = fc.constantFrom("one", "two");
const anyRow = fc.nat(ROWS - 1).map((place) => `row-${place}`);
const insertion =
  "INSERT INTO pushes (kind, document_id, instance_id, document_date, operation, state, created_at, updated_at) SELECT 'invoice', ?1, ?2, '2026-11-20', ?3, ?4, '', ''";

/** Statements of every kind that the app uses, and some that it does not. */
const write = fc.oneof(
  fc.tuple(anyRow, anyInstance, anyOperation, anyState).map(([id, ...rest]) => ({
    sql: `${insertion} WHERE NOT EXISTS (SELECT 1 FROM pushes WHERE document_id = ?1)`,
    params: [id, ...rest],
  })),
  fc
    .tuple(anyRow, anyInstance, anyOperation, anyState)
    .map((params) => ({ sql: `${insertion} WHERE true ON CONFLICT DO NOTHING`, params })),
  fc.tuple(anyRow, anyInstance, anyOperation, anyState).map((params) => ({
    sql: `${insertion} WHERE true ON CONFLICT (document_id, kind) DO UPDATE SET state = excluded.state, instance_id = excluded.instance_id`,
    params,
  })),
  fc.tuple(anyRow, anyState, anyOperation).map(([id, state, operation]) => ({
    sql: "UPDATE pushes SET state = ?, operation = ? WHERE document_id = ?",
    params: [state, operation, id],
  })),
  fc.tuple(anyState, anyState).map(([to, from]) => ({
    sql: "UPDATE pushes SET state = ? WHERE state = ? RETURNING document_id",
    params: [to, from],
  })),
  fc
    .tuple(anyInstance, anyRow)
    .map((params) => ({ sql: "UPDATE OR IGNORE pushes SET instance_id = ? WHERE document_id = ?", params })),
  anyRow.map((id) => ({ sql: "DELETE FROM pushes WHERE document_id = ?", params: [id] })),
);

test("the counts are those of a recount, whatever is written", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(write, { minLength: 1, maxLength: 25 }), async (writes) => {
      await env.DB.batch(writes.map(({ sql, params }) => env.DB.prepare(sql).bind(...params)));
      expect(await countByStatus(db)).toEqual(await recount());
    }),
    { numRuns: RUNS },
  );
});

test("a batch that fails leaves the counts as they were", async () => {
  const row = newRow({ state: "sent" }, received);
  await runBatch(db, storing(db, row));
  const statements: BatchItem[] = [...storing(db, newRow({ state: "sent" }, received)), ...storing(db, row)];
  await expect(runBatch(db, statements)).rejects.toThrow("UNIQUE constraint failed");
  expect((await countByStatus(db)).sent).toBe(1);
  expect(await countByStatus(db)).toEqual(await recount());
});

test("counting reads none of the invoices that rest", async () => {
  const plans = await plansOf((client) => countByStatus(client));
  expect(plans.filter((detail) => /invoices |pushes/.test(detail))).toEqual([
    "SEARCH pushes USING INDEX pushes_by_status (push_status=?)",
  ]);
});
