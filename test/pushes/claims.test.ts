/**
 * Claim, lease and fence, freeze and settle on real D1 (docs/architecture.md, section 3, rule 2): who lost the lease
 * writes nothing, and what changed under a push is never sent as it was.
 */
import { eq } from "drizzle-orm";
import { expect, test } from "vitest";
import { changeInvoice } from "../../src/invoicing/invoice-writes.ts";
import { runBatch } from "../../src/platform/db.ts";
import { instances } from "../../src/instances/schema.ts";
import type { InvoiceRow } from "../../src/invoicing/invoice-row.ts";
import type { DocumentRow } from "../../src/pushes/document-row.ts";
import type { Report } from "../../src/pushes/outcome/report.ts";
import { listAttempts } from "../../src/pushes/attempts.ts";
import { listExhausted, listInterrupted, requeueExpired } from "../../src/pushes/due.ts";
import { claimRow, freezeRow, refreezeRow, renewLease } from "../../src/pushes/lease.ts";
import { settleRow } from "../../src/pushes/settle-row.ts";
import type { World } from "../simulation/world.ts";
import { change, errorOf, home, inBooks, makeInvoice, onlyRow, rowOf } from "./world-fixture.ts";
import { inWorld } from "./world-in-workerd.ts";

const LEASE_MS = 180_000;

const now = (): Date => new Date();
const later = (ms: number): Date => new Date(Date.now() + ms);

/** A queued invoice that is due. */
async function queued(world: World, patch: Partial<InvoiceRow> = {}): Promise<InvoiceRow> {
  return makeInvoice(world, { state: "queued", dueAt: now().toISOString(), connectionId: home(world), ...patch });
}

async function claimed(world: World, patch: Partial<InvoiceRow> = {}): Promise<DocumentRow> {
  return claimOf(world, await queued(world, patch), now());
}

/** The row as claimed. */
async function claimOf(world: World, row: DocumentRow, dueBefore: Date): Promise<DocumentRow> {
  const claim = await claimRow(world.db, row, dueBefore, now());
  if (!claim) throw new Error("Not claimed");
  return claim.row;
}

const payload = (world: World, revision = 1) => ({ payload: "{}", warnings: [], revision, connectionId: home(world) });

function accepted(id = "145"): Report {
  const document = {
    id,
    syncToken: "0",
    docNumber: "INV-i-1",
    txnDate: null,
    customer: null,
    currency: "USD",
    totalAmount: "24.68",
    totalTax: "0",
    balance: "24.68",
    privateNote: null,
    createdAt: null,
    lastUpdatedAt: null,
    paymentIds: [],
    foreignCharacters: "",
    billingAddress: null,
    shippingAddress: null,
  };
  return {
    outcome: { kind: "accepted", document },
    recordAs: "accepted",
    startedAt: now(),
    httpStatus: 200,
    intuitTid: "tid",
    requestId: "r",
    error: null,
  };
}

test("a claim of what changed since it was read is a claim of what it says now", () =>
  inWorld(async (world) => {
    const read = await queued(world);
    const { content, moved } = changeInvoice(world.db, read, { totalMinor: 4711 }, { now: now() });
    await runBatch(world.db, [...content, moved]);
    const claim = await claimRow(world.db, read, now(), now());
    expect(claim?.row).toMatchObject({ totalMinor: 4711, state: "sending", fence: read.fence + 1 });
    expect(claim?.row).toEqual(await rowOf(world, read.id));
  }));

const following = async () => ({ isAutoPushEffective: true, now: now(), timeZone: "UTC" });

test("of two workers one gets the claim, for as long as its lease", () =>
  inWorld(async (world) => {
    const row = await queued(world);
    const claims = await Promise.all([claimRow(world.db, row, now(), now()), claimRow(world.db, row, now(), now())]);
    const [won] = claims.filter((one) => one !== null);
    expect(claims.filter((one) => one !== null)).toHaveLength(1);
    expect(won?.row).toMatchObject({
      state: "sending",
      fence: row.fence + 1,
      openClaims: 1,
      dueAt: later(LEASE_MS).toISOString(),
    });
    expect(await claimRow(world.db, row, later(3_600_000), now())).toBeNull();
  }));

test("what is not due yet is not claimed, nor what was claimed five times without any outcome", () =>
  inWorld(async (world) => {
    const row = await queued(world, { dueAt: later(1_000).toISOString() });
    expect(await claimRow(world.db, row, now(), now())).toBeNull();
    await change(world, row.id, { openClaims: 5 });
    expect(await claimRow(world.db, row, later(2_000), now())).toBeNull();
    expect((await listExhausted(world.db, home(world))).map(({ id }) => id)).toEqual([row.id]);
  }));

test("a worker that lost its lease can renew, freeze, freeze again and settle nothing", () =>
  inWorld(async (world) => {
    const lost = await claimed(world);
    await change(world, lost.id, { state: "queued", dueAt: now().toISOString() });
    const holder = (await claimRow(world.db, lost, now(), now()))?.row;
    const before = await rowOf(world, lost.id);
    expect(await renewLease(world.db, lost, now())).toBe(false);
    expect(await freezeRow(world.db, lost, payload(world), now())).toBeNull();
    expect(await refreezeRow(world.db, lost, now())).toBeNull();
    expect(await settleRow(world.db, lost, accepted(), following)).toBeNull();
    expect(await rowOf(world, lost.id)).toEqual(before);
    expect(await listAttempts(world.db, lost.id)).toEqual([]);
    expect(holder?.fence).toBe(lost.fence + 1);
  }));

test("the holder renews its lease and freezes what is still wanted", () =>
  inWorld(async (world) => {
    const row = await claimed(world);
    await world.advance(60_000);
    expect(await renewLease(world.db, row, now())).toBe(true);
    expect((await rowOf(world, row.id)).dueAt).toBe(later(LEASE_MS).toISOString());
    const frozen = await freezeRow(world.db, row, payload(world, 2), now());
    expect(frozen).toMatchObject({
      frozenPayload: "{}",
      frozenContentVersion: row.contentVersion,
      frozenTotalMinor: row.totalMinor,
      revision: 2,
      sentAt: now().toISOString(),
      state: "sending",
    });
  }));

test("nothing is frozen once the content changed, the invoice is to be voided, or its instance goes elsewhere", () =>
  inWorld(async (world) => {
    const row = await claimed(world);
    await change(world, row.id, { contentVersion: row.contentVersion + 1 });
    expect(await freezeRow(world.db, row, payload(world), now())).toBeNull();
    await change(world, row.id, { contentVersion: row.contentVersion, voidRequestedAt: now().toISOString() });
    expect(await freezeRow(world.db, row, payload(world), now())).toBeNull();
    await change(world, row.id, { voidRequestedAt: null });
    await world.db.update(instances).set({ connectionId: world.connectionIds[1] ?? null });
    expect(await freezeRow(world.db, row, payload(world), now())).toBeNull();
    // An update and a void go where the invoice was sent, whatever its instance does now.
    const update = await change(world, row.id, { operation: "update" });
    expect(await freezeRow(world.db, update, payload(world), now())).not.toBeNull();
    expect((await rowOf(world, row.id)).sentAt).not.toBeNull();
  }));

test("a void is frozen also where it was asked for just now", () =>
  inWorld(async (world) => {
    const row = await claimed(world, {
      operation: "void",
      qboId: "1",
      qboSyncToken: "0",
      voidRequestedAt: now().toISOString(),
    });
    expect(await freezeRow(world.db, row, payload(world), now())).not.toBeNull();
  }));

test("an outcome is written with its attempt, once, against the row as it is by then", () =>
  inWorld(async (world) => {
    const row = await claimed(world);
    await freezeRow(world.db, row, payload(world), now());
    // The order system changes the invoice while it is out.
    await change(world, row.id, { contentVersion: row.contentVersion + 1, rowVersion: row.rowVersion + 5 });
    const settled = await settleRow(world.db, row, accepted(), following);
    expect(settled).toMatchObject({
      operation: "update",
      state: "queued",
      qboId: "145",
      attemptCount: 1,
      openClaims: 0,
      sentAt: null,
    });
    expect(await settleRow(world.db, row, accepted(), following)).toBeNull();
    expect(await listAttempts(world.db, row.id)).toMatchObject([
      { number: 1, outcome: "accepted", operation: "create", httpStatus: 200, intuitTid: "tid" },
    ]);
  }));

test("two that settle the same claim at once write one attempt", () =>
  inWorld(async (world) => {
    const row = await claimed(world);
    await freezeRow(world.db, row, payload(world), now());
    const settled = await Promise.all([
      settleRow(world.db, row, accepted(), following),
      settleRow(world.db, row, accepted(), following),
    ]);
    expect(settled.filter((one) => one !== null)).toHaveLength(1);
    expect(await listAttempts(world.db, row.id)).toHaveLength(1);
  }));

test("an outcome is not lost to somebody who changes the invoice between reading and writing it", () =>
  inWorld(async (world) => {
    const row = await claimed(world);
    const frozen = await freezeRow(world.db, row, payload(world), now());
    if (!frozen) throw new Error("Not frozen");
    let reads = 0;
    const settled = await settleRow(world.db, row, accepted(), async (current) => {
      reads += 1;
      if (reads === 1)
        await change(world, row.id, { contentVersion: current.contentVersion + 1, rowVersion: current.rowVersion + 1 });
      return following();
    });
    expect(reads).toBe(2);
    expect(settled).toMatchObject({ operation: "update", state: "queued", qboId: "145", attemptCount: 1 });
    expect(await listAttempts(world.db, row.id)).toHaveLength(1);
  }));

test("a lease that ran out before anything was sent goes back to the queue, one that ran out later does not", () =>
  inWorld(async (world) => {
    const row = await claimed(world);
    expect(await requeueExpired(world.db, home(world), later(LEASE_MS - 1))).toBe(0);
    expect(await requeueExpired(world.db, home(world), later(LEASE_MS))).toBe(1);
    expect(await rowOf(world, row.id)).toMatchObject({ state: "queued", openClaims: 1 });
    const again = await claimOf(world, row, later(LEASE_MS));
    await freezeRow(world.db, again, payload(world), now());
    expect(await requeueExpired(world.db, home(world), later(LEASE_MS))).toBe(0);
    expect(await listInterrupted(world.db, home(world), later(LEASE_MS - 1))).toEqual([]);
    expect((await listInterrupted(world.db, home(world), later(LEASE_MS))).map(({ id }) => id)).toEqual([row.id]);
  }));

test("an invoice whose worker died while it was out is looked for and found, never sent again", () =>
  inWorld(
    async (world) => {
      await world.complete(
        world.deliver(
          world.orders.newInvoice({
            buyer: 0,
            lines: [{ sku: 1, quantity: 2, cents: 1234 }],
            discountCents: 0,
            shippingCents: 0,
            taxCents: 0,
          }),
        ),
      );
      for (let i = 0; i < 100 && world.network.asked.at(-1)?.path !== "/invoice"; i += 1) await world.advance(50);
      world.kill();
      await world.advance(LEASE_MS + 40_000);
      const row = await onlyRow(world);
      expect(row).toMatchObject({ state: "sent", openClaims: 0 });
      expect(inBooks(world, row)).toHaveLength(1);
      expect((await listAttempts(world.db, row.id)).map(({ outcome }) => outcome)).toEqual(["found", "unanswered"]);
    },
    { rememberRequestIds: false },
  ));

test("an invoice that kills five workers in a row is parked with a reference, and goes on when a person sends it", () =>
  inWorld(async (world) => {
    const row = await queued(world);
    await change(world, row.id, { openClaims: 5 });
    await world.queue.binding().send({ kind: "due", connectionId: home(world) });
    await world.advance(3_000);
    const parked = await rowOf(world, row.id);
    expect(parked).toMatchObject({ state: "failed", openClaims: 0, dueAt: null });
    expect(errorOf(parked)).toMatchObject({
      category: "internal",
      message: expect.stringMatching(/gave up .* after 5 tries.*Reference [0-9a-f]{12}\./),
    });
    expect((await listAttempts(world.db, row.id)).map(({ outcome }) => outcome)).toEqual(["failed"]);
  }));

test("a worker writes nothing for an instance that is gone", () =>
  inWorld(async (world) => {
    const row = await queued(world);
    await world.db.delete(instances).where(eq(instances.id, world.instanceId));
    await world.queue.binding().send({ kind: "invoice", invoiceId: row.id });
    await world.advance(3_000);
    expect(inBooks(world, row)).toEqual([]);
    expect(world.problems.splice(0).join()).toContain("has no instance");
  }));
