/**
 * What signing in must not do, through the front door: lead to another site, or leave the session behind that the browser
 * had before.
 */
import { env } from "cloudflare:workers";
import fc from "fast-check";
import { beforeEach, describe, expect, it } from "vitest";
import { localPath } from "../../src/pages/parts/local-redirect.ts";
import { createInvitation } from "../../src/people/invitations.ts";
import { users } from "../../src/people/schema.ts";
import { startSession } from "../../src/people/sessions.ts";
import { db, emptyAll, ORIGIN, type Shown, visitorOf } from "./visitor.ts";

const PASSWORD = "a long enough password";
const EMAIL = "ann@example.com";
const SETUP = { token: env.SETUP_TOKEN ?? "", email: EMAIL, password: PASSWORD };
const SIGN_IN = { email: EMAIL, password: PASSWORD };

beforeEach(emptyAll);

/** Texts that a browser may take for another site, or may come down to one. */
const FOREIGN = [
  "https://evil.example",
  "//evil.example",
  "/\\evil.example",
  "\\/evil.example",
  "/.//evil.example",
  "/..//evil.example",
  "/x/..//evil.example",
  "/%2e//evil.example",
  "/%2E%2e//evil.example",
  "/./\\evil.example",
  "/;/..//evil.example",
  "/\t/evil.example",
  "/\n/evil.example",
  "/\r\n/evil.example",
  "/.\t//evil.example",
  "\t//evil.example",
  "///evil.example",
  "/x/../..//user@evil.example:80/",
  "javascript:alert(1)",
  "data:text/html,x",
  "",
];
const OURS = [
  ["/invoices?x=1", "/invoices?x=1"],
  ["/invoices?next=//evil.example", "/invoices?next=//evil.example"],
  ["/settings/../invoices", "/invoices"],
  ["/invoices/%2F%2Fevil.example", "/invoices/%2F%2Fevil.example"],
] as const;

/** Each sign-in costs a password's hash, so the form is given a few of them. */
const FOREIGN_IN_FORM = FOREIGN.filter((_, i) => i % 4 === 0);

/** A sign-in never leads to itself. */
const CIRCLES = ["/login", "/login?next=/", "/./login?next=/x"];

describe("where a sign-in leads", () => {
  it("follows only what stays on this site, for whoever is signed in already", async () => {
    const ann = await visitorOf("viewer");
    const leadsTo = async (next: string) => (await ann.get(`/login?next=${encodeURIComponent(next)}`)).location;
    for (const next of [...FOREIGN, ...CIRCLES]) expect([next, await leadsTo(next)]).toEqual([next, "/"]);
    for (const [next, path] of OURS) expect([next, await leadsTo(next)]).toEqual([next, path]);
    expect((await ann.get("/login")).location).toBe("/");
  });

  it("the same for the form's hidden field, and for what the form is given", async () => {
    const ann = await visitorOf(null);
    await ann.post("/setup", SETUP);
    await ann.post("/logout");
    const leadsTo = async (next: string) => (await ann.post("/login", { ...SIGN_IN, next })).location;
    for (const next of FOREIGN_IN_FORM) expect([next, await leadsTo(next)]).toEqual([next, "/"]);
    expect(await leadsTo(OURS[0][0])).toBe(OURS[0][1]);
    const stranger = await visitorOf(null);
    for (const next of FOREIGN) {
      const { html } = await stranger.get(`/login?next=${encodeURIComponent(next)}`);
      expect([next, /name="next" value="([^"]*)"/.exec(html)?.[1]]).toEqual([next, "/"]);
    }
  });

  it("a page that was asked for under an odd address leads back to this site only", async () => {
    const stranger = await visitorOf(null);
    const asHtmx = { "hx-request": "true", "hx-current-url": "https://evil.example//evil.example/x" };
    const told = (await stranger.get("/invoices", asHtmx)).headers.get("hx-redirect");
    expect(told).toBe("/login");
  });
});

describe("localPath", () => {
  const pieces = fc.constantFrom(
    ..."/ // \\ . .. %2e %2E %2f %5c ; ? # @ : [ ] a %00 evil.example https: javascript:".split(" "),
    ..."\t\n\r\0\u000b\u001f\u007f \u00a0\u2028\u3002\uff0f\uff3c\u0130".split(""),
  );
  const texts = fc.oneof(
    fc.array(pieces, { maxLength: 10 }).map((parts) => `/${parts.join("")}`),
    fc.array(pieces, { maxLength: 10 }).map((parts) => parts.join("")),
    fc.string({ unit: "binary" }).map((text) => `/${text}`),
    fc.webUrl({ withQueryParameters: true, withFragments: true }),
    fc.constantFrom(...FOREIGN),
  );

  it("whatever is given, a browser that follows the answer stays on this site", () => {
    fc.assert(
      fc.property(texts, (text) => {
        const path = localPath(text);
        if (path === null) return;
        expect(new Headers({ location: path }).get("location")).toBe(path);
        for (const from of ["/", "/login", "/login?next=x", "/a/b/c"]) {
          expect(new URL(path, ORIGIN + from).origin).toBe(ORIGIN);
        }
        expect(path).toMatch(/^\/(?![/\\])[\x21-\x7e]*$/);
      }),
      { numRuns: 5_000 },
    );
  });

  it("refuses no plain path", () => {
    const plain = fc
      .tuple(fc.webPath(), fc.webQueryParameters(), fc.webFragments())
      .map(([path, query, fragment]) => `/a${path}?x=${query}#x${fragment}`);
    fc.assert(
      fc.property(plain, (path) => {
        expect(localPath(path)).toBe(new URL(path, ORIGIN).href.slice(ORIGIN.length));
      }),
    );
  });
});

describe("the session that a browser had before", () => {
  it("ends where somebody signs in: by the set-up, by password, by an invitation", async () => {
    const visitor = await visitorOf(null);
    const now = new Date();
    await db
      .insert(users)
      .values({ id: "v", email: "v@example.com", passwordHash: null, role: "viewer", createdAt: now.toISOString() });
    let cookie = `__Host-session=${(await startSession(db, "v", now)).token}`;
    const elsewhere = `__Host-session=${(await startSession(db, "v", now)).token}`;
    const invitation = await createInvitation(db, { email: "new@example.com", role: "viewer" }, now);
    const account = async (sent: string) => {
      const { status, location } = await (await visitorOf(null)).get("/settings/account", { cookie: sent });
      return [status, location];
    };
    const toSignIn = [303, "/login?next=%2Fsettings%2Faccount"];
    const ways: ((before: string) => Promise<Shown>)[] = [
      (before) => visitor.post("/setup", SETUP, { cookie: before }),
      (before) => visitor.post("/login", SIGN_IN, { cookie: before }),
      (before) => visitor.post(`/invite/${invitation!.token}`, { password: PASSWORD }, { cookie: before }),
    ];
    for (const enter of ways) {
      expect(await account(cookie)).toEqual([200, null]);
      const entered = await enter(cookie);
      expect([entered.status, entered.location]).toEqual([303, "/"]);
      expect(await account(cookie)).toEqual(toSignIn);
      cookie = entered.headers
        .getSetCookie()
        .find((line) => line.startsWith("__Host-session="))!
        .split(";")[0]!;
    }
    expect(await account(cookie)).toEqual([200, null]);
    expect(await account(elsewhere)).toEqual([200, null]);
  });

  it("stays where the sign-in is refused", async () => {
    const ann = await visitorOf("viewer");
    expect((await ann.post("/login", { ...SIGN_IN, password: "not the password" })).status).toBe(422);
    expect((await ann.get("/settings/account")).status).toBe(200);
  });
});
