/**
 * How SQLite finds what a push asks for. The table of invoices grows for ever, so no question of the consumer, the switches
 * or the cron may read it, or all invoices of one instance: only what is under way, through the partial indexes.
 */
import { env } from "cloudflare:workers";
import { eq } from "drizzle-orm";
import { beforeAll, describe, expect, test } from "vitest";
import { readSnapshot } from "../../src/inbox/snapshot.ts";
import { refreshIsInvoiced } from "../../src/orders/store.ts";
import { type Db, openDb, runBatch } from "../../src/platform/db.ts";
import { fulfillmentBatch } from "../../src/invoicing/fulfillment-batch.ts";
import { holdOrResume } from "../../src/pushes/hold-or-resume.ts";
import {
  nextEventDueAt,
  openCreatesSince,
  postponeDueEvents,
  releaseParkedEvents,
  takeDueEvents,
} from "../../src/pushes/events/intuit-events.ts";
import { movePushes } from "../../src/pushes/move-pushes.ts";
import {
  listById,
  listCompaniesOf,
  listDue,
  listExhausted,
  listInterrupted,
  nextDueAt,
  postpone,
  requeueExpired,
} from "../../src/pushes/due.ts";
import { claimRow } from "../../src/pushes/lease.ts";
import { sweep } from "../../src/pushes/queue/sweep.ts";
import { makeConnection, makeInstance, testEnv } from "../api/fixture.ts";
import { content, newRow, NOW, storing } from "../invoices/example-invoice.ts";
import { plansOf } from "../orders/query-plans.ts";
import { selectInvoices } from "../../src/invoicing/invoice-row.ts";
import { pushes } from "../../src/pushes/schema.ts";

const db = openDb(env.DB);
const LOST = { state: "reconnect_needed" } as const;
/** Far more are sent than wait, as in a company that has used Bookbridge for years. */
const ROWS = 200;
const WAITING = ["queued", "held", "unknown", "sending"] as const;

async function makeCompany(
  changes: Parameters<typeof makeConnection>[0] = {},
): Promise<{ connectionId: string; instanceId: string }> {
  const connectionId = await makeConnection(changes);
  const instanceId = await makeInstance({ connectionId });
  const rows = Array.from({ length: ROWS }, (_, i) => {
    const state = WAITING[i] ?? "sent";
    const dueAt = state === "sent" || state === "held" ? null : NOW.toISOString();
    return newRow({ instanceId, connectionId, state, dueAt }, content({}, { number: `N-${i}` }));
  });
  await runBatch(db, storing(db, ...rows));
  return { connectionId, instanceId };
}

const company = await makeCompany();
const lost = await makeCompany(LOST);

const questions: Record<string, (client: Db) => Promise<unknown>> = {
  "what is queued and due": (client) =>
    listDue(client, { connectionId: company.connectionId, state: "queued" }, NOW, 40),
  "what is to be looked up": (client) =>
    listDue(client, { connectionId: company.connectionId, state: "unknown" }, NOW, 80),
  "when the next is due": (client) => nextDueAt(client, company.connectionId),
  "whose company a message is for": (client) => listCompaniesOf(client, ["an ID", "another"]),
  "what a message names": (client) => listById(client, ["an ID", "another"]),
  "leases that ran out before anything went out": (client) => requeueExpired(client, company.connectionId, NOW),
  "leases that ran out on the way": (client) => listInterrupted(client, company.connectionId, NOW),
  "what was claimed too often": (client) => listExhausted(client, company.connectionId),
  "since when creates are open": (client) => openCreatesSince(client, company.connectionId),
  "putting off": (client) =>
    postpone(client, [{ document: { kind: "invoice", id: "an ID" }, at: NOW.toISOString() }], NOW),
  "letting go on what was held for a company": (client) =>
    holdOrResume(testEnv, client, { connectionId: company.connectionId }, NOW),
  "holding for a company": (client) => holdOrResume(testEnv, client, { connectionId: lost.connectionId }, NOW),
  "letting go on what was held for an instance": (client) =>
    holdOrResume(testEnv, client, { instanceId: company.instanceId }, NOW),
  "holding for an instance": (client) => holdOrResume(testEnv, client, { instanceId: lost.instanceId }, NOW),
  "the cron": (client) => sweep({ ...testEnv, DB: client.$client }, NOW),
};

/** The table of events grows for months; what is done is never to be read. */
const eventQuestions: Record<string, (client: Db) => Promise<unknown>> = {
  "taking what is due": (client) => takeDueEvents(client, "a realm", 50, NOW),
  "putting off what is due": (client) => postponeDueEvents(client, "a realm", NOW.getTime(), NOW),
  "letting go on what was parked": (client) =>
    releaseParkedEvents(client, { id: company.connectionId, realmId: "a realm" }, NOW),
  "when the next is due": (client) => nextEventDueAt(client, "a realm"),
  "the cron": (client) => sweep({ ...testEnv, DB: client.$client }, NOW),
};
const READS_DONE_EVENTS =
  /\b(SCAN|SEARCH) intuit_events\b(?! USING (COVERING )?INDEX (intuit_events_due|sqlite_autoindex_intuit_events_1)\b)/;

/** A plan that goes by anything but an ID or an index of what is under way, held or exhausted grows with the history. */
const GROWS =
  /\b(SCAN|SEARCH) (pushes|invoices)\b(?! USING (COVERING )?INDEX (pushes_due|pushes_held|pushes_exhausted|sqlite_autoindex_(pushes|invoices)_1)\b)/;

describe.each(["without", "with"])("%s statistics", (statistics) => {
  beforeAll(async () => {
    if (statistics === "with") await env.DB.exec("ANALYZE");
  });

  test.each(Object.entries(questions))("%s: found without reading the invoices that rest", async (_, ask) => {
    const plans = await plansOf(ask);
    expect(plans.some((detail) => detail.includes(" pushes "))).toBe(true);
    expect(plans.filter((detail) => GROWS.test(detail))).toEqual([]);
  });

  test.each(Object.entries(eventQuestions))("events, %s: found without reading those that are done", async (_, ask) => {
    const plans = await plansOf(ask);
    expect(plans.some((detail) => detail.includes(" intuit_events "))).toBe(true);
    expect(plans.filter((detail) => READS_DONE_EVENTS.test(detail))).toEqual([]);
  });

  test("moving an instance's invoices to another company leaves out those that are sent", async () => {
    const plans = await plansOf((client) =>
      movePushes(env, client, { instanceId: company.instanceId, connectionId: lost.connectionId }, NOW),
    );
    expect(plans).toEqual(["SEARCH pushes USING INDEX pushes_by_instance_status (instance_id=? AND push_status=?)"]);
  });
});

const [dueRow = null] = await listDue(db, { connectionId: company.connectionId, state: "queued" }, NOW, 1);
if (!dueRow) throw new Error("Nothing is due");

/** What is asked of an order's invoices, in the inbox and on Fulfillment. */
const ofOrders: Record<string, (client: Db) => Promise<unknown>> = {
  "what is known when an order is told": (client) =>
    readSnapshot(
      client,
      { instanceId: company.instanceId, webhookId: "a webhook" },
      {
        type: "order.cancelled",
        orderId: "o-1",
        at: NOW.toISOString(),
      },
      NOW,
    ),
  "what is known when a void is told": (client) =>
    readSnapshot(
      client,
      { instanceId: company.instanceId, webhookId: "a webhook" },
      {
        type: "invoice.voided",
        invoiceId: "i-1",
        at: NOW.toISOString(),
      },
      NOW,
    ),
  "whether it has an invoice": (client) => runBatch(client, [refreshIsInvoiced(client, "an order")]),
  "making invoices": (client) =>
    runBatch(client, fulfillmentBatch(client, [{ row: newRow({ orderId: "an order" }), orderVersion: 0 }], NOW)),
  claiming: (client) => claimRow(client, dueRow, NOW, NOW),
};

describe.each(["without", "with"])("%s statistics, of an order", (statistics) => {
  beforeAll(async () => {
    if (statistics === "with") await env.DB.exec("ANALYZE");
  });

  test.each(Object.entries(ofOrders))("%s: found by the order or the ID", async (_, ask) => {
    const plans = await plansOf(ask);
    expect(plans.some((detail) => detail.includes(" pushes "))).toBe(true);
    const all = /SCAN (pushes|invoices|known|document)\b/;
    expect(plans.filter((detail) => all.test(detail))).toEqual([]);
  });
});

test("the watch finds a question that reads everything", async () => {
  const plans = await plansOf((client) => selectInvoices(client).where(eq(pushes.state, "queued")));
  expect(plans.filter((detail) => GROWS.test(detail))).not.toEqual([]);
});
