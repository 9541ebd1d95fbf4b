import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { listDue, newNotification, retryNotification } from "../../src/notifications/store.ts";
import { ALERT_KINDS, ALERTS_ENDPOINT } from "../../src/notifications/event.ts";
import { findEndpoint } from "../../src/notifications/endpoints.ts";
import { notifications } from "../../src/notifications/schema.ts";
import { db, makeInstance, now } from "../api/fixture.ts";
import { AS_FRAGMENT, visitorOf } from "../pages/visitor.ts";
import { emptyAll, listenAt, secretOf } from "./fixture.ts";

const ADDRESS = "https://hooks.example.org/T0/hidden-path";
const SECRET = /whsec_[A-Za-z0-9+/]{43}=/;

beforeEach(emptyAll);
afterEach(() => vi.restoreAllMocks());

describe("the page of alerts", () => {
  it("takes an address and kinds, and shows the secret only to an admin who asks", async () => {
    const admin = await visitorOf("admin");
    const fields = { address: ADDRESS, "connection.attention": "true", "backlog.delayed": "true" };
    const saved = await admin.submit("/settings/alerts", fields);
    expect(saved.html).toContain("Send a test alert");
    expect(saved.html).toContain(ADDRESS);
    expect(saved.html).not.toMatch(SECRET);
    expect(JSON.parse((await findEndpoint(db, ALERTS_ENDPOINT))!.events)).toEqual([
      "connection.attention",
      "backlog.delayed",
    ]);
    const revealed = await admin.post("/settings/alerts/reveal-secret");
    expect(SECRET.exec(revealed.html)?.[0]).toBe(await secretOf(ALERTS_ENDPOINT));
    expect(revealed.headers.get("cache-control")).toContain("no-store");
  });

  it("keeps what was typed beside the fault", async () => {
    const admin = await visitorOf("admin");
    const refused = await admin.post("/settings/alerts", {
      address: "https://printer.local/x",
      "invoices.failed": "true",
    });
    expect(refused.status).toBe(422);
    expect(refused.html).toContain('value="https://printer.local/x"');
    expect(refused.html).toContain("is a private network name");
    expect(await findEndpoint(db, ALERTS_ENDPOINT)).toBeNull();
  });

  it("shows a viewer no more of the address than its host, and lets nobody but admins act", async () => {
    await listenAt(ALERTS_ENDPOINT, ALERT_KINDS, ADDRESS);
    const viewer = await visitorOf("viewer");
    const page = await viewer.get("/settings/alerts");
    expect(page.status).toBe(200);
    expect(page.html).toContain("https://hooks.example.org/…");
    expect(page.html).not.toContain("hidden-path");
    for (const role of ["viewer", "operator"] as const) {
      const person = await visitorOf(role);
      for (const path of ["", "/reveal-secret", "/rotate-secret", "/test", "/notices/x/retry"]) {
        expect([path, (await person.post(`/settings/alerts${path}`, { address: "" })).status]).toEqual([path, 403]);
      }
    }
    expect((await findEndpoint(db, ALERTS_ENDPOINT))?.url).toBe(ADDRESS);
  });

  it("tests the address at once and lists what became of it, as a whole page and as a part", async () => {
    const admin = await visitorOf("admin");
    expect((await admin.submit("/settings/alerts/test")).html).toContain("Enter an address first.");
    await listenAt(ALERTS_ENDPOINT, ALERT_KINDS, ADDRESS);
    vi.spyOn(globalThis, "fetch").mockImplementation(async () => new Response("no", { status: 503 }));
    const failed = await admin.submit("/settings/alerts/test");
    expect(failed.html).toContain("was not delivered. Answered 503.");
    const part = await admin.get("/settings/alerts", AS_FRAGMENT);
    expect(part.html).toContain("Retrying");
    expect(part.html).not.toContain("<html");
    const [row] = await db.select().from(notifications);
    vi.mocked(fetch).mockImplementation(async () => new Response(null, { status: 204 }));
    const retried = await admin.submit(`/settings/alerts/notices/${row!.id}/retry`);
    expect(retried.html).toContain("was delivered: the address answered 204.");
    expect(retried.html).toContain("Delivered");
    expect(retried.html).not.toContain("/retry");
  });
});

describe("events on the page of an instance", () => {
  it("are set, tested and logged there, and belong to that instance alone", async () => {
    const [id, other] = [await makeInstance({ name: "Shop" }), await makeInstance({ name: "Other" })];
    const admin = await visitorOf("admin");
    const refused = await admin.post(`/settings/instances/${id}/events`, {
      address: "http://hooks.example.org/",
      "invoice.sent": "true",
    });
    expect([refused.status, refused.html.includes("must begin with https://")]).toEqual([422, true]);
    expect(
      (await admin.submit(`/settings/instances/${id}/events`, { address: ADDRESS, "invoice.sent": "true" })).html,
    ).toContain("is notified from now on");
    expect(SECRET.exec((await admin.post(`/settings/instances/${id}/events/reveal-secret`)).html)?.[0]).toBe(
      await secretOf(id),
    );
    const notification = newNotification(
      { endpointId: id, type: "invoice.sent", source: "a", data: { id: "inv-1", number: "N-1" } },
      now,
    );
    await db.insert(notifications).values(notification);
    expect((await admin.get(`/settings/instances/${id}`)).html).toContain('href="/invoices/inv-1"');
    expect((await admin.get(`/settings/instances/${other}`)).html).not.toContain("/invoices/inv-1");
    expect(await retryNotification(db, other, notification.id, now)).toBe(false);
    expect(await listDue(db, other, now, 10)).toEqual([]);
    expect((await admin.get(`/settings/instances/${id}/events`)).location).toContain(
      `/settings/instances/${id}#events`,
    );
    expect((await admin.get(`/settings/instances/${id}/events`, AS_FRAGMENT)).html).toContain("invoice.sent");
  });
});
