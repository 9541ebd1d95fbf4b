/**
 * The ways in beside the password, and the ways back in: passkeys, one-time links, SETUP_TOKEN, Cloudflare Access alone.
 * Through the front door.
 */
import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, it } from "vitest";
import { listActivity } from "../../src/people/activity.ts";
import { spendFirstSetupToken } from "../../src/people/password-resets.ts";
import { sessions, spentSetupTokens, users } from "../../src/people/schema.ts";
import { startSession } from "../../src/people/sessions.ts";
import { sha256Hex } from "../../src/platform/ids.ts";
import { Authenticator } from "../people/authenticator.ts";
import { attributeOf, db, emptyAll, ORIGIN, type Visitor, visitorOf, words } from "./visitor.ts";

const PASSWORD = "a long enough password";
const NEW = "another long password";
const EMAIL = "ann@example.com";
const HERE = "/settings/account";
const FRESH_TOKEN = { SETUP_TOKEN: "a-fresh-setup-token" };
const OFF = { PASSWORD_SIGN_IN: "off" };
const ACCESS_ONLY = {
  ...OFF,
  PASSKEY_SIGN_IN: "off",
  ACCESS_TEAM_DOMAIN: "team.example.com",
  ACCESS_AUD: "the-app",
};

beforeEach(emptyAll);

async function setUp(changes = {}): Promise<Visitor> {
  const ann = await visitorOf(null, changes);
  await ann.post("/setup", { token: env.SETUP_TOKEN ?? "", email: EMAIL, password: PASSWORD });
  return ann;
}

async function addPasskey(visitor: Visitor): Promise<Authenticator> {
  const device = new Authenticator(ORIGIN);
  const challenge = attributeOf((await visitor.get(HERE)).html, "data-challenge");
  await visitor.post(`${HERE}/passkeys`, { passkey: device.create(challenge) });
  return device;
}

async function signInWith(device: Authenticator, changes = {}) {
  const stranger = await visitorOf(null, changes);
  const challenge = attributeOf((await stranger.get("/login?next=/invoices")).html, "data-challenge");
  const passkey = device.get(challenge);
  return { stranger, passkey, answer: await stranger.post("/login/passkey", { passkey, next: "/invoices" }) };
}

const actions = async () => (await listActivity(db, { limit: 50 })).rows.map((row) => row.action);

describe("a passkey", () => {
  it("is added on one's own page, signs in, and signs in no longer once it is removed", async () => {
    const ann = await setUp();
    const device = await addPasskey(ann);
    const { stranger, answer, passkey } = await signInWith(device);
    expect([answer.status, answer.location]).toEqual([303, "/invoices"]);
    expect((await stranger.get("/invoices")).html).toContain(EMAIL);
    // What the browser sent can't be sent again.
    const replayed = await (await visitorOf(null)).post("/login/passkey", { passkey });
    expect([replayed.status, replayed.headers.getSetCookie()]).toEqual([422, []]);
    const id = device.idText;
    expect(words((await ann.submit(`${HERE}/passkeys/remove`, { passkey: id })).html)).toContain("is removed");
    expect((await signInWith(device)).answer.status).toBe(422);
    expect(await actions()).toEqual(expect.arrayContaining(["passkey.added", "passkey.removed", "sign_in.succeeded"]));
  });

  it("leads nowhere but into this site", async () => {
    const device = await addPasskey(await setUp());
    const stranger = await visitorOf(null);
    const challenge = attributeOf((await stranger.get("/login")).html, "data-challenge");
    const answer = await stranger.post("/login/passkey", { passkey: device.get(challenge), next: "/.//evil.example" });
    expect(answer.location).toBe("/");
  });

  it("stays where it is the only way in", async () => {
    const ann = await setUp(OFF);
    const device = await addPasskey(ann);
    const page = await ann.submit(`${HERE}/passkeys/remove`, { passkey: device.idText });
    expect(words(page.html)).toContain("This passkey is your only way in.");
    expect((await signInWith(device, OFF)).answer.status).toBe(303);
  });
});

describe("sessions on one's own page", () => {
  it("are listed, end one by one, and all others at once; nobody else's can be ended", async () => {
    const ann = await setUp();
    const [second, third] = [await visitorOf(null), await visitorOf(null)];
    for (const visitor of [second, third]) await visitor.post("/login", { email: EMAIL, password: PASSWORD });
    await db.insert(users).values({ id: "b", email: "b@example.com", role: "viewer", createdAt: "2026-01-01" });
    await startSession(db, "b", new Date());
    const page = await ann.get(HERE);
    expect(page.html.match(/>\s*End session\s*</g)).toHaveLength(3);
    expect(words(page.html)).toContain("(this browser)");
    const hashes = [...page.html.matchAll(/name="session" value="([0-9a-f]{64})"/g)].map((match) => match[1] ?? "");
    const theirs = (await db.select().from(sessions)).find((row) => row.userId === "b");
    expect((await ann.post(`${HERE}/sessions/end`, { session: theirs?.tokenHash ?? "" })).status).toBe(404);
    // The one used last comes first: that of this page, then the third.
    const ended = await ann.submit(`${HERE}/sessions/end`, {
      session: hashes.find((hash) => hash !== hashes[0]) ?? "",
    });
    expect(words(ended.html)).toContain("The session has ended");
    expect(words((await ann.submit(`${HERE}/sessions/end-others`)).html)).toContain("1 other session has ended.");
    expect((await ann.get("/invoices")).status).toBe(200);
    for (const visitor of [second, third]) expect((await visitor.get("/invoices")).status).toBe(303);
    expect(await db.select().from(sessions)).toHaveLength(2);
  });
});

describe("a link to a new password", () => {
  async function linkFor(admin: Visitor, id: string): Promise<string> {
    const page = await admin.post(`/settings/users/${id}/reset-password`);
    return new URL(/value="(https:\/\/[^"]+\/reset\/[^"]+)"/.exec(page.html)?.[1] ?? "").pathname;
  }

  it("lets a person back in once, and ends all that let them in before", async () => {
    const boss = await visitorOf("admin");
    const ann = await setUpBeside();
    const device = await addPasskey(ann.visitor);
    const path = await linkFor(boss, ann.id);
    const first = await visitorOf(null);
    expect((await first.get(path)).html).toContain(EMAIL);
    expect((await first.post(path, { password: "password1234" })).status).toBe(422);
    expect((await ann.visitor.get("/invoices")).status).toBe(200);
    const page = await first.submit(path, { password: NEW });
    expect(words(page.html)).toContain("You are signed in.");
    expect((await (await visitorOf(null)).get(path)).status).toBe(404);
    expect((await (await visitorOf(null)).post(path, { password: NEW })).status).toBe(404);
    expect((await ann.visitor.get("/invoices")).status).toBe(303);
    expect((await signInWith(device)).answer.status).toBe(422);
    const stranger = await visitorOf(null);
    expect((await stranger.post("/login", { email: EMAIL, password: PASSWORD })).status).toBe(422);
    expect((await stranger.post("/login", { email: EMAIL, password: NEW })).status).toBe(303);
    expect(await actions()).toEqual(expect.arrayContaining(["user.password_reset_link_made", "sign_in.succeeded"]));
  });

  it("is replaced by the next one, and needs an admin", async () => {
    const boss = await visitorOf("admin");
    const { id } = await setUpBeside();
    const [old, current] = [await linkFor(boss, id), await linkFor(boss, id)];
    const stranger = await visitorOf(null);
    expect([(await stranger.get(old)).status, (await stranger.get(current)).status]).toEqual([404, 200]);
    const operator = await visitorOf("operator");
    expect((await operator.post(`/settings/users/${id}/reset-password`)).status).toBe(403);
  });

  /** Ann by an invitation, beside an admin. */
  async function setUpBeside(): Promise<{ visitor: Visitor; id: string }> {
    const boss = await visitorOf("admin");
    const page = await boss.post("/settings/users", { email: EMAIL, role: "operator" });
    const visitor = await visitorOf(null);
    const link = /value="(https:\/\/[^"]+\/invite\/[^"]+)"/.exec(page.html)?.[1] ?? "";
    await visitor.post(new URL(link).pathname, { password: PASSWORD });
    const id = (await db.select().from(users)).find((user) => user.email === EMAIL)?.id ?? "";
    return { visitor, id };
  }
});

describe("the last admin", () => {
  const recovery = { token: FRESH_TOKEN.SETUP_TOKEN, email: EMAIL, password: NEW };

  it("comes back by a new SETUP_TOKEN, once; the one of the set-up is spent", async () => {
    const ann = await setUp();
    const stranger = await visitorOf(null);
    expect((await stranger.get(`/recover?token=${env.SETUP_TOKEN}`)).status).toBe(404);
    const operator = await visitorOf(null, FRESH_TOKEN);
    expect((await operator.get("/recover?token=a-wrong-setup-token")).status).toBe(404);
    expect((await operator.get(`/recover?token=${FRESH_TOKEN.SETUP_TOKEN}`)).status).toBe(200);
    expect((await operator.post("/recover", { ...recovery, email: "nobody@example.com" })).status).toBe(422);
    expect((await operator.post("/recover", { ...recovery, password: "password1234" })).status).toBe(422);
    expect(words((await operator.submit("/recover", recovery)).html)).toContain("You are signed in");
    expect((await operator.get("/settings/users")).status).toBe(200);
    expect((await ann.get("/invoices")).status).toBe(303);
    const again = await visitorOf(null, FRESH_TOKEN);
    expect((await again.get(`/recover?token=${FRESH_TOKEN.SETUP_TOKEN}`)).status).toBe(404);
    expect((await again.post("/recover", recovery)).status).toBe(404);
  });

  it("is let in nobody's place: the token opens no account without that right", async () => {
    await setUp();
    await db.insert(users).values({ id: "v", email: "v@example.com", role: "viewer", createdAt: "2026-01-01" });
    const operator = await visitorOf(null, FRESH_TOKEN);
    expect((await operator.post("/recover", { ...recovery, email: "v@example.com" })).status).toBe(422);
  });

  it("of an app that was set up before: the token that is set then counts as spent", async () => {
    await setUp();
    await db.delete(spentSetupTokens);
    const spend = async (token: string) => spendFirstSetupToken(db, await sha256Hex(token), new Date());
    await spend(env.SETUP_TOKEN ?? "");
    await spend(FRESH_TOKEN.SETUP_TOKEN);
    expect((await (await visitorOf(null)).get(`/recover?token=${env.SETUP_TOKEN}`)).status).toBe(404);
    const operator = await visitorOf(null, FRESH_TOKEN);
    expect((await operator.get(`/recover?token=${FRESH_TOKEN.SETUP_TOKEN}`)).status).toBe(200);
  });
});

describe("PASSWORD_SIGN_IN=off", () => {
  it("leaves no place for a password: set-up and invitations lead to a passkey", async () => {
    const ann = await visitorOf(null, OFF);
    const page = await ann.get(`/setup?token=${env.SETUP_TOKEN}`);
    expect(page.html).not.toContain('type="password"');
    const made = await ann.post("/setup", { token: env.SETUP_TOKEN ?? "", email: EMAIL });
    expect(made.location).toBe(HERE);
    const device = await addPasskey(ann);
    const login = await (await visitorOf(null, OFF)).get("/login");
    expect(login.html).not.toContain('type="password"');
    expect((await signInWith(device, OFF)).answer.status).toBe(303);
  });

  it("refuses a password that was right before", async () => {
    await setUp();
    const stranger = await visitorOf(null, OFF);
    const answer = await stranger.post("/login", { email: EMAIL, password: PASSWORD });
    expect([answer.status, answer.headers.getSetCookie()]).toEqual([403, []]);
  });
});

describe("Cloudflare Access alone", () => {
  it("lets in by no password, no passkey and no cookie of ours", async () => {
    const ann = await setUp();
    const device = await addPasskey(ann);
    const { token } = await startSession(db, (await db.select().from(users))[0]?.id ?? "", new Date());
    const stranger = await visitorOf(null, ACCESS_ONLY);
    const login = await stranger.get("/login");
    expect(login.html).not.toMatch(/type="password"|data-passkey/);
    expect((await stranger.post("/login", { email: EMAIL, password: PASSWORD })).status).toBe(403);
    const challenge = attributeOf((await (await visitorOf(null)).get("/login")).html, "data-challenge");
    expect((await stranger.post("/login/passkey", { passkey: device.get(challenge) })).status).toBe(422);
    expect((await stranger.get("/invoices", { cookie: `__Host-session=${token}` })).status).toBe(303);
  });

  it("is signed out there too", async () => {
    const stranger = await visitorOf(null, ACCESS_ONLY);
    const answer = await stranger.post("/logout", {}, { "cf-access-jwt-assertion": "a-token" });
    expect(answer.location).toBe("/cdn-cgi/access/logout");
    expect((await stranger.post("/logout")).location).toBe("/login");
    expect(answer.headers.get("clear-site-data")).toBe('"cache", "storage"');
  });
});

describe("a browser that signed in before", () => {
  it("gets in while somebody behind the same address guesses", async () => {
    const ann = await setUp();
    const from = { "cf-connecting-ip": "203.0.113.6" };
    await ann.post("/logout");
    await ann.post("/login", { email: EMAIL, password: PASSWORD }, from);
    await ann.post("/logout");
    const guesser = await visitorOf(null);
    for (let i = 0; i < 11; i++) await guesser.post("/login", { email: EMAIL, password: `wrong guess ${i}` }, from);
    expect((await guesser.post("/login", { email: EMAIL, password: PASSWORD }, from)).status).toBe(429);
    expect((await ann.post("/login", { email: EMAIL, password: PASSWORD }, from)).status).toBe(303);
    // Its cookie opens nothing by itself, and helps nobody with another account.
    await ann.post("/logout");
    expect((await ann.get("/invoices")).status).toBe(303);
  });
});
