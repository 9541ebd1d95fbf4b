import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, it } from "vitest";
import { pages } from "../../src/pages/routes.ts";
import { listApiKeys } from "../../src/people/api-keys.ts";
import { accessOf } from "../../src/people/route-access.ts";
import { listUsers } from "../../src/people/users.ts";
import { makeConnection, makeInstance, makeInvoice } from "../api/fixture.ts";
import { attributeOf, db, emptyAll, visitorOf, words } from "./visitor.ts";

const PASSWORD = "a long enough password";

beforeEach(emptyAll);

describe("set-up", () => {
  it("makes the first administrator, signs in, and is gone for good", async () => {
    const visitor = await visitorOf(null);
    const form = await visitor.get(`/setup?token=${env.SETUP_TOKEN}`);
    expect(form.status).toBe(200);
    expect(form.html).toContain(">Create administrator</button>");
    const page = await visitor.submit("/setup", {
      token: env.SETUP_TOKEN ?? "",
      email: "Ann@Example.com",
      password: PASSWORD,
    });
    expect(words(page.html)).toContain("You are now the administrator");
    expect(words(page.html)).toContain("First steps");
    expect((await listUsers(db)).map(({ email, role }) => [email, role])).toEqual([["ann@example.com", "admin"]]);
    expect((await visitor.get(`/setup?token=${env.SETUP_TOKEN}`)).status).toBe(404);
    expect(
      (await visitor.post("/setup", { token: env.SETUP_TOKEN ?? "", email: "b@example.com", password: PASSWORD }))
        .status,
    ).toBe(404);
  });

  it("is not there without the right token", async () => {
    const visitor = await visitorOf(null);
    for (const path of ["/setup", "/setup?token=", "/setup?token=wrong"])
      expect((await visitor.get(path)).status).toBe(404);
  });

  it("says at the field what is wrong and keeps the address, never the password", async () => {
    const visitor = await visitorOf(null);
    const page = await visitor.post("/setup", {
      token: env.SETUP_TOKEN ?? "",
      email: "ann@example.com",
      password: "short",
    });
    expect(page.status).toBe(422);
    expect(page.html).toContain('value="ann@example.com"');
    expect(page.html).toContain('id="field-password-error"');
    expect(page.html).not.toContain('value="short"');
  });
});

describe("sign-in", () => {
  it("leads to the page that was wanted, and out again", async () => {
    const visitor = await visitorOf(null);
    await visitor.post("/setup", { token: env.SETUP_TOKEN ?? "", email: "ann@example.com", password: PASSWORD });
    await visitor.post("/logout");
    const sent = await visitor.get("/invoices?status=failed");
    expect(sent.location).toBe(`/login?next=${encodeURIComponent("/invoices?status=failed")}`);
    const wrong = await visitor.post("/login", {
      email: "ann@example.com",
      password: "not the password",
      next: "/invoices",
    });
    expect(wrong.status).toBe(422);
    expect(wrong.html).toContain('value="ann@example.com"');
    const right = await visitor.post("/login", {
      email: " ANN@example.com ",
      password: PASSWORD,
      next: "/invoices?status=failed",
    });
    expect([right.status, right.location]).toEqual([303, "/invoices?status=failed"]);
    expect((await visitor.get("/invoices")).html).toContain(">Sign out</button>");
  });
});

describe("roles", () => {
  it("every page says who may see it", () => {
    for (const route of pages.routes) {
      const marks = pages.routes
        .filter((other) => other.path === route.path && other.method === route.method)
        .map((other) => accessOf(other.handler));
      expect(
        marks.some((mark) => mark !== undefined),
        `${route.method} ${route.path}`,
      ).toBe(true);
    }
  });

  it("what changes something needs at least an operator", () => {
    const open = pages.routes
      .filter((route) => route.method === "POST")
      .flatMap((route) => {
        const mark = accessOf(route.handler);
        return mark && "right" in mark && mark.right === "read" ? [route.path] : [];
      });
    // One's own account is the one thing that everybody may change.
    expect(open.toSorted()).toEqual([
      "/settings/account",
      "/settings/account/passkeys",
      "/settings/account/passkeys/remove",
      "/settings/account/sessions/end",
      "/settings/account/sessions/end-others",
    ]);
  });

  it("a viewer reads everything but secrets, keys and people, and sees no button that would be refused", async () => {
    const connectionId = await makeConnection();
    const instanceId = await makeInstance({ connectionId });
    const invoiceId = await makeInvoice(instanceId, "17");
    const viewer = await visitorOf("viewer");
    for (const path of [
      "/",
      "/invoices",
      `/invoices/${invoiceId}`,
      "/invoices?status=needs_attention",
      "/fulfillment",
      "/status",
      "/activity",
      "/settings/quickbooks",
      "/settings/instances",
    ]) {
      const page = await viewer.get(path);
      expect([path, page.status]).toEqual([path, 200]);
      expect(page.html).not.toMatch(
        />\s*(Send to QuickBooks|Void|New instance|Share|Connect to QuickBooks)\s*<\/button>/,
      );
    }
    expect((await viewer.get("/settings/api-keys")).status).toBe(403);
    expect((await viewer.get("/settings/users")).status).toBe(403);
    const instance = await viewer.get(`/settings/instances/${instanceId}`);
    expect(instance.html).toContain("<fieldset disabled");
    expect(instance.html).not.toContain("Reveal secret");
  });
});

describe("API keys and people", () => {
  it("shows a new key once, and revokes it", async () => {
    const admin = await visitorOf("admin");
    const page = await admin.post("/settings/api-keys", { name: "Shop", role: "operator" });
    expect(page.html).toMatch(/<input id="new-key"[^>]* value="bb_[\w-]{43}"/);
    expect(page.html).toMatch(/<label for="new-key"[^>]*>API key<\/label>/);
    expect((await admin.get("/settings/api-keys")).html).not.toContain("bb_");
    const [key] = await listApiKeys(db);
    expect(words((await admin.submit(`/settings/api-keys/${key?.id}/revoke`)).html)).toContain("The key is revoked");
    expect(await listApiKeys(db)).toEqual([]);
  });

  it("says what is wrong with a new key and keeps what was typed", async () => {
    const admin = await visitorOf("admin");
    const page = await admin.post("/settings/api-keys", { name: " ", role: "admin" });
    expect(page.status).toBe(422);
    expect(page.html).toContain('id="field-name-error"');
    expect(page.html).toMatch(/<option value="admin" selected="">/);
  });

  it("gives a key an end, says whose it is, and refuses a day that is over", async () => {
    const admin = await visitorOf("admin");
    const typed = { name: "Shop", role: "viewer", end: "2020-01-01" };
    const refused = await admin.post("/settings/api-keys", typed);
    expect([refused.status, refused.html.includes('id="field-end-error"')]).toEqual([422, true]);
    expect((await admin.post("/settings/api-keys", { ...typed, end: "soon" })).status).toBe(422);
    expect((await admin.post("/settings/api-keys", { ...typed, end: "2199-12-31" })).status).toBe(200);
    expect(await listApiKeys(db)).toMatchObject([{ expiresAt: "2200-01-01T00:00:00.000Z", owner: { role: "admin" } }]);
    const list = words((await admin.get("/settings/api-keys")).html);
    expect(list).toMatch(/Belongs to .*admin-[^ ]+@example\.com/);
    expect(list).toContain("31 Dec 2199");
  });

  it("asks before somebody is removed: what they made ends with them, or is handed over", async () => {
    const [boss, second] = [await visitorOf("admin"), await visitorOf("admin")];
    const people = async () => (await listUsers(db)).map(({ id }) => id);
    const [, secondId = ""] = (await people()).toSorted();
    const bossId = (await people()).find((id) => id !== secondId) ?? "";
    const make = async (name: string) => {
      const page = await second.post("/settings/api-keys", { name, role: "admin" });
      await second.post("/status/share");
      return /value="(bb_[\w-]{43})"/.exec(page.html)?.[1] ?? "";
    };
    const key = await make("Warehouse");
    const share = new URL(attributeOf((await second.get("/status")).html, "value")).pathname;
    const answers = async () => [
      (await boss.get("/api/v1/status", { authorization: `Bearer ${key}` })).status,
      (await boss.get(share)).status,
    ];
    expect(await answers()).toEqual([200, 200]);
    const question = await boss.get(`/settings/users/${secondId}/remove`);
    expect(words(question.html)).toMatch(/API key Warehouse …\S{4} 1 shared link to the status page/);
    expect(question.html).toContain(`<option value="${bossId}">Hand them to`);
    expect((await boss.post(`/settings/users/${secondId}/remove`, { hand_to: secondId })).status).toBe(303);
    expect(await people()).toHaveLength(2);
    await boss.post(`/settings/users/${secondId}/remove`, { hand_to: bossId });
    expect([await people(), await answers()]).toEqual([[bossId], [200, 200]]);
    expect((await second.get("/status")).status).toBe(303);
    // Had nobody taken them over, the same two would open nothing.
    const third = await visitorOf("admin");
    await third.post(`/settings/users/${bossId}/remove`);
    expect(await answers()).toEqual([401, 404]);
  });

  it("invites by a link that works once", async () => {
    const admin = await visitorOf("admin");
    const page = await admin.post("/settings/users", { email: "new@example.com", role: "operator" });
    const link = /value="(https:\/\/[^"]+\/invite\/[^"]+)"/.exec(page.html)?.[1] ?? "";
    const path = new URL(link).pathname;
    const guest = await visitorOf(null);
    for (const password of ["short", "password1234", "new@example.com1", "bookbridge123"])
      expect([password, (await guest.post(path, { password })).status]).toEqual([password, 422]);
    expect(words((await guest.submit(path, { password: PASSWORD })).html)).toContain("new@example.com");
    expect((await (await visitorOf(null)).get(path)).status).toBe(404);
    expect((await guest.get("/settings/users")).status).toBe(403);
  });
});
