/**
 * What matters asks for a recent sign-in: a cookie that was stolen, or a browser left open, does not do it. Through the
 * front door, with the clock moved on in the session's row.
 */
import { env } from "cloudflare:workers";
import { eq } from "drizzle-orm";
import { beforeEach, describe, expect, it } from "vitest";
import { app } from "../../src/app.ts";
import { listInvitations } from "../../src/people/invitations.ts";
import { accessOf } from "../../src/people/route-access.ts";
import { activity, sessions } from "../../src/people/schema.ts";
import { Authenticator } from "../people/authenticator.ts";
import { attributeOf, db, emptyAll, ORIGIN, type Visitor, visitorOf, words } from "./visitor.ts";

const PASSWORD = "a long enough password";
const EMAIL = "ann@example.com";
const MINUTE_MS = 60_000;
const INVITATION = { email: "new@example.com", role: "admin" };

beforeEach(emptyAll);

/** Ann, an admin, who signed in a while ago. */
async function annSince(minutes: number): Promise<Visitor> {
  const ann = await visitorOf(null);
  await ann.post("/setup", { token: env.SETUP_TOKEN ?? "", email: EMAIL, password: PASSWORD });
  await setBack(minutes);
  return ann;
}

const setBack = (minutes: number) =>
  db.update(sessions).set({ confirmedAt: new Date(Date.now() - minutes * MINUTE_MS).toISOString() });

const invited = async () => (await listInvitations(db, new Date())).map(({ email }) => email);

describe("a recent sign-in", () => {
  it("is needed by every form that matters, and by no other", () => {
    const routes = app.routes.flatMap(({ method, path, handler }) => {
      const access = accessOf(handler);
      return access && "right" in access && access.isRecent ? [`${method} ${path}`] : [];
    });
    expect(routes.toSorted()).toEqual([
      "POST /settings/account/passkeys",
      "POST /settings/account/passkeys/remove",
      "POST /settings/alerts",
      "POST /settings/alerts/reveal-secret",
      "POST /settings/alerts/rotate-secret",
      "POST /settings/api-keys",
      "POST /settings/instances/:id/events",
      "POST /settings/instances/:id/events/reveal-secret",
      "POST /settings/instances/:id/events/rotate-secret",
      "POST /settings/instances/:id/reveal-secret",
      "POST /settings/instances/:id/rotate-secret",
      "POST /settings/quickbooks/:id/disconnect",
      "POST /settings/users",
      "POST /settings/users/:id/remove",
      "POST /settings/users/:id/reset-password",
      "POST /settings/users/:id/role",
    ]);
  });

  it("leaves a page at each of their addresses for whoever reloads the question", () => {
    const known = new Set(app.routes.map(({ method, path }) => `${method} ${path}`));
    const without = app.routes.filter(({ path, handler }) => {
      const access = accessOf(handler);
      return access && "right" in access && access.isRecent && !known.has(`GET ${path}`);
    });
    expect(without.map(({ path }) => path)).toEqual([]);
  });

  it("is a sign-in of the last ten minutes; set-up counts", async () => {
    const ann = await annSince(9);
    expect((await ann.post("/settings/users", INVITATION)).status).toBe(200);
    expect(await invited()).toEqual(["new@example.com"]);
  });

  it("is asked for otherwise: nothing is done before, and the form is carried on to the proof", async () => {
    const ann = await annSince(11);
    const asked = await ann.post("/settings/users", INVITATION);
    expect(asked.status).toBe(403);
    expect(words(asked.html)).toContain("Confirm that it is you");
    expect(asked.html).toContain('<input type="hidden" name="email" value="new@example.com"');
    expect(await invited()).toEqual([]);
    const wrong = await ann.post("/settings/users", { ...INVITATION, confirm_password: "not her password" });
    expect(wrong.status).toBe(422);
    expect(words(wrong.html)).toContain("This is not your password.");
    expect(wrong.html).not.toContain("not her password");
    expect(await invited()).toEqual([]);
    const right = await ann.post("/settings/users", { ...INVITATION, confirm_password: PASSWORD });
    expect(right.html).toMatch(/value="https:\/\/[^"]+\/invite\//);
    expect(await invited()).toEqual(["new@example.com"]);
    // From now on it is recent.
    expect((await ann.post("/settings/api-keys", { name: "Shop", role: "viewer" })).status).toBe(200);
    expect(JSON.stringify(await db.select().from(activity))).not.toContain(PASSWORD);
  });

  it("can't be guessed either", async () => {
    const ann = await annSince(11);
    for (let i = 0; i < 10; i++)
      await ann.post("/settings/users", { ...INVITATION, confirm_password: "wrong password" });
    const braked = await ann.post("/settings/users", { ...INVITATION, confirm_password: PASSWORD });
    expect([braked.status, braked.headers.get("retry-after")]).toEqual([429, "900"]);
    expect(await invited()).toEqual([]);
  });

  it("is proved by a passkey of one's own too, made for this session", async () => {
    const ann = await annSince(0);
    const device = new Authenticator(ORIGIN);
    const account = await ann.get("/settings/account");
    const added = await ann.submit("/settings/account/passkeys", {
      passkey: device.create(attributeOf(account.html, "data-challenge")),
    });
    expect(words(added.html)).toContain("The passkey is added.");
    await setBack(11);
    const asked = await ann.post("/settings/users", INVITATION);
    expect(asked.html).toContain(`data-passkeys="${device.idText}"`);
    const challenge = attributeOf(asked.html, "data-challenge");
    const forged = new Authenticator(ORIGIN).get(challenge);
    expect((await ann.post("/settings/users", { ...INVITATION, confirm_passkey: forged })).status).toBe(422);
    expect(await invited()).toEqual([]);
    const proof = { ...INVITATION, confirm_passkey: device.get(challenge) };
    expect((await ann.post("/settings/users", proof)).status).toBe(200);
    expect(await invited()).toEqual(["new@example.com"]);
  });

  it("asks nobody who may not do it anyway", async () => {
    const viewer = await visitorOf("viewer");
    await setBack(60);
    const refused = await viewer.post("/settings/users", INVITATION);
    expect(words(refused.html)).toContain("This needs the role admin");
  });

  it("is not faked by the session's beginning: one that is old asks even if it was used just now", async () => {
    const ann = await annSince(0);
    await db
      .update(sessions)
      .set({ confirmedAt: null, createdAt: new Date(Date.now() - 11 * MINUTE_MS).toISOString() });
    expect((await ann.get("/invoices")).status).toBe(200);
    expect((await ann.post("/settings/users", INVITATION)).status).toBe(403);
    expect(await db.select().from(sessions).where(eq(sessions.confirmedAt, ""))).toEqual([]);
  });
});
