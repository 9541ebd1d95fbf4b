// Intuit's webhooks out: both formats, the signature, echoes, retries, duplicates and order (docs/qbo-api.md,
// section 8).

import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { at, Company, control, salesLine } from "./emulator-client.ts";

const VERIFIER = "verifier-token";
const URL_OF_APP = "http://app.test/webhooks/intuit";

interface Received {
  signature: string;
  body: string;
}

let received: Received[];
let status: number;

beforeEach(() => {
  received = [];
  status = 200;
  vi.spyOn(globalThis, "fetch").mockImplementation(async (input, init) => {
    const request = new Request(input, init);
    received.push({ signature: request.headers.get("intuit-signature") ?? "", body: await request.text() });
    return new Response(null, { status });
  });
});

afterEach(async () => {
  await control("DELETE", "/webhooks");
  vi.restoreAllMocks();
});

async function listen(company: Company, more: object = {}) {
  const made = await control("POST", "/webhooks", {
    url: URL_OF_APP,
    verifier: VERIFIER,
    realm_id: company.realmId,
    delay_ms: 600_000,
    ...more,
  });
  expect(made.status).toBe(201);
}

async function sign(body: string): Promise<string> {
  const key = await crypto.subtle.importKey(
    "raw",
    new TextEncoder().encode(VERIFIER),
    { name: "HMAC", hash: "SHA-256" },
    false,
    ["sign"],
  );
  const bytes = await crypto.subtle.sign("HMAC", key, new TextEncoder().encode(body));
  return btoa(String.fromCharCode(...new Uint8Array(bytes)));
}

const flush = async () => (await control("POST", "/webhooks/flush")).json;

describe("bodies", () => {
  it("tells of a call's own change in the older format, signed, not later than LastUpdatedTime", async () => {
    const company = await Company.make();
    await listen(company);
    const made = await company.create("Customer", { DisplayName: "Echo" });
    expect(await flush()).toEqual({ sent: 1, failed: 0 });
    const [delivery] = received;
    expect(delivery?.signature).toBe(await sign(delivery?.body ?? ""));
    const entity = at(JSON.parse(delivery?.body ?? "{}"), "eventNotifications", 0, "dataChangeEvent", "entities", 0);
    expect(entity).toMatchObject({ name: "Customer", id: made.id, operation: "Create" });
    expect(Date.parse(String(at(entity, "lastUpdated")))).toBeLessThanOrEqual(
      Date.parse(String(at(made.body, "MetaData", "LastUpdatedTime"))),
    );
  });

  it("tells of a person's change as CloudEvents", async () => {
    const company = await Company.make();
    const customer = await company.idOf("Customer", "Bayview Cafe");
    await listen(company, { format: "cloudevents" });
    await control("PATCH", `/companies/${company.realmId}/entities/customer/${customer}`, { Notes: "changed" });
    await flush();
    const events: unknown = JSON.parse(received[0]?.body ?? "[]");
    expect(events).toMatchObject([
      {
        specversion: "1.0",
        type: "qbo.customer.updated.v1",
        intuitentityid: customer,
        intuitaccountid: company.realmId,
        data: {},
      },
    ]);
  });

  it("tells of a merge who stays and who is gone, in both formats", async () => {
    const company = await Company.make();
    const base = `/companies/${company.realmId}/entities`;
    const [stays, item] = [await company.idOf("Customer", "Bayview Cafe"), await company.idOf("Item", "Hours")];
    const { id: gone } = await company.create("Customer", { DisplayName: "Bayview Cafe Ltd" });
    const invoice = await company.create("Invoice", { CustomerRef: { value: gone }, Line: [salesLine(item, 5)] });
    await listen(company, { format: "legacy" });
    await listen(company, { format: "cloudevents" });
    expect((await control("POST", `${base}/customer/${gone}/merge`, { into: gone })).status).toBe(422);
    const merged = await control("POST", `${base}/customer/${gone}/merge`, { into: stays });
    expect([merged.status, at(merged.json, "Id")]).toEqual([200, stays]);
    await flush();
    const told = received.map(({ body }): unknown => JSON.parse(body));
    const entity = { name: "Customer", id: stays, operation: "Merge", deletedId: gone };
    expect(told).toHaveLength(2);
    expect(told).toContainEqual(
      expect.objectContaining({
        eventNotifications: [
          { realmId: company.realmId, dataChangeEvent: { entities: [expect.objectContaining(entity)] } },
        ],
      }),
    );
    const event = { type: "qbo.customer.merged.v1", intuitentityid: stays, data: { deletedid: gone } };
    expect(told).toContainEqual([expect.objectContaining(event)]);
    expect((await control("GET", `${base}/customer/${gone}`)).status).toBe(404);
    const moved = await control("GET", `${base}/invoice/${invoice.id}`);
    expect(at(moved.json, "CustomerRef")).toEqual({ value: stays, name: "Bayview Cafe" });
  });

  it.each([
    ["Item", { Name: "Double", Type: "Service" }, "Installation"],
    ["Account", { Name: "Double", AccountSubType: "ServiceFeeIncome" }, "Services"],
  ])("tells of a merge of two records of type %s in both formats", async (type, body, survivor) => {
    const company = await Company.make();
    const income = type === "Item" ? { IncomeAccountRef: { value: await company.idOf("Account", "Services") } } : {};
    const { id: gone } = await company.create(type, { ...body, ...income });
    const stays = await company.idOf(type, survivor);
    await listen(company, { format: "legacy" });
    await listen(company, { format: "cloudevents" });
    const path = `/companies/${company.realmId}/entities/${type.toLowerCase()}/${gone}/merge`;
    expect((await control("POST", path, { into: stays })).status).toBe(200);
    await flush();
    const told = received.map(({ body: text }): unknown => JSON.parse(text));
    const older = told.find((event) => !Array.isArray(event));
    const newer = told.find((event) => Array.isArray(event));
    expect(at(older, "eventNotifications", 0, "dataChangeEvent", "entities")).toMatchObject([
      { name: type, id: stays, operation: "Merge", deletedId: gone },
    ]);
    expect(newer).toMatchObject([
      { type: `qbo.${type.toLowerCase()}.merged.v1`, intuitentityid: stays, data: { deletedid: gone } },
    ]);
  });

  it("tells of void and deletion, and of the invoice that a payment changed", async () => {
    const company = await Company.make();
    const base = `/companies/${company.realmId}/entities`;
    const body = {
      CustomerRef: { value: await company.idOf("Customer", "Bayview Cafe") },
      Line: [
        {
          DetailType: "SalesItemLineDetail",
          Amount: 5,
          SalesItemLineDetail: { ItemRef: { value: await company.idOf("Item", "Hours") } },
        },
      ],
    };
    const first = await company.create("Invoice", body);
    const second = await company.create("Invoice", body);
    await listen(company, { format: "cloudevents" });
    await control("POST", `${base}/payment`, {
      CustomerRef: body.CustomerRef,
      TotalAmt: 5,
      Line: [{ Amount: 5, LinkedTxn: [{ TxnId: first.id, TxnType: "Invoice" }] }],
    });
    await control("POST", `${base}/invoice/${first.id}/void`);
    await control("POST", `${base}/invoice/${second.id}/delete`);
    await flush();
    const types = received.map(({ body: text }) => {
      const events: unknown = JSON.parse(text);
      return Array.isArray(events) ? events.map((event) => at(event, "type")).join(" ") : "";
    });
    expect(types[0]).toContain("qbo.payment.created.v1");
    expect(types[0]).toContain("qbo.invoice.updated.v1");
    expect(types[1]).toContain("qbo.invoice.void.v1");
    expect(types[2]).toBe("qbo.invoice.deleted.v1");
  });

  it("says nothing of refused calls or of other companies", async () => {
    const company = await Company.make();
    const other = await Company.make();
    await listen(company);
    await company.post("customer", { DisplayName: "A:B" });
    await other.create("Customer", { DisplayName: "Elsewhere" });
    expect(await flush()).toEqual({ sent: 0, failed: 0 });
  });
});

describe("delivery", () => {
  it("keeps later events behind a failed one and sends all in order afterwards", async () => {
    const company = await Company.make();
    await listen(company);
    await company.create("Customer", { DisplayName: "First" });
    await company.create("Customer", { DisplayName: "Second" });
    status = 500;
    expect(await flush()).toEqual({ sent: 0, failed: 1 });
    status = 200;
    expect(await flush()).toEqual({ sent: 2, failed: 0 });
    expect(received[0]?.body).toBe(received[1]?.body);
    expect(received[2]?.body).not.toBe(received[1]?.body);
  });

  it("repeats and reorders when told to", async () => {
    const company = await Company.make();
    await listen(company, { duplicates: 1, out_of_order: true });
    const first = await company.create("Customer", { DisplayName: "First" });
    const second = await company.create("Customer", { DisplayName: "Second" });
    await flush();
    const ids = received.map(({ body }) =>
      at(JSON.parse(body), "eventNotifications", 0, "dataChangeEvent", "entities", 0, "id"),
    );
    expect(ids).toEqual([second.id, second.id, first.id, first.id]);
  });

  it("comes by itself shortly afterwards", async () => {
    const company = await Company.make();
    await listen(company, { delay_ms: 100 });
    await company.create("Customer", { DisplayName: "By itself" });
    await vi.waitFor(() => expect(received).toHaveLength(1), { timeout: 5000 });
  });
});
