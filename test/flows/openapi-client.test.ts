/**
 * The OpenAPI document passes a public validator, and every route answers to a client that was made from it, in what it
 * accepts and in what it refuses.
 */
import { Validator } from "@seriousme/openapi-schema-validator";
import { beforeAll, describe, expect, test } from "vitest";
import { createApiKey } from "../../scripts/demo/front-door.ts";
import { pause, setUpCompany, sharedStack, type TestCompany } from "../harness/app.ts";
import { invoiceEvent, makeOrder, newNumber } from "../harness/make-order.ts";
import { type DescribedOperation, type Known, OpenApiClient } from "../harness/openapi-client.ts";
import { push, sendAndSettle } from "../harness/push.ts";

const stack = sharedStack();
const client = await OpenApiClient.of(stack.appOrigin, stack.apiKey);

const SEND_LIMIT_MS = 60_000;
/** What takes away the ground of others comes last. */
const LAST = ["changeConnection", "removeInstance", "disconnectConnection"];
/** What needs ground of its own is called further below. */
const APART = new Set(["linkInvoice", "unlinkInvoice", "getLink", "changeLink", "forgetLink"]);
const ordered = client.operations.toSorted((a, b) => rankOf(a) - rankOf(b));
const named: [string, DescribedOperation][] = ordered.map((operation) => [operation.operationId, operation]);
const withId = named.filter(([, { path }]) => path.includes("{id}"));
const withBody = named.filter(([, { requestBody }]) => requestBody !== undefined);
const withQuery = named.filter(([, { parameters }]) => parameters.some((parameter) => parameter.in === "query"));

let company: TestCompany;
/** IDs of things of this test's own, by tag. */
const ids: Record<string, string> = {};
let viewerKey = "";

function rankOf(operation: DescribedOperation): number {
  const last = LAST.indexOf(operation.operationId);
  return last >= 0 ? 2 + last : operation.method === "GET" ? 0 : 1;
}

function knownFor(operation: DescribedOperation): Known {
  const id = ids[operation.tags[0] ?? ""];
  return {
    ...(id === undefined ? {} : { id }),
    instance_id: ids["Instances"],
    connection_id: ids["Connections"],
    order_ids: [ids["Orders"]],
    invoice_ids: [ids["Invoices"]],
    // A cursor is made by no client: `the next page` below follows one.
    after: undefined,
  };
}

beforeAll(async () => {
  company = await setUpCompany({ autoInvoice: false });
  viewerKey = await createApiKey(company.visitor, "Reader", "viewer");
  for (let i = 0; i < 3; i += 1) {
    const answer = await company.orders.send({
      type: "order.shipped",
      timestamp: new Date().toISOString(),
      data: makeOrder(),
    });
    if (answer.status !== 202) throw new Error(`The order was answered ${answer.status}`);
  }
  const orders = await company.api.call<{ data: { id: string }[] }>("GET", `/orders?instance_id=${company.instanceId}`);
  const [first, second] = orders.data.map(({ id }) => id);
  const made = await company.api.call<{ data: { invoice_id: string }[] }>("POST", "/invoices", { order_ids: [first] });
  const deliveries = await company.api.call<{ data: { id: string }[] }>(
    "GET",
    `/deliveries?instance_id=${company.instanceId}`,
  );
  Object.assign(ids, {
    Deliveries: deliveries.data[0]?.id,
    Connections: company.connectionId,
    Links: company.connectionId,
    Instances: company.instanceId,
    Orders: second,
    Invoices: made.data[0]?.invoice_id,
  });
});

test("the document passes the public validator", async () => {
  const validator = new Validator();
  const result = await validator.validate(structuredClone(client.document));
  expect(result.errors ?? []).toEqual([]);
  expect(result.valid).toBe(true);
  expect(validator.version).toBe("3.1");
});

describe("every operation refuses as it is described", () => {
  test.each(named)("%s without a key", async (_, operation) => {
    const answer = await client.call(operation, knownFor(operation), "required", { key: null });
    expect([answer.status, answer.faults]).toEqual([401, []]);
  });

  test.each(named)("%s with a viewer's key, where more is needed", async (_, operation) => {
    if (operation.method === "GET") return;
    const answer = await client.call(operation, knownFor(operation), "required", { key: viewerKey });
    expect([answer.status, answer.faults]).toEqual([403, []]);
  });

  test.each(withId)("%s of something that is not there", async (_, operation) => {
    const answer = await client.call(operation, { ...knownFor(operation), id: "nothing" }, "required");
    expect([answer.status, answer.faults]).toEqual([404, []]);
  });

  test.each(withBody)("%s with a body that is none", async (_, operation) => {
    const bodies = [
      [400, { body: "{" }],
      [415, { body: "a=b", contentType: "application/x-www-form-urlencoded" }],
      [422, { body: '{"not_a_field":1}' }],
      [413, { body: JSON.stringify({ filler: "x".repeat(200_000) }) }],
    ] as const;
    for (const [status, instead] of bodies) {
      const answer = await client.call(operation, knownFor(operation), "required", instead);
      expect([answer.status, answer.faults]).toEqual([status, []]);
    }
  });

  test.each(withQuery)("%s with a parameter that is wrong", async (_, operation) => {
    const answer = await client.call(operation, { ...knownFor(operation), limit: 0 }, "all");
    expect([answer.status, answer.faults]).toEqual([422, []]);
  });
});

describe("every operation answers as it is described", () => {
  test.each(named.filter(([operationId]) => !APART.has(operationId)))("%s", async (operationId, operation) => {
    for (const which of ["all", "required"] as const) {
      const answer = await client.call(operation, knownFor(operation), which);
      expect(answer.faults).toEqual([]);
      expect(answer.status).toBeGreaterThanOrEqual(200);
      expect(answer.status).toBeLessThan(300);
      // What is removed at the end is an instance of the client's own making.
      if (operationId === "createInstance") ids["Instances"] = (answer.body as { id: string }).id;
      if (operationId === "removeInstance") return;
    }
  });

  test("the next page, by the cursor that a page gave", async () => {
    const listOrders = ordered.find(({ operationId }) => operationId === "listOrders");
    if (!listOrders) throw new Error("There is no listOrders");
    const seen: string[] = [];
    let after: string | undefined;
    do {
      const known = {
        limit: 1,
        after,
        instance_id: company.instanceId,
        status: "shipped",
        invoiced: undefined,
        from: undefined,
        to: undefined,
      };
      const answer = await client.call(
        {
          ...listOrders,
          parameters: listOrders.parameters.filter(({ name }) => known[name as keyof typeof known] !== undefined),
        },
        known,
        "all",
      );
      expect(answer.faults).toEqual([]);
      const page = answer.body as { data: { id: string }[]; next: string | null };
      seen.push(...page.data.map(({ id }) => id));
      after = page.next ?? undefined;
    } while (after !== undefined);
    expect(new Set(seen).size).toBe(3);
    expect(seen).toHaveLength(3);
  });
});

test("an invoice that was sent, with its attempts, is described too", async () => {
  const other = await setUpCompany({ autoInvoice: true });
  const sent = await other.orders.send({
    type: "invoice.created",
    timestamp: new Date().toISOString(),
    data: { id: "I-described", number: "DESC-1", date: "2026-03-03", order: makeOrder() },
  });
  expect(sent.status).toBe(202);
  const getInvoice = ordered.find(({ operationId }) => operationId === "getInvoice");
  if (!getInvoice) throw new Error("There is no getInvoice");
  const found = await other.api.call<{ data: { id: string }[] }>("GET", `/invoices?instance_id=${other.instanceId}`);
  const answer = await untilSent(getInvoice, found.data[0]?.id);
  expect(answer).toMatchObject({ push_status: "sent", attempts: [{ number: 1, outcome: "accepted" }] });
});

test("an invoice is linked and unlinked, and a link changed and forgotten, as described", async () => {
  const other = await setUpCompany();
  const number = newNumber("DL");
  const customer = { id: number, name: `Buyer ${number}` };
  const { qbo } = await push(other, { number, customer });
  const chosen = await other.emulator.create(other.realmId, "customer", { DisplayName: `Chosen ${number}` });
  const foreign = `F-${number}`;
  await other.emulator.create(other.realmId, "invoice", {
    DocNumber: foreign,
    CustomerRef: { value: chosen.Id },
    Line: qbo.Line.filter((line) => line.DetailType === "SalesItemLineDetail"),
  });
  const failed = await sendAndSettle(other, invoiceEvent({ number: foreign }));
  const call = async (operationId: string, known: Known) => {
    const found = ordered.find((operation) => operation.operationId === operationId);
    if (!found) throw new Error(`There is no ${operationId}`);
    const answer = await client.call(found, known, "all");
    expect(answer.faults).toEqual([]);
    return answer;
  };
  expect((await call("linkInvoice", { id: failed.id, even_if_different: false })).status).toBe(409);
  expect((await call("linkInvoice", { id: failed.id, even_if_different: true })).status).toBe(200);
  expect((await call("unlinkInvoice", { id: failed.id })).status).toBe(200);
  const { data } = await other.api.call<{ data: { id: string; key: string }[] }>(
    "GET",
    `/connections/${other.connectionId}/links?kind=customer&q=${number}`,
  );
  const known = { id: other.connectionId, link: data.find(({ key }) => key === number)?.id, qbo_id: chosen.Id };
  expect((await call("getLink", known)).status).toBe(200);
  expect((await call("changeLink", known)).body).toMatchObject({ qbo_id: chosen.Id, origin: "chosen" });
  expect((await call("forgetLink", known)).status).toBe(204);
});

/** Asks until the invoice is sent; each answer on the way has to be as described. */
async function untilSent(operation: DescribedOperation, id: string | undefined): Promise<unknown> {
  const until = Date.now() + SEND_LIMIT_MS;
  for (;;) {
    const { body, faults } = await client.call(operation, { id }, "all");
    if (faults.length > 0) throw new Error(faults.join("\n"));
    if ((body as { push_status: string }).push_status === "sent") return body;
    if (Date.now() > until) throw new Error(`It is not sent: ${JSON.stringify(body)}`);
    await pause(250);
  }
}

test("the client finds an answer that is not as described", async () => {
  const broken = structuredClone(client.document) as {
    paths: Record<string, Record<string, { responses: Record<string, unknown> }>>;
  };
  const status = broken.paths["/status"]?.["get"];
  if (!status) throw new Error("There is no status");
  status.responses = {
    200: {
      content: {
        "application/json": {
          schema: { type: "object", properties: { backlog: { type: "string" } }, required: ["backlog", "more"] },
        },
      },
    },
  };
  const liar = new OpenApiClient(broken, stack.apiKey);
  const operation = liar.operations.find(({ path }) => path === "/status");
  if (!operation) throw new Error("There is no status");
  const { faults } = await liar.call(operation, {}, "required");
  for (const fault of ["required property 'more'", "additional properties", "must be string"])
    expect(faults.join("\n")).toContain(fault);
});
