/**
 * The migration that lets one invoice of ours be one in QuickBooks, and one buyer be one customer, on a database in
 * which two do (docs/architecture.md, section 3, rule 7): the older keeps it, the younger invoice waits for a person, the
 * younger buyer's link is looked up again. Nothing else changes.
 */
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { beforeEach, describe, expect, test } from "vitest";
import { readError } from "../../src/failures/push-error.ts";

const FOLDER = new URL("../../migrations/", import.meta.url).pathname;
const MIGRATION = "0007_one_document_each.sql";
const AT = "2026-11-20T10:00:00.000Z";

let database: DatabaseSync;

beforeEach(() => {
  database = new DatabaseSync(":memory:");
  const files = readdirSync(FOLDER).filter((name) => name.endsWith(".sql"));
  for (const file of files.toSorted()) if (file < MIGRATION) run(file);
});

function run(file: string): void {
  database.exec(readFileSync(join(FOLDER, file), "utf8"));
}

function addInvoice(id: string, given: Record<string, string | number | null> = {}): void {
  const row = {
    id,
    instance_id: "instance",
    external_id: id,
    order_id: `order-${id}`,
    order_external_id: id,
    order_number: id,
    made_by: "webhook",
    number: `INV-${id}`,
    date: "2026-11-20",
    customer_name: "Corner Café",
    currency: "USD",
    total_minor: 2468,
    body: "{}",
    event_at: AT,
    state: "sent",
    connection_id: "c",
    qbo_invoice_id: "104",
    qbo_sync_token: "0",
    delivered_at: AT,
    created_at: AT,
    updated_at: AT,
    ...given,
  };
  const names = Object.keys(row);
  const marks = names.map(() => "?").join(", ");
  database.prepare(`INSERT INTO invoices (${names.join(", ")}) VALUES (${marks})`).run(...Object.values(row));
}

const invoice = (id: string) => ({ ...database.prepare("SELECT * FROM invoices WHERE id = ?").get(id) });

function addLink(key: string, qboId: string, updatedAt: string, kind = "customer"): void {
  database
    .prepare("INSERT INTO links (connection_id, kind, key, qbo_id, name, updated_at) VALUES ('c', ?, ?, ?, 'x', ?)")
    .run(kind, key, qboId, updatedAt);
}

const keysOfLinks = () =>
  database
    .prepare("SELECT key FROM links ORDER BY key")
    .all()
    .map((row) => row["key"]);

describe("two invoices of ours that are one in QuickBooks", () => {
  test("the one that got there first keeps it, the other is failed with words and a way out", () => {
    addInvoice("a", { delivered_at: "2026-11-21T10:00:00.000Z" });
    addInvoice("b");
    run(MIGRATION);
    expect(invoice("b")).toMatchObject({ state: "sent", qbo_invoice_id: "104", error: null });
    const other = invoice("a");
    expect(other).toMatchObject({ operation: "create", state: "failed", push_status: "failed", qbo_invoice_id: null });
    expect(other).toMatchObject({ revision: 1, closed_revision: 1 });
    const error = readError(String(other["error"]));
    expect(error).toMatchObject({ category: "duplicate", title: "Already in QuickBooks", retryable: false });
    expect(error?.message).toContain("INV-a");
    expect(error?.message).toContain("104");
    expect(error?.fix).toMatchObject({ action: "choose_number" });
  });

  test("a voided one stays voided, and says what it was linked to", () => {
    addInvoice("a");
    addInvoice("b", { operation: "void", state: "voided", delivered_at: "2026-11-21T10:00:00.000Z" });
    run(MIGRATION);
    expect(invoice("b")).toMatchObject({ state: "voided", qbo_invoice_id: null, error: null });
    expect(String(invoice("b")["warnings"])).toContain("104");
  });

  test("those of another company, and those without an ID, are left as they are", () => {
    addInvoice("a");
    addInvoice("b", { connection_id: "d" });
    addInvoice("c", { state: "queued", due_at: AT, qbo_invoice_id: null });
    run(MIGRATION);
    expect(["a", "b", "c"].map((id) => [invoice(id)["state"], invoice(id)["row_version"]])).toEqual([
      ["sent", 0],
      ["sent", 0],
      ["queued", 0],
    ]);
  });

  test("afterwards a second one is refused by the database", () => {
    addInvoice("a");
    run(MIGRATION);
    expect(() => addInvoice("b")).toThrow(/UNIQUE/);
  });
});

test("of two buyers on one customer the older link stays; shared customers and items are nobody's own", () => {
  addLink("buyer:i:id:1", "81", AT);
  addLink("buyer:i:id:2", "81", "2026-11-21T10:00:00.000Z");
  addLink("buyer:i:id:3", "82", AT);
  addLink("single:corner café", "81", AT);
  addLink("sku:a-1", "81", AT, "item");
  run(MIGRATION);
  expect(keysOfLinks()).toEqual(["buyer:i:id:1", "buyer:i:id:3", "single:corner café", "sku:a-1"]);
  expect(() => addLink("buyer:i:id:9", "82", AT)).toThrow(/UNIQUE/);
  // Somebody merged the two customers in QuickBooks.
  database.exec("UPDATE links SET qbo_id = '82', is_merged = 1 WHERE key = 'buyer:i:id:1'");
  expect(keysOfLinks()).toHaveLength(4);
});
