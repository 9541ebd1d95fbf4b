import { eq } from "drizzle-orm";
import { beforeEach, describe, expect, it } from "vitest";
import { connections } from "../../src/connections/schema.ts";
import { instances } from "../../src/instances/schema.ts";
import { createInstance } from "../../src/instances/store.ts";
import { UK_COMPANY, US_BY_HAND, US_COMPANY } from "../connections/company-fixture.ts";
import { act, makeConnection, makeInvoice, now } from "../api/fixture.ts";
import { AS_FRAGMENT, db, emptyAll, type Visitor, visitorOf, words } from "./visitor.ts";

let admin: Visitor;

beforeEach(async () => {
  await emptyAll();
  admin = await visitorOf("admin");
});

async function makeSecretInstance(connectionId: string | null = null): Promise<{ id: string; secret: string }> {
  const made = await createInstance(
    db,
    act.config.keys,
    { name: "Shop", connectionId, enabled: true, autoInvoice: false },
    now,
  );
  return { id: made.instance.id, secret: made.secret };
}

describe("settings of a connection", () => {
  it("come back with every typed value and the fault at its field", async () => {
    const id = await makeConnection({ state: "disconnected" });
    const page = await admin.post(`/settings/quickbooks/${id}`, {
      customer_mode: "single",
      customer_name: "A <b>",
      income_account: "x".repeat(101),
      default_inventory_quantity: "ten",
    });
    expect(page.status).toBe(422);
    expect(page.html).toContain('value="A &lt;b&gt;"');
    expect(page.html).toContain('value="ten"');
    expect(page.html).toContain('id="field-income_account-error"');
    expect(page.html).toContain('id="field-default_inventory_quantity-error"');
    expect(page.html).toMatch(/value="single" checked=""/);
    expect((await db.select().from(connections).where(eq(connections.id, id)))[0]?.customerName).toBeNull();
  });

  it("are saved, and an emptied field is cleared", async () => {
    const id = await makeConnection({ state: "disconnected", customerName: "Old" });
    const page = await admin.submit(`/settings/quickbooks/${id}`, {
      customer_mode: "per_buyer",
      customer_name: "",
      income_account: "Sales",
      item_type: "service",
      default_inventory_quantity: "",
      inventory_start_date: "",
    });
    expect(words(page.html)).toContain("Settings saved.");
    const [row] = await db.select().from(connections).where(eq(connections.id, id));
    expect(row).toMatchObject({ customerName: null, incomeAccount: "Sales", itemType: "service", enabled: true });
  });

  it("outside the US ask for a code of each rate; one that only one code has is filled in", async () => {
    const id = await makeConnection({ state: "disconnected", company: JSON.stringify(UK_COMPANY) });
    const { html } = await admin.get(`/settings/quickbooks/${id}`);
    expect(html).toMatch(/<input id="field-sales_tax_code"[^>]*value=""[^>]*required/);
    expect(html).toMatch(/<input id="field-zero_rate_code"[^>]*required/);
    expect(html).toMatch(/<input id="field-tax_codes:5" name="tax_codes:5"[^>]*value="5.0% R"/);
    expect(html).toContain('<label for="field-tax_codes:5">Tax code for 5 %</label>');
    expect(words(html)).toContain(
      "Nothing can be sent to QuickBooks before these are saved: Sales tax code Zero-rate code",
    );
    const saved = await admin.submit(`/settings/quickbooks/${id}`, {
      sales_tax_code: "20.0% S",
      "tax_codes:5": "5.0% R",
      "tax_codes:20": "",
      total_policy: "warn",
      time_zone: "europe/london",
    });
    expect(words(saved.html)).toContain("Settings saved. Still missing: Zero-rate code.");
    expect(saved.html).toContain('<a href="#field-zero_rate_code">Zero-rate code</a>');
    expect(saved.html).not.toContain("field-tax_codes:20");
    expect((await db.select().from(connections).where(eq(connections.id, id)))[0]).toMatchObject({
      taxCodes: [{ rate: "5", tax_code: "5.0% R" }],
      totalPolicy: "warn",
      timeZone: "Europe/London",
    });
  });

  it("say what is wrong with the code of a rate at its own field", async () => {
    const id = await makeConnection({ state: "disconnected", company: JSON.stringify(UK_COMPANY) });
    const page = await admin.post(`/settings/quickbooks/${id}`, {
      "tax_codes:5": "x".repeat(101),
      "tax_codes:20": "y",
    });
    expect(page.status).toBe(422);
    expect(page.html).toContain('id="field-tax_codes:5-error"');
    expect(page.html).toMatch(/name="tax_codes:20"[^>]*value="y"/);
  });

  it.each([
    ["by hand", US_BY_HAND, ["Sales tax code"], "set up by hand"],
    ["automated", US_COMPANY, [], "Automated sales tax is on"],
    ["off", { ...UK_COMPANY, usingSalesTax: false }, [], "Sales tax is off in QuickBooks"],
  ])("for a company that taxes %s show what it can use, and say so", async (_way, company, fields, sentence) => {
    const id = await makeConnection({ state: "disconnected", company: JSON.stringify(company) });
    const { html } = await admin.get(`/settings/quickbooks/${id}`);
    const shown = ["Sales tax code", "Zero-rate code", "Tax code for 5 %"].filter((label) =>
      html.includes(`>${label}</label>`),
    );
    expect(shown).toEqual(fields);
    expect(words(html)).toContain(sentence);
    expect(html).toContain(">When totals would differ</legend>");
    expect(words(html)).not.toContain("Nothing can be sent to QuickBooks");
  });

  it("a switch saves itself alone and answers with the switches and what it led to", async () => {
    const id = await makeConnection({ customerName: "Kept" });
    const answer = await admin.post(
      `/settings/quickbooks/${id}/switches`,
      { switch: "enabled", customer_name: "typed, not saved" },
      AS_FRAGMENT,
    );
    expect(answer.status).toBe(200);
    expect(answer.html).not.toContain("<html");
    expect(answer.html).toContain('id="switches"');
    expect(answer.html).toContain('hx-target="#switch-result"');
    expect(words(answer.html)).toContain("Integration is off.");
    expect((await db.select().from(connections).where(eq(connections.id, id)))[0]).toMatchObject({
      enabled: false,
      customerName: "Kept",
    });
  });

  it("a switch leads back to the page where JavaScript is off", async () => {
    const id = await makeConnection({ enabled: false });
    const page = await admin.submit(`/settings/quickbooks/${id}/switches`, { switch: "enabled", enabled: "true" });
    expect(words(page.html)).toContain("Integration is on.");
  });

  it("Auto invoice is refused with the lines that stand against it", async () => {
    const id = await makeConnection({ state: "reconnect_needed", incomeAccount: null });
    const answer = await admin.post(
      `/settings/quickbooks/${id}/switches`,
      { switch: "auto_invoice", auto_invoice: "true" },
      AS_FRAGMENT,
    );
    expect(answer.status).toBe(422);
    expect(words(answer.html)).toContain("Auto invoice can't be turned on yet.");
    expect(words(answer.html)).toContain("Income account");
    expect(answer.html).not.toMatch(/id="switch-auto-invoice"[^>]*checked/);
    expect((await db.select().from(connections).where(eq(connections.id, id)))[0]?.autoInvoice).toBe(false);
  });

  it("asks before it disconnects, also on a page of its own", async () => {
    const id = await makeConnection();
    const page = await admin.get(`/settings/quickbooks/${id}`);
    expect(page.html).toContain('<dialog id="disconnect"');
    const question = await admin.get(`/settings/quickbooks/${id}/disconnect`);
    expect(question.html).toMatch(/<dialog open=""[^>]*id="disconnect"|<dialog open="" id="disconnect"/);
    expect(words(question.html)).toContain("Disconnect QuickBooks?");
  });

  it("offers Reconnect where the connection is lost, and says on every page how many invoices wait", async () => {
    const id = await makeConnection({ state: "reconnect_needed" });
    const instance = await makeSecretInstance(id);
    await makeInvoice(instance.id, "1", { state: "held", connectionId: id });
    await makeInvoice(instance.id, "2", { state: "held", connectionId: id });
    expect((await admin.get(`/settings/quickbooks/${id}`)).html).toMatch(
      /<button type="submit"[^>]*>\s*Reconnect to QuickBooks/,
    );
    for (const path of ["/", "/invoices", "/settings/instances"]) {
      const page = await admin.get(path);
      expect(page.html).toMatch(/role="alert"/);
      expect(words(page.html)).toContain("2 invoices are waiting.");
      expect(page.html).toContain(`href="/settings/quickbooks/${id}#reconnect"`);
    }
  });

  it("is silent about a company that was disconnected while nothing waits", async () => {
    await makeConnection({ state: "disconnected" });
    expect((await admin.get("/")).html).not.toContain('role="alert"');
  });

  it("is a page that says so where there is no such connection", async () => {
    const page = await admin.get("/settings/quickbooks/nothing");
    expect(page.status).toBe(404);
    expect(page.html).toContain("There is no such connection.");
  });
});

describe("an instance", () => {
  it("is made, associated and switched with one Save; later Saves switch nothing", async () => {
    const connectionId = await makeConnection();
    expect((await admin.get("/settings/instances")).html).toMatch(/<button type="submit"[^>]*>\s*New instance/);
    const page = await admin.submit("/settings/instances", {
      name: "Shop",
      connection_id: connectionId,
      enabled: "true",
      auto_invoice: "true",
    });
    expect(page.html).toContain("<h1>Shop</h1>");
    expect((await db.select().from(instances))[0]).toMatchObject({
      name: "Shop",
      connectionId,
      enabled: true,
      autoInvoice: true,
    });
    const id = (await db.select().from(instances))[0]?.id ?? "";
    await admin.post(`/settings/instances/${id}`, { name: "Shop 2", connection_id: "" });
    expect((await db.select().from(instances))[0]).toMatchObject({
      name: "Shop 2",
      connectionId: null,
      enabled: true,
      autoInvoice: true,
    });
  });

  it("keeps a refused form as it was typed", async () => {
    const page = await admin.post("/settings/instances", { name: "", connection_id: "unknown", auto_invoice: "true" });
    expect(page.status).toBe(422);
    expect(page.html).toContain('id="field-name-error"');
    expect(page.html).toMatch(/id="switch-auto-invoice"[^>]*checked=""/);
  });

  it("shows its secret only to an admin who asks, never on the page itself", async () => {
    const { id, secret } = await makeSecretInstance();
    expect((await admin.get(`/settings/instances/${id}`)).html).not.toContain(secret);
    const revealed = await admin.post(`/settings/instances/${id}/reveal-secret`);
    expect(revealed.html).toContain(`value="${secret}"`);
    expect(revealed.headers.get("cache-control")).toContain("no-store");
    const rotated = await admin.post(`/settings/instances/${id}/rotate-secret`);
    expect(rotated.html).toMatch(/value="whsec_/);
    expect(rotated.html).not.toContain(secret);
    const operator = await visitorOf("operator");
    expect((await operator.post(`/settings/instances/${id}/reveal-secret`)).status).toBe(403);
  });

  it("is removed after a question, and has no page any more", async () => {
    const { id } = await makeSecretInstance();
    expect(words((await admin.get(`/settings/instances/${id}/remove`)).html)).toContain("Remove Shop?");
    expect(words((await admin.submit(`/settings/instances/${id}/remove`)).html)).toContain("responds with 410");
    expect((await admin.get(`/settings/instances/${id}`)).status).toBe(404);
  });
});

describe("Intuit's addresses", () => {
  it("say what to do next, claim nothing, and lead to Intuit only by a button", async () => {
    const id = await makeConnection({ state: "disconnected" });
    for (const path of ["/quickbooks/launch", "/quickbooks/reconnect", "/quickbooks/disconnected"]) {
      const page = await admin.get(path);
      expect([path, page.status]).toEqual([path, 200]);
      expect(page.html).toContain(`/settings/quickbooks/${id}`);
    }
    const unknown = await admin.get("/quickbooks/disconnected?realmId=9999");
    expect(unknown.status).toBe(200);
    expect((await (await visitorOf(null)).get("/quickbooks/disconnected")).status).toBe(200);
  });

  it("launch with a company of ours opens its page", async () => {
    const id = await makeConnection();
    const [row] = await db.select().from(connections).where(eq(connections.id, id));
    expect((await admin.get(`/quickbooks/launch?realmId=${row?.realmId}`)).location).toBe(`/settings/quickbooks/${id}`);
  });

  it("a callback that nobody began changes nothing", async () => {
    const page = await admin.get("/oauth/intuit/callback?state=forged&code=x&realmId=1");
    expect(page.location).toBe("/settings/quickbooks");
    expect(await db.select().from(connections)).toEqual([]);
  });
});
