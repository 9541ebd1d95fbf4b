import { eq } from "drizzle-orm";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { connections } from "../../src/connections/schema.ts";
import { listAlertsOn } from "../../src/notifications/alert-store.ts";
import { evaluateAlerts } from "../../src/notifications/evaluate-alerts.ts";
import { ALERT_KINDS, ALERTS_ENDPOINT } from "../../src/notifications/event.ts";
import { freshFailures, notifications } from "../../src/notifications/schema.ts";
import { db, makeConnection, makeInstance, makeInvoice, now, ORIGIN } from "../api/fixture.ts";
import { emptyAll, HOOK, listenAt } from "./fixture.ts";
import { pushes } from "../../src/pushes/schema.ts";

const MINUTE = 60_000;

let connectionId = "";
let instanceId = "";

beforeEach(async () => {
  await emptyAll();
  connectionId = await makeConnection();
  instanceId = await makeInstance({ connectionId });
  await listenAt(ALERTS_ENDPOINT, ALERT_KINDS);
});
afterEach(() => vi.restoreAllMocks());

const at = (minutes: number) => new Date(now.getTime() + minutes * MINUTE);
const evaluate = (minutes: number) => evaluateAlerts(db, ORIGIN, at(minutes));
async function sent(): Promise<{ type: string; data: Record<string, unknown> }[]> {
  const rows = await db.select().from(notifications).orderBy(notifications.createdAt);
  return rows.map((row) => ({ type: row.type, data: JSON.parse(row.data) as Record<string, unknown> }));
}
const types = async () => (await sent()).map((notification) => notification.type);
const setState = (state: "connected" | "reconnect_needed" | "disconnected") =>
  db.update(connections).set({ state, stateChangedAt: now.toISOString() }).where(eq(connections.id, connectionId));

async function fail(number: string, minutes: number, code = "6000"): Promise<string> {
  const error = JSON.stringify({
    category: "validation",
    title: "Rejected by QuickBooks",
    message: "Corner Café",
    remedy: "Fix",
    code,
    retryable: false,
    intuit_tid: null,
    occurred_at: now.toISOString(),
    fix: null,
  });
  const id = await makeInvoice(instanceId, number, { connectionId, state: "failed", error });
  await db.insert(freshFailures).values({ invoiceId: id, at: at(minutes).toISOString() });
  return id;
}

describe("an alert of a connection", () => {
  it("is sent once when it begins and once when it is resolved, however often it is evaluated, also at the same time", async () => {
    await evaluate(0);
    expect(await sent()).toEqual([]);
    await makeInvoice(instanceId, "N-1", { connectionId, state: "held", requestedAt: now.toISOString() });
    await setState("reconnect_needed");
    await Promise.all([evaluate(1), evaluate(1), evaluate(1)]);
    await evaluate(2);
    expect(await sent()).toEqual([
      {
        type: "connection.attention",
        data: {
          connection_id: connectionId,
          company_name: "Blue Harbor Supply",
          cause: "reconnect_needed",
          since: now.toISOString(),
          waiting_invoices: 1,
          message: "QuickBooks no longer accepts Bookbridge's connection to Blue Harbor Supply. 1 invoice waits.",
          url: `${ORIGIN}/settings/quickbooks/${connectionId}`,
        },
      },
    ]);
    expect((await listAlertsOn(db)).map((alert) => alert.kind)).toEqual(["connection.attention"]);
    await setState("connected");
    await Promise.all([evaluate(3), evaluate(3)]);
    await evaluate(4);
    expect(await types()).toEqual(["connection.attention", "connection.attention.resolved"]);
    expect((await sent())[1]?.data).toMatchObject({
      cause: "reconnect_needed",
      company_name: "Blue Harbor Supply",
      began_at: at(1).toISOString(),
    });
    await setState("reconnect_needed");
    await evaluate(5);
    expect(await types()).toEqual(["connection.attention", "connection.attention.resolved", "connection.attention"]);
  });

  it("comes for a deliberate disconnect only while invoices wait", async () => {
    await setState("disconnected");
    await evaluate(1);
    expect(await sent()).toEqual([]);
    const id = await makeInvoice(instanceId, "N-1", { connectionId, state: "held", requestedAt: now.toISOString() });
    await evaluate(2);
    await db.update(pushes).set({ state: "voided" }).where(eq(pushes.documentId, id));
    await evaluate(3);
    expect(await types()).toEqual(["connection.attention", "connection.attention.resolved"]);
  });

  it("tells a lapsed subscription apart from a lost connection", async () => {
    await setState("reconnect_needed");
    await db.update(connections).set({ subscriptionLapsedAt: now.toISOString() });
    await evaluate(1);
    await setState("connected");
    await evaluate(2);
    expect((await sent()).map(({ type, data }) => `${type} ${String(data["cause"])}`).sort()).toEqual([
      "connection.attention reconnect_needed",
      "connection.attention subscription_lapsed",
      "connection.attention.resolved reconnect_needed",
    ]);
  });
});

describe("an alert of failures", () => {
  it("groups what is new by cause, holds no customer's data, and comes once in five minutes for each connection", async () => {
    await fail("N-1", 0);
    await fail("N-2", 0);
    await fail("N-3", 0, "6140");
    await Promise.all([evaluate(1), evaluate(1)]);
    expect(await sent()).toEqual([
      {
        type: "invoices.failed",
        data: {
          connection_id: connectionId,
          company_name: "Blue Harbor Supply",
          new_failures: 3,
          causes: [
            { category: "validation", title: "Rejected by QuickBooks", code: "6000", count: 2 },
            { category: "validation", title: "Rejected by QuickBooks", code: "6140", count: 1 },
          ],
          message:
            "3 invoices failed for Blue Harbor Supply: Rejected by QuickBooks, code 6000 (2), Rejected by QuickBooks, code 6140 (1).",
          url: `${ORIGIN}/invoices?status=needs_attention`,
        },
      },
    ]);
    expect(JSON.stringify(await sent())).not.toContain("Café");
    await fail("N-4", 2);
    for (const minute of [2, 3, 4, 5]) await evaluate(minute);
    expect(await types()).toEqual(["invoices.failed"]);
    await evaluate(6);
    expect((await sent())[1]).toMatchObject({ type: "invoices.failed", data: { new_failures: 1 } });
    expect(await db.select().from(freshFailures)).toEqual([]);
  });

  it("says nothing of one that was fixed before it was reported, and says when none is left", async () => {
    const fixed = await fail("N-1", 0);
    await db.update(pushes).set({ state: "sent", error: null }).where(eq(pushes.documentId, fixed));
    await evaluate(1);
    expect(await sent()).toEqual([]);
    const id = await fail("N-2", 1);
    const other = await fail("N-3", 1);
    await evaluate(2);
    await db.update(pushes).set({ state: "sent", error: null }).where(eq(pushes.documentId, id));
    await evaluate(8);
    expect(await types()).toEqual(["invoices.failed"]);
    await db.update(pushes).set({ state: "voided" }).where(eq(pushes.documentId, other));
    await Promise.all([evaluate(9), evaluate(9)]);
    await evaluate(10);
    expect(await types()).toEqual(["invoices.failed", "invoices.failed.resolved"]);
  });

  it("keeps a failure that came while the alert was written", async () => {
    const id = await fail("N-1", 0);
    await evaluate(1);
    await db.insert(freshFailures).values({ invoiceId: id, at: at(1).toISOString() });
    await evaluate(2);
    await evaluate(7);
    expect((await sent()).map(({ data }) => data["new_failures"])).toEqual([1, 1]);
  });
});

describe("an alert of a backlog", () => {
  it("comes when the oldest waiting invoice is older than 15 minutes, and is over when it is not", async () => {
    const id = await makeInvoice(instanceId, "N-1", {
      connectionId,
      state: "queued",
      requestedAt: now.toISOString(),
      dueAt: now.toISOString(),
    });
    await makeInvoice(instanceId, "N-2", { connectionId, state: "not_sent" });
    await makeInvoice(instanceId, "N-3", { connectionId, state: "failed" });
    await evaluate(15);
    expect(await types()).toEqual([]);
    await evaluate(16);
    await evaluate(17);
    expect(await sent()).toEqual([
      {
        type: "backlog.delayed",
        data: {
          waiting_invoices: 1,
          oldest_waiting_since: now.toISOString(),
          message: "1 invoice waits for QuickBooks, the oldest for 16 minutes.",
          url: `${ORIGIN}/status`,
        },
      },
    ]);
    await db.update(pushes).set({ state: "sent" }).where(eq(pushes.documentId, id));
    await evaluate(18);
    await evaluate(19);
    expect(await types()).toEqual(["backlog.delayed", "backlog.delayed.resolved"]);
  });
});

describe("the receiver of alerts", () => {
  it("hears only of the kinds that it wants, and of nothing without an address", async () => {
    await setState("reconnect_needed");
    await fail("N-1", 0);
    await listenAt(ALERTS_ENDPOINT, ["backlog.delayed"]);
    await evaluate(1);
    await listenAt(ALERTS_ENDPOINT, ALERT_KINDS, null);
    await evaluate(2);
    expect(await sent()).toEqual([]);
  });

  it("is sent what is on to a new address, and only resolves what was sent there", async () => {
    await setState("reconnect_needed");
    await evaluate(1);
    await listenAt(ALERTS_ENDPOINT, ALERT_KINDS, HOOK);
    await evaluate(2);
    expect(await types()).toEqual(["connection.attention"]);
    await listenAt(ALERTS_ENDPOINT, ALERT_KINDS, "https://elsewhere.example.com/");
    await evaluate(3);
    expect(await types()).toEqual(["connection.attention", "connection.attention"]);
    await listenAt(ALERTS_ENDPOINT, ["backlog.delayed"], "https://elsewhere.example.com/");
    await setState("connected");
    await evaluate(4);
    expect(await types()).toEqual(["connection.attention", "connection.attention"]);
  });
});

describe("an alert of deliveries", () => {
  const refuse = (id: string) =>
    db.run(`INSERT INTO order_events (id, instance_id, webhook_id, received_at, outcome, http_status, body)
      VALUES ('${id}', '${instanceId}', '${id}', '2026-11-20', 'rejected', 422, 'Corner Café')`);

  it("begins with the first refused one that is open and ends when none is left; it names no customer", async () => {
    await refuse("r-1");
    await evaluate(1);
    await refuse("r-2");
    await evaluate(2);
    expect(await sent()).toMatchObject([
      {
        type: "deliveries.refused",
        data: {
          instance_id: instanceId,
          instance_name: "Shop",
          cause: "refused",
          deliveries: 1,
          message: "Shop: 1 refused delivery is open. Its order is not invoiced unless it is corrected and sent again.",
          url: `${ORIGIN}/deliveries?outcome=unsettled&instance=${instanceId}`,
        },
      },
    ]);
    await db.run("UPDATE order_events SET settled_at = '2026-11-20', settled_as = 'set_aside'");
    await evaluate(3);
    expect(await types()).toEqual(["deliveries.refused", "deliveries.refused.resolved"]);
    expect(JSON.stringify(await sent())).not.toContain("Corner");
  });

  it("begins with a wrong signature and ends when there was none for an hour", async () => {
    await db.run(`INSERT INTO delivery_counts (instance_id, hour, wrong_signatures, last_wrong_at)
      VALUES ('${instanceId}', '2026-11-20T10', 3, '2026-11-20T10:00:00.000Z')`);
    await evaluate(1);
    expect((await sent())[0]?.data).toMatchObject({
      cause: "wrong_signature",
      message:
        "Shop: 3 deliveries with a wrong signature within an hour. Check the signing secret in the order system.",
    });
    await evaluate(119);
    expect(await types()).toHaveLength(1);
    await evaluate(121);
    expect(await types()).toEqual(["deliveries.refused", "deliveries.refused.resolved"]);
  });
});
