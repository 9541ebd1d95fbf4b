import { beforeEach, describe, expect, it } from "vitest";
import type { AttentionCause } from "../../src/invoicing/lists/filter.ts";
import { causeText } from "../../src/pages/invoices/invoice-filter.ts";
import { csvCell } from "../../src/pages/invoices/invoices-export.ts";
import { findConnection } from "../../src/connections/store.ts";
import { payloadRows } from "../../src/pages/invoices/payload-view.tsx";
import { priceText } from "../../src/pages/orders/order-content.tsx";
import { indented } from "../../src/platform/exact-json.ts";
import { pushAttempts } from "../../src/pushes/schema.ts";
import { makeConnection, makeInstance, makeInvoice, makeOrder, now, queued } from "../api/fixture.ts";
import { AS_FRAGMENT, db, emptyAll, type Visitor, visitorOf, words } from "./visitor.ts";
import { selectInvoices } from "../../src/invoicing/invoice-row.ts";

const ERROR = {
  category: "missing_configuration",
  title: "Missing configuration",
  message: "The Income account is not set for Blue Harbor Supply.",
  remedy: "Choose an Income account and save the settings.",
  code: null,
  retryable: false,
  intuit_tid: "1-abc",
  occurred_at: "2026-11-20T09:00:00.000Z",
  fix: { label: "Open QuickBooks settings", href: "/settings/quickbooks/c1#field-income_account" },
};

let operator: Visitor;
let connectionId: string;
let instanceId: string;

beforeEach(async () => {
  await emptyAll();
  operator = await visitorOf("operator");
  connectionId = await makeConnection();
  instanceId = await makeInstance({ connectionId });
});

const failed = { state: "failed", error: JSON.stringify(ERROR) } as const;

describe("the list of invoices", () => {
  it("names number, order, customer, date, total and status of each, with a way to select it", async () => {
    await makeInvoice(instanceId, "17");
    const page = await operator.get("/invoices");
    expect(words(page.html)).toMatch(/17 17 Corner Café 19 Nov 2026 \$25\.00 Not sent/);
    expect(page.html).toContain('aria-label="Select 17"');
    expect(page.html).toContain("data-select-all");
    expect(page.html.match(/>\s*Send to QuickBooks\s*<\/button>/g)).toHaveLength(1);
  });

  it("explains a failed one in its badge, whole, as text", async () => {
    await makeInvoice(instanceId, "17", failed);
    const page = await operator.get("/invoices");
    const id = /<button type="button"[^>]* aria-describedby="([^"]+)">Failed<\/button>/.exec(page.html)?.[1];
    expect(id).toBeDefined();
    for (const text of [ERROR.title, ERROR.message, ERROR.remedy, ERROR.intuit_tid])
      expect(words(page.html)).toContain(text);
    expect(page.html).not.toContain("undefined");
  });

  it("filters by what stands in the address, and leaves out what is no filter", async () => {
    await makeInvoice(instanceId, "17", failed);
    await makeInvoice(instanceId, "18");
    const rows = async (path: string) =>
      [...(await operator.get(path)).html.matchAll(/aria-label="Select ([^"]+)"/g)].map(([, number]) => number);
    expect(await rows("/invoices?status=failed")).toEqual(["17"]);
    expect(await rows("/invoices?status=not_sent&q=corn")).toEqual(["18"]);
    expect(await rows("/invoices?from=2026-11-20")).toEqual([]);
    expect(await rows("/invoices?status=nonsense&from=yesterday&after=forged")).toHaveLength(2);
    expect(await rows(`/invoices?instance=${instanceId}`)).toHaveLength(2);
  });

  it("escapes whatever an order system calls itself or its customers", async () => {
    await makeInvoice(instanceId, "17", { customerName: '<script>alert("x")</script>' });
    const page = await operator.get(`/invoices?q=${encodeURIComponent('"><script>')}`);
    expect(page.html).not.toContain("<script>alert");
    expect((await operator.get("/invoices")).html).toContain("&lt;script&gt;alert(&quot;x&quot;)&lt;/script&gt;");
  });

  it("has pages with Next and Previous that keep the filter", async () => {
    for (let i = 0; i < 52; i++) await makeInvoice(instanceId, `N${i}`, { date: "2026-11-19" });
    const first = await operator.get("/invoices?status=not_sent");
    const next = /<a class="button" rel="next" href="([^"]+)"/.exec(first.html)?.[1]?.replaceAll("&amp;", "&") ?? "";
    expect(next).toContain("status=not_sent");
    const second = await operator.get(next);
    expect(second.html.match(/data-select-row/g)).toHaveLength(2);
    expect(second.html).toMatch(/rel="prev" href="[^"]*status=not_sent/);
    expect(second.html).not.toContain('rel="next"');
  });

  it("answers a part to htmx and the whole page to everybody else, and says so to caches", async () => {
    await makeInvoice(instanceId, "17");
    const part = await operator.get("/invoices", AS_FRAGMENT);
    expect(part.html).toMatch(/^<div id="results"/);
    expect(part.headers.get("vary")).toContain("HX-Request-Type");
    expect((await operator.get("/invoices", { "hx-request": "true", "hx-request-type": "full" })).html).toContain(
      "<html",
    );
  });

  it("looks again by itself, and sooner while something is under way", async () => {
    await makeInvoice(instanceId, "17", { state: "sent" });
    expect((await operator.get("/invoices", AS_FRAGMENT)).html).toContain('hx-trigger="every 15s"');
    await makeInvoice(instanceId, "18", { state: "queued", dueAt: now.toISOString(), connectionId });
    expect((await operator.get("/invoices", AS_FRAGMENT)).html).toContain('hx-trigger="every 2s"');
  });

  it("looks again at the rows that it shows, and counts what else matches by now", async () => {
    const shown = await makeInvoice(instanceId, "17", { state: "sent" });
    await makeInvoice(instanceId, "18");
    const look = await operator.get(`/invoices?status=not_sent&shown=${shown}`, AS_FRAGMENT);
    expect(look.html).toMatch(/^<div id="rows"/);
    expect(look.html).toContain(`id="row-${shown}"`);
    expect([...look.html.matchAll(/aria-label="Select ([^"]+)"/g)].map(([, number]) => number)).toEqual(["17"]);
    expect(words(look.html)).toContain("Show 1 more invoice");
  });

  it("says how many match, what they come to, and where the views are", async () => {
    await makeInvoice(instanceId, "17", failed);
    await makeInvoice(instanceId, "18");
    const page = words((await operator.get("/invoices")).html);
    expect(page).toContain("2 invoices · $50.00");
    expect(page).toContain("All Needs attention 1 Waiting Not sent Sent with warnings");
    expect(page).toContain("1 invoice needs attention.");
    expect(words((await operator.get("/invoices?status=needs_attention")).html)).toContain("1 invoice · $25.00");
  });

  it("sorts by number and by date", async () => {
    for (const [number, date] of [
      ["N-9", "2026-11-19"],
      ["N-10", "2026-11-18"],
      ["N-11", "2026-11-19"],
    ] as const)
      await makeInvoice(instanceId, number, { date });
    const rows = async (path: string) =>
      [...(await operator.get(path)).html.matchAll(/aria-label="Select ([^"]+)"/g)].map(([, number]) => number);
    expect(await rows("/invoices")).toEqual(["N-11", "N-9", "N-10"]);
    expect(await rows("/invoices?sort=date")).toEqual(["N-10", "N-9", "N-11"]);
    expect(await rows("/invoices?sort=number")).toEqual(["N-9", "N-10", "N-11"]);
    expect(await rows("/invoices?sort=-number")).toEqual(["N-11", "N-10", "N-9"]);
    expect((await operator.get("/invoices?sort=number")).html).toContain('aria-sort="ascending"');
  });

  it("has a column and a filter for the company where there are several", async () => {
    await makeInvoice(instanceId, "17", { connectionId });
    expect((await operator.get("/invoices")).html).not.toContain("field-company");
    const other = await makeConnection({ companyName: "Other Ltd", realmId: "99" });
    await makeInvoice(await makeInstance({ connectionId: other, name: "Other" }), "18", { connectionId: other });
    expect(words((await operator.get("/invoices")).html)).toMatch(/18 18 Corner Café Other Ltd 19 Nov 2026/);
    const page = await operator.get(`/invoices?company=${other}`);
    expect([...page.html.matchAll(/aria-label="Select ([^"]+)"/g)].map(([, number]) => number)).toEqual(["18"]);
  });

  it("says what to do where there is nothing", async () => {
    expect(words((await operator.get("/invoices")).html)).toContain("No invoices yet");
    expect(words((await operator.get("/invoices?q=nothing")).html)).toContain("No invoice matches");
  });
});

describe("sending", () => {
  it("queues the selected ones and says so", async () => {
    const a = await makeInvoice(instanceId, "17");
    await makeInvoice(instanceId, "18");
    const page = await operator.submit("/invoices/send", { id: [a] });
    expect(words(page.html)).toContain("1 invoice is on its way to QuickBooks.");
    expect(queued).toEqual([{ kind: "invoice", invoiceId: a }]);
  });

  it("asks for a selection, and says why something was not sent", async () => {
    const off = await makeInstance({ connectionId, enabled: false, name: "Off" });
    const refused = await makeInvoice(off, "19");
    expect(words((await operator.submit("/invoices/send")).html)).toContain("Select at least one invoice");
    const page = await operator.submit("/invoices/send", { id: [refused] });
    expect(words(page.html)).toContain("1 invoice was not sent:");
    expect(queued).toEqual([]);
  });

  it("asks with the number before more than 50, and sends all that match", async () => {
    for (let i = 0; i < 51; i++) await makeInvoice(instanceId, `N${i}`);
    await makeInvoice(instanceId, "other", { state: "sent" });
    const question = await operator.post("/invoices/send", { all: "true", filter_status: "not_sent" });
    expect(words(question.html)).toContain("Send 51 invoices to QuickBooks?");
    expect(queued).toEqual([]);
    const ids = /name="ids" value="([^"]+)"/.exec(question.html)?.[1] ?? "";
    const page = await operator.submit("/invoices/send", { confirmed: "true", ids, filter_status: "not_sent" });
    expect(words(page.html)).toContain("51 invoices are on their way to QuickBooks.");
    expect(queued).toHaveLength(51);
  });

  it("groups what needs attention by cause and sends a whole group", async () => {
    const lacking = {
      state: "failed" as const,
      connectionId,
      error: JSON.stringify({ ...ERROR, concerns: "Income account" }),
    };
    for (const number of ["1", "2", "3"]) await makeInvoice(instanceId, number, lacking);
    const duplicate = { ...ERROR, category: "duplicate", title: "Already in QuickBooks", code: "6140" };
    const taken = await makeInvoice(instanceId, "4", {
      state: "failed",
      connectionId,
      error: JSON.stringify({ ...duplicate, fix: { label: "Fix it", action: "choose_number" } }),
    });
    expect((await operator.get("/invoices/failed")).location).toBe("/invoices?status=needs_attention");
    const page = await operator.get("/invoices?status=needs_attention");
    expect(words(page.html)).toMatch(/Missing configuration: Income account 3 invoices \$75\.00 .* Send all 3/);
    expect(words(page.html)).toMatch(/Already in QuickBooks 1 invoice .* Open the invoice/);
    expect(page.html).toContain(`href="/invoices/${taken}">Open the invoice`);
    const cause: AttentionCause = {
      connectionId,
      kind: "failed",
      category: "missing_configuration",
      code: null,
      concerns: "Income account",
    };
    const after = await operator.submit("/invoices/attention", { act: "send", cause: causeText(cause) });
    expect(words(after.html)).toContain("3 invoices are on their way to QuickBooks.");
    expect(words(after.html)).toContain("Sending 3 invoices: 0 sent, 0 failed, 3 on the way.");
    const rows = await selectInvoices(db);
    expect(
      rows
        .filter((row) => row.state === "queued")
        .map((row) => row.number)
        .sort(),
    ).toEqual(["1", "2", "3"]);
  });

  it("an admin sets what is missing beside the invoices that lack it", async () => {
    const lacking = {
      state: "failed" as const,
      connectionId,
      error: JSON.stringify({ ...ERROR, concerns: "Income account" }),
    };
    for (const number of ["1", "2"]) await makeInvoice(instanceId, number, lacking);
    const admin = await visitorOf("admin");
    expect(words((await admin.get("/invoices?status=needs_attention")).html)).toContain("Fix and send all 2");
    const cause: AttentionCause = {
      connectionId,
      kind: "failed",
      category: "missing_configuration",
      code: null,
      concerns: "Income account",
    };
    const fields = { act: "settings", cause: causeText(cause), income_account: "Sales of Tea" };
    const after = await admin.submit("/invoices/attention", fields);
    expect(words(after.html)).toContain("2 invoices are on their way to QuickBooks.");
    expect((await findConnection(db, connectionId))?.incomeAccount).toBe("Sales of Tea");
  });

  it("what was voided in QuickBooks is acknowledged, all at once, and stays voided", async () => {
    const gone = JSON.stringify([{ code: "voided_in_quickbooks", message: "The invoice was voided in QuickBooks." }]);
    for (const number of ["1", "2"])
      await makeInvoice(instanceId, number, { state: "voided", connectionId, warnings: gone });
    const cause: AttentionCause = {
      connectionId,
      kind: "voided_in_quickbooks",
      category: null,
      code: null,
      concerns: null,
    };
    expect(words((await operator.get("/invoices?status=needs_attention")).html)).toContain("Acknowledge all 2");
    const after = await operator.submit("/invoices/attention", { act: "acknowledge", cause: causeText(cause) });
    expect(words(after.html)).toContain("2 invoices acknowledged.");
    expect(words(after.html)).toContain("Nothing needs attention");
    expect((await selectInvoices(db)).map(({ state, warnings }) => [state, warnings])).toEqual([
      ["voided", "[]"],
      ["voided", "[]"],
    ]);
  });
});

describe("one invoice", () => {
  it("shows the error with its fix, attempts, lines, payload and what can be done", async () => {
    const id = await makeInvoice(instanceId, "17", { ...failed, connectionId });
    await db.insert(pushAttempts).values({
      id: "a1",
      documentId: id,
      connectionId,
      number: 1,
      operation: "create",
      requestId: "r",
      startedAt: "2026-11-20T09:00:00.000Z",
      durationMs: 321,
      outcome: "refused",
      httpStatus: 400,
      intuitTid: "1-abc",
      error: JSON.stringify(ERROR),
    });
    const page = await operator.get(`/invoices/${id}`);
    expect(page.status).toBe(200);
    for (const text of [
      "Invoice 17",
      ERROR.message,
      ERROR.remedy,
      "1. Create",
      "Refused",
      "321 ms",
      "HTTP 400",
      "intuit_tid 1-abc",
      "A-1",
      "12.50",
      "$25.00",
    ])
      expect(words(page.html)).toContain(text);
    expect(page.html).toContain(`href="${ERROR.fix.href}"`);
    expect(page.html).toMatch(/>\s*Send to QuickBooks\s*<\/button>/);
    expect(page.html).toContain('<dialog id="void"');
    expect(words(page.html)).toContain("DocNumber");
  });

  it("leads to QuickBooks where it is there, and offers no second sending", async () => {
    const id = await makeInvoice(instanceId, "17", {
      state: "sent",
      connectionId,
      qboId: "145",
      qboSyncToken: "0",
    });
    const page = await operator.get(`/invoices/${id}`);
    expect(page.html).toMatch(
      /href="https:\/\/app\.quickbooks\.example\.com\/app\/invoice\?txnId=145"[^>]*>\s*View in QuickBooks/,
    );
    expect(page.html).not.toMatch(/>\s*Send to QuickBooks\s*<\/button>/);
  });

  it("is voided after a question", async () => {
    const id = await makeInvoice(instanceId, "17");
    expect(words((await operator.get(`/invoices/${id}/void`)).html)).toContain("Void invoice 17?");
    expect(words((await operator.submit(`/invoices/${id}/void`)).html)).toContain("The invoice is voided.");
    expect((await operator.get("/invoices/nothing")).status).toBe(404);
  });

  it("shows prices and payloads digit for digit", () => {
    expect(priceText("12.5", "USD")).toBe("12.50");
    expect(priceText("0.00125", "USD")).toBe("0.00125");
    expect(priceText("7", "JPY")).toBe("7");
    expect(indented('{"Amount":10.10,"Big":12345678901234567890.5}')).toContain("12345678901234567890.5");
    expect(payloadRows('{"Line":[{"Amount":10.10}],"DocNumber":"17"}')).toEqual([
      { field: "Line 1 › Amount", value: "10.10" },
      { field: "DocNumber", value: "17" },
    ]);
  });
});

describe("export", () => {
  it("gives what is filtered as CSV that Excel opens rightly", async () => {
    await makeInvoice(instanceId, "17", { customerName: 'Łucja "Jo", =1+1', connectionId, qboBalanceMinor: 500 });
    await makeInvoice(instanceId, "18", failed);
    const csv = await operator.get("/invoices/export.csv?status=not_sent");
    expect(csv.headers.get("content-type")).toContain("text/csv");
    const lines = csv.html.split("\r\n");
    expect(lines).toHaveLength(3);
    const cells = (line = "") => [...line.matchAll(/"((?:[^"]|"")*)"/g)].map(([, cell]) => cell);
    const row = Object.fromEntries(cells(lines[0]).map((heading, index) => [heading, cells(lines[1])[index]]));
    expect(row).toMatchObject({
      Number: "17",
      "Order number": "17",
      Customer: 'Łucja ""Jo"", =1+1',
      Company: "Blue Harbor Supply",
      Date: "2026-11-19",
      Currency: "USD",
      Total: "25.00",
      Balance: "5.00",
      "Push status": "Not sent",
      Error: "",
    });
    for (const heading of ["Instance", "Due date", "Tax", "Paid on", "Warnings", "Sent at"])
      expect(row).toHaveProperty([heading]);
  });

  it.each([
    ["plain", '"plain"'],
    ['a "b"', '"a ""b"""'],
    ["=1+1", `"'=1+1"`],
    [" =1+1", `"' =1+1"`],
    ["-12.50", '"-12.50"'],
    ["-Ltd", `"'-Ltd"`],
    ["@x", `"'@x"`],
    ["\t=x", `"'\t=x"`],
    ["\uFF1D1+1", `"'\uFF1D1+1"`],
    ["a\nb", '"a\nb"'],
  ])("writes %j so that no spreadsheet runs it", (text, cell) => {
    expect(csvCell(text)).toBe(cell);
  });
});

describe("Fulfillment", () => {
  it("lists shipped orders without an invoice and makes theirs", async () => {
    const a = await makeOrder(instanceId, "S1");
    await makeOrder(instanceId, "S2", { status: "open" });
    await makeOrder(instanceId, "S3", { isInvoiced: true });
    const list = await operator.get("/fulfillment");
    expect([...list.html.matchAll(/aria-label="Select ([^"]+)"/g)].map(([, number]) => number)).toEqual(["S1"]);
    const page = await operator.submit("/fulfillment/invoices", { id: [a] });
    expect(words(page.html)).toContain("1 invoice was created: 1 not sent, as Auto invoice is off.");
    expect(words(page.html)).toContain("Nothing to invoice");
    expect(await selectInvoices(db)).toHaveLength(1);
  });

  it("dates the invoices as asked, also where many have to be confirmed first", async () => {
    const list = await operator.get("/fulfillment");
    expect(list.html).not.toContain("Invoice date");
    const ids = await Promise.all(Array.from({ length: 51 }, (_, index) => makeOrder(instanceId, `D${index}`)));
    expect((await operator.get("/fulfillment")).html).toMatch(/<label for="field-invoice_date">Invoice date</);
    const date = "2026-10-31";
    const question = await operator.post("/fulfillment/invoices", { id: ids, invoice_date: date });
    expect(words(question.html)).toContain("An invoice dated 31 Oct 2026 is created for each order.");
    const hidden = [...question.html.matchAll(/<input type="hidden" name="([^"]+)" value="([^"]*)"/g)];
    const fields = Object.fromEntries(hidden.map(([, name, value]) => [name ?? "", value ?? ""]));
    await operator.submit("/fulfillment/invoices", fields);
    const dates = (await selectInvoices(db)).map((row) => row.date);
    expect(dates).toEqual(Array.from({ length: 51 }, () => date));
  });

  it("says what is wrong with a date that is none", async () => {
    const id = await makeOrder(instanceId, "S1");
    const page = await operator.submit("/fulfillment/invoices", { id: [id], invoice_date: "31.10.2026" });
    expect(words(page.html)).toContain("The invoice date must be a calendar date such as 2026-11-20.");
    expect(await selectInvoices(db)).toEqual([]);
  });

  it("says of each order that could not be invoiced why", async () => {
    const open = await makeOrder(instanceId, "S2", { status: "open" });
    const page = await operator.post("/fulfillment/invoices", { id: [open] });
    expect(words(page.html)).toContain("1 order was not invoiced: S2 : The order has not shipped yet.");
  });
});

describe("dashboard and status", () => {
  it("count by status and link to the list", async () => {
    await makeInvoice(instanceId, "17", failed);
    const page = await operator.get("/");
    expect(page.html).toMatch(/href="\/invoices\?status=failed"><b>1<\/b><span>Failed<\/span>/);
    expect(words(page.html)).toContain("Latest failures");
    expect(page.html).toContain("<svg");
  });

  it("a shared status shows no customer's data and no way into the app, and can be revoked", async () => {
    await makeInvoice(instanceId, "17", { ...failed, connectionId, customerName: "Secret Customer" });
    const admin = await visitorOf("admin");
    const page = await admin.submit("/status/share");
    const link = /value="https:\/\/[^"]+(\/status\/s\/[^"]+)"/.exec(page.html)?.[1] ?? "";
    const stranger = await visitorOf(null);
    const shared = await stranger.get(link);
    expect(shared.status).toBe(200);
    expect(words(shared.html)).toContain("Blue Harbor Supply");
    expect(shared.html).not.toContain("Secret Customer");
    expect(shared.html).not.toMatch(/href="\/(invoices|settings|activity)/);
    const revoke = /action="(\/status\/shares\/[^"]+\/revoke)"/.exec(page.html)?.[1] ?? "";
    await admin.post(revoke);
    expect((await stranger.get(link)).status).toBe(404);
    expect((await stranger.get("/status/s/forged")).status).toBe(404);
  });
});
