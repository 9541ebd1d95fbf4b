import { eq } from "drizzle-orm";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { removeInstance } from "../../src/instances/store.ts";
import { ALERTS_ENDPOINT } from "../../src/notifications/event.ts";
import { invoiceNotifications, notificationData } from "../../src/notifications/invoice-events.ts";
import { freshFailures, notifications } from "../../src/notifications/schema.ts";
import { type StoredError, publicError } from "../../src/failures/push-error.ts";
import type { Outcome } from "../../src/pushes/outcome/outcome.ts";
import { findInvoice } from "../../src/invoicing/invoice-row.ts";
import { settleRow } from "../../src/pushes/settle-row.ts";
import { db, makeConnection, makeInstance, makeInvoice, now } from "../api/fixture.ts";
import { emptyAll, listenAt } from "./fixture.ts";
import { pushes } from "../../src/pushes/schema.ts";

const ERROR: StoredError = {
  category: "validation",
  title: "Rejected by QuickBooks",
  message: "QuickBooks refused invoice N-1 of Corner Café.",
  remedy: "Mend it.",
  code: "6000",
  retryable: false,
  intuitTid: "tid-1",
  occurredAt: now.toISOString(),
  fix: { label: "Open the settings", href: "/settings" },
};
const REFUSED: Outcome = { kind: "refused", error: ERROR };
const accepted = (id: string): Outcome => ({
  kind: "accepted",
  document: {
    id,
    syncToken: "0",
    totalAmount: "25.00",
    balance: "25.00",
    lastUpdatedAt: null,
  } as unknown as Extract<Outcome, { kind: "accepted" }>["document"],
});
const ACCEPTED = accepted("145");

let instanceId = "";
let connectionId = "";

beforeEach(async () => {
  await emptyAll();
  connectionId = await makeConnection();
  instanceId = await makeInstance({ connectionId });
});
afterEach(() => vi.restoreAllMocks());

const makeSending = (number = "N-1") =>
  makeInvoice(instanceId, number, { connectionId, state: "sending", fence: 1, frozenTotalMinor: 2500 });
const allNotifications = () => db.select().from(notifications);

async function settle(id: string, outcome: Outcome) {
  const row = await findInvoice(db, id);
  if (!row) throw new Error("no row");
  const report = {
    outcome,
    recordAs: null,
    startedAt: now,
    httpStatus: null,
    intuitTid: null,
    requestId: null,
    error: null,
  };
  return settleRow(db, row, report, async () => ({ isAutoPushEffective: false, now, timeZone: "UTC" }));
}

describe("invoice events", () => {
  it("are written with the settlement: what was sent, in the API's words, without more", async () => {
    await listenAt(instanceId, ["invoice.sent", "invoice.failed"]);
    const id = await makeSending();
    await settle(id, ACCEPTED);
    const [notification, ...more] = await allNotifications();
    expect(more).toEqual([]);
    expect(notification).toMatchObject({
      endpointId: instanceId,
      type: "invoice.sent",
      state: "waiting",
      dueAt: now.toISOString(),
    });
    expect(notificationData(notification!, "https://app.qbo.example.com")).toEqual({
      id,
      external_id: "inv-N-1",
      number: "N-1",
      order_external_id: "ext-N-1",
      push_status: "sent",
      error: null,
      qbo_invoice_id: "145",
      qbo_url: "https://app.qbo.example.com/app/invoice?txnId=145",
      total: "25.00",
      currency: "USD",
      balance: "25.00",
      paid_on: null,
    });
  });

  it("report each failure with its public error, and each only once", async () => {
    await listenAt(instanceId, ["invoice.sent", "invoice.failed"]);
    const id = await makeSending();
    await settle(id, REFUSED);
    await db.update(pushes).set({ state: "sending", fence: 2 }).where(eq(pushes.documentId, id));
    await settle(id, REFUSED);
    const sent = await allNotifications();
    expect(sent.map((notification) => notification.type)).toEqual(["invoice.failed", "invoice.failed"]);
    const error = publicError(ERROR);
    expect(JSON.parse(sent[0]!.data)).toMatchObject({
      push_status: "failed",
      error,
      qbo_invoice_id: null,
    });
    expect(JSON.parse(sent[0]!.data)).not.toHaveProperty("error.fix");
  });

  it("are not written by a worker that lost its claim, nor for a settlement that people do not see", async () => {
    await listenAt(instanceId, ["invoice.sent", "invoice.failed"]);
    const id = await makeSending();
    const lost = (await findInvoice(db, id))!;
    await db.update(pushes).set({ fence: 2, rowVersion: 5 }).where(eq(pushes.documentId, id));
    const report = {
      outcome: ACCEPTED,
      recordAs: null,
      startedAt: now,
      httpStatus: null,
      intuitTid: null,
      requestId: null,
      error: null,
    };
    expect(
      await settleRow(db, lost, report, async () => ({ isAutoPushEffective: false, now, timeZone: "UTC" })),
    ).toBeNull();
    await settle(id, { kind: "later", dueAt: null, error: null });
    expect(await allNotifications()).toEqual([]);
    const updated = await makeInvoice(instanceId, "N-2", {
      connectionId,
      operation: "update",
      state: "sending",
      qboId: "9",
      frozenTotalMinor: 2500,
    });
    await settle(updated, ACCEPTED);
    const refusedUpdate = await makeInvoice(instanceId, "N-3", {
      connectionId,
      operation: "update",
      state: "sending",
      qboId: "10",
    });
    await settle(refusedUpdate, REFUSED);
    expect(await allNotifications()).toEqual([]);
  });

  it("are not written where the row changed between reading and writing, but by the try that takes hold", async () => {
    await listenAt(instanceId, ["invoice.sent"]);
    const id = await makeSending();
    let rounds = 0;
    const row = (await findInvoice(db, id))!;
    const report = {
      outcome: ACCEPTED,
      recordAs: null,
      startedAt: now,
      httpStatus: null,
      intuitTid: null,
      requestId: null,
      error: null,
    };
    await settleRow(db, row, report, async (current) => {
      rounds += 1;
      // Somebody else writes the row once, behind the back of the first round.
      if (rounds === 1)
        await db
          .update(pushes)
          .set({ rowVersion: current.rowVersion + 7 })
          .where(eq(pushes.documentId, id));
      return { isAutoPushEffective: false, now, timeZone: "UTC" };
    });
    expect(rounds).toBe(2);
    expect(await allNotifications()).toHaveLength(1);
  });

  it("say that an invoice is paid, once, also if it is found paid as it is sent", async () => {
    await listenAt(instanceId, ["invoice.sent", "invoice.paid"]);
    const id = await makeSending();
    const { document } = accepted("145") as Extract<Outcome, { kind: "accepted" }>;
    await settle(id, { kind: "accepted", document: { ...document, balance: "0.00" } });
    const sent = await allNotifications();
    expect(sent.map(({ type }) => type).toSorted()).toEqual(["invoice.paid", "invoice.sent"]);
    const paid = sent.find(({ type }) => type === "invoice.paid");
    expect(JSON.parse(paid?.data ?? "{}")).toMatchObject({ id, balance: "0.00", paid_on: "2026-11-20" });
    const row = await findInvoice(db, id);
    expect(invoiceNotifications(db, row!, { ...row!, rowVersion: row!.rowVersion + 1 }, now)).toEqual([]);
  });

  it("go only to an instance that wants them, has an address and is in use", async () => {
    await settle(await makeSending("N-1"), ACCEPTED);
    await listenAt(instanceId, ["invoice.failed"]);
    await settle(await makeSending("N-2"), accepted("147"));
    await listenAt(instanceId, ["invoice.sent"], null);
    await settle(await makeSending("N-3"), accepted("148"));
    await listenAt(instanceId, ["invoice.sent"]);
    await removeInstance(db, instanceId, now);
    await settle(await makeSending("N-4"), accepted("149"));
    expect(await allNotifications()).toEqual([]);
  });

  it("note a failure for the alerts only while alerts of failures are sent", async () => {
    await settle(await makeSending("N-1"), REFUSED);
    await listenAt(ALERTS_ENDPOINT, ["backlog.delayed"]);
    await settle(await makeSending("N-2"), REFUSED);
    expect(await db.select().from(freshFailures)).toEqual([]);
    await listenAt(ALERTS_ENDPOINT, ["invoices.failed"]);
    const id = await makeSending("N-3");
    await settle(id, REFUSED);
    expect(await db.select().from(freshFailures)).toEqual([{ invoiceId: id, at: now.toISOString() }]);
  });
});
