import { eq } from "drizzle-orm";
import { beforeEach, describe, expect, it } from "vitest";
import { operations } from "../../src/api/routes.ts";
import { connectionPage, connectionSchema } from "../../src/api/connections/responses.ts";
import { instancePage, instanceSchema, instanceWithSecret } from "../../src/api/instances/responses.ts";
import { invoiceCreated, invoicePage, invoiceSchema, sendResults } from "../../src/api/invoices/responses.ts";
import { orderPage, orderSchema } from "../../src/api/orders/responses.ts";
import { problemSchema } from "../../src/api/problem.ts";
import { statusSchema } from "../../src/api/status/responses.ts";
import { invoices } from "../../src/invoices/schema.ts";
import { leastRoleWith } from "../../src/people/roles.ts";
import { activity } from "../../src/people/schema.ts";
import {
  clientOf,
  db,
  emptyTables,
  makeConnection,
  makeInstance,
  makeInvoice,
  makeOrder,
  type Problem,
  queued,
} from "./fixture.ts";
import { selectInvoices } from "../../src/invoicing/invoice-row.ts";
import { pushes } from "../../src/pushes/schema.ts";

type Client = Awaited<ReturnType<typeof clientOf>>;
let admin: Client;
let connectionId: string;
let instanceId: string;

beforeEach(async () => {
  await emptyTables();
  admin = await clientOf("admin");
  connectionId = await makeConnection();
  instanceId = await makeInstance({ connectionId });
});

describe("keys and roles", () => {
  it.each(operations.map((operation) => [operation.operationId, operation] as const))(
    "%s needs a key",
    async (_name, operation) => {
      const path = operation.path.replace(":id", "x");
      const nobody = await clientOf(null);
      const answer = await nobody(operation.method.toUpperCase(), path);
      expect(answer.status).toBe(401);
      expect(answer.headers.get("www-authenticate")).toMatch(/^Bearer/);
      expect(answer.headers.get("content-type")).toBe("application/problem+json");
      expect(problemSchema.parse(await answer.json())).toMatchObject({ status: 401 });
    },
  );

  it.each(
    operations
      .filter((operation) => leastRoleWith(operation.right) !== "viewer")
      .map((operation) => [operation.operationId, operation] as const),
  )("%s refuses the role below", async (_name, operation) => {
    const tooLow = await clientOf(leastRoleWith(operation.right) === "admin" ? "operator" : "viewer");
    expect((await tooLow(operation.method.toUpperCase(), operation.path.replace(":id", "x"), {})).status).toBe(403);
  });

  it("refuses a revoked or invented key", async () => {
    const nobody = await clientOf(null);
    for (const authorization of [`Bearer bb_${"x".repeat(43)}`, "Bearer", "Bearer ", "Basic YTpi", "bb_x"]) {
      expect((await nobody("GET", "/invoices", undefined, { authorization })).status).toBe(401);
    }
  });

  it("follow the roles: who reads may not send, who sends may not change settings", async () => {
    const roleOf = Object.fromEntries(operations.map(({ operationId, right }) => [operationId, leastRoleWith(right)]));
    expect(roleOf).toMatchObject({
      listInvoices: "viewer",
      createInvoices: "operator",
      sendInvoices: "operator",
      voidInvoice: "operator",
      changeConnection: "admin",
      createInstance: "admin",
      rotateInstanceSecret: "admin",
    });
  });
});

describe("what is sent wrongly is told, never a 5xx", () => {
  const problemOf = async (answer: Response): Promise<Problem> => {
    expect(answer.headers.get("content-type")).toBe("application/problem+json");
    return answer.json<Problem>();
  };

  it.each<[string, unknown, number, string[]]>([
    ["/instances", "{", 400, []],
    ["/instances", "", 400, []],
    ["/instances", new Uint8Array([0x22, 0xff, 0x22]), 400, []],
    ["/instances", "null", 422, [""]],
    ["/instances", [], 422, [""]],
    ["/instances", {}, 422, ["name"]],
    [
      "/instances",
      { name: " ", enabled: "yes", color: "red", connection_id: 7 },
      422,
      ["name", "connection_id", "enabled", "color"],
    ],
    ["/instances", { name: "x".repeat(101) }, 422, ["name"]],
    ["/instances", { name: "A", connection_id: "unknown" }, 422, ["connection_id"]],
    ["/invoices", { order_ids: [] }, 422, ["order_ids"]],
    ["/invoices", { order_ids: "all" }, 422, ["order_ids"]],
    ["/invoices", { order_ids: ["a"], date: "30.11.2026" }, 422, ["date"]],
    ["/invoices", { order_ids: ["a", 5, null, ""] }, 422, ["order_ids[1]", "order_ids[2]", "order_ids[3]"]],
    ["/invoices/send", { invoice_ids: Array.from({ length: 1001 }, (_, i) => String(i)) }, 422, ["invoice_ids"]],
    ["/invoices/send", { ids: [] }, 422, ["invoice_ids", "ids"]],
  ])("POST %s %#", async (path, body, status, paths) => {
    const answer = await admin("POST", path, body);
    expect(answer.status).toBe(status);
    const problem = await problemOf(answer);
    expect(problem.status).toBe(status);
    expect((problem.errors ?? []).map((error) => error.path)).toEqual(paths);
    for (const { message } of problem.errors ?? []) expect(message).toMatch(/^(?!Invalid input).{10,}\.$/);
  });

  it.each([
    "limit=0",
    "limit=201",
    "limit=x",
    "limit=1.5",
    "limit=",
    "after=nonsense",
    "after=2026-11-20_';--",
    "push_status=lost",
    "from=2026-02-30",
    "to=yesterday",
    "colour=red",
    `q=${"x".repeat(101)}`,
    "instance_id=",
  ])("GET /invoices?%s", async (query) => {
    const answer = await admin("GET", `/invoices?${query}`);
    expect(answer.status).toBe(422);
    expect((await problemOf(answer)).errors?.map((error) => error.path)).toEqual([query.split("=")[0]]);
  });

  it.each(["/connections", "/instances"])("GET %s with a cursor that no list has given", async (path) => {
    const answer = await admin("GET", `${path}?after=nonsense`);
    expect(answer.status).toBe(422);
    expect((await problemOf(answer)).errors?.map((error) => error.path)).toEqual(["after"]);
  });

  it("says so where the body is not declared as JSON, or too large", async () => {
    for (const type of ["text/plain", "application/x-www-form-urlencoded", "application/jsonx"]) {
      expect((await admin("POST", "/instances", "{}", { "content-type": type })).status).toBe(415);
    }
    expect(
      (await admin("POST", "/instances", "{}", { "content-type": "application/merge-patch+json; charset=utf-8" }))
        .status,
    ).toBe(422);
    expect((await admin("POST", "/instances", `{"name":"${"x".repeat(140_000)}"}`)).status).toBe(413);
  });

  it.each([
    ["GET", "/connections/x"],
    ["PATCH", "/connections/x"],
    ["POST", "/connections/x/check"],
    ["POST", "/connections/x/disconnect"],
    ["GET", "/instances/x"],
    ["PATCH", "/instances/x"],
    ["DELETE", "/instances/x"],
    ["POST", "/instances/x/rotate-secret"],
    ["GET", "/orders/x"],
    ["GET", "/invoices/x"],
    ["GET", "/invoices/x/payload"],
    ["POST", "/invoices/x/void"],
    ["GET", "/invoices/%00%F0%9F"],
    ["GET", `/invoices/${"x".repeat(4000)}`],
  ])("%s %s is a 404", async (method, path) => {
    const answer = await admin(method, path, method === "PATCH" ? {} : undefined);
    expect(answer.status).toBe(404);
    await problemOf(answer);
  });

  it("says 405 with the methods that there are", async () => {
    const answer = await admin("PUT", "/invoices", {});
    expect(answer.status).toBe(405);
    expect(answer.headers.get("allow")?.split(", ").toSorted()).toEqual(["GET", "HEAD", "POST"]);
    await problemOf(answer);
  });
});

describe("connections", () => {
  it("are listed and shown with their settings and without secrets", async () => {
    const { data, next } = connectionPage.parse(await (await admin("GET", "/connections")).json());
    expect([data.length, next]).toEqual([1, null]);
    const one = await (await admin("GET", `/connections/${connectionId}`)).json();
    expect(connectionSchema.strict().parse(one)).toMatchObject({
      id: connectionId,
      state: "connected",
      company_name: "Blue Harbor Supply",
      customer_mode: "per_buyer",
      customer_name: null,
    });
    expect(data[0]).toEqual(one);
  });

  it("take a patch: what is left out stays, null clears", async () => {
    const patch = {
      customer_mode: "single",
      customer_name: "Web orders",
      item_type: "inventory",
      default_inventory_quantity: 100,
      inventory_start_date: "2026-01-01",
    };
    const saved = await admin("PATCH", `/connections/${connectionId}`, patch);
    expect(saved.status).toBe(200);
    expect(await saved.json()).toMatchObject({ ...patch, income_account: "Sales of Product Income" });
    const cleared = await admin("PATCH", `/connections/${connectionId}`, { customer_name: null });
    expect(await cleared.json()).toMatchObject({ customer_name: null, customer_mode: "single" });
  });

  it("take the settings for tax, totals and dates, each in one form", async () => {
    const patch = { sales_tax_code: "20.0% S", zero_rate_code: "0.0% Z", total_policy: "warn" };
    const typed = {
      tax_codes: [
        { rate: 5.0, tax_code: " 5.0% R " },
        { rate: "12.50", tax_code: "12.5% R" },
      ],
      time_zone: "europe/london",
    };
    const saved = await admin("PATCH", `/connections/${connectionId}`, { ...patch, ...typed });
    expect(await saved.json()).toMatchObject({
      ...patch,
      tax_codes: [
        { rate: "5", tax_code: "5.0% R" },
        { rate: "12.5", tax_code: "12.5% R" },
      ],
      time_zone: "Europe/London",
    });
    const cleared = await admin("PATCH", `/connections/${connectionId}`, { tax_codes: [], time_zone: null });
    expect(await cleared.json()).toMatchObject({ ...patch, tax_codes: null, time_zone: null });
    expect(await (await admin("PATCH", `/connections/${connectionId}`, { tax_codes: null })).json()).toMatchObject(
      patch,
    );
  });

  it("start with invoices refused whose total would differ, as those do that were there before", async () => {
    expect(await (await admin("GET", `/connections/${connectionId}`)).json()).toMatchObject({
      total_policy: "refuse",
      tax_codes: null,
      time_zone: null,
    });
  });

  it.each([
    ["time_zone", "Mars/Olympus", "such as Europe/London"],
    ["time_zone", "+01:00", "such as Europe/London"],
    ["total_policy", "maybe", "Do not send (refuse) or Send with a warning (warn)"],
    ["total_policy", null, "Do not send (refuse) or Send with a warning (warn)"],
    ["tax_codes", "5% R", "is a list such as"],
    ["tax_codes", [{ rate: "five", tax_code: "x" }], "rate is a percentage above 0"],
    ["tax_codes", [{ rate: "0", tax_code: "x" }], "That of 0 % is the Zero-rate code."],
    ["tax_codes", [{ rate: "1e2", tax_code: "x" }], "rate is a percentage above 0"],
    [
      "tax_codes",
      [
        { rate: "5", tax_code: "x" },
        { rate: "5.0", tax_code: "y" },
      ],
      "names a rate twice",
    ],
    ["tax_codes", [{ rate: "5", tax_code: "x".repeat(101) }], "at most 100 characters"],
    ["tax_codes", [{ rate: "5" }], "is a text"],
    [
      "tax_codes",
      Array.from({ length: 101 }, (_, index) => ({ rate: String(index), tax_code: "x" })),
      "at most 100 rates",
    ],
  ])("refuse %s %j and say what it should be", async (field, value, words) => {
    const answer = await admin("PATCH", `/connections/${connectionId}`, { [field]: value });
    expect(answer.status).toBe(422);
    const { errors = [] } = await answer.json<Problem>();
    expect(errors.map(({ path, message }) => [path.split(/[.[]/)[0], message])).toContainEqual([
      field,
      expect.stringContaining(words),
    ]);
  });

  it("refuse values that make no sense, at the field", async () => {
    const answer = await admin("PATCH", `/connections/${connectionId}`, {
      enabled: "yes",
      inventory_start_date: "2026-02-30",
      item_type: "bundle",
      default_inventory_quantity: "-1",
      realm_id: "1",
    });
    expect(answer.status).toBe(422);
    const { errors = [] } = await answer.json<Problem>();
    expect(errors.map((error) => error.path).toSorted()).toEqual([
      "default_inventory_quantity",
      "enabled",
      "inventory_start_date",
      "item_type",
      "realm_id",
    ]);
  });
});

describe("instances", () => {
  it("are made, shown, changed, given a new secret and removed", async () => {
    const made = await admin("POST", "/instances", {
      name: " Northwind Traders ",
      connection_id: connectionId,
      auto_invoice: true,
    });
    expect(made.status).toBe(201);
    const created = instanceWithSecret.strict().parse(await made.json());
    expect(created).toMatchObject({
      name: "Northwind Traders",
      enabled: true,
      auto_invoice: true,
      connection_id: connectionId,
      webhook_url: `https://books.example.com/webhooks/instances/${created.id}`,
    });
    expect(created.webhook_secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
    const { webhook_secret: secret, ...shown } = created;
    expect(instanceSchema.strict().parse(await (await admin("GET", `/instances/${created.id}`)).json())).toEqual(shown);
    const changed = await admin("PATCH", `/instances/${created.id}`, { connection_id: null, enabled: false });
    expect(instanceSchema.strict().parse(await changed.json())).toMatchObject({
      name: "Northwind Traders",
      connection_id: null,
      enabled: false,
      auto_invoice: true,
    });
    const rotated = instanceWithSecret.parse(
      await (await admin("POST", `/instances/${created.id}/rotate-secret`)).json(),
    );
    expect(rotated.webhook_secret).not.toBe(secret);
    const removed = await admin("DELETE", `/instances/${created.id}`);
    expect([removed.status, await removed.text()]).toEqual([204, ""]);
    expect((await admin("GET", `/instances/${created.id}`)).status).toBe(404);
    expect((await admin("DELETE", `/instances/${created.id}`)).status).toBe(404);
    const log = await db.select().from(activity);
    expect(log.map((row) => row.action)).toEqual([
      "instance.created",
      "instance.settings_saved",
      "instance.secret_rotated",
      "instance.removed",
    ]);
    expect(JSON.stringify(log)).not.toContain("whsec_");
  });

  it("come in pages", async () => {
    for (let i = 0; i < 4; i++) await makeInstance({ name: `Shop ${i}` });
    const seen: string[] = [];
    let next: string | null = "";
    do {
      const page = instancePage.parse(
        await (await admin("GET", `/instances?limit=2${next ? `&after=${next}` : ""}`)).json(),
      );
      seen.push(...page.data.map((instance) => instance.id));
      next = page.next;
    } while (next !== null);
    expect(new Set(seen).size).toBe(5);
    expect(seen).toHaveLength(5);
  });
});

describe("orders and their invoices", () => {
  it("are listed by status and shown with their lines", async () => {
    const shipped = await makeOrder(instanceId, "S-1");
    await makeOrder(instanceId, "S-2", { status: "open" });
    await makeOrder(instanceId, "S-3", { isInvoiced: true });
    const numbers = async (query: string) =>
      orderPage.parse(await (await admin("GET", `/orders?${query}`)).json()).data.map((order) => order.number);
    expect((await numbers("status=shipped")).toSorted()).toEqual(["S-1", "S-3"]);
    expect(await numbers("status=shipped&invoiced=false")).toEqual(["S-1"]);
    expect(await numbers("status=cancelled")).toEqual([]);
    const one = orderSchema.strict().parse(await (await admin("GET", `/orders/${shipped}`)).json());
    expect(one).toMatchObject({
      number: "S-1",
      total: "25.00",
      content: { lines: [{ sku: "A-1", quantity: "2", unit_price: "12.5" }] },
    });
  });

  it("a result for each order, in its order; a second request makes no second invoice", async () => {
    const [one, two, open] = [
      await makeOrder(instanceId, "S-1"),
      await makeOrder(instanceId, "S-2"),
      await makeOrder(instanceId, "S-3", { status: "open" }),
    ];
    const ids = [two, "unknown", one, open, two];
    const made = invoiceCreated.strict().parse(await (await admin("POST", "/invoices", { order_ids: ids })).json());
    expect(made.data.map((result) => [result.order_id, result.status, result.push_status])).toEqual([
      [two, "created", "not_sent"],
      ["unknown", "not_found", null],
      [one, "created", "not_sent"],
      [open, "not_shipped", null],
      [two, "created", "not_sent"],
    ]);
    const again = invoiceCreated.parse(await (await admin("POST", "/invoices", { order_ids: ids })).json());
    expect(again.data.map((result) => result.status)).toEqual([
      "already_invoiced",
      "not_found",
      "already_invoiced",
      "not_shipped",
      "already_invoiced",
    ]);
    expect(await selectInvoices(db)).toHaveLength(2);
    const invoice = invoiceSchema
      .strict()
      .parse(await (await admin("GET", `/invoices/${made.data[0]?.invoice_id}`)).json());
    expect(invoice).toMatchObject({
      number: "S-2",
      order_id: two,
      order_external_id: "ext-S-2",
      external_id: null,
      total: "25.00",
      attempts: [],
    });
    expect(queued).toEqual([]);
  });
});

describe("invoices", () => {
  it("are listed newest first, in pages, by any filter", async () => {
    const other = await makeInstance({ name: "Other" });
    for (let i = 1; i <= 5; i++) await makeInvoice(instanceId, `N-${i}`, { date: `2026-11-0${i}` });
    await makeInvoice(other, "X-1", { state: "failed", customerName: "Harbour Inn", error: null });
    const page = async (query: string) => invoicePage.parse(await (await admin("GET", `/invoices?${query}`)).json());
    const first = await page("limit=4");
    expect(first.data.map((invoice) => invoice.number)).toEqual(["X-1", "N-5", "N-4", "N-3"]);
    const second = await page(`limit=4&after=${first.next}`);
    expect([second.data.map((invoice) => invoice.number), second.next]).toEqual([["N-2", "N-1"], null]);
    expect((await page("push_status=failed")).data.map((invoice) => invoice.number)).toEqual(["X-1"]);
    expect((await page(`instance_id=${other}`)).data).toHaveLength(1);
    expect((await page("q=harbour")).data.map((invoice) => invoice.number)).toEqual(["X-1"]);
    expect((await page("from=2026-11-02&to=2026-11-03")).data.map((invoice) => invoice.number)).toEqual(["N-3", "N-2"]);
    expect((await page("q=%25'%22*%20OR%201")).data).toEqual([]);
  });

  it("are queued when sent by hand, refused with a reason, or not found", async () => {
    const off = await makeInstance({ name: "Off", connectionId, enabled: false });
    const lonely = await makeInstance({ name: "Lonely" });
    const [good, sent, refused, unassociated, voided] = [
      await makeInvoice(instanceId, "N-1", { connectionId }),
      await makeInvoice(instanceId, "N-2", { connectionId, state: "sent", qboId: "7" }),
      await makeInvoice(off, "N-3", { connectionId }),
      await makeInvoice(lonely, "N-4"),
      await makeInvoice(instanceId, "N-5", { state: "voided" }),
    ];
    const operator = await clientOf("operator");
    const answer = await operator("POST", "/invoices/send", {
      invoice_ids: [good, sent, refused, unassociated, voided, "unknown", good],
    });
    const { data } = sendResults.strict().parse(await answer.json());
    expect(data.map((result) => [result.invoice_id, result.status, result.error?.category ?? null])).toEqual([
      [good, "queued", null],
      [sent, "already_sent", null],
      [refused, "refused", "integration_disabled"],
      [unassociated, "refused", "missing_configuration"],
      [voided, "refused", "validation"],
      ["unknown", "not_found", null],
      [good, "queued", null],
    ]);
    expect(queued).toEqual([{ kind: "invoice", invoiceId: good }]);
    expect(await (await admin("GET", `/invoices/${sent}`)).json()).toMatchObject({
      push_status: "sent",
      qbo_invoice_id: "7",
      qbo_url: "https://app.quickbooks.example.com/app/invoice?txnId=7",
    });
  });

  it("are voided here where QuickBooks does not have them", async () => {
    const id = await makeInvoice(instanceId, "N-1", { connectionId });
    const answer = await admin("POST", `/invoices/${id}/void`);
    expect(invoiceSchema.strict().parse(await answer.json())).toMatchObject({ push_status: "voided" });
    expect((await db.select().from(activity)).map((row) => [row.action, row.subjectName])).toEqual([
      ["invoice.voided", "N-1"],
    ]);
  });

  it("show the payload as JSON, and why there is none", async () => {
    const id = await makeInvoice(instanceId, "N-1", { connectionId });
    const answer = await admin("GET", `/invoices/${id}/payload`);
    expect(answer.headers.get("content-type")).toBe("application/json");
    expect(await answer.json()).toMatchObject({ DocNumber: "N-1" });
    const bytes = '{"DocNumber":"N-2","Line":[{"Amount":10.50}]}';
    const frozen = await makeInvoice(instanceId, "N-2", {
      connectionId,
      frozenPayload: bytes,
      frozenContentVersion: 1,
    });
    expect(await (await admin("GET", `/invoices/${frozen}/payload`)).text()).toBe(bytes);
    const lonely = await makeInvoice(await makeInstance(), "N-3");
    const refused = await admin("GET", `/invoices/${lonely}/payload`);
    expect(refused.status).toBe(409);
    expect(await refused.json()).toMatchObject({ title: "Missing configuration" });
  });
});

it("tells the status", async () => {
  await makeInvoice(instanceId, "N-1", {
    connectionId,
    state: "failed",
    error: JSON.stringify({ category: "validation" }),
  });
  const [none] = await selectInvoices(db).where(eq(invoices.number, "none"));
  await db
    .update(pushes)
    .set({ error: null })
    .where(eq(pushes.documentId, none?.id ?? ""));
  const status = statusSchema.strict().parse(await (await (await clientOf("viewer"))("GET", "/status")).json());
  expect(status).toMatchObject({
    invoices: { failed: 1, sent: 0 },
    backlog: 0,
    connections: [{ id: connectionId, failed: 1 }],
    instances: [{ id: instanceId, failed: 1 }],
    errors: [{ category: "validation", title: "Rejected by QuickBooks", count: 1 }],
  });
});
