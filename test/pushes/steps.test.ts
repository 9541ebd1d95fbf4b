/**
 * The steps of a push, each by itself, with a document whose way into QuickBooks is a double: what each step answers with,
 * and that a permit is used or given back whatever happens. Whole pushes are in the other files of this folder.
 */
import { expect, test } from "vitest";
import { connections } from "../../src/connections/schema.ts";
import { findConnection } from "../../src/connections/store.ts";
import type { DocumentKind } from "../../src/kinds/document-kind.ts";
import { kindOf } from "../../src/kinds/kinds.ts";
import { readConfig } from "../../src/env.ts";
import { FailedWhile } from "../../src/failures/failed-while.ts";
import { LocalRefusal } from "../../src/failures/local-refusal.ts";
import { pushError } from "../../src/failures/push-error.ts";
import type { InvoiceRow } from "../../src/invoicing/invoice-row.ts";
import { type Claimed, claim } from "../../src/pushes/claim.ts";
import { freeze } from "../../src/pushes/freeze.ts";
import { judge } from "../../src/pushes/judge.ts";
import { acquirePermit } from "../../src/pushes/acquire-permit.ts";
import { type Ready, prepare } from "../../src/pushes/prepare.ts";
import { newContext } from "../../src/pushes/push-context.ts";
import { send } from "../../src/pushes/send.ts";
import { type Failure, QuickBooksError } from "../../src/quickbooks/faults.ts";
import { UK_COMPANY } from "../connections/company-fixture.ts";
import { fakeQuickBooks } from "../quickbooks/fake-quickbooks.ts";
import type { World } from "../simulation/world.ts";
import { CONTENT, change, home, inBooks, makeInvoice, onlyRow, rowOf } from "./world-fixture.ts";
import { inWorld } from "./world-in-workerd.ts";

const REFUSED: Failure = {
  kind: "refused",
  faults: [{ code: "6000", message: "m", detail: "No.", element: null, type: "ValidationFault" }],
  httpStatus: 400,
  intuitTid: "1-refused",
};

/** What a test does not expect to be called fails it. */
function documentOf(does: Partial<DocumentKind>): DocumentKind {
  const unexpected = () => Promise.reject(new Error("This should not have been called"));
  return {
    ...kindOf({ kind: "invoice" }),
    map: unexpected,
    send: unexpected,
    read: unexpected,
    findByNumbers: unexpected,
    findCreatedIn: unexpected,
    ...does,
  };
}

/** The facts of a company that taxes by codes, as the version before this one stored them. */
async function storeFormerFacts(world: World): Promise<void> {
  const { taxCodes: _codes, region: _region, automatedTaxSetUp: _isSetUp, ...former } = UK_COMPANY;
  const company = JSON.stringify({ ...former, homeCurrency: "USD" });
  await world.db.update(connections).set({ company, salesTaxCode: "20.0% S", zeroRateCode: "0.0% Z" });
}

async function claimed(world: World, does: Partial<DocumentKind> = {}, patch: Partial<InvoiceRow> = {}) {
  const at = new Date().toISOString();
  const row = await makeInvoice(world, { state: "queued", dueAt: at, connectionId: home(world), ...patch });
  const connection = await findConnection(world.db, home(world));
  if (!connection) throw new Error("No connection");
  const context = newContext(world.env, readConfig(world.env), world.db, connection);
  const taken = await claim(context, row, new Date());
  if (!taken) throw new Error("Not claimed");
  const { qb, released } = fakeQuickBooks([]);
  return { push: { ...taken, qb, document: documentOf(does) } satisfies Claimed, released };
}

const ready = (push: Claimed): Ready => ({
  kind: "ready",
  claimed: push,
  payload: { json: '{"DocNumber":"1"}', warnings: [], revision: 1 },
  leasedAt: push.startedAt,
});

async function frozen(push: Claimed) {
  const end = await freeze(ready(push));
  if (end.kind !== "frozen") throw new Error("Not frozen");
  return end;
}

test("prepare: a push that loses its lease stops what is being made for it, and ends as lost", () =>
  inWorld(async (world) => {
    let made = 0;
    const map: DocumentKind["map"] = async ({ keepLease }) => {
      for (; made < 10; made += 1) {
        await world.advance(50_000);
        if (made === 2) await change(world, push.row.id, { fence: push.row.fence + 1 });
        await keepLease();
      }
      return { json: "{}", warnings: [] };
    };
    const { push } = await claimed(world, { map });
    expect(await prepare(push)).toEqual({ kind: "lost" });
    expect(made).toBeLessThan(5);
  }));

test("prepare: what fails on the way is worded with what was being done, and carries status and trace", () =>
  inWorld(async (world) => {
    const doing = { kind: "item", name: "Green tea", sku: "T-1" } as const;
    const { push } = await claimed(world, {
      map: () => Promise.reject(new FailedWhile(doing, new QuickBooksError(REFUSED))),
    });
    const end = await prepare(push);
    expect(end).toMatchObject({
      kind: "ended",
      report: { recordAs: "refused", httpStatus: 400, intuitTid: "1-refused", requestId: null },
    });
    expect(end).toHaveProperty("report.error.message", expect.stringContaining("Green tea"));
  }));

test("prepare: our own refusal is the push's, and anything else that is thrown is put off", () =>
  inWorld(async (world) => {
    const error = pushError("inactive_reference", { message: "m", remedy: "r" });
    const { push } = await claimed(world, { map: () => Promise.reject(new LocalRefusal(error)) });
    expect(await prepare(push)).toMatchObject({ report: { outcome: { kind: "refused", error }, recordAs: "failed" } });
    const crashing = { ...push, document: documentOf({ map: () => Promise.reject(new Error("D1_ERROR")) }) };
    const later = { kind: "later", isCrash: true, error: { category: "internal", retryable: true } };
    expect(await prepare(crashing)).toMatchObject({ report: { outcome: later, recordAs: null } });
  }));

test("prepare: bytes that went out unanswered are not made anew", () =>
  inWorld(async (world) => {
    const { push } = await claimed(world, {}, { unansweredCount: 1, frozenPayload: "{}", revision: 1 });
    expect(await prepare(push)).toEqual({ kind: "ready", claimed: push, payload: null, leasedAt: push.startedAt });
  }));

test("permit: a gate that is shut puts the push off, and a lease lost in a long preparation asks it for nothing", () =>
  inWorld(async (world) => {
    const { push } = await claimed(world);
    const until = Date.now() + 60_000;
    push.qb.access.acquire = () => Promise.reject(new QuickBooksError({ kind: "waiting", reason: "pace", until }));
    expect(await acquirePermit(ready(push))).toMatchObject({
      report: { outcome: { kind: "later", dueAt: new Date(until).toISOString() }, recordAs: null },
    });
    await change(world, push.row.id, { fence: 99 });
    await world.advance(61_000);
    push.qb.access.acquire = () => Promise.reject(new Error("Nothing may be asked for"));
    expect(await acquirePermit(ready(push))).toEqual({ kind: "lost" });
  }));

test("freeze: what changed meanwhile is superseded, what another worker has is lost", () =>
  inWorld(async (world) => {
    const { push } = await claimed(world);
    await change(world, push.row.id, { contentVersion: 7 });
    expect(await freeze(ready(push))).toMatchObject({ kind: "ended", report: { outcome: { kind: "superseded" } } });
    await change(world, push.row.id, { fence: 99 });
    expect(await freeze(ready(push))).toEqual({ kind: "lost" });
    expect((await rowOf(world, push.row.id)).sentAt).toBeNull();
  }));

test("send: bytes that were frozen too long ago do not go out; the permit is given back, and nothing is unanswered", () =>
  inWorld(async (world) => {
    const { push, released } = await claimed(world);
    const bytes = await frozen(push);
    const permit = await acquirePermit(ready(push));
    if (permit.kind !== "permit") throw new Error("No permit");
    await world.advance(11_000);
    const response = await send(bytes, permit);
    expect(response).toEqual({ kind: "too_late" });
    expect(released.map(({ result }) => result)).toEqual(["unused"]);
    expect(await judge(bytes, response)).toMatchObject({ report: { outcome: { kind: "later" }, recordAs: null } });
  }));

test("judge: what was thrown while the bytes were out is unanswered, a refusal is not", () =>
  inWorld(async (world) => {
    const { push } = await claimed(world);
    const bytes = await frozen(push);
    const crashed = await judge(bytes, { kind: "crashed", cause: new Error("x") });
    expect(crashed).toMatchObject({ report: { outcome: { kind: "unanswered" }, requestId: `${push.row.id}-1` } });
    expect(await judge(bytes, { kind: "failed", failure: REFUSED })).toMatchObject({
      report: { outcome: { kind: "refused" }, recordAs: "refused", httpStatus: 400, intuitTid: "1-refused" },
    });
  }));

test("judge: a refusal that can't be explained still is a refusal", () =>
  inWorld(async (world) => {
    const { push } = await claimed(world, { findByNumbers: () => Promise.reject(new TypeError("a fault of ours")) });
    const taken: Failure = { ...REFUSED, faults: [{ ...REFUSED.faults[0]!, code: "6140" }] };
    const end = await judge(await frozen(push), { kind: "failed", failure: taken });
    expect(end).toMatchObject({ report: { outcome: { kind: "refused", error: { category: "duplicate" } } } });
  }));

test("a company whose tax codes were never read is read before its first invoice is mapped", () =>
  inWorld(async (world) => {
    await storeFormerFacts(world);
    await world.complete(world.deliver(world.orders.newInvoice(CONTENT)));
    await world.advance(8_000);
    const row = await onlyRow(world);
    expect([row.state, inBooks(world, row).length]).toEqual(["sent", 1]);
    expect((await findConnection(world.db, home(world)))?.company.taxCodes).toEqual([]);
  }));

test("while they can't be read, its invoices wait: nothing is called missing", () =>
  inWorld(async (world) => {
    await storeFormerFacts(world);
    const { push } = await claimed(world);
    const end = await prepare(push);
    expect(end).toMatchObject({ kind: "ended", report: { outcome: { kind: "later", error: null } } });
  }));
