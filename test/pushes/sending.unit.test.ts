/**
 * 'Send to QuickBooks' and 'Void' in every state, and what the switches, the association and the connection do to what
 * waits (docs/contract.md, section 4).
 */
import { describe, expect, test } from "vitest";
import { saveSettings } from "../../src/connections/store.ts";
import { DOCUMENT_STATES } from "../../src/documents/status.ts";
import { inactiveReference } from "../../src/failures/inactive-reference.ts";
import { errorText } from "../../src/failures/push-error.ts";
import { type InvoiceRow, selectInvoices } from "../../src/invoicing/invoice-row.ts";
import { holdOrResume } from "../../src/pushes/hold-or-resume.ts";
import { sendInvoices } from "../../src/invoicing/by-hand/send-invoices.ts";
import { voidInvoice } from "../../src/invoicing/by-hand/void-invoice.ts";
import { disconnect, reconnect, saveInstanceAs, switchConnection } from "../simulation/people.ts";
import type { World } from "../simulation/world.ts";
import { errorOf, home, inBooks, makeInvoice, rowOf, sentInvoice } from "./world-fixture.ts";
import { inWorld } from "./world-in-memory.ts";

const IN_QUICKBOOKS = { qboId: "900", qboSyncToken: "3" };
const HELD_BY = JSON.stringify({
  category: "integration_disabled",
  title: "t",
  message: "m",
  remedy: "r",
  code: null,
  retryable: true,
  intuit_tid: null,
  occurred_at: "x",
});

const send = async (world: World, id: string) => (await sendInvoices(world.env, world.db, [id], new Date()))[0];

/** Columns that go with a state. */
function inState(world: World, state: InvoiceRow["state"]): Partial<InvoiceRow> {
  const isWaiting = ["queued", "sending", "unknown"].includes(state);
  return {
    state,
    connectionId: home(world),
    dueAt: isWaiting ? new Date(Date.now() + 900_000).toISOString() : null,
    error: ["held", "failed", "unknown"].includes(state) ? HELD_BY : null,
    ...(state === "sent" ? IN_QUICKBOOKS : {}),
  };
}

describe("Send to QuickBooks", () => {
  const answers: Record<InvoiceRow["state"], { status: string; becomes: InvoiceRow["state"] }> = {
    not_sent: { status: "queued", becomes: "queued" },
    queued: { status: "queued", becomes: "queued" },
    sending: { status: "queued", becomes: "sending" },
    sent: { status: "already_sent", becomes: "sent" },
    failed: { status: "queued", becomes: "queued" },
    held: { status: "queued", becomes: "held" },
    unknown: { status: "refused", becomes: "unknown" },
    voided: { status: "refused", becomes: "voided" },
  };

  test.each(DOCUMENT_STATES)("%s", (state) =>
    inWorld(async (world) => {
      const row = await makeInvoice(world, inState(world, state));
      expect(await send(world, row.id)).toMatchObject({ invoice_id: row.id, status: answers[state].status });
      expect((await rowOf(world, row.id)).state).toBe(answers[state].becomes);
    }),
  );

  test("an ID that nobody knows is not found, and takes no other along", () =>
    inWorld(async (world) => {
      const row = await makeInvoice(world);
      const results = await sendInvoices(world.env, world.db, ["nobody", row.id], new Date());
      expect(results.map(({ status }) => status)).toEqual(["not_found", "queued"]);
    }));

  test("sent twice at once it goes out once", () =>
    inWorld(async (world) => {
      const row = await makeInvoice(world);
      await Promise.all([send(world, row.id), send(world, row.id)]);
      await world.advance(10_000);
      expect(inBooks(world, row)).toHaveLength(1);
      expect((await rowOf(world, row.id)).state).toBe("sent");
    }));

  test.each([
    [
      "an Enable switch of the connection",
      (world: World) => switchConnection(world, 0, { enabled: false }),
      "integration_disabled",
    ],
    [
      "an Enable switch of the instance",
      (world: World) => saveInstanceAs(world, { enabled: false }),
      "integration_disabled",
    ],
    [
      "an instance without a connection",
      (world: World) => saveInstanceAs(world, { connection_id: null }),
      "missing_configuration",
    ],
  ])("refused by %s", (_name, turnOff, category) =>
    inWorld(async (world) => {
      const row = await makeInvoice(world);
      await world.complete(turnOff(world));
      expect(await send(world, row.id)).toMatchObject({ status: "refused", error: { category } });
      expect((await rowOf(world, row.id)).state).toBe("not_sent");
    }),
  );

  test("held while the company is not connected, and sent once it is", () =>
    inWorld(async (world) => {
      const row = await makeInvoice(world);
      await world.complete(disconnect(world, 0));
      expect(await send(world, row.id)).toMatchObject({ status: "queued" });
      expect(errorOf(await rowOf(world, row.id))).toMatchObject({ category: "authentication" });
      await world.complete(reconnect(world, 0));
      await world.advance(10_000);
      expect((await rowOf(world, row.id)).state).toBe("sent");
    }));
});

describe("Void", () => {
  const answers: Record<InvoiceRow["state"], { status: string; becomes: Partial<InvoiceRow> }> = {
    not_sent: { status: "voided", becomes: { state: "voided", operation: "create" } },
    queued: { status: "voided", becomes: { state: "voided", operation: "create" } },
    held: { status: "voided", becomes: { state: "voided", operation: "create" } },
    failed: { status: "voided", becomes: { state: "voided", operation: "create" } },
    sending: { status: "remembered", becomes: { state: "sending", operation: "create" } },
    unknown: { status: "remembered", becomes: { state: "unknown", operation: "create" } },
    sent: { status: "queued", becomes: { state: "queued", operation: "void" } },
    voided: { status: "voided", becomes: { state: "voided", operation: "create" } },
  };

  test.each(DOCUMENT_STATES)("%s", (state) =>
    inWorld(async (world) => {
      const row = await makeInvoice(world, inState(world, state));
      expect(await voidInvoice(world.env, world.db, row.id, new Date())).toMatchObject({
        ok: true,
        status: answers[state].status,
      });
      const after = await rowOf(world, row.id);
      expect(after).toMatchObject(answers[state].becomes);
      expect(after.voidRequestedAt !== null).toBe(state !== "voided");
    }),
  );

  test("what is in QuickBooks is voided there, and stays there", () =>
    inWorld(async (world) => {
      const row = await sentInvoice(world);
      await voidInvoice(world.env, world.db, row.id, new Date());
      await world.advance(10_000);
      expect(await rowOf(world, row.id)).toMatchObject({ operation: "void", state: "voided", qboTotalMinor: 0 });
      expect(inBooks(world, row)).toMatchObject([
        { totalCents: 0, PrivateNote: expect.stringMatching(/^Voided - bookbridge:/) },
      ]);
    }));

  test("what is in QuickBooks is not voided while it can't be voided there", () =>
    inWorld(async (world) => {
      const row = await sentInvoice(world);
      await world.complete(switchConnection(world, 0, { enabled: false }));
      expect(await voidInvoice(world.env, world.db, row.id, new Date())).toMatchObject({
        ok: false,
        error: { category: "integration_disabled" },
      });
      expect((await rowOf(world, row.id)).state).toBe("sent");
    }));

  test("a second void does nothing more", () =>
    inWorld(async (world) => {
      const row = await sentInvoice(world);
      await Promise.all([
        voidInvoice(world.env, world.db, row.id, new Date()),
        voidInvoice(world.env, world.db, row.id, new Date()),
      ]);
      await world.advance(10_000);
      expect(world.network.asked.filter(({ method, path }) => method === "POST" && path === "/invoice")).toHaveLength(
        2,
      );
    }));
});

describe("waiting", () => {
  const soon = () => new Date(Date.now() + 60_000).toISOString();

  test("a switch that is turned off holds what is queued, one that is turned on lets it go on", () =>
    inWorld(async (world) => {
      const row = await makeInvoice(world, { ...inState(world, "queued"), dueAt: soon() });
      await world.complete(switchConnection(world, 0, { enabled: false }));
      expect(await rowOf(world, row.id)).toMatchObject({ state: "held", dueAt: null });
      await world.complete(switchConnection(world, 0, { enabled: true }));
      await world.advance(10_000);
      expect((await rowOf(world, row.id)).state).toBe("sent");
    }));

  test("Auto invoice turned off changes nothing for what is queued, and turned on sends nothing that is Not sent", () =>
    inWorld(async (world) => {
      const queued = await makeInvoice(world, { ...inState(world, "queued"), dueAt: soon() });
      await world.complete(switchConnection(world, 0, { autoInvoice: false }));
      expect((await rowOf(world, queued.id)).state).toBe("queued");
      await world.advance(70_000);
      expect((await rowOf(world, queued.id)).state).toBe("sent");
      await world.complete(saveInstanceAs(world, { auto_invoice: false }));
      await world.complete(
        world.deliver(
          world.orders.newInvoice({
            buyer: 1,
            lines: [{ sku: 2, quantity: 1, cents: 5 }],
            discountCents: 0,
            shippingCents: 0,
            taxCents: 0,
          }),
        ),
      );
      await world.complete(saveInstanceAs(world, { auto_invoice: true }));
      await world.complete(switchConnection(world, 0, { autoInvoice: true }));
      await world.advance(60_000);
      expect(world.books[0]?.createdNotes).toHaveLength(1);
    }));

  test("what is held says why as it is now", () =>
    inWorld(async (world) => {
      const row = await makeInvoice(world, { ...inState(world, "queued"), dueAt: soon() });
      await world.complete(disconnect(world, 0));
      expect(errorOf(await rowOf(world, row.id))).toMatchObject({ category: "authentication" });
      await world.complete(switchConnection(world, 0, { enabled: false }));
      expect(errorOf(await rowOf(world, row.id))).toMatchObject({ category: "integration_disabled" });
    }));

  test("settling what waits is safe to repeat", () =>
    inWorld(async (world) => {
      const row = await makeInvoice(world, { ...inState(world, "queued"), dueAt: soon() });
      await saveSettings(world.db, home(world), { enabled: false }, new Date());
      const scope = { connectionId: home(world) };
      expect(await holdOrResume(world.env, world.db, scope, new Date())).toEqual({ held: 1, resumed: 0 });
      const { rowVersion } = await rowOf(world, row.id);
      expect(await holdOrResume(world.env, world.db, scope, new Date())).toEqual({ held: 0, resumed: 0 });
      expect((await rowOf(world, row.id)).rowVersion).toBe(rowVersion);
    }));

  test("a lapsed subscription holds everything of the company, and lets it go on within the hour after it was paid", () =>
    inWorld(async (world) => {
      const [books] = world.books;
      if (!books) throw new Error("No books");
      books.subscriptionStatus = "EXPIRED";
      await world.complete(
        world.deliver(
          world.orders.newInvoice({
            buyer: 0,
            lines: [{ sku: 1, quantity: 1, cents: 100 }],
            discountCents: 0,
            shippingCents: 0,
            taxCents: 0,
          }),
        ),
      );
      await world.advance(20_000);
      const [row] = await selectInvoices(world.db);
      expect(row).toMatchObject({ state: "held" });
      expect(row && errorOf(row)).toMatchObject({ category: "subscription", code: "6190" });
      books.subscriptionStatus = "PAID";
      await world.advance(3_700_000);
      expect(row && (await rowOf(world, row.id)).state).toBe("sent");
    }));
});

describe("another company", () => {
  test("what was never sent follows its instance and goes there", () =>
    inWorld(async (world) => {
      const row = await makeInvoice(world, { ...inState(world, "queued") });
      await world.complete(saveInstanceAs(world, { connection_id: world.connectionIds[1] ?? "" }));
      await world.advance(20_000);
      expect(await rowOf(world, row.id)).toMatchObject({ state: "sent", connectionId: world.connectionIds[1] });
      expect(world.books.map((books) => books.createdNotes.length)).toEqual([0, 1]);
    }));

  test("what failed is sent there by hand: what the former company asked for is not done to the new one", () =>
    inWorld(async (world) => {
      const error = inactiveReference(
        { id: home(world), companyName: "Former company" },
        { kind: "item", id: "103", name: "Mug", sku: null },
      );
      const row = await makeInvoice(world, { ...inState(world, "failed"), error: errorText(error, new Date()) });
      expect(errorOf(await rowOf(world, row.id))?.fix).toMatchObject({ action: "reactivate" });
      await world.complete(saveInstanceAs(world, { connection_id: world.connectionIds[1] ?? "" }));
      const moved = await rowOf(world, row.id);
      expect(moved).toMatchObject({ state: "failed", connectionId: world.connectionIds[1] });
      expect(errorOf(moved)).toMatchObject({
        message: expect.stringContaining("Former company"),
        remedy: expect.not.stringContaining("Make active again"),
        fix: null,
      });
      await send(world, row.id);
      await world.advance(20_000);
      expect(world.books.map((books) => books.createdNotes.length)).toEqual([0, 1]);
    }));

  test("what is open or in QuickBooks stays where it went", () =>
    inWorld(async (world) => {
      const row = await makeInvoice(world, {
        ...inState(world, "unknown"),
        sentAt: new Date().toISOString(),
        unansweredCount: 1,
        frozenPayload: "{}",
      });
      await world.complete(saveInstanceAs(world, { connection_id: world.connectionIds[1] ?? "" }));
      expect((await rowOf(world, row.id)).connectionId).toBe(home(world));
    }));

  test("an invoice in QuickBooks is updated and voided where it is", () =>
    inWorld(async (world) => {
      const row = await sentInvoice(world);
      await world.complete(saveInstanceAs(world, { connection_id: world.connectionIds[1] ?? "" }));
      await voidInvoice(world.env, world.db, row.id, new Date());
      await world.advance(10_000);
      expect(await rowOf(world, row.id)).toMatchObject({ state: "voided", connectionId: home(world) });
      expect(inBooks(world, row)[0]?.totalCents).toBe(0);
    }));
});
