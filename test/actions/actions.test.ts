import { eq } from "drizzle-orm";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { issueApiKey, endApiKey } from "../../src/actions/api-keys.ts";
import { disconnectCompany } from "../../src/actions/disconnect-company.ts";
import { saveConnection } from "../../src/actions/save-connection.ts";
import { changeInstance } from "../../src/actions/change-instance.ts";
import { requestSend } from "../../src/actions/request-send.ts";
import { revokeShare, shareStatus } from "../../src/actions/share-status.ts";
import { findShare, listShares } from "../../src/people/status-shares.ts";
import { revealWebhookSecret } from "../../src/actions/webhook-secret.ts";
import { addInstance } from "../../src/actions/add-instance.ts";
import { readStatus } from "../../src/actions/status-report.ts";
import { readUnsent } from "../../src/invoices/unsent-invoices.ts";
import { changeUserRole, endUserSessions, inviteUser, removePerson } from "../../src/actions/users.ts";
import { activity, invitations, users } from "../../src/people/schema.ts";
import {
  act,
  db,
  emptyTables,
  makeConnection,
  makeInstance,
  makeInvoice,
  now,
  queued,
  testEnv,
} from "../api/fixture.ts";
import { selectInvoices } from "../../src/invoicing/invoice-row.ts";
import { pushes } from "../../src/pushes/schema.ts";

beforeEach(emptyTables);
afterEach(() => vi.restoreAllMocks());

const log = async () =>
  (await db.select().from(activity)).map((row) => ({
    action: row.action,
    subject: row.subjectName,
    changes: JSON.parse(row.changes) as unknown,
  }));
const stateOf = async (id: string) =>
  (await db.select({ state: pushes.state }).from(pushes).where(eq(pushes.documentId, id)).get())?.state;

describe("settings of a connection", () => {
  it("hold what is queued when the integration is switched off, and let it go on when it is on again", async () => {
    const connectionId = await makeConnection({ autoInvoice: true });
    const instanceId = await makeInstance({ connectionId, autoInvoice: true });
    const id = await makeInvoice(instanceId, "N-1", { connectionId, state: "queued", dueAt: now.toISOString() });
    const untouched = await makeInvoice(instanceId, "N-2", { connectionId, state: "not_sent" });
    expect(await saveConnection(act, connectionId, { enabled: false })).toMatchObject({
      ok: true,
      waiting: { held: 1, resumed: 0 },
    });
    expect([await stateOf(id), await stateOf(untouched)]).toEqual(["held", "not_sent"]);
    expect(await saveConnection(act, connectionId, { enabled: true })).toMatchObject({
      ok: true,
      waiting: { held: 0, resumed: 1 },
    });
    expect([await stateOf(id), await stateOf(untouched)]).toEqual(["queued", "not_sent"]);
    expect(await log()).toEqual([
      {
        action: "connection.settings_saved",
        subject: "Blue Harbor Supply",
        changes: [{ field: "enabled", from: "on", to: "off" }],
      },
      {
        action: "connection.settings_saved",
        subject: "Blue Harbor Supply",
        changes: [{ field: "enabled", from: "off", to: "on" }],
      },
    ]);
  });

  it("do not let Auto invoice be switched on while something that is needed is wrong, and say what", async () => {
    const connectionId = await makeConnection({ state: "disconnected", incomeAccount: null, itemType: null });
    const refused = await saveConnection(act, connectionId, { auto_invoice: true, customer_name: "Web orders" });
    if (refused.ok) throw new Error("it was switched on");
    expect(refused.reason).toBe("invalid");
    expect(refused.errors.map((error) => error.path)).toEqual(refused.errors.map(() => "auto_invoice"));
    const words = refused.errors.map((error) => error.message).join(" ");
    for (const word of ["Authorization", "Income account", "Item type"]) expect(words).toContain(word);
    expect(await log()).toEqual([]);
    expect(await readStatus(testEnv, db, now)).toMatchObject({ connections: [{ auto_invoice: false }] });
  });

  it("may be cleared, and switched off, while Auto invoice is on, without a look at QuickBooks", async () => {
    const outside = vi.spyOn(globalThis, "fetch");
    const connectionId = await makeConnection({ autoInvoice: true });
    expect(await saveConnection(act, connectionId, { income_account: null })).toMatchObject({
      ok: true,
      connection: { incomeAccount: null },
    });
    expect(await saveConnection(act, connectionId, { auto_invoice: true, item_type: null })).toMatchObject({
      ok: true,
    });
    expect(await saveConnection(act, connectionId, { auto_invoice: false })).toMatchObject({
      ok: true,
      connection: { autoInvoice: false },
    });
    expect(outside).not.toHaveBeenCalled();
  });

  it("that change nothing are not logged; unknown connections are said to be so", async () => {
    const connectionId = await makeConnection();
    expect(await saveConnection(act, connectionId, { customer_mode: "per_buyer" })).toMatchObject({ ok: true });
    expect(await log()).toEqual([]);
    expect(await saveConnection(act, "unknown", {})).toMatchObject({ ok: false, reason: "not_found" });
  });
});

describe("disconnecting", () => {
  it("holds what waits, keeps settings, and works also where Intuit can't be told", async () => {
    vi.spyOn(globalThis, "fetch").mockImplementation(async () => new Response("down", { status: 503 }));
    const connectionId = await makeConnection();
    const instanceId = await makeInstance({ connectionId });
    const id = await makeInvoice(instanceId, "N-1", { connectionId, state: "queued", dueAt: now.toISOString() });
    expect(await disconnectCompany(act, connectionId)).toMatchObject({
      ok: true,
      held: 1,
      warning: expect.stringContaining("Intuit") as string,
      connection: { state: "disconnected", incomeAccount: "Sales of Product Income" },
    });
    expect(await stateOf(id)).toBe("held");
    expect(await disconnectCompany(act, connectionId)).toMatchObject({ ok: true, held: 0, warning: null });
    expect((await log()).map((entry) => entry.action)).toEqual(["connection.disconnected"]);
  });
});

describe("an instance that is associated", () => {
  it("takes its waiting invoices along and sends nothing that is Not sent", async () => {
    const [from, to] = [await makeConnection(), await makeConnection({ companyName: "Other" })];
    const instanceId = await makeInstance({ connectionId: from, autoInvoice: true });
    const queuedInvoice = await makeInvoice(instanceId, "N-1", {
      connectionId: from,
      state: "queued",
      dueAt: now.toISOString(),
    });
    const notSent = await makeInvoice(instanceId, "N-2", { connectionId: from });
    const sent = await makeInvoice(instanceId, "N-3", { connectionId: from, state: "sent", qboId: "9" });
    expect(await changeInstance(act, instanceId, { connection_id: to })).toMatchObject({
      ok: true,
      instance: { connectionId: to },
    });
    const connectionOf = async (id: string) =>
      (await selectInvoices(db).where(eq(pushes.documentId, id)).get())?.connectionId;
    expect([await connectionOf(queuedInvoice), await connectionOf(notSent), await connectionOf(sent)]).toEqual([
      to,
      to,
      from,
    ]);
    expect(await stateOf(notSent)).toBe("not_sent");
    expect(await changeInstance(act, instanceId, { connection_id: null })).toMatchObject({
      ok: true,
      waiting: { held: 1 },
    });
    expect(await stateOf(queuedInvoice)).toBe("held");
    expect(await changeInstance(act, instanceId, { connection_id: "unknown" })).toMatchObject({
      ok: false,
      errors: [{ path: "connection_id" }],
    });
  });
});

describe("sending by hand", () => {
  it("is logged once for all that were queued, and bounded", async () => {
    const connectionId = await makeConnection();
    const instanceId = await makeInstance({ connectionId });
    const ids = [
      await makeInvoice(instanceId, "N-1", { connectionId }),
      await makeInvoice(instanceId, "N-2", { connectionId }),
    ];
    expect(await requestSend(act, [...ids, ...ids])).toMatchObject({ ok: true, results: { length: 4 } });
    expect(queued).toHaveLength(2);
    expect(await log()).toEqual([{ action: "invoice.sent", subject: "2 invoices", changes: [] }]);
    expect(await requestSend(act, Array.from({ length: 1001 }, String))).toMatchObject({
      ok: false,
      reason: "invalid",
    });
  });
});

describe("secrets", () => {
  it("can be shown again, and stand in no log", async () => {
    const made = await addInstance(act, { name: "Shop", connection_id: null, enabled: true, auto_invoice: false });
    if (!made.ok) throw new Error(made.message);
    const shown = await revealWebhookSecret(act, made.instance.id);
    expect(shown).toMatchObject({ ok: true, secret: made.secret });
    const key = await issueApiKey(act, { name: "Program", role: "viewer", end: null });
    if (!key.ok) throw new Error(key.message);
    await endApiKey(act, key.id);
    const invited = await inviteUser(act, { email: "new@example.com", role: "viewer" });
    if (!invited.ok) throw new Error(invited.message);
    const text = JSON.stringify(await db.select().from(activity));
    for (const secret of [made.secret, key.key, invited.url.split("/").at(-1) ?? "none"])
      expect(text).not.toContain(secret);
    expect((await log()).map((entry) => entry.action)).toEqual([
      "instance.created",
      "instance.secret_revealed",
      "api_key.created",
      "api_key.revoked",
      "user.invited",
    ]);
    await db.delete(invitations);
  });
});

describe("people", () => {
  it("are changed and removed with a trace, the last admin never", async () => {
    const at = now.toISOString();
    await db.delete(users);
    await db.insert(users).values([
      { id: "u1", email: "ann@example.com", role: "admin", createdAt: at },
      { id: "u2", email: "bob@example.com", role: "viewer", createdAt: at },
    ]);
    expect(await changeUserRole(act, "u1", "viewer")).toMatchObject({ ok: false, reason: "conflict" });
    expect(await changeUserRole(act, "u2", "operator")).toEqual({ ok: true });
    expect(await removePerson(act, "u1", null)).toMatchObject({ ok: false, reason: "conflict" });
    expect(await endUserSessions(act, "u2", null)).toEqual({ ok: true, ended: 0 });
    expect(await removePerson(act, "u2", null)).toEqual({ ok: true });
    expect(await removePerson(act, "u2", null)).toMatchObject({ ok: false, reason: "not_found" });
    expect(await inviteUser(act, { email: "ann@example.com", role: "viewer" })).toMatchObject({
      ok: false,
      errors: [{ path: "email" }],
    });
    expect(await log()).toEqual([
      {
        action: "user.role_changed",
        subject: "bob@example.com",
        changes: [{ field: "role", from: "viewer", to: "operator" }],
      },
      { action: "user.sessions_ended", subject: "bob@example.com", changes: [] },
      {
        action: "user.removed",
        subject: "bob@example.com",
        changes: [{ field: "keys_and_links", from: "bob@example.com", to: "ended" }],
      },
    ]);
  });
});

describe("the status", () => {
  it("counts what waits, names the oldest, the last success, latency and errors", async () => {
    const connectionId = await makeConnection();
    const instanceId = await makeInstance({ connectionId });
    const at = (secondsAgo: number) => new Date(now.getTime() - secondsAgo * 1000).toISOString();
    const error = JSON.stringify({ category: "unavailable" });
    const oldest = await makeInvoice(instanceId, "W-1", { connectionId, state: "held", requestedAt: at(900), error });
    await makeInvoice(instanceId, "W-2", { connectionId, state: "queued", requestedAt: at(10), dueAt: at(0) });
    await makeInvoice(instanceId, "F-1", { connectionId, state: "failed", error });
    for (let i = 1; i <= 20; i++)
      await makeInvoice(instanceId, `S-${i}`, {
        connectionId,
        state: "sent",
        requestedAt: at(100 + i),
        deliveredAt: at(100),
      });
    await makeInvoice(instanceId, "S-old", {
      connectionId,
      state: "sent",
      requestedAt: at(200_000),
      deliveredAt: at(90_000),
    });
    const status = await readStatus(testEnv, db, now);
    expect(status).toMatchObject({
      backlog: 2,
      oldest_waiting: { invoice_id: oldest, waiting_since: at(900) },
      last_success_at: at(100),
      push_latency: { p50_ms: 10_000, p95_ms: 19_000, count: 20 },
      errors: [{ category: "unavailable", title: "QuickBooks is unavailable", count: 2 }],
      connections: [{ id: connectionId, waiting: 2, failed: 1, reads: { count: 0 }, paused: null }],
      instances: [{ id: instanceId, waiting: 2, failed: 1, auto_push_effective: false }],
    });
    expect(status.invoices).toMatchObject({ held: 1, queued: 1, failed: 1, sent: 21, voided: 0 });
    expect(JSON.stringify(status)).not.toMatch(/Corner|S-1|W-1/);
  });

  it("is empty on an empty system", async () => {
    expect(await readStatus(testEnv, db, now)).toMatchObject({
      backlog: 0,
      oldest_waiting: null,
      last_success_at: null,
      push_latency: null,
      errors: [],
      connections: [],
    });
  });

  it("is shared by a link that ends and can be revoked", async () => {
    const shared = await shareStatus(act);
    if (!shared.ok) throw new Error(shared.message);
    const token = shared.url.replace("https://books.example.com/status/s/", "");
    expect(await findShare(db, act.config, token, now)).not.toBeNull();
    expect(await findShare(db, act.config, `${token}x`, now)).toBeNull();
    expect(await findShare(db, act.config, token, shared.expiresAt)).toBeNull();
    const [share] = await listShares(db, now);
    expect(await revokeShare(act, share?.id ?? "")).toEqual({ ok: true });
    expect(await findShare(db, act.config, token, now)).toBeNull();
    expect(await listShares(db, now)).toEqual([]);
    expect(await revokeShare(act, share?.id ?? "")).toMatchObject({ ok: false });
  });
});

it("knows how old the invoices are that wait to be sent", async () => {
  const connectionId = await makeConnection();
  const instanceId = await makeInstance({ connectionId });
  const connection = { id: connectionId, inventoryStartDate: "2026-10-01" };
  expect(await readUnsent(db, connection)).toEqual({ oldestDate: null, countOlder: 0 });
  for (const [number, date] of [
    ["N-1", "2026-09-14"],
    ["N-2", "2026-09-30"],
    ["N-3", "2026-10-01"],
  ] as const)
    await makeInvoice(instanceId, number, { connectionId, date });
  await makeInvoice(instanceId, "N-0", { connectionId, date: "2020-01-01", state: "sent" });
  expect(await readUnsent(db, connection)).toEqual({ oldestDate: "2026-09-14", countOlder: 2 });
  expect(await readUnsent(db, { ...connection, inventoryStartDate: null })).toEqual({
    oldestDate: "2026-09-14",
    countOlder: 0,
  });
});
