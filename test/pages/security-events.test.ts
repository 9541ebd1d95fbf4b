/**
 * What concerns security stands on /activity, with who and from where, for admins; others read neither about people and keys
 * nor who did what. What anybody can cause is recorded once an hour each.
 */
import { beforeEach, describe, expect, it } from "vitest";
import { forgetOldTries, listActivity } from "../../src/people/activity.ts";
import { createApiKey, revokeApiKey } from "../../src/people/api-keys.ts";
import { makeConnection } from "../api/fixture.ts";
import { attributeOf, db, emptyAll, visitorOf, words } from "./visitor.ts";

const FROM = { "cf-connecting-ip": "203.0.113.6" };
const DAY_MS = 86_400_000;

beforeEach(emptyAll);

const recorded = async (action: string) =>
  (await listActivity(db, { limit: 100 })).rows.filter((row) => row.action === action);

describe("security events", () => {
  it("tell a wrong password, with where from, once an hour", async () => {
    const guesser = await visitorOf(null);
    const form = { email: "nobody@example.com", password: "a wrong password" };
    for (let i = 0; i < 3; i++) await guesser.post("/login", form, FROM);
    expect(await recorded("sign_in.failed")).toMatchObject([
      { actor: { kind: "stranger" }, address: "203.0.113.6", subject: { name: "an unknown address" } },
    ]);
  });

  it("tell what was refused to whom", async () => {
    const viewer = await visitorOf("viewer");
    for (let i = 0; i < 3; i++) await viewer.get("/settings/users", FROM);
    await viewer.post("/settings/account", {}, { ...FROM, origin: "https://evil.example" });
    const rows = await recorded("request.refused");
    expect(rows).toMatchObject([{ actor: { kind: "user" }, address: "203.0.113.6" }]);
    expect(rows[0]?.changes).toEqual([{ field: "asked_for", from: null, to: "GET /settings/users" }]);
  });

  it("tell a key that is used after its end, and write nothing for one that never was", async () => {
    const { id, key } = await createApiKey(db, { name: "Shop", role: "viewer" }, new Date());
    await revokeApiKey(db, id, new Date());
    const program = await visitorOf(null);
    const ask = (text: string) => program.get("/api/v1/status", { ...FROM, authorization: `Bearer ${text}` });
    for (let i = 0; i < 3; i++) expect((await ask(key)).status).toBe(401);
    expect((await ask(`bb_${"x".repeat(43)}`)).status).toBe(401);
    expect(await recorded("api_key.refused")).toMatchObject([{ address: "203.0.113.6", subject: { name: "Shop" } }]);
  });

  it("tell that a shared link was used", async () => {
    const admin = await visitorOf("admin");
    await admin.post("/status/share");
    const share = new URL(attributeOf((await admin.get("/status")).html, "value")).pathname;
    const stranger = await visitorOf(null);
    for (let i = 0; i < 3; i++) await stranger.get(share, FROM);
    expect(await recorded("status_share.used")).toMatchObject([
      { actor: { kind: "stranger" }, address: "203.0.113.6" },
    ]);
  });

  it("are for admins: a viewer reads of no person and no key, and not who did what", async () => {
    const admin = await visitorOf("admin");
    await admin.post("/settings/api-keys", { name: "Secret program", role: "viewer" }, FROM);
    await admin.post("/settings/users", { email: "new@example.com", role: "viewer" }, FROM);
    await admin.post("/settings/instances", { name: "North shop" }, FROM);
    const forAdmin = words((await admin.get("/activity")).html);
    for (const text of ["Secret program", "new@example.com", "203.0.113.6", "North shop"])
      expect(forAdmin).toContain(text);
    const viewer = await visitorOf("viewer");
    const { html } = await viewer.get("/activity");
    const seen = words(html).replaceAll(/viewer-[\w-]+@example\.com/g, "");
    expect(seen).toContain("North shop");
    expect(seen).toContain("A person");
    expect(seen).not.toMatch(/Secret program|@example\.com|203\.0\.113/);
  });

  it("of strangers go after 90 days, all else stays", async () => {
    const guesser = await visitorOf(null);
    await guesser.post("/login", { email: "a@example.com", password: "a wrong password" }, FROM);
    await (await visitorOf("viewer")).get("/settings/users");
    await forgetOldTries(db, new Date(Date.now() + 89 * DAY_MS));
    expect(await recorded("sign_in.failed")).toHaveLength(1);
    await forgetOldTries(db, new Date(Date.now() + 91 * DAY_MS));
    expect(await recorded("sign_in.failed")).toEqual([]);
    expect(await recorded("request.refused")).toHaveLength(1);
  });
});

describe("a link on another site", () => {
  it("that names a company asks before QuickBooks is asked: nothing is read and nothing changes", async () => {
    const id = await makeConnection();
    const admin = await visitorOf("admin");
    for (const site of ["cross-site", "same-site"]) {
      const page = await admin.get(`/quickbooks/disconnected?realmId=${id}`, { "sec-fetch-site": site });
      expect(page.html).toMatch(/>\s*Check with QuickBooks\s*</);
    }
    const viewer = await visitorOf("viewer");
    expect((await viewer.post(`/quickbooks/disconnected?realmId=${id}`)).status).toBe(403);
    expect((await admin.post("/quickbooks/disconnected?realmId=none")).status).toBe(404);
  });
});
