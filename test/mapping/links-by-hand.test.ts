/** The list of links: sorted, page by page both ways, searched; and what SQLite reads for it. */
import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, test } from "vitest";
import { isChangeable, linkIdOf, readLinkId, readLinkKey } from "../../src/mapping/link-key.ts";
import { type Link, findLinks, recordLink } from "../../src/mapping/links.ts";
import {
  type LinkFilter,
  chooseRecord,
  findLink,
  findOtherBuyer,
  forgetLink,
  isLinkCursor,
  listLinks,
} from "../../src/mapping/links-by-hand.ts";
import { openDb } from "../../src/platform/db.ts";
import { plansOf } from "../orders/query-plans.ts";

const db = openDb(env.DB);
const HERE = "listed";
const SHOP = "0190c0de-0000-7000-8000-000000000001";
const NOW = new Date("2026-11-20T10:00:00Z");

const linkOf = (kind: Link["kind"], key: string, name: string, buyer: string | null = null): Link => ({
  kind,
  key,
  qboId: `Q-${key}`,
  name,
  origin: "found",
  buyer: buyer === null ? null : { name: buyer, email: null },
  isTaxable: null,
  warnings: [],
});

const LINKS = [
  linkOf("customer", `buyer:${SHOP}:id:C-17`, "zebra Foods", "Zebra Foods Ltd"),
  linkOf("customer", `buyer:${SHOP}:id:C-18:EUR`, "Łódź Supplies", "Łódź Supplies"),
  linkOf("customer", `buyer:${SHOP}:name:ann:smith`, "Ann Smith"),
  linkOf("customer", "single:web orders", "Web orders"),
  linkOf("item", "sku:nw-011", "Queso Cabrales"),
  linkOf("item", "name:shipping", "Shipping"),
  linkOf("account", "name:sales", "Sales"),
];

beforeAll(async () => {
  for (const link of LINKS) await recordLink(db, HERE, link, NOW);
  await recordLink(db, "another", linkOf("item", "sku:other", "Another company's"), NOW);
});

const namesOf = async (filter: LinkFilter) =>
  (await listLinks(db, HERE, filter, { limit: 50 })).rows.map(({ name }) => name);

test("buyers, then items, each by name whatever its case; accounts only if they are asked for", async () => {
  const sorted = ["Ann Smith", "Web orders", "zebra Foods", "Łódź Supplies", "Queso Cabrales", "Shipping"];
  expect(await namesOf({})).toEqual(sorted);
  expect(await namesOf({ kind: "account" })).toEqual(["Sales"]);
  expect(await namesOf({ kind: "item" })).toEqual(["Queso Cabrales", "Shipping"]);
});

test("page by page, forwards and back", async () => {
  const all = await namesOf({});
  const seen: string[] = [];
  let page = await listLinks(db, HERE, {}, { limit: 4 });
  expect(page.previous).toBeNull();
  seen.push(...page.rows.map(({ name }) => name));
  expect(isLinkCursor(page.next ?? "")).toBe(true);
  page = await listLinks(db, HERE, {}, { limit: 4, after: page.next ?? "" });
  seen.push(...page.rows.map(({ name }) => name));
  expect(seen).toEqual(all);
  expect(page.next).toBeNull();
  page = await listLinks(db, HERE, {}, { limit: 4, before: page.previous ?? "" });
  expect(page.rows.map(({ name }) => name)).toEqual(all.slice(0, 4));
  expect(page.previous).toBeNull();
  expect(isLinkCursor("made up")).toBe(false);
});

test.each([
  ["c-17", ["zebra Foods"]],
  ["FOODS LTD", ["zebra Foods"]],
  ["NW-01", ["Queso Cabrales"]],
  ["łódź", ["Łódź Supplies"]],
  ["smith", ["Ann Smith"]],
  ["Q-name:shipping", ["Shipping"]],
  ["100%", []],
  // What all keys of buyers hold is nobody's name.
  ["buyer", []],
  [SHOP, []],
])("a search for %s", async (q, names) => {
  expect(await namesOf({ q })).toEqual(names);
});

test("keys are read back", () => {
  expect(LINKS.map(readLinkKey)).toEqual([
    { kind: "buyer", instanceId: SHOP, isId: true, text: "C-17" },
    { kind: "buyer", instanceId: SHOP, isId: true, text: "C-18:EUR" },
    { kind: "buyer", instanceId: SHOP, isId: false, text: "ann:smith" },
    { kind: "shared_customer", text: "web orders" },
    { kind: "sku", text: "nw-011" },
    { kind: "item_name", text: "shipping" },
    { kind: "account", text: "sales" },
  ]);
  expect(LINKS.map(isChangeable)).toEqual([true, true, true, false, true, true, false]);
  for (const { kind, key } of LINKS) expect(readLinkId(linkIdOf({ kind, key }))).toEqual({ kind, key });
  for (const id of ["", "%", "bm90aGluZw"]) expect(readLinkId(id)).toBeNull();
});

describe("by hand", () => {
  const link = linkOf("customer", `buyer:${SHOP}:id:H-1`, "By hand", "By hand");
  const chosen = { qboId: "900", name: "Chosen", isTaxable: true };

  test("another record is chosen, unless another buyer has it", async () => {
    await recordLink(db, "hands", link, NOW);
    await recordLink(db, "hands", { ...linkOf("customer", `buyer:${SHOP}:id:H-2`, "Two"), qboId: "901" }, NOW);
    expect(await chooseRecord(db, "hands", link, { chosen: { ...chosen, qboId: "901" }, now: NOW })).toBe(false);
    expect((await findOtherBuyer(db, "hands", "901", link.key))?.name).toBe("Two");
    expect(await chooseRecord(db, "hands", link, { chosen, now: NOW })).toBe(true);
    expect(await findLink(db, "hands", link)).toMatchObject({ ...chosen, origin: "chosen", buyer: link.buyer });
  });

  test("one that is forgotten is looked up again, and is not the earlier one", async () => {
    expect(await forgetLink(db, "hands", link)).toBe(true);
    expect(await forgetLink(db, "hands", link)).toBe(false);
    expect(await findLink(db, "hands", link)).toBeNull();
    expect((await findLinks(db, "hands", "customer", [link.key])).size).toBe(0);
  });
});

test("a page is read in the order of its index, without sorting", async () => {
  const plans = await plansOf((client) => listLinks(client, HERE, { q: "foods" }, { limit: 50 }));
  expect(plans.join("\n")).toContain("links_by_name");
  expect(plans.join("\n")).not.toContain("TEMP B-TREE");
});
