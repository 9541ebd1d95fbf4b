/** Intuit's webhooks: signature over the raw bytes, and both forms of the body (docs/qbo-api.md, section 8). */
import { createHmac } from "node:crypto";
import { describe, expect, it } from "vitest";
import { readIntuitEvents } from "../../src/quickbooks/webhook-events.ts";
import { verifyIntuitSignature } from "../../src/quickbooks/webhook-signature.ts";

const VERIFIER = "verifier-token";
const bytes = (text: string) => new TextEncoder().encode(text);
const sign = (text: string, verifier = VERIFIER) => createHmac("sha256", verifier).update(text).digest("base64");

describe("verifyIntuitSignature", () => {
  it("takes the right signature of the very bytes", async () => {
    expect(await verifyIntuitSignature(bytes('{"a": "é"}'), sign('{"a": "é"}'), VERIFIER)).toBe(true);
  });

  it.each([
    ["another body", sign('{"a":"é"}')],
    ["another verifier", sign('{"a": "é"}', "other")],
    ["no header", null],
    ["an empty header", ""],
    ["no base64", "###"],
    ["hex", createHmac("sha256", VERIFIER).update('{"a": "é"}').digest("hex")],
    ["a signature with more behind it", `${sign('{"a": "é"}')},x`],
    ["a very long header", "A".repeat(100_000)],
  ])("refuses %s", async (_what, header) => {
    expect(await verifyIntuitSignature(bytes('{"a": "é"}'), header, VERIFIER)).toBe(false);
  });

  it("refuses everything where no verifier is set", async () => {
    expect(await verifyIntuitSignature(bytes("x"), sign("x", "x"), "")).toBe(false);
  });
});

const at = "2026-01-04T18:02:11.000Z";
const legacy = (entities: unknown[]) => ({ eventNotifications: [{ realmId: "9341", dataChangeEvent: { entities } }] });
const cloud = (type: string, more: object = {}) => ({
  specversion: "1.0",
  id: "u",
  source: "intuit.x",
  type,
  time: at,
  intuitentityid: "145",
  intuitaccountid: "9341",
  data: {},
  ...more,
});
const event = { realmId: "9341", entity: "invoice", entityId: "145", operation: "updated", at, deletedIds: [] };

describe("readIntuitEvents", () => {
  it("reads the older form", () => {
    const body = legacy([
      { name: "Invoice", id: "145", operation: "Update", lastUpdated: at },
      { name: "Customer", id: "81", operation: "Merge", lastUpdated: at, deletedId: "82" },
    ]);
    expect(readIntuitEvents(body)).toEqual({
      events: [event, { ...event, entity: "customer", entityId: "81", operation: "merged", deletedIds: ["82"] }],
      unreadable: 0,
    });
  });

  it("reads the newer form, companies mixed", () => {
    const body = [cloud("qbo.invoice.updated.v1"), cloud("qbo.payment.voided.v1", { intuitaccountid: "9342" })];
    expect(readIntuitEvents(body)).toEqual({
      events: [event, { ...event, realmId: "9342", entity: "payment", operation: "voided" }],
      unreadable: 0,
    });
  });

  it("reads who is gone after a merge, in both forms, one or several", () => {
    const merged = { ...event, entity: "customer", operation: "merged" };
    const type = "qbo.customer.merged.v1";
    const read = (body: unknown) => readIntuitEvents(body)?.events;
    expect(read([cloud(type, { data: { deletedid: "82" } })])).toEqual([{ ...merged, deletedIds: ["82"] }]);
    expect(read([cloud(type, { data: { deletedid: ["82", 83] } })])).toEqual([{ ...merged, deletedIds: ["82", "83"] }]);
    const old = { name: "Customer", id: "145", operation: "Merge", lastUpdated: at };
    expect(read(legacy([{ ...old, deletedId: "82" }]))).toEqual([{ ...merged, deletedIds: ["82"] }]);
    expect(read(legacy([{ ...old, deletedId: ["82", "83"] }]))).toEqual([{ ...merged, deletedIds: ["82", "83"] }]);
  });

  it.each([[undefined], [null], [{}], [true], [""], [[{}]]])("takes %j for nobody gone", (deletedid) => {
    const type = "qbo.customer.merged.v1";
    for (const data of [{ deletedid }, deletedid])
      expect(readIntuitEvents([cloud(type, { data })])?.events).toMatchObject([
        { operation: "merged", deletedIds: [] },
      ]);
  });

  it("leaves out and counts what it can't read, and keeps the rest", () => {
    const good = { name: "Invoice", id: "145", operation: "Update", lastUpdated: at };
    expect(readIntuitEvents(legacy([{ name: "Invoice" }, good, { ...good, lastUpdated: "yesterday" }]))).toEqual({
      events: [event],
      unreadable: 2,
    });
    expect(readIntuitEvents([cloud("other.thing"), cloud("qbo.invoice.updated.v1"), null])).toEqual({
      events: [event],
      unreadable: 2,
    });
    expect(readIntuitEvents({ eventNotifications: [{ realmId: "9341" }] })).toEqual({ events: [], unreadable: 1 });
  });

  it.each(["void", "voided"])("knows a void by either word: %s", (verb) => {
    expect(readIntuitEvents([cloud(`qbo.invoice.${verb}.v1`)])).toMatchObject({ events: [{ operation: "voided" }] });
  });

  it("names an unknown operation 'other'", () => {
    expect(readIntuitEvents([cloud("qbo.invoice.archived.v1")])).toMatchObject({ events: [{ operation: "other" }] });
  });

  it.each([[null], ["text"], [{}], [{ eventNotifications: "no" }]])(
    "is null for a body of neither form: %j",
    (body) => {
      expect(readIntuitEvents(body)).toBeNull();
    },
  );

  it("takes an empty list for no events", () => {
    expect(readIntuitEvents([])).toEqual({ events: [], unreadable: 0 });
  });
});
