/** What pages and API say of what is no longer kept, and of the room that is left. */
import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, it } from "vitest";
import { pushAttempts } from "../../src/pushes/schema.ts";
import { sizeInWords } from "../../src/pages/status/database-view.tsx";
import { clientOf, makeConnection, makeInstance, makeInvoice } from "../api/fixture.ts";
import { db, emptyAll, visitorOf, words } from "./visitor.ts";

const DAY_MS = 24 * 3_600_000;
const GB = 1_000_000_000;
const daysAgo = (days: number): string => new Date(Date.now() - days * DAY_MS).toISOString();

let instanceId = "";

beforeEach(async () => {
  await emptyAll();
  await env.DB.exec("DELETE FROM database_sizes");
  instanceId = await makeInstance({ connectionId: await makeConnection() });
});

async function makeDelivery(id: string, days: number, body: string): Promise<void> {
  await env.DB.prepare(
    `INSERT INTO order_events (id, instance_id, webhook_id, type, received_at, outcome, http_status, body)
     VALUES (?, ?, ?, 'order.shipped', ?, 'accepted', 202, ?)`,
  )
    .bind(id, instanceId, `w-${id}`, daysAgo(days), body)
    .run();
}

describe("a delivery's page", () => {
  it("says of a delivery of more than 90 days ago that its body is no longer kept, and offers no replay", async () => {
    await makeDelivery("old", 91, "told");
    await makeDelivery("new", 89, "told");
    const admin = await visitorOf("admin");
    expect((await admin.get("/deliveries/new")).html).toContain('action="/deliveries/new/replay"');
    const page = await admin.get("/deliveries/old");
    expect(page.html).not.toContain("/replay");
    expect(words(page.html)).toContain("Bodies are kept for 90 days; this one was deleted.");
  });

  it("answers a replay of it with 409 and says why", async () => {
    await makeDelivery("old", 91, "");
    const admin = await visitorOf("admin");
    const page = await admin.post("/deliveries/old/replay");
    expect(page.status).toBe(409);
    expect(words(page.html)).toContain("The body of this delivery was deleted after 90 days");
    expect((await admin.post("/deliveries/none/replay")).status).toBe(404);
  });
});

it("an invoice's page says how many attempts are no longer kept", async () => {
  const id = await makeInvoice(instanceId, "A", { state: "sent", attemptCount: 9 });
  const attempt = { documentId: id, operation: "create", startedAt: daysAgo(100), durationMs: 1 } as const;
  await db.insert(pushAttempts).values([
    { ...attempt, id: "a1", number: 1, outcome: "held" },
    { ...attempt, id: "a9", number: 9, outcome: "accepted" },
  ]);
  const page = words((await (await visitorOf("viewer")).get(`/invoices/${id}`)).html);
  expect(page).toContain("like an earlier one are no longer kept: 7 of 9");
  expect(page).toContain("9. Create");
});

describe("the status", () => {
  async function grownBy(bytes: number): Promise<{ page: string; database: Record<string, unknown> }> {
    const at = daysAgo(10);
    await env.DB.prepare("INSERT INTO database_sizes VALUES (?, ?, ?)").bind(at.slice(0, 10), -bytes, at).run();
    const page = words((await (await visitorOf("viewer")).get("/status")).html);
    const api = await (await clientOf("viewer"))("GET", "/status");
    return { page, database: (await api.json<{ database: Record<string, unknown> }>()).database };
  }

  it("tells the size, and on the first day that the pace is known tomorrow", async () => {
    const page = words((await (await visitorOf("viewer")).get("/status")).html);
    expect(page).toMatch(/Size \d+ kB of 10 GB Growth known tomorrow Full known tomorrow/);
    const api = await (await clientOf("viewer"))("GET", "/status");
    expect(await api.json()).toMatchObject({
      database: { bytes: expect.any(Number), limit_bytes: 10 * GB, bytes_per_day: null, full_on: null },
    });
  });

  it("tells the day on which it is full at the present pace", async () => {
    const { page, database } = await grownBy(GB / 2);
    expect(page).toMatch(/Growth 50 MB a day Full \d+ \w+ \d{4}, at the present pace/);
    expect(page).not.toContain("The database will be full");
    // 200 days, less what is stored by now: some minutes, which may end on the day before.
    const days = (10 * GB - Number(database["bytes"])) / Number(database["bytes_per_day"]);
    expect(days).toBeCloseTo(200, 0);
    expect(database["full_on"]).toBe(new Date(Date.now() + days * DAY_MS).toISOString().slice(0, 10));
  });

  it("warns where it is full within 90 days, and says what to do", async () => {
    const { page } = await grownBy(2 * GB);
    expect(page).toMatch(/The database will be full on \d+ \w+ \d{4} at the present pace/);
    expect(page).toContain("set up a second Bookbridge");
  });

  it("gives sizes in words", () => {
    expect([0, 999, 9_480, 640_000, 1_234_567, 10 * GB, 1_500 * GB].map(sizeInWords)).toEqual([
      "0 bytes",
      "999 bytes",
      "9.5 kB",
      "640 kB",
      "1.2 MB",
      "10 GB",
      "1,500 GB",
    ]);
  });
});
