/**
 * A poisoned invoice never takes its batch along (docs/architecture.md, section 4): whatever in its row can't be read,
 * the other 29 are sent at the first delivery of their messages, and the one stays where a person sees it.
 */
import { createExecutionContext, createMessageBatch, getQueueResult } from "cloudflare:test";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { gateOf } from "../../src/connections/gate.ts";
import { links } from "../../src/mapping/schema.ts";
import { runBatch } from "../../src/platform/db.ts";
import { consumePushes } from "../../src/pushes/queue/consumer.ts";
import { readError } from "../../src/failures/push-error.ts";
import { db, emptyTables, makeConnection, makeInstance, makeInvoice, queued, testEnv } from "../api/fixture.ts";
import { type InvoiceRow, type NewInvoiceRow, selectInvoices } from "../../src/invoicing/invoice-row.ts";
import { pushes } from "../../src/pushes/schema.ts";

const OTHERS = 29;
/** What is thrown before anything was sent is tried again so often. */
const LAST_RETRY = 5;
const LONG_AGO = "2026-11-20T10:00:00.000Z";
/** The others' turns come 125 ms apart. */
const ALL_SENT_LIMIT_MS = 15_000;

type Damage = Partial<NewInvoiceRow>;

const FROZEN = JSON.stringify({ DocNumber: "P-0", CustomerRef: { value: "1" }, Line: [] });
const UNANSWERED = { state: "unknown", dueAt: LONG_AGO, sentAt: LONG_AGO, unansweredCount: 1, error: null } as const;
const IN_QUICKBOOKS = { qboId: "9", qboSyncToken: "0" };

/** Whatever a later step reads, unreadable; with what becomes of the row. */
const DAMAGES: Record<string, { damage: Damage; staysAs: string }> = {
  "unanswered, its frozen bytes no JSON": { damage: { ...UNANSWERED, frozenPayload: "{" }, staysAs: "unknown" },
  "unanswered, its frozen bytes of something else": {
    damage: { ...UNANSWERED, frozenPayload: "{}" },
    staysAs: "unknown",
  },
  "an unanswered update without frozen bytes": {
    damage: { ...UNANSWERED, ...IN_QUICKBOOKS, operation: "update", frozenPayload: null },
    staysAs: "unknown",
  },
  "unanswered, its error unreadable": { damage: { ...UNANSWERED, error: "{" }, staysAs: "unknown" },
  "a void claimed in vain five times, its warnings unreadable": {
    damage: { ...IN_QUICKBOOKS, operation: "void", openClaims: 5, warnings: "{" },
    staysAs: "queued",
  },
};

/** Numbers that QuickBooks was given, in order. */
let created: string[];

beforeEach(async () => {
  await emptyTables();
  await db.delete(links);
  created = [];
  vi.stubGlobal("fetch", (input: RequestInfo | URL, init?: RequestInit) => quickBooks(new Request(input, init)));
});
afterEach(() => vi.unstubAllGlobals());

describe("a batch of 30 with one that is poisoned", () => {
  it("unreadable content: 29 sent at the first delivery, the one failed with a reference", async () => {
    const { ids, poisoned } = await makeBatch({ state: "queued", body: "{", retryCount: 40, crashCount: LAST_RETRY });
    const { retried } = await deliverOnce(ids);
    expect(retried).toEqual([]);
    // Where the machine is slow, the gate gives some of the thirty a later start, the poisoned one perhaps.
    await untilOthersAreSent(poisoned, (row) => row.state !== "queued");
    const row = await rowOf(poisoned);
    expect(row).toMatchObject({ state: "failed", attemptCount: 1 });
    const error = readError(row.error);
    expect(error).toMatchObject({ category: "internal", title: "Internal error", retryable: false });
    expect(error?.message).toMatch(/^Bookbridge failed while working on invoice P-0\. Reference [0-9a-f]{12}\.$/);
    expect(created).toHaveLength(OTHERS);
  });

  it("what is thrown before the send is a deferral for some tries: mostly it is storage, and it passes", async () => {
    const { ids, poisoned } = await makeBatch({ state: "queued", body: "{", retryCount: 40 }, 5);
    await deliverOnce(ids);
    await untilOthersAreSent(poisoned);
    const row = await rowOf(poisoned);
    expect(row).toMatchObject({ state: "queued", crashCount: 1 });
    expect(readError(row.error)).toMatchObject({ category: "internal", retryable: true });
  });

  it.each(Object.entries(DAMAGES))(
    "%s: the others are sent, the one is not sent blindly and not lost",
    async (_, { damage, staysAs }) => {
      const { ids, poisoned } = await makeBatch({ frozenPayload: FROZEN, ...damage }, 5);
      const { retried } = await deliverOnce(ids);
      expect(retried).toEqual([]);
      await untilOthersAreSent(poisoned);
      expect((await rowOf(poisoned)).state).toBe(staysAs);
      expect(created).not.toContain("P-0");
    },
  );
});

/** Invoices of one company that is known well: the first of them is damaged. */
async function makeBatch(damage: Damage, others = OTHERS): Promise<{ ids: string[]; poisoned: string }> {
  const connectionId = await makeConnection();
  const instanceId = await makeInstance({ connectionId, autoInvoice: true });
  await gateOf(testEnv, connectionId).install(connectionId, {
    accessToken: "access",
    refreshToken: "refresh",
    accessExpiresAt: new Date(Date.now() + 3_600_000).toISOString(),
    refreshExpiresAt: new Date(Date.now() + 8_726_400_000).toISOString(),
    refreshHardExpiresAt: null,
  });
  const known = { connectionId, warnings: "[]", updatedAt: LONG_AGO };
  await runBatch(db, [
    db.insert(links).values({
      ...known,
      kind: "customer",
      key: `buyer:${instanceId}:name:corner café`,
      qboId: "1",
      name: "Corner Café",
    }),
    db.insert(links).values({ ...known, kind: "item", key: "sku:a-1", qboId: "2", name: "A-1" }),
  ]);
  const waiting = { connectionId, state: "queued", dueAt: LONG_AGO, requestedAt: LONG_AGO } as const;
  const poisoned = await makeInvoice(instanceId, "P-0", { ...waiting, ...damage });
  const ids = [poisoned];
  for (let i = 1; i <= others; i += 1) ids.push(await makeInvoice(instanceId, `P-${i}`, waiting));
  return { ids, poisoned };
}

/** One delivery of the 30 messages, and one that says that the company has something due. */
async function deliverOnce(ids: readonly string[]): Promise<{ retried: string[] }> {
  const [row] = await db.select({ connectionId: pushes.connectionId }).from(pushes).limit(1);
  const bodies = [
    { kind: "due", connectionId: row?.connectionId },
    ...ids.map((invoiceId) => ({ kind: "invoice", invoiceId })),
  ];
  return consume(bodies);
}

/** Has the queue's later messages worked off (each company's alarm rings them) until all but the one are sent. */
async function untilOthersAreSent(
  poisoned: string,
  isHandled: (row: InvoiceRow) => boolean = () => true,
): Promise<void> {
  const until = Date.now() + ALL_SENT_LIMIT_MS;
  for (;;) {
    const rows = (await selectInvoices(db)).filter((row) => row.id !== poisoned);
    if (rows.every((row) => row.state === "sent") && isHandled(await rowOf(poisoned))) return;
    if (Date.now() > until) throw new Error(JSON.stringify(rows.map((row) => [row.number, row.state, row.error])));
    await new Promise((resolve) => setTimeout(resolve, 250));
    const { retried } = await consume([{ kind: "due", connectionId: rows[0]?.connectionId }]);
    expect(retried).toEqual([]);
  }
}

async function consume(bodies: readonly unknown[]): Promise<{ retried: string[] }> {
  const messages = bodies.map((body, index) => ({ id: String(index), timestamp: new Date(), attempts: 1, body }));
  const batch = createMessageBatch("invoice-push", messages);
  const context = createExecutionContext();
  await consumePushes(batch, testEnv);
  queued.length = 0;
  const result = await getQueueResult(batch, context);
  return { retried: result.retryMessages.map((message) => message.msgId) };
}

async function rowOf(id: string): Promise<InvoiceRow> {
  const row = (await selectInvoices(db)).find((one) => one.id === id);
  if (!row) throw new Error(`No invoice ${id}`);
  return row;
}

/** QuickBooks as far as these invoices need it: it takes every invoice and finds none. */
async function quickBooks(request: Request): Promise<Response> {
  const url = new URL(request.url);
  if (request.method === "POST" && url.pathname.endsWith("/invoice")) {
    const invoice = await request.json<{ DocNumber: string; PrivateNote: string }>();
    created.push(invoice.DocNumber);
    const made = { ...invoice, Id: String(100 + created.length), SyncToken: "0", TotalAmt: 25, Balance: 25 };
    return Response.json({ Invoice: made });
  }
  if (url.pathname.endsWith("/query")) return Response.json({ QueryResponse: {} });
  return Response.json(
    { Fault: { Error: [{ code: "610", Message: "Object Not Found", Detail: "" }], type: "ValidationFault" } },
    { status: 400 },
  );
}
