import { beforeEach, expect, it } from "vitest";
import { readStatus } from "../../src/actions/status-report.ts";
import { readUnsent } from "../../src/invoices/unsent-invoices.ts";
import { listActivity } from "../../src/people/activity.ts";
import { type Db, openDb } from "../../src/platform/db.ts";
import { emptyTables, makeConnection, makeInstance, makeInvoice, now, testEnv } from "../api/fixture.ts";

interface Asked {
  sql: string;
  params: unknown[];
}

/** A database that notes every statement. */
function watched(asked: Asked[]): Db {
  const watch = (sql: string): D1PreparedStatement => {
    const statement = testEnv.DB.prepare(sql);
    const entry: Asked = { sql, params: [] };
    asked.push(entry);
    const bind = statement.bind.bind(statement);
    statement.bind = (...params: unknown[]) => {
      entry.params = params;
      return bind(...params);
    };
    return statement;
  };
  return openDb(Object.assign(Object.create(testEnv.DB) as D1Database, { prepare: watch }));
}

async function plansOf(read: (db: Db) => Promise<unknown>): Promise<string[]> {
  const asked: Asked[] = [];
  await read(watched(asked));
  const plans = await Promise.all(
    asked.map(({ sql, params }) =>
      testEnv.DB.prepare(`EXPLAIN QUERY PLAN ${sql}`)
        .bind(...params)
        .all<{ detail: string }>(),
    ),
  );
  return plans.flatMap((plan) => plan.results.map((row) => row.detail));
}

beforeEach(async () => {
  await emptyTables();
  const connectionId = await makeConnection();
  const instanceId = await makeInstance({ connectionId });
  for (const state of ["queued", "held", "failed", "sent", "not_sent"] as const)
    await makeInvoice(instanceId, state, { connectionId, state });
  await testEnv.DB.exec("ANALYZE");
});

it("the status reads no table of invoices or deliveries from end to end", async () => {
  const plans = await plansOf((client) => readStatus(testEnv, client, now));
  expect(plans.length).toBeGreaterThan(6);
  expect(
    plans.filter((detail) => /SCAN (pushes|invoices|order_events)(?! USING (COVERING )?INDEX)/.test(detail)),
  ).toEqual([]);
});

it("what waits is found by its status", async () => {
  const plans = await plansOf((client) => readUnsent(client, { id: "c1", inventoryStartDate: "2026-01-01" }));
  expect(plans.join()).toMatch(/SEARCH pushes USING INDEX pushes_by_status/);
});

it("activity comes in the order of its index", async () => {
  const plans = await plansOf((client) =>
    listActivity(client, { limit: 50, after: JSON.stringify([now.toISOString(), "x"]) }),
  );
  expect(plans.join()).toContain("activity_by_time");
  expect(plans.join()).not.toContain("TEMP B-TREE");
  const about = await plansOf((client) => listActivity(client, { limit: 50, subject: { kind: "instance", id: "x" } }));
  expect(about.join()).toContain("activity_by_subject");
});
