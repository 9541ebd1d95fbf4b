import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { evaluateAlerts } from "../../src/notifications/evaluate-alerts.ts";
import { ALERT_KINDS, ALERTS_ENDPOINT } from "../../src/notifications/event.ts";
import { freshFailures } from "../../src/notifications/schema.ts";
import {
  claim,
  forgetOldNotifications,
  listDue,
  listNotifications,
  listReadyEndpoints,
  nextDueAt,
} from "../../src/notifications/store.ts";
import { type Db, runBatch } from "../../src/platform/db.ts";
import { connections } from "../../src/connections/schema.ts";
import { db, makeConnection, makeInstance, makeInvoice, now, ORIGIN } from "../api/fixture.ts";
import { plansOf } from "../orders/query-plans.ts";
import { emptyAll, listenAt } from "./fixture.ts";

/** These hold a handful of rows: a receiver, a connection, an alert each. */
const SMALL =
  /^SCAN (?:e|connections|alerts|f|fresh_failures|json_each|CONSTANT ROW|open|wrong|order_events USING (?:COVERING )?INDEX order_events_unsettled|\(subquery-\d+\))\b/;

beforeEach(emptyAll);
afterEach(() => vi.restoreAllMocks());

const scansOf = async (run: (client: Db) => Promise<unknown>) =>
  (await plansOf(run)).filter((detail) => detail.startsWith("SCAN") && !SMALL.test(detail));

it("nothing that the cron asks every minute reads a whole table of invoices or notifications", async () => {
  const connectionId = await makeConnection();
  const instanceId = await makeInstance({ connectionId });
  await listenAt(ALERTS_ENDPOINT, ALERT_KINDS);
  const error = JSON.stringify({ category: "validation", title: "T", code: null });
  const invoiceId = await makeInvoice(instanceId, "N-1", { connectionId, state: "failed", error });
  await makeInvoice(instanceId, "N-2", { connectionId, state: "held", requestedAt: now.toISOString() });
  await db.insert(freshFailures).values({ invoiceId, at: now.toISOString() });
  await db.run(`INSERT INTO order_events (id, instance_id, webhook_id, received_at, outcome, http_status, body)
    VALUES ('r-1', '${instanceId}', 'r-1', '2026-11-20', 'rejected', 422, '')`);
  await db.update(connections).set({ state: "reconnect_needed" });
  const later = new Date(now.getTime() + 16 * 60_000);
  expect(await scansOf((client) => evaluateAlerts(client, ORIGIN, later))).toEqual([]);
  await db.update(connections).set({ state: "connected" });
  expect(await scansOf((client) => evaluateAlerts(client, ORIGIN, later))).toEqual([]);
  const reads: ((client: Db) => Promise<unknown>)[] = [
    (client) => listReadyEndpoints(client, now, 3),
    (client) => nextDueAt(client),
    (client) => listDue(client, ALERTS_ENDPOINT, now, 2),
    (client) => claim(client, "x", now),
    (client) => listNotifications(client, ALERTS_ENDPOINT, 30),
    (client) => runBatch(client, [forgetOldNotifications(client, now)]),
  ];
  for (const read of reads) {
    expect(await scansOf(read)).toEqual([]);
  }
});
