import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { revealAlertSecret, rotateAlertSecret } from "../../src/actions/alert-secret.ts";
import { retryAlert, sendTestNotice } from "../../src/actions/alert-send.ts";
import { saveAlertSettings } from "../../src/actions/alert-settings.ts";
import { retireInstance } from "../../src/actions/retire-instance.ts";
import { eventsOf, findEndpoint } from "../../src/notifications/endpoints.ts";
import { ALERTS_ENDPOINT } from "../../src/notifications/event.ts";
import { notificationEndpoints } from "../../src/notifications/schema.ts";
import { listNotifications } from "../../src/notifications/store.ts";
import { activity } from "../../src/people/schema.ts";
import { act, db, makeInstance } from "../api/fixture.ts";
import { clock, emptyAll, receive, secretOf } from "./fixture.ts";

const ADDRESS = "https://hooks.example.com/T0/secret-path?key=hidden";

beforeEach(emptyAll);
afterEach(() => {
  vi.restoreAllMocks();
  vi.useRealTimers();
});

const log = async () =>
  (await db.select().from(activity)).map((row) => ({
    action: row.action,
    subject: row.subjectName,
    changes: JSON.parse(row.changes) as unknown,
  }));

describe("settings of alerts", () => {
  it("are saved and logged without the part of the address that may be secret", async () => {
    expect(
      await saveAlertSettings(act, null, { address: ` ${ADDRESS} `, events: ["backlog.delayed", "unknown"] }),
    ).toEqual({ ok: true });
    const endpoint = (await findEndpoint(db, ALERTS_ENDPOINT))!;
    expect([endpoint.url, eventsOf(endpoint)]).toEqual([ADDRESS, ["backlog.delayed"]]);
    await saveAlertSettings(act, null, { address: ADDRESS, events: ["backlog.delayed"] });
    await saveAlertSettings(act, null, { address: `${ADDRESS}2`, events: [] });
    expect(await log()).toEqual([
      {
        action: "alert.settings_saved",
        subject: "Alerts",
        changes: [
          { field: "address", from: null, to: "https://hooks.example.com/…" },
          { field: "events", from: null, to: "backlog.delayed" },
        ],
      },
      {
        action: "alert.settings_saved",
        subject: "Alerts",
        changes: [
          { field: "address", from: "https://hooks.example.com/…", to: "https://hooks.example.com/…" },
          { field: "events", from: "backlog.delayed", to: null },
        ],
      },
    ]);
    const stored = JSON.stringify(await db.select().from(notificationEndpoints));
    expect(stored).not.toContain(await secretOf(ALERTS_ENDPOINT));
  });

  it("refuse a private address at its field and keep what was", async () => {
    await saveAlertSettings(act, null, { address: ADDRESS, events: [] });
    for (const address of ["http://hooks.example.com/", "https://127.0.0.1/", "https://printer.local/"]) {
      expect(await saveAlertSettings(act, null, { address, events: [] })).toMatchObject({
        ok: false,
        reason: "invalid",
        errors: [{ path: "address" }],
      });
    }
    expect((await findEndpoint(db, ALERTS_ENDPOINT))?.url).toBe(ADDRESS);
  });

  it("keep the secret over every save, show it on request, and log that without it", async () => {
    expect(await revealAlertSecret(act, null)).toMatchObject({ ok: false, reason: "not_found" });
    await saveAlertSettings(act, null, { address: ADDRESS, events: [] });
    const first = await revealAlertSecret(act, null);
    await saveAlertSettings(act, null, { address: "", events: [] });
    expect(await revealAlertSecret(act, null)).toEqual(first);
    const rotated = await rotateAlertSecret(act, null);
    if (!first.ok || !rotated.ok) throw new Error("no secret");
    expect(rotated.secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
    expect(rotated.secret).not.toBe(first.secret);
    const words = JSON.stringify(await log());
    for (const secret of [first.secret, rotated.secret, "secret-path", "hidden"]) expect(words).not.toContain(secret);
    expect((await log()).map((entry) => entry.action)).toEqual([
      "alert.settings_saved",
      "alert.secret_revealed",
      "alert.settings_saved",
      "alert.secret_revealed",
      "alert.secret_rotated",
    ]);
  });

  it("say so where the secret's key is gone", async () => {
    await saveAlertSettings(act, null, { address: ADDRESS, events: [] });
    await db.update(notificationEndpoints).set({ sealedSecret: "spoiled" });
    expect(await revealAlertSecret(act, null)).toMatchObject({
      ok: false,
      reason: "conflict",
      message: expect.stringContaining("ENCRYPTION_KEYS") as unknown,
    });
  });
});

describe("a test", () => {
  it("is tried at once, signed, and what failed can be tried again until it is delivered", async () => {
    clock();
    expect(await sendTestNotice(act, null)).toMatchObject({ ok: false, reason: "conflict" });
    await saveAlertSettings(act, null, { address: ADDRESS, events: [] });
    const { received, behave } = receive(await secretOf(ALERTS_ENDPOINT), () => new Response("no", { status: 500 }));
    expect(await sendTestNotice(act, null)).toEqual({ ok: true, result: { outcome: "refused", httpStatus: 500 } });
    const [notification] = await listNotifications(db, ALERTS_ENDPOINT, 10);
    behave(() => new Response(null, { status: 200 }));
    expect(await retryAlert(act, null, notification!.id)).toEqual({
      ok: true,
      result: { outcome: "acknowledged", httpStatus: 200 },
    });
    expect(await retryAlert(act, null, notification!.id)).toMatchObject({ ok: false, reason: "conflict" });
    expect(received.map(({ id, body }) => [id, body.type])).toEqual([
      [notification!.id, "test"],
      [notification!.id, "test"],
    ]);
    expect((await log()).map((entry) => entry.action)).toEqual([
      "alert.settings_saved",
      "alert.test_sent",
      "alert.retried",
    ]);
  });
});

describe("events of an instance", () => {
  it("have an address, a secret and a log of their own, as long as the instance is in use", async () => {
    clock();
    const instanceId = await makeInstance({ name: "Shop" });
    expect(
      await saveAlertSettings(act, instanceId, { address: ADDRESS, events: ["invoice.sent", "connection.attention"] }),
    ).toEqual({ ok: true });
    expect(eventsOf((await findEndpoint(db, instanceId))!)).toEqual(["invoice.sent"]);
    const { received } = receive(await secretOf(instanceId));
    expect(await sendTestNotice(act, instanceId)).toMatchObject({ ok: true, result: { outcome: "acknowledged" } });
    expect(received).toHaveLength(1);
    expect(await findEndpoint(db, ALERTS_ENDPOINT)).toBeNull();
    expect((await log()).map(({ action, subject }) => [action, subject])).toEqual([
      ["instance.event_settings_saved", "Shop"],
      ["instance.event_test_sent", "Shop"],
    ]);
    await retireInstance(act, instanceId);
    for (const refused of [
      await saveAlertSettings(act, instanceId, { address: "", events: [] }),
      await revealAlertSecret(act, instanceId),
      await sendTestNotice(act, instanceId),
    ]) {
      expect(refused).toMatchObject({ ok: false, reason: "not_found" });
    }
  });
});
