import { eq } from "drizzle-orm";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { readConfig } from "../../src/env.ts";
import { deliverNotifications, deliverOne } from "../../src/notifications/deliver.ts";
import { findEndpoint, saveEndpoint } from "../../src/notifications/endpoints.ts";
import { notificationEndpoints, notifications } from "../../src/notifications/schema.ts";
import { rotateEndpointSecret } from "../../src/notifications/secrets.ts";
import {
  claim,
  forgetOldNotifications,
  listNotifications,
  newNotification,
  retryNotification,
  recordTry,
} from "../../src/notifications/store.ts";
import { runBatch } from "../../src/platform/db.ts";
import { act, db, now, queued, testEnv } from "../api/fixture.ts";
import { clock, emptyAll, listenAt, receive, secretOf } from "./fixture.ts";

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const ID = "shop";

beforeEach(async () => {
  await emptyAll();
  await listenAt(ID, ["invoice.sent"]);
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.useRealTimers();
});

async function make(source: string, endpointId = ID): Promise<string> {
  const notification = newNotification(
    { endpointId, type: "invoice.sent", source, data: { id: source, qbo_invoice_id: "7" } },
    now,
  );
  await db.insert(notifications).values(notification);
  return notification.id;
}
const notificationOf = async (id: string) =>
  (await db.select().from(notifications).where(eq(notifications.id, id)).get())!;

describe("delivering", () => {
  it("sends what is due, signed after Standard Webhooks, and never again once it was acknowledged", async () => {
    const time = clock();
    const { received } = receive(await secretOf(ID));
    const id = await make("a");
    await deliverNotifications(testEnv, time.now);
    await deliverNotifications(testEnv, time.now);
    time.pass(25 * HOUR);
    await deliverNotifications(testEnv, time.now);
    expect(received).toEqual([
      {
        id,
        at: now.getTime() / 1_000,
        body: {
          type: "invoice.sent",
          timestamp: now.toISOString(),
          data: { id: "a", qbo_invoice_id: "7", qbo_url: "https://app.quickbooks.example.com/app/invoice?txnId=7" },
        },
      },
    ]);
    expect(await notificationOf(id)).toMatchObject({
      state: "delivered",
      dueAt: null,
      tryCount: 1,
      lastOutcome: "acknowledged",
      lastHttpStatus: 204,
      deliveredAt: now.toISOString(),
    });
    expect(await retryNotification(db, ID, id, time.now())).toBe(false);
  });

  it("keeps the webhook-id over all tries, signs each try with its own time, and gives up after 24 hours", async () => {
    const time = clock();
    const { received } = receive(await secretOf(ID), () => new Response("no", { status: 503 }));
    const id = await make("a");
    const triedAt: number[] = [];
    for (let round = 0; round < 40; round += 1) {
      const { dueAt } = await notificationOf(id);
      if (dueAt === null) break;
      time.pass(Math.max(0, Date.parse(dueAt) - time.now().getTime()));
      triedAt.push(time.now().getTime() - now.getTime());
      await deliverNotifications(testEnv, time.now);
    }
    expect(triedAt.slice(0, 6)).toEqual([
      0,
      10 * SECOND,
      70 * SECOND,
      370 * SECOND,
      2_170 * SECOND,
      2_170 * SECOND + 2 * HOUR,
    ]);
    expect(triedAt.at(-1)).toBe(24 * HOUR);
    expect(new Set(received.map((delivery) => delivery.id))).toEqual(new Set([id]));
    expect(received.map((delivery) => delivery.at)).toEqual(
      triedAt.map((ms) => Math.floor((now.getTime() + ms) / 1_000)),
    );
    expect(await notificationOf(id)).toMatchObject({
      state: "gave_up",
      dueAt: null,
      lastOutcome: "refused",
      lastHttpStatus: 503,
      tryCount: triedAt.length,
    });
  });

  it("starts again when a person says so", async () => {
    const time = clock();
    const { behave, received } = receive(await secretOf(ID), () => new Response("no", { status: 500 }));
    const id = await make("a");
    await db.update(notifications).set({ retrySince: new Date(now.getTime() - 24 * HOUR).toISOString() });
    await deliverNotifications(testEnv, time.now);
    expect(await notificationOf(id)).toMatchObject({ state: "gave_up" });
    time.pass(MINUTE);
    behave(() => new Response(null));
    expect(await retryNotification(db, "other", id, time.now())).toBe(false);
    expect(await retryNotification(db, ID, id, time.now())).toBe(true);
    await deliverNotifications(testEnv, time.now);
    expect(await notificationOf(id)).toMatchObject({ state: "delivered", tryCount: 1 });
    expect(received).toHaveLength(2);
  });

  it.each([
    {
      name: "a redirect",
      behaviour: () => new Response(null, { status: 302, headers: { location: "https://elsewhere.example.com/" } }),
      outcome: "redirected",
      status: 302,
    },
    { name: "a refusal", behaviour: () => new Response("no", { status: 404 }), outcome: "refused", status: 404 },
    {
      name: "a closed port",
      behaviour: () => Promise.reject(new TypeError("connection refused")),
      outcome: "unreachable",
      status: null,
    },
    {
      name: "silence",
      behaviour: () => Promise.reject(new DOMException("timed out", "TimeoutError")),
      outcome: "timeout",
      status: null,
    },
  ])("takes $name for a failed try and follows nothing", async ({ behaviour, outcome, status }) => {
    const time = clock();
    const { fetch } = receive(await secretOf(ID), behaviour);
    const id = await make("a");
    await deliverNotifications(testEnv, time.now);
    expect(await notificationOf(id)).toMatchObject({
      state: "waiting",
      lastOutcome: outcome,
      lastHttpStatus: status,
      dueAt: new Date(now.getTime() + 10 * SECOND).toISOString(),
    });
    expect(fetch).toHaveBeenCalledTimes(1);
    const init = fetch.mock.calls[0]?.[1];
    expect(init).toMatchObject({ redirect: "manual" });
    expect(init?.signal).toBeInstanceOf(AbortSignal);
  });

  it("asks a receiver that is down once in ten seconds, however much waits, and no other waits for it", async () => {
    const time = clock();
    await listenAt("other", ["invoice.sent"], "https://up.example.com/");
    for (let i = 0; i < 10; i += 1) await make(`a${i}`);
    await make("b", "other");
    const calls: string[] = [];
    vi.spyOn(globalThis, "fetch").mockImplementation(async (input) => {
      const { hostname } = new URL(new Request(input).url);
      calls.push(hostname);
      return new Response(null, { status: hostname === "up.example.com" ? 200 : 502 });
    });
    for (let i = 0; i < 5; i += 1) await deliverNotifications(testEnv, time.now);
    expect(calls.filter((host) => host === "up.example.com")).toHaveLength(1);
    expect(calls.filter((host) => host === "hooks.example.com")).toHaveLength(2);
    time.pass(10 * SECOND);
    await deliverNotifications(testEnv, time.now);
    expect(calls.filter((host) => host === "hooks.example.com")).toHaveLength(4);
    // Rung at the time of the next try, once for each delivery that tried something.
    expect(queued).toEqual([{ kind: "notices" }, { kind: "notices" }]);
  });

  it("sends each notification once when many workers try at the same time", async () => {
    const time = clock();
    const { received } = receive(await secretOf(ID), async () => new Response(null));
    for (let i = 0; i < 12; i += 1) await make(`a${i}`);
    await Promise.all(Array.from({ length: 6 }, () => deliverNotifications(testEnv, time.now)));
    await deliverNotifications(testEnv, time.now);
    expect(received).toHaveLength(12);
    expect(new Set(received.map((delivery) => delivery.body.data["id"]))).toEqual(
      new Set(Array.from({ length: 12 }, (_, i) => `a${i}`)),
    );
  });

  it("lets one of two claims win, and a try that ended late changes nothing that was acknowledged", async () => {
    const id = await make("a");
    const claims = await Promise.all([claim(db, id, now), claim(db, id, now)]);
    expect(claims.filter(Boolean)).toHaveLength(1);
    const first = claims.find(Boolean)!;
    // Its worker seemed dead: another took it after the lease, and was answered.
    const later = new Date(now.getTime() + MINUTE);
    const second = (await claim(db, id, later))!;
    await recordTry(db, first, { outcome: "refused", httpStatus: 500 }, later);
    expect(await notificationOf(id)).toMatchObject({ state: "waiting", tryCount: 2, lastOutcome: null });
    await recordTry(db, second, { outcome: "acknowledged", httpStatus: 200 }, later);
    await recordTry(db, first, { outcome: "refused", httpStatus: 500 }, later);
    expect(await notificationOf(id)).toMatchObject({ state: "delivered", lastOutcome: "acknowledged" });
  });

  it("signs with the old secret too for 24 hours after a rotation", async () => {
    const time = clock();
    const old = await secretOf(ID);
    await rotateEndpointSecret(db, act.config.keys, ID, now);
    expect(await secretOf(ID)).not.toBe(old);
    await make("a");
    const { received } = receive(old);
    await deliverNotifications(testEnv, time.now);
    vi.restoreAllMocks();
    const withNew = receive(await secretOf(ID));
    await make("b");
    await deliverNotifications(testEnv, time.now);
    expect([received.length, withNew.received.length]).toEqual([1, 1]);
    vi.restoreAllMocks();
    time.pass(24 * HOUR);
    await db
      .insert(notifications)
      .values(newNotification({ endpointId: ID, type: "invoice.sent", source: "c", data: {} }, time.now()));
    const afterwards = receive(old);
    await deliverNotifications(testEnv, time.now);
    expect(afterwards.received).toEqual([]);
  });

  it("sends nothing to an address that is not allowed here, and gives up what waits when the address is removed", async () => {
    const time = clock();
    const { fetch } = receive(await secretOf(ID));
    await db.update(notificationEndpoints).set({ url: "http://127.0.0.1:9000/" });
    const id = await make("a");
    await deliverNotifications(testEnv, time.now);
    expect(await notificationOf(id)).toMatchObject({ state: "waiting", lastOutcome: "not_allowed" });
    await saveEndpoint(db, act.config.keys, { id: ID, url: null, events: ["invoice.sent"] }, now);
    expect(await notificationOf(id)).toMatchObject({ state: "gave_up", lastOutcome: "no_address" });
    expect(fetch).not.toHaveBeenCalled();
  });

  it("waits where the secret can't be opened, and says so", async () => {
    const time = clock();
    const { fetch } = receive(await secretOf(ID));
    await db.update(notificationEndpoints).set({ sealedSecret: "spoiled" });
    const id = await make("a");
    const endpoint = (await findEndpoint(db, ID))!;
    expect(await deliverOne({ db, config: readConfig(testEnv), now: time.now }, endpoint, id)).toEqual({
      outcome: "no_secret",
      httpStatus: null,
    });
    expect(fetch).not.toHaveBeenCalled();
  });
});

describe("the log", () => {
  it("shows the newest first and forgets what has been over for 30 days", async () => {
    const old = {
      ...newNotification(
        { endpointId: ID, type: "test", source: "old", data: {} },
        new Date(now.getTime() - 31 * 24 * HOUR),
      ),
    };
    await db.insert(notifications).values([
      { ...old, state: "delivered", dueAt: null },
      {
        ...newNotification(
          { endpointId: ID, type: "test", source: "waits", data: {} },
          new Date(now.getTime() - 31 * 24 * HOUR),
        ),
      },
      newNotification({ endpointId: ID, type: "test", source: "new", data: {} }, now),
    ]);
    await runBatch(db, [forgetOldNotifications(db, now)]);
    expect((await listNotifications(db, ID, 10)).map((notification) => notification.source)).toEqual(["new", "waits"]);
  });
});
