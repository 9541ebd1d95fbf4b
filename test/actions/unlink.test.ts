/** When a link that a person made can be taken back, what the invoice is then, and links of earlier versions. */
import { env } from "cloudflare:workers";
import { eq } from "drizzle-orm";
import { beforeEach, describe, expect, it } from "vitest";
import { unlink } from "../../src/actions/link-invoice.ts";
import { errorText, pushError, readError } from "../../src/failures/push-error.ts";
import { type NewInvoiceRow, loadInvoice } from "../../src/invoicing/invoice-row.ts";
import { recordActivity } from "../../src/people/activity.ts";
import { activity } from "../../src/people/schema.ts";
import { act, db, emptyTables, makeConnection, makeInstance, makeInvoice, now } from "../api/fixture.ts";

const BEFORE = errorText(pushError("duplicate", { message: "The number is taken.", remedy: "Link it." }), now);
const LINKED: Partial<NewInvoiceRow> = { state: "sent", qboId: "104", qboSyncToken: "3", errorBeforeLink: BEFORE };

beforeEach(emptyTables);

async function linked(changes: Partial<NewInvoiceRow> = {}): Promise<string> {
  const connectionId = await makeConnection({});
  return makeInvoice(await makeInstance({ connectionId }), "N-1", { connectionId, ...LINKED, ...changes });
}

describe("Unlink", () => {
  it("makes the invoice failed as it was, without anything of QuickBooks, and is on record", async () => {
    const warnings = JSON.stringify([
      { code: "total_differs", message: "128.15" },
      { code: "order_cancelled", message: "The order was cancelled." },
    ]);
    const id = await linked({ warnings, qboTotalMinor: 12_815, qboBalanceMinor: 0, paidOn: "2026-11-19" });
    expect(await unlink(act, id)).toEqual({ ok: true });
    expect(await loadInvoice(db, id)).toMatchObject({
      operation: "create",
      state: "failed",
      error: BEFORE,
      errorBeforeLink: null,
      qboId: null,
      qboTotalMinor: null,
      qboBalanceMinor: null,
      paidOn: null,
      warnings: JSON.stringify([{ code: "order_cancelled", message: "The order was cancelled." }]),
    });
    expect(await db.select({ action: activity.action, changes: activity.changes }).from(activity)).toEqual([
      { action: "invoice.unlinked", changes: JSON.stringify([{ field: "qbo_invoice_id", from: "104", to: null }]) },
    ]);
  });

  it.each([
    ["an update that waits", { operation: "update", state: "queued", dueAt: now.toISOString() }],
    ["a void that waits", { operation: "void", state: "held", voidRequestedAt: now.toISOString() }],
    ["a void that was refused", { operation: "void", state: "failed" }],
  ] as const)("takes %s along", async (_what, changes) => {
    const id = await linked(changes);
    expect(await unlink(act, id)).toEqual({ ok: true });
    expect(await loadInvoice(db, id)).toMatchObject({ operation: "create", state: "failed", dueAt: null });
    expect((await loadInvoice(db, id)).voidRequestedAt).toBeNull();
  });

  it.each([
    ["nobody linked it", { errorBeforeLink: null }],
    ["it is voided", { state: "voided" }],
    ["an update is on its way", { operation: "update", state: "sending" }],
    ["the outcome of a void is open", { operation: "void", state: "unknown" }],
    ["an update may have arrived", { operation: "update", state: "queued", unansweredCount: 1 }],
  ] as const)("is refused if %s", async (_what, changes) => {
    const id = await linked(changes);
    const before = await loadInvoice(db, id);
    expect(await unlink(act, id)).toMatchObject({ ok: false, reason: "conflict" });
    expect(await loadInvoice(db, id)).toEqual(before);
  });
});

describe("a link that a person made with an earlier version", () => {
  const migrate = async () => {
    const migration = env.TEST_MIGRATIONS.find(({ name }) => name.startsWith("0017_"));
    await env.DB.prepare(migration?.queries.find((query) => query.includes("UPDATE pushes")) ?? "").run();
  };
  const link = (id: string) =>
    recordActivity(db, now, act.actor, { action: "invoice.linked", subject: { kind: "invoice", id, name: "N-1" } });

  it("can be taken back, and the number is then taken as before", async () => {
    const id = await linked({ errorBeforeLink: null, docNumber: "N-1-2" });
    await link(id);
    await migrate();
    expect(await unlink(act, id)).toEqual({ ok: true });
    const { state, error } = await loadInvoice(db, id);
    expect(state).toBe("failed");
    expect(readError(error)).toMatchObject({
      category: "duplicate",
      code: "6140",
      fix: { action: "choose_number", subject: { kind: "invoice", id: "104", name: "N-1-2" } },
    });
  });

  it.each([
    ["one that was pushed", { frozenPayload: "{}" }],
    ["one with an update on its way", { operation: "update", state: "queued" }],
  ] as const)("but not %s, and not one that nobody linked", async (_what, changes) => {
    const pushed = await linked({ errorBeforeLink: null, ...changes });
    await link(pushed);
    await migrate();
    expect((await loadInvoice(db, pushed)).errorBeforeLink).toBeNull();
    await db.delete(activity).where(eq(activity.subjectId, pushed));
    await migrate();
    expect(await unlink(act, pushed)).toMatchObject({ ok: false });
  });
});
