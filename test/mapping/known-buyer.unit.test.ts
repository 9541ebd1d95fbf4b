/** When a buyer of a known ID is somebody else, what a link remembers of its buyer, and what is said of guests. */
import { describe, expect, test } from "vitest";
import type { DesiredCustomer } from "../../src/mapping/desired-customer.ts";
import { guestWarnings, isOtherBuyer, newlyKnown } from "../../src/mapping/known-buyer.ts";
import type { Buyer, Link } from "../../src/mapping/links.ts";

const ALICE = { name: "Alice Guest", email: "alice@example.com" };
const BOB = { name: "Bob Guest", email: "bob@example.com" };
const named = (name: string): Buyer => ({ name, email: "other@example.com" });

const link = (buyer: Buyer | null, name = "Alice Guest"): Link => ({
  kind: "customer",
  key: "buyer:i:id:1",
  qboId: "7",
  name,
  origin: "found",
  buyer,
  isTaxable: null,
  warnings: [],
});

const desired = (buyer: Buyer | null, isGuest = false) => ({ buyer, isGuest }) as DesiredCustomer;

describe("a buyer is somebody else", () => {
  test("where both the name and the e-mail are others", () => {
    expect(isOtherBuyer(ALICE, BOB)).toBe(true);
  });

  test.each<[string, Buyer | null, Buyer | null]>([
    ["the name is another one only", ALICE, { ...BOB, email: ALICE.email }],
    ["the e-mail is another one only", ALICE, { ...ALICE, email: BOB.email }],
    ["one e-mail is missing", ALICE, { ...BOB, email: null }],
    ["one e-mail is blank", { ...ALICE, email: " " }, BOB],
    ["one of several addresses is the same", { ...ALICE, email: "a@x.org; b@x.org" }, { ...BOB, email: "B@x.org" }],
    ["the link keeps none", null, BOB],
    ["it is the shared customer", null, null],
  ])("not where %s", (_case, known, now) => expect(isOtherBuyer(known, now)).toBe(false));

  test.each([
    ["case and blanks", "alice   GUEST"],
    ["entities", "Alice&#32;Guest"],
  ])("not where the names differ in %s", (_case, name) => expect(isOtherBuyer(ALICE, named(name))).toBe(false));

  test.each([
    ["letters that were not kept", "Zażółć Gęślą", "Zazólc Gesla"],
    ["our own shortening", "x".repeat(600), "x".repeat(500)],
    ["a colon that became a hyphen", "Parent:Child", "Parent-Child"],
  ])("not where the names differ in %s", (_case, a, b) => {
    expect(isOtherBuyer({ ...ALICE, name: a }, named(b))).toBe(false);
    expect(isOtherBuyer({ ...ALICE, name: b }, named(a))).toBe(false);
  });

  test("but two names that would both lose all their letters are two", () => {
    expect(isOtherBuyer({ ...ALICE, name: "東京商店" }, named("大阪商店"))).toBe(true);
  });
});

describe("a link remembers", () => {
  test.each<[string, Buyer | null, Buyer, Buyer | null]>([
    ["nothing new of the same", ALICE, ALICE, null],
    ["a new name with the old e-mail", ALICE, { ...ALICE, name: "Alice Wed" }, { ...ALICE, name: "Alice Wed" }],
    ["a new e-mail with the old name", ALICE, { ...ALICE, email: "new@x.org" }, { ...ALICE, email: "new@x.org" }],
    ["the first e-mail", { ...ALICE, email: null }, ALICE, ALICE],
    ["no name without an e-mail that confirms it", ALICE, { name: "Bob", email: null }, null],
    ["no missing e-mail", ALICE, { ...ALICE, email: null }, null],
  ])("%s", (_case, known, now, expected) => {
    expect(newlyKnown(link(known), desired(now), [now.name])).toEqual(expected);
  });

  test("the buyer of an earlier version's link, if the name in QuickBooks is one that we would give", () => {
    expect(newlyKnown(link(null, "Alice Guest (1)"), desired(ALICE), ["Alice Guest", "Alice Guest (1)"])).toEqual(
      ALICE,
    );
    expect(newlyKnown(link(null), desired(BOB), ["Bob Guest", "Bob Guest (1)"])).toBeNull();
  });

  test("the first e-mail of guests of one name, whom it tells apart", () => {
    expect(newlyKnown(link(ALICE), desired({ ...ALICE, email: "b@x.org" }, true), [ALICE.name])).toBeNull();
  });
});

describe("guests of one name", () => {
  test("with different e-mails are told of, with the customer on which all are booked", () => {
    const [warning] = guestWarnings(link(ALICE), desired({ ...ALICE, email: "b@x.org" }, true));
    expect(warning?.code).toBe("guest_emails_differ");
    expect(warning?.message).toContain("alice@example.com and b@x.org");
  });

  test.each<[string, Buyer, boolean]>([
    ["the same e-mail", ALICE, true],
    ["no e-mail", { ...ALICE, email: null }, true],
    ["an ID", { ...ALICE, email: "b@x.org" }, false],
  ])("with %s are not", (_case, buyer, isGuest) => {
    expect(guestWarnings(link(ALICE), desired(buyer, isGuest))).toEqual([]);
  });
});
