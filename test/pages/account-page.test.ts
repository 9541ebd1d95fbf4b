import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, it } from "vitest";
import { listActivity } from "../../src/people/activity.ts";
import { users } from "../../src/people/schema.ts";
import { quickHash } from "../people/quick-hash.ts";
import { db, emptyAll, type Visitor, visitorOf, words } from "./visitor.ts";

const OLD = "a long enough password";
const NEW = "another long password";
const EMAIL = "ann@example.com";
const HERE = "/settings/account";

beforeEach(emptyAll);

/** Ann, signed in in two browsers. */
async function twoBrowsers(): Promise<[Visitor, Visitor]> {
  const [first, second] = [await visitorOf(null), await visitorOf(null)];
  await first.submit("/setup", { token: env.SETUP_TOKEN ?? "", email: EMAIL, password: OLD });
  await db.update(users).set({ passwordHash: quickHash(OLD) });
  await second.submit("/login", { email: EMAIL, password: OLD });
  return [first, second];
}

const change = (current: string, next: string) => ({ current_password: current, new_password: next });

describe("one's own password", () => {
  it("is changed with the current one; other browsers are signed out, this one stays", async () => {
    const [first, second] = await twoBrowsers();
    expect((await second.get(HERE)).status).toBe(200);
    const page = await first.submit(HERE, change(OLD, NEW));
    expect(words(page.html)).toContain("Your password has been changed. You are signed out everywhere else.");
    expect((await first.get("/invoices")).status).toBe(200);
    expect((await second.get("/invoices")).location).toContain("/login");
    const stranger = await visitorOf(null);
    expect((await stranger.post("/login", { email: EMAIL, password: OLD })).status).toBe(422);
    expect((await stranger.post("/login", { email: EMAIL, password: NEW })).status).toBe(303);
    const { rows } = await listActivity(db, { limit: 10 });
    const changed = rows.find((row) => row.action === "user.password_changed");
    expect(changed).toMatchObject({ subject: { name: EMAIL }, changes: [] });
  });

  it.each([
    ["not the current one", NEW, "field-current_password-error", "This is not your current password."],
    ["", NEW, "field-current_password-error", "Enter your current password."],
    [OLD, "short", "field-new_password-error", "Use at least 12 characters."],
    [OLD, OLD, "field-new_password-error", "This is your current password."],
    [OLD, "password1234", "field-new_password-error", "guessed first"],
    [OLD, `${EMAIL}12`, "field-new_password-error", "of your address"],
  ])("from '%s' to '%s' stays as it is, and says why at the field", async (current, next, at, why) => {
    const [first, second] = await twoBrowsers();
    const page = await first.post(HERE, change(current, next));
    expect(page.status).toBe(422);
    expect(page.html).toContain(`id="${at}"`);
    expect(words(page.html)).toContain(why);
    expect(page.html).not.toMatch(/type="password" value="[^"]+"/);
    expect((await second.get("/invoices")).status).toBe(200);
  });

  it("can't be guessed: after ten wrong tries the right one is refused too, for a while", async () => {
    const [first] = await twoBrowsers();
    for (let i = 0; i < 10; i += 1) await first.post(HERE, change("a wrong password", NEW));
    expect(words((await first.post(HERE, change(OLD, NEW))).html)).toContain("Too many wrong passwords.");
  });

  it("is on the way from the address in every page's frame, and there is nothing to change without one", async () => {
    const viewer = await visitorOf("viewer");
    expect((await viewer.get("/invoices")).html).toMatch(
      /<a href="\/settings\/account">viewer-[^<]+@example\.com<\/a>/,
    );
    const behindAccess = await visitorOf("viewer", { ACCESS_TEAM_DOMAIN: "team.example.com", ACCESS_AUD: "aud" });
    for (const [visitor, text] of [
      [viewer, "You sign in with a passkey"],
      [behindAccess, "You come in through Cloudflare Access"],
    ] as const) {
      const page = await visitor.get(HERE);
      expect(words(page.html)).toContain(text);
      expect(page.html).not.toContain(">Change password</button>");
    }
  });
});
